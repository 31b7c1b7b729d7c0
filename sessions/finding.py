"""What can be found of a talk: kept beside it, brought up to date, and made anew.

Nothing is done for it in the room. A talk is indexed after it was begun, closed, opened again or
decided about, and after somebody said what became of a promise; for the rest `tick` looks which
talks changed since. See docs/decisions/the-register.md.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from kompas.signals import tick

from . import stems
from .document import documents
from .document.format import DAYS, day_of
from .models import Findable, FindableKey, Result, Session, Version, read_families
from .steps import LISTS, PROMISED

BATCH = 200  # talks that are indexed together
LONGEST_KEY = 200

_CONTENT = ("last", "revision", "day", "title", "question", "verdict", "review_on", "promise_due")
# What is chosen, reckoned or signed, and no words of the talk. Who searches for a name does not
# find all that somebody said.
_NO_WORDS = {
    *("format", "version", "method", "method_version", "language", "status", "naming", "step"),
    *("prompt", "said_by", "verdict", "begins", "ends", "decided_on", "due"),
    *(key for _within, key in DAYS.values()),
    *(
        field.name
        for one in LISTS.values()
        for field in one.model._meta.get_fields()
        if getattr(field, "choices", None) and field.name != "result"
    ),
}


def later(session: Session) -> None:
    """Index a talk once what was just written is stored; what goes wrong then, `tick` mends."""
    if session.organisation_id is not None and session.kind == Session.Kind.TALK:
        whole = session.plenary_id or session.pk
        transaction.on_commit(partial(keep, [whole]), robust=True)


@receiver(post_save, sender=Session, dispatch_uid="index_begun_talk")
def _begun(instance: Session, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        later(instance)


def _wanted() -> Q:
    return Q(kind=Session.Kind.TALK, plenary=None, removed_on=None, organisation__isnull=False)


def stale() -> QuerySet[Session]:
    """The talks of which what can be found is not what it should be, or is there and should not."""
    tables = Session.objects.filter(plenary=OuterRef("pk")).order_by().values("plenary")
    of_tables = Subquery(tables.annotate(sum=Sum("revision")).values("sum"))
    talks = Session.objects.annotate(
        kept=FilteredRelation("findables", condition=Q(findables__face=Findable.Face.BARE)),
        now=Case(
            When(table_count=0, then=F("revision")),
            default=F("revision") + Coalesce(of_tables, 0),
        ),
    )
    changed = Q(kept__revision__lt=F("now")) | Q(kept__revision__gt=F("now"))
    missing, there = Q(kept__isnull=True), Q(kept__isnull=False)
    return talks.filter(_wanted() & (missing | changed) | ~_wanted() & there)


@receiver(tick, dispatch_uid="index_changed_talks")
def keep_up(**_kwargs: Any) -> None:
    """Index what changed."""
    for batch in _batches(stale()):
        keep(batch)


def reindex() -> Iterator[int]:
    """Make all of it anew, batch by batch; gives how many talks are done."""
    gone = Findable.objects.exclude(session__in=Session.objects.filter(_wanted()).values("pk"))
    gone.delete()
    done = 0
    for batch in _batches(Session.objects.filter(_wanted())):
        keep(batch)
        done += len(batch)
        yield done


def _batches(talks: QuerySet[Session]) -> Iterator[list[uuid.UUID]]:
    ids = list(talks.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def keep(ids: Iterable[uuid.UUID]) -> None:
    """Index these talks as they are now; of those that nobody is to find, nothing is kept."""
    ids = list(ids)
    # The revision is read before the words are: what is kept may be newer than it, never older.
    sessions = list(Session.objects.filter(_wanted(), pk__in=ids).select_related("method"))
    faces = _faces(sessions)
    with transaction.atomic():
        stored = Findable.objects.bulk_create(
            [face for face, _whole in faces],
            update_conflicts=True,
            unique_fields=["session", "face", "number"],
            update_fields=[*_CONTENT, "words"],
        )
        pks = [one.pk for one in stored]
        Findable.objects.filter(session__in=ids).exclude(pk__in=pks).delete()
        FindableKey.objects.filter(findable__in=pks).delete()
        FindableKey.objects.bulk_create(
            (key for face, whole in faces for key in keys(face, whole)), ignore_conflicts=True
        )


def _faces(sessions: list[Session]) -> list[tuple[Findable, dict[str, Any]]]:
    """All faces of these talks, each with the document that it was made of."""
    read_families(sessions)
    open_ones = [session for session in sessions if not session.is_closed]
    stand = dict(zip((one.pk for one in open_ones), documents(open_ones), strict=True))
    kept: dict[uuid.UUID, list[Version]] = defaultdict(list)
    for version in Version.objects.filter(session__in=sessions).order_by("session", "number"):
        kept[version.session_id].append(version)
    told = _told(sessions)
    return [
        one
        for session in sessions
        for one in faces(session, kept[session.pk], stand.get(session.pk), told[session.pk])
    ]


def faces(
    session: Session,
    versions: list[Version],
    stands: dict[str, Any] | None,
    told: set[tuple[str, str]],
) -> Iterator[tuple[Findable, dict[str, Any]]]:
    """The faces of one talk, not stored yet: of its versions, and as it `stands` if it is open.

    `told` are the promises, as list and words, of which somebody said what became of them.
    """
    revision = session.revision + sum(table.revision for table in session.family)
    closed_on = timezone.localdate(versions[-1].closed_at) if versions else session.changed_on
    day = session.held_on or closed_on
    yield Findable(session=session, face=Findable.Face.BARE, revision=revision, day=day), {}
    for version in versions:
        closed_on = timezone.localdate(version.closed_at)
        face = Findable(
            session=session,
            face=Findable.Face.KEPT,
            number=version.number,
            last=version is versions[-1],
            revision=revision,
            day=day_of(version.document.get("held_on")) or closed_on,
        )
        yield _filled(face, version.document, told), version.document
    if stands is not None:
        face = Findable(session=session, face=Findable.Face.OPEN, revision=revision, day=day)
        yield _filled(face, stands, told), stands


def _filled(face: Findable, whole: dict[str, Any], told: set[tuple[str, str]]) -> Findable:
    """What a document says, for a list and its filters, and all its words."""
    face.title = whole.get("title", "")
    face.question = whole.get("question", "")
    face.verdict = whole.get("outcome", {}).get("verdict", "")
    face.review_on = day_of(whole.get("review_on"))
    face.promise_due = min(_waiting(whole, told), default=None)
    face.words = stems.words(_texts(whole))
    return face


def _texts(whole: Any) -> Iterator[str]:
    """All that somebody typed; tables' words count with their plenary."""
    if isinstance(whole, str):
        yield whole
    elif isinstance(whole, dict):
        for name, value in whole.items():
            if name not in _NO_WORDS and not (name == "result" and value in Result.values):
                yield from _texts(value)
    elif isinstance(whole, list):
        for value in whole:
            yield from _texts(value)


def _waiting(whole: dict[str, Any], told: set[tuple[str, str]]) -> Iterator[datetime.date]:
    """The days of what was promised and of which nobody said what became of it."""
    for one in PROMISED:
        holder = whole.get(one.within, {}) if one.within else whole
        for item in holder.get(one.name, []):
            settled = item.get("state") or item.get("result") or item.get("kind") == "fact"
            if "due" in item and not settled and (one.name, _said(one, item)) not in told:
                yield datetime.date.fromisoformat(item["due"])


def _said(one: Any, item: dict[str, Any]) -> str:
    return item[one.model.content[0]]


def _told(sessions: list[Session]) -> dict[uuid.UUID, set[tuple[str, str]]]:
    """By talk the promises of which somebody said what became of them: a version does not know."""
    told: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    for one in PROMISED:
        rows = one.model.objects.standing().filter(session__in=sessions)
        rows = rows.exclude(state="", result="").order_by()
        for session, words in rows.values_list("session", one.model.content[0]):
            told[session].add((one.name, words))
    return told


def keys(face: Findable, whole: dict[str, Any]) -> Iterator[FindableKey]:
    """The values and stakeholders of one face, those of its tables included."""
    for kind, list_name in (("value", "values"), ("stakeholder", "stakeholders")):
        names: dict[str, str] = {}
        for part in (whole, *whole.get("tables", [])):
            for item in part.get(list_name, []):
                names.setdefault(stems.fold(item["name"])[:LONGEST_KEY], item["name"])
        for key, name in names.items():
            yield FindableKey(findable=face, kind=kind, key=key, name=name[:LONGEST_KEY])
