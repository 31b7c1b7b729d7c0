from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "kompas.live"

    def ready(self) -> None:
        from kompas.live import changes, presence
        from kompas.signals import tick

        tick.connect(changes.forget, dispatch_uid="live")
        tick.connect(presence.forget, dispatch_uid="live.presence")
