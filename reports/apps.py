from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """From a document to HTML, PDF and other formats."""

    name = "reports"
