from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kompas.backup import BackupError, forget, ledger, restore


class Command(BaseCommand):
    help = (
        "Put a backup into an empty database; erase again what was erased since, and end what "
        "ended. Without FILE: erase and end again, in a database that was put back otherwise."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?")
        parser.add_argument(
            "--erasures",
            metavar="LEDGER",
            type=Path,
            help=f"what was erased and what ended, if not {settings.KOMPAS_ERASURES}",
        )

    def handle(self, *, file, erasures, **options):
        known = erasures or settings.KOMPAS_ERASURES
        try:
            erased = ledger(known) if erasures or known.exists() or not file else None
            if file:
                counts = restore(file, erased or set())
                self.stdout.write(f"{file}: {counts.total()} rows.")
            else:
                forget(erased or set())
        except BackupError as error:
            raise CommandError(str(error)) from error
        if erased is None:
            self.stderr.write(
                f"There is no {known}: what was erased after this backup was made is back, and "
                "what ended lets people in again. If you have that file, restore again with "
                "--erasures."
            )
        else:
            self.stdout.write(f"{known}: {len(erased)} erasures and endings hold.")
