"""What of a talk somebody reads: as it stands, as it was last closed, or what was shared."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from .access import Access
from .document import documents
from .models import Session, Text, Version

Document = dict[str, Any]


@dataclass(frozen=True)
class Glimpse:
    """The little of a talk by which it is known in a list, from what this actor reads of it."""

    access: Access
    question: str
    title: str
    values: tuple[str, ...] = ()
    verdict: str = ""
    closed_on: datetime.date | None = None  # None where it is read as it stands

    @property
    def session(self) -> Session:
        return self.access.session


def _split(accesses: Iterable[Access]) -> tuple[list[Access], list[Access]]:
    """Who reads a kept version, and who reads the talk as it stands."""
    kept: list[Access] = []
    standing: list[Access] = []
    for one in accesses:
        (kept if one.version or one.reads_kept else standing).append(one)
    return kept, standing


def _versions(kept: list[Access]) -> QuerySet[Version]:
    """Of each the version that is read: the one that was shared, or else the last."""
    last = Version.objects.filter(session=OuterRef("session")).order_by().values("session")
    number = Subquery(last.annotate(last=Max("number")).values("last"))
    wanted = Q(session__in=[one.session.pk for one in kept if not one.version], number=number)
    for one in kept:
        if one.version:
            wanted |= Q(session=one.session.pk, number=one.version)
    return Version.objects.filter(wanted).order_by()


def readable_document(access: Access) -> Document:
    """The document that this actor may read."""
    return readable_documents([access])[access.session.pk]


def readable_documents(accesses: Iterable[Access]) -> dict[uuid.UUID, Document]:
    """Of each of these talks the document that its actor may read, in a few queries."""
    kept, standing = _split(accesses)
    found = dict(_versions(kept).values_list("session", "document")) if kept else {}
    live = [one.session for one in standing]
    if live:
        told = zip(live, documents(live), strict=True)
        found |= {session.pk: document for session, document in told}
    return found


def glimpses(accesses: Iterable[Access]) -> list[Glimpse]:
    """By what each of these talks is known, in two queries; the order stays."""
    accesses = list(accesses)
    kept, standing = _split(accesses)
    found: dict[uuid.UUID, Glimpse] = {}
    of_talk = {one.session.pk: one for one in accesses}
    if kept:
        told = _versions(kept).values_list(
            "session",
            KeyTextTransform("question", "document"),
            KeyTextTransform("title", "document"),
            KeyTransform("values", "document"),
            KeyTextTransform("verdict", KeyTransform("outcome", "document")),
            F("closed_at"),
        )
        for id, question, title, values, verdict, at in told:
            names = tuple(value["name"] for value in values or ())
            question, title = question or "", title or question or ""
            closed_on = timezone.localdate(at)
            found[id] = Glimpse(of_talk[id], question, title, names, verdict or "", closed_on)
    if standing:
        texts: dict[tuple[uuid.UUID, str, str], str] = {}
        stored = Text.objects.filter(
            session__in=[one.session.pk for one in standing], prompt__in=("title", "question")
        )
        for id, step, prompt, body in stored.values_list("session", "step", "prompt", "body"):
            texts[id, step, prompt] = body
        for one in standing:
            session = one.session
            question = texts.get((session.pk, session.step_of_kind("question"), "question"), "")
            title = texts.get((session.pk, "", "title")) or question
            found[session.pk] = Glimpse(one, question, title)
    return [found[one.session.pk] for one in accesses if one.session.pk in found]
