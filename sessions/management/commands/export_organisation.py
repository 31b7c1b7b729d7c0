import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from kompas.accounts.models import Event
from sessions.management.plain import PlainCommand, organisation_of
from sessions.moving import export


class Command(PlainCommand):
    help = "Write an organisation, with its schools, to a file that import_organisation takes in."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("--output", metavar="FILE.zip", type=Path, required=True)

    def handle(self, *args: Any, slug: str, output: Path, **options: Any) -> None:
        organisation = organisation_of(slug)
        try:
            # Whole or not at all, and for its owner alone: it holds all that was said.
            handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
            os.close(handle)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        try:
            talks = export(organisation, Path(name))
            os.replace(name, output)
        except OSError as error:
            raise CommandError(f"{output} was not written: {error.strerror}.") from None
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)
        Event.record(organisation, None, "export", "organisation", organisation.public_id)
        self.stdout.write(f"{output}: {talks} talks.")
