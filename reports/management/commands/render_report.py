from pathlib import Path

from django.core.management.base import CommandError

from reports.files import write
from reports.kept import Failed, keep, make, report_of
from sessions.lifecycle import last_version
from sessions.management.plain import PlainCommand, talk_of


class Command(PlainCommand):
    help = "Write the report of a talk as a PDF; of a closed talk the kept one."

    def add_arguments(self, parser):
        parser.add_argument("session", metavar="UUID")
        parser.add_argument("--output", required=True, metavar="FILE.pdf")

    def handle(self, *, session: str, output: str, **options):
        talk = talk_of(session)
        version = last_version(talk)
        try:
            content = bytes(keep(version).content) if version else make(report_of(talk, None))
        except Failed:
            raise CommandError("The report could not be made; nothing is lost.") from None
        try:
            write(Path(output), content)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}.") from None
