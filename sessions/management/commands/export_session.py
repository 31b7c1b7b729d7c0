from typing import Any

from sessions.document import as_json, document
from sessions.management.plain import PlainCommand, talk_of


class Command(PlainCommand):
    help = "Print a talk as JSON: all that is revealed and stands."

    def add_arguments(self, parser):
        parser.add_argument("session", metavar="UUID")

    def handle(self, *args: Any, session: str, **options: Any) -> None:
        self.stdout.write(as_json(document(talk_of(session))), ending="")
