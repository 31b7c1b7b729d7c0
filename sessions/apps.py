from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The deliberation; labelled so because Django's own `sessions` stays installed."""

    name = "sessions"
    label = "deliberation"

    def ready(self):
        from . import leavers, upkeep  # noqa: F401  connect the receivers of what the installation says
