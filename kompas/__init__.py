"""The project, and what every room shares."""
