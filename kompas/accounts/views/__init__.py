"""What an account and an organisation show: one module per page or two."""
