"""What can be counted in a version of a talk: made of its document, once, and kept beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from kompas.signals import tick

from .catalogues import same
from .models import Fact, Gist, Version

KEPT, DROPPED, OPEN, LATE = "kept", "dropped", "open", "late"
AT_ONCE = 200


def gist_of(version: Version) -> Gist:
    """The gist of a version, not stored."""
    whole = version.document
    talks = [whole, *whole.get("tables", [])]
    cores: set[str] = set()
    values: dict[str, str] = {}
    missing: dict[str, str] = {}
    for one in talks:
        core_of = {row["name"]: row.get("core", "") for row in one.get("values", [])}
        for argument in one.get("arguments", []):
            name = argument.get("value", "")
            if argument.get("decisive") and name:
                values.setdefault(same(name), name)
                cores |= {core_of[name]} if core_of.get(name) else set()
        for row in one.get("stakeholders", []):
            if row.get("at_table") is False:
                missing.setdefault(same(row["name"]), row["name"])
    held_on = whole.get("held_on")
    return Gist(
        version=version,
        day=datetime.date.fromisoformat(held_on) if held_on else _closed_on(version),
        verdict=whole.get("outcome", {}).get("verdict", ""),
        cores=sorted(cores),
        values=sorted(values.values()),
        missing=sorted(missing.values()),
        promises=[[row.get("state", ""), _told(row), row.get("due")] for row in _promised(whole)],
    )


def became(state: str, told: bool, due: datetime.date | str | None, today: datetime.date) -> str:
    """What became of something that was promised: one of KEPT, DROPPED, LATE and OPEN.

    `told` is whether anything was said of it, `due` its day, also as a document has it.
    """
    if isinstance(due, str):
        due = datetime.date.fromisoformat(due)
    if state in ("done", "changed"):
        return KEPT
    if state:
        return DROPPED
    return LATE if not told and due is not None and due < today else OPEN


def _closed_on(version: Version) -> datetime.date:
    return timezone.localtime(version.closed_at).date()


def _told(row: dict[str, Any]) -> bool:
    return bool(row.get("state") or row.get("result"))


def _promised(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """What somebody sees to, as `Promise.is_promised` says of rows."""
    yield from document.get("outcome", {}).get("conditions", [])
    yield from document.get("actions", [])
    for fact in document.get("facts", []):
        kind = fact.get("kind", "")
        row = Fact(kind=kind, owner=fact.get("owner", ""))
        row.due = fact.get("due")
        if row.is_promised:
            yield fact


@receiver(post_save, sender=Version, dispatch_uid="keep_gist")
def keep_gist(instance: Version, created: bool, raw: bool = False, **_kwargs) -> None:
    if created and not raw:
        Gist.objects.bulk_create([gist_of(instance)], ignore_conflicts=True)


@receiver(tick, dispatch_uid="keep_gists")
def keep_gists(**_kwargs) -> None:
    """Make those that are not there: of what was closed before there were any, or restored."""
    while missing := list(Version.objects.filter(gist=None).order_by("pk")[:AT_ONCE]):
        Gist.objects.bulk_create(map(gist_of, missing), ignore_conflicts=True)
