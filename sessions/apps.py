from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The deliberation; labelled so because Django's own `sessions` stays installed."""

    name = "sessions"
    label = "deliberation"

    def ready(self):
        from . import departure, own_data, retention, upkeep  # noqa: F401  connects the receivers of tick and restored
