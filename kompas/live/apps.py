from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "kompas.live"

    def ready(self) -> None:
        from kompas.live.changes import forget
        from kompas.signals import tick

        tick.connect(forget, dispatch_uid="live")
