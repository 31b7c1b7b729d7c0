from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The deliberation; labelled so because Django's own `sessions` stays installed."""

    name = "sessions"
    label = "deliberation"

    def ready(self):
        # They connect their receivers; logged tells the log its sentences.
        from . import (  # noqa: F401
            copies,
            departure,
            endings,
            finding,
            gist,
            leavers,
            logged,
            own_data,
            reminders,
            retention,
            upkeep,
        )
