from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from sessions.management.plain import PlainCommand
from sessions.moving import MovingError, take_in


class Command(PlainCommand):
    help = "Take in an organisation from a file of export_organisation; twice is once."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.zip", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            taken = take_in(file)
        except MovingError as error:
            raise CommandError(str(error)) from None
        if not taken.organisations:
            self.stdout.write(f"{file}: all of it was here already. Nothing was stored.")
            return
        self.stdout.write(
            f"{file}: {taken.organisations} organisations, {taken.people} new accounts and "
            f"{taken.talks} talks; {taken.erased} were erased here and stay so."
        )
