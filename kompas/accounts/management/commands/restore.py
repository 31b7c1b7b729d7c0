from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kompas.backup import BackupError, ledger, restore


class Command(BaseCommand):
    help = "Put a backup into an empty database, and erase again what was erased since."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--erasures",
            metavar="LEDGER",
            type=Path,
            help=f"which talks were erased, if not {settings.KOMPAS_ERASURES}",
        )

    def handle(self, *, file, erasures, **options):
        known = erasures or settings.KOMPAS_ERASURES
        try:
            erased = ledger(known) if erasures or known.exists() else None
            counts = restore(file, erased or set())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {counts.total()} rows.")
        if erased is None:
            self.stderr.write(
                f"There is no {known}: what was erased after this backup was made is back. "
                "If you have that file, restore again with --erasures."
            )
        else:
            self.stdout.write(f"{known}: {len(erased)} erasures hold.")
