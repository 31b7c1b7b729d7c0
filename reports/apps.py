from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """From a document to HTML, PDF and other formats."""

    name = "reports"

    def ready(self):
        from . import bundles, kept  # noqa: F401, what happens by itself is connected
