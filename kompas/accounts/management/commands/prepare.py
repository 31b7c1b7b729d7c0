import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.version import get_version
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Command(BaseCommand):
    help = "Brings database and static files up to date; quick when they are."

    def handle(self, *args: Any, **options: Any) -> None:
        # One process for all: each start of Django costs half a second.
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_methods", verbosity=0)
        call_command("load_examples", verbosity=0)
        self.collect_static()

    def collect_static(self) -> None:
        """Collects static files when one of them changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        now = static_state()
        if stamp.exists() and stamp.read_text() == now:
            return
        # The settings use the manifest once it is there, so the first time it must be asked for.
        command = collectstatic.Command()
        command.storage = CompressedManifestStaticFilesStorage()
        call_command(command, interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)


def static_state() -> str:
    """A digest of which static files there are, with their sizes and times."""
    digest = hashlib.sha256(get_version().encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
