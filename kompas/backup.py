"""The whole installation as one file, from either database to either.

A gzip of JSON lines: a head (format, version, release, migrations), a row a line, and a tail with
the number of rows and a digest of all before it. docs/deploy.md says how it is used.
"""

import gzip
import hashlib
import json
import os
import tempfile
import uuid
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kompas.ledger import read as read_ledger
from kompas.signals import restored

FORMAT = "kompas-backup"
VERSION = 1

# What is made anew by itself, or is only of the moment.
LEFT_OUT = {
    "accounts.attempt",
    "accounts.login",
    "admin.logentry",
    "auth.group",
    "auth.permission",
    "contenttypes.contenttype",
    "deliberation.findable",
    "deliberation.findablekey",
    "deliberation.gist",
    "django_tasks_database.dbtaskresult",
    "live.change",
    "live.connected",
    "reports.bundle",
    "reports.bundlepart",
    "sessions.session",  # Django's: who is logged in
}


class BackupError(Exception):
    """Says in one line why there is no backup, or why nothing was restored."""


class Encoder(DjangoJSONEncoder):
    def default(self, o):
        if isinstance(o, datetime | time):
            return o.isoformat()  # to the microsecond; Django's stops at the millisecond
        return super().default(o)


# What a file whose bytes were changed can lead to, before its checksum is reached.
DAMAGE = (
    gzip.BadGzipFile,
    zlib.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    FieldDoesNotExist,
)


def kept() -> list[type[models.Model]]:
    """The models whose rows are in a backup."""
    return [
        model
        for model in apps.get_models()
        if model._meta.label_lower not in LEFT_OUT and not model._meta.proxy
    ]


def fields(model: type[models.Model]) -> list[str]:
    """The fields of a model that are in a backup: all but ties to what is left out."""
    ours = set(kept())
    many = [field.name for field in model._meta.many_to_many if field.related_model in ours]
    return [field.name for field in model._meta.concrete_fields] + many


def migrations() -> list[list[str]]:
    """What was done to the tables of the models that are kept."""
    labels = {model._meta.app_label for model in kept()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted([app, name] for app, name in applied if app in labels)


def encoded(record: dict) -> bytes:
    return json.dumps(record, cls=Encoder, ensure_ascii=False).encode() + b"\n"


# Backup


def backup(file: Path) -> Counter[str]:
    """Write everything as it is at one moment to a file, whole or not at all; count the rows."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 600
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                counts = write(packed)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(name, file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name, too, survives a power cut
        finally:
            os.close(folder)
    except OSError as error:
        raise BackupError(f"{file} was not written: {error.strerror}.") from error
    except DatabaseError as error:
        raise BackupError(f"{file} was not written: {one_line(error)}") from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
    return counts


def write(out: gzip.GzipFile) -> Counter[str]:
    digest = hashlib.sha256()

    def put(record: dict) -> None:
        line = encoded(record)
        digest.update(line)
        out.write(line)

    counts: Counter[str] = Counter()
    with snapshot():
        put(
            {
                "format": FORMAT,
                "version": VERSION,
                "release": settings.KOMPAS_RELEASE,
                "made": timezone.now(),
                "migrations": migrations(),
            }
        )
        serializer = serializers.get_serializer("python")()
        for model in kept():
            for row in model._base_manager.order_by("pk").iterator(chunk_size=500):
                put(serializer.serialize([row], fields=fields(model))[0])
                counts[model._meta.label_lower] += 1
        put({"rows": counts, "sha256": digest.hexdigest()})
    return counts


@contextmanager
def snapshot() -> Iterator[None]:
    """Sees the database as it is at one moment, and keeps nobody from writing meanwhile."""
    database: Any = connection
    database.ensure_connection()
    mode = getattr(database, "transaction_mode", None)
    if database.vendor == "sqlite":
        database.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        database.transaction_mode = mode


# Restore


def restore(file: Path, erased: set[uuid.UUID]) -> Counter[str]:
    """Put a backup into an empty database, whole or not at all, without what was erased since.

    Nor does what ended since let anybody in. Counts the rows of the backup.
    """
    try:
        with gzip.open(file) as lines, transaction.atomic():
            try:
                counts = read(lines)
            except EOFError as error:
                raise BackupError(f"{file} stops half-way. Nothing was restored.") from error
            except DAMAGE as error:
                raise BackupError(f"{file} is damaged. Nothing was restored.") from error
            restored.send(sender=None, erased=erased)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except (DatabaseError, DeserializationError) as error:
        raise BackupError(f"Nothing was restored: {one_line(error)}") from error
    return counts


def forget(erased: set[uuid.UUID]) -> None:
    """Erase and end again, in a database that was put back in another way."""
    with transaction.atomic():
        restored.send(sender=None, erased=erased)


def read(lines: gzip.GzipFile) -> Counter[str]:
    first = lines.readline()
    refuse_head(json.loads(first or b"{}"))
    refuse_rows()
    digest = hashlib.sha256(first)
    counts: Counter[str] = Counter()
    tail: dict = {}

    def records() -> Iterator[dict]:
        allowed = {model._meta.label_lower for model in kept()}
        for line in lines:
            record = json.loads(line)
            if "sha256" in record:
                tail.update(record)
                return
            digest.update(line)
            if record["model"] not in allowed:
                raise BackupError(f"A row of {record['model']} is no part of a backup.")
            counts[record["model"]] += 1
            yield record

    for row in serializers.deserialize("python", records()):
        row.save(force_insert=True)
    if tail != {"rows": dict(counts), "sha256": digest.hexdigest()} or lines.read(1):
        raise BackupError("The backup is not whole, or was changed. Nothing was restored.")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept()):
            cursor.execute(statement)
    connection.check_constraints()
    return counts


def refuse_head(head: dict) -> None:
    if head.get("format") != FORMAT:
        raise BackupError("This is not a backup of Kompas.")
    if head["version"] != VERSION:
        raise BackupError(f"This backup has format {head['version']}, and {VERSION} is known here.")
    theirs, ours = ({tuple(step) for step in steps} for steps in (head["migrations"], migrations()))
    if theirs != ours:
        app, name = min(theirs ^ ours)
        raise BackupError(
            f"This backup is of release {head['release']}, whose tables differ ({app} {name}). "
            "Restore it with that release, and update afterwards."
            if ours
            else "This database has no tables yet: run manage.py migrate first."
        )


def refuse_rows() -> None:
    for model in kept():
        if model._base_manager.exists():
            raise BackupError(
                f"This database is not empty (it has {model._meta.label}). "
                "Use a new one, with manage.py migrate and nothing else."
            )


def ledger(file: Path) -> set[uuid.UUID]:
    """Read what was erased and what ended."""
    try:
        return read_ledger(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BackupError(f"{file}, {error}.") from error


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())
