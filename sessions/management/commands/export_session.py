import uuid
from typing import Any

from django.core.management.base import CommandError

from sessions.document import as_json, document
from sessions.management.plain import PlainCommand
from sessions.models import Session


class Command(PlainCommand):
    help = "Print a talk as JSON: all that is revealed and stands."

    def add_arguments(self, parser):
        parser.add_argument("session", metavar="UUID")

    def handle(self, *args: Any, session: str, **options: Any) -> None:
        try:
            id = uuid.UUID(session)
        except ValueError:
            raise CommandError(
                f"{session!a} is not the id of a talk: a UUID is expected."
            ) from None
        found = Session.objects.select_related("method").filter(pk=id).first()
        if found is None:
            raise CommandError(f"There is no talk {id}.")
        self.stdout.write(as_json(document(found)), ending="")
