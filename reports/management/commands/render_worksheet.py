from pathlib import Path

from django.core.management.base import CommandError

from reports.files import write
from reports.pdf import render
from reports.worksheet import worksheet
from sessions.management.plain import PlainCommand
from sessions.models import Method


class Command(PlainCommand):
    help = "Write the worksheets of a method as a PDF: the talk on paper."

    def add_arguments(self, parser):
        parser.add_argument("method", metavar="SLUG")
        parser.add_argument("--language", default="nl")
        parser.add_argument("--output", required=True, metavar="FILE.pdf")

    def handle(self, *, method: str, language: str, output: str, **options):
        found = Method.latest(method)
        if found is None:
            raise CommandError(f"There is no method {method!a}.")
        if language not in found.languages:
            raise CommandError(
                f"{method} is not written in {language!a}, but in {', '.join(found.languages)}."
            )
        try:
            write(Path(output), render(worksheet(found, language), forms=True))
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}.") from None
