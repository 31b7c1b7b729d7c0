from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.urls import reverse

from sessions.document import DocumentError, load, parse
from sessions.document.format import LARGEST
from sessions.management.plain import PlainCommand
from sessions.models import Link, new_secret, secret_hash


class Command(PlainCommand):
    help = "Store a talk from a file; prints the address, on this installation, that leads it."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.json")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with Path(file).open("rb") as opened:
                text = opened.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"{file} cannot be read: {reason}") from None
        secret = new_secret()
        try:
            with transaction.atomic():
                session = load(parse(text))
                Link.objects.create(
                    session=session,
                    role=Link.Role.FACILITATOR,
                    secret_hash=secret_hash(secret),
                )
        except DocumentError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(reverse("sessions:link", args=[session.pk, secret]))
