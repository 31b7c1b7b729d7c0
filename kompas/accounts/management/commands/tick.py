import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kompas.signals import tick

LOCK = 0x6B6F6D706173  # "kompas", among PostgreSQL's advisory locks


class Command(BaseCommand):
    help = "Do what must happen by itself: reminders, erasure, what must be tried again."

    def handle(self, **options):
        with alone() as mine:
            if not mine:
                self.stdout.write("Another tick is running.")
                return
            failed = [
                f"{receiver.__module__}.{receiver.__qualname__}"
                for receiver, answer in tick.send_robust(sender=None)  # logs what went wrong
                if isinstance(answer, Exception)
            ]
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other tick is running, on any machine that shares the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            mine = cursor.fetchone()[0]
            try:
                yield mine
            finally:
                if mine:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    settings.KOMPAS_VAR.mkdir(parents=True, exist_ok=True)
    with open(settings.KOMPAS_VAR / "tick.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
