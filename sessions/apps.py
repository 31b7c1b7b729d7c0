from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The deliberation; labelled so because Django's own `sessions` stays installed."""

    name = "sessions"
    label = "deliberation"

    def ready(self):
        # They connect the receivers of tick and restored, and of what is begun and closed.
        from . import finding, gist, upkeep  # noqa: F401
