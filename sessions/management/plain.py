"""Commands that answer wrong input with one clear line and exit status 1."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError


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


def _leave(message: str) -> NoReturn:
    sys.stderr.write(f"CommandError: {message}\n")
    sys.exit(1)
