import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from sessions.document import DocumentError, load, normalise, parse
from sessions.management.plain import PlainCommand
from sessions.models import Session, Version

FOLDER = settings.BASE_DIR / "fixtures" / "examples"
NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "kompas-session:example")


class Command(PlainCommand):
    help = "Keep the examples as they are in a folder: the same name is the same talk."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", default=FOLDER, type=Path)

    def handle(self, *args: Any, folder: Path, verbosity: int = 1, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        wanted = {}
        for file in sorted(folder.glob("*.json")):
            try:
                # An example is no talk to go on with: it is closed, its report kept.
                whole = normalise(parse(file.read_bytes()) | {"status": "closed"})
            except (OSError, DocumentError) as error:
                raise CommandError(f"{file.name}: {error}") from None
            wanted[uuid.uuid5(NAMES, file.stem)] = whole
        with transaction.atomic():
            stored = dict(
                Version.objects.filter(session__kind=Session.Kind.EXAMPLE, number=1).values_list(
                    "session", "document"
                )
            )
            # Ids of talks that came from people are random; these are made from a name.
            ours = {id for id in stored if id.version == 5}
            changed = {id for id in ours if stored[id] != wanted.get(id)}
            Session.objects.filter(pk__in=changed, kind=Session.Kind.EXAMPLE).delete()
            for id, whole in wanted.items():
                if id not in ours or id in changed:
                    load(whole, session_id=id, kind=Session.Kind.EXAMPLE)
        if verbosity:
            self.stdout.write(f"{len(wanted)} examples")
