"""What was erased and what ended, in a file that outlives the database: a line each, the id first.

Ids alone, most of them made of another: who has the file can look nothing up with it.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

BACK = "back"  # at the end of a line: what it names ended, and was given again


def remember(*ids: uuid.UUID) -> None:
    """Write ids of what is erased or ended next, before that is committed.

    An id in the ledger of what stays after all does no harm. The other way round a restored
    backup would give again what should be gone.
    """
    _write(ids)


def recall(*ids: uuid.UUID) -> None:
    """Write, once it is committed, that what had ended was given again."""
    transaction.on_commit(lambda: _write(ids, f" {BACK}"))


def _write(ids: tuple[uuid.UUID, ...], more: str = "") -> None:
    if not ids:
        return
    ledger = Path(settings.KOMPAS_ERASURES)
    ledger.parent.mkdir(parents=True, exist_ok=True)
    today = timezone.localdate().isoformat()
    with ledger.open("a", encoding="utf-8") as file:
        file.writelines(f"{id} {today}{more}\n" for id in ids)
        file.flush()
        os.fsync(file.fileno())  # a power cut may not take it where the database keeps its own


def ended(id: uuid.UUID, what: str = "ended") -> uuid.UUID:
    """Under which the ledger knows that something of this row has ended."""
    return uuid.uuid5(id, what)


def read(file: Path) -> set[uuid.UUID]:
    """The ids of all that is gone. Raises OSError, and ValueError with the line that is wrong."""
    gone: set[uuid.UUID] = set()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split()
        try:
            ids = map(uuid.UUID, words[:1])
            (gone.difference_update if words[2:] == [BACK] else gone.update)(ids)
        except ValueError as error:
            raise ValueError(f"line {number}: no id") from error
    return gone
