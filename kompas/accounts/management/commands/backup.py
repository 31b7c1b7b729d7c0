from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kompas.backup import BackupError, backup


class Command(BaseCommand):
    help = "Write everything to one file, while people work: for SQLite and PostgreSQL alike."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        try:
            counts = backup(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {counts.total()} rows.")
