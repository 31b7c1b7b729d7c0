"""Commands that answer wrong input with one clear line and exit status 1."""

from __future__ import annotations

import sys
import uuid
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kompas.accounts.models import Organisation
from sessions.models import Session


class PlainCommand(BaseCommand):
    """A command for people and scripts: no traceback, and UTF-8 whatever the locale."""

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        if parser.called_from_command_line:
            # argparse would print its usage too and leave with status 2.
            setattr(parser, "error", _leave)  # noqa: B010
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        out = options.get("stdout") or sys.stdout
        if hasattr(out, "reconfigure"):
            out.reconfigure(encoding="utf-8")
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {str(error).partition(chr(10))[0]}"
            ) from None


def talk_of(text: str) -> Session:
    """The talk whose id was typed; CommandError when it is no id or there is no such talk."""
    try:
        id = uuid.UUID(text)
    except ValueError:
        raise CommandError(f"{text!a} is not the id of a talk: a UUID is expected.") from None
    found = Session.objects.select_related("method").filter(pk=id).first()
    if found is None:
        raise CommandError(f"There is no talk {id}.")
    return found


def _leave(message: str) -> NoReturn:
    sys.stderr.write(f"CommandError: {message}\n")
    sys.exit(1)


def organisation_of(slug: str) -> Organisation:
    """The organisation with this short name; CommandError where there is none."""
    found = Organisation.objects.filter(slug=slug, ended_on=None).first()
    if found is None:
        raise CommandError(f"There is no organisation {slug}.")
    return found
