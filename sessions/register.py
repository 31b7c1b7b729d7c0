"""Which talks somebody looks for, and what they find of them: a page of a list at a time."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from kompas.accounts.models import Organisation, Role

from . import stems
from .access import Actor, found_faces
from .models import Findable, FindableKey, Method, Session, Tag

ROWS = 25  # on a page
MOST_COUNTED = 1000  # how far it is counted how many there are
MOST_OFFERED = 80  # names in the filters
_READING = (Role.FACILITATOR, Role.SCHOOL_LEADER, Role.BOARD_READER)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; each that is given has to fit."""

    words: str = ""
    school: str = ""  # its short name; of a board all its schools
    method: str = ""  # slug
    status: str = ""
    verdict: str = ""
    value: str = ""
    stakeholder: str = ""
    tag: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    review: bool = False  # its day to look again has come
    overdue: bool = False  # the day of a promise is over, and nobody said what became of it
    archived: bool = False  # those that were put out of the way, and no others


@dataclass(frozen=True)
class Row:
    """One talk on the list, with what this reader may know of it."""

    face: Findable
    status: str
    school: Organisation
    method: str
    lead: str  # who leads it; empty to who need not know
    tags: list[str]
    opens: bool  # whether there is something behind it to see

    @property
    def session(self) -> Session:
        return self.face.session

    @property
    def title(self) -> str:
        return self.face.title or self.face.question

    @property
    def is_bare(self) -> bool:
        return self.face.face == Findable.Face.BARE

    @property
    def has_report(self) -> bool:
        """Whether it was closed, for this reader: then it can be bundled."""
        return self.face.face == Findable.Face.KEPT or self.session.is_reopened

    @property
    def looks_again(self) -> bool:
        day = self.face.review_on
        return day is not None and day <= timezone.localdate()

    @property
    def is_overdue(self) -> bool:
        day = self.face.promise_due
        return day is not None and day < timezone.localdate()


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    count: int  # one more than MOST_COUNTED says: more than that
    later: str  # where the page after this one begins, and the one before; "" at an end
    earlier: str

    @property
    def is_more(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def is_ticked(self) -> bool:
        """Whether there is something here to put beside one another, or to bundle."""
        return not all(row.is_bare for row in self.rows)

    @property
    def has_reports(self) -> bool:
        return any(row.has_report for row in self.rows)


class Register:
    """The register as one actor sees it."""

    def __init__(self, actor: Actor):
        self.actor = actor
        self.schools = actor.within(Role.FACILITATOR, Role.SCHOOL_LEADER)
        self.managed = actor.reached(Role.ADMINISTRATOR)

    @property
    def is_open(self) -> bool:
        """Whether there is a register for this user at all."""
        return bool(self.actor.memberships) or self.administers

    @property
    def administers(self) -> bool:
        """Whether the user sees all talks of the installation, and no word of them."""
        return self.actor.user is not None and self.actor.user.is_superuser

    @property
    def reads(self) -> bool:
        """Whether there are words for this user to search."""
        return any(one.role in _READING for one in self.actor.memberships)

    # What can be chosen

    @cached_property
    def organisations(self) -> list[Organisation]:
        """What can be chosen from: each with all below it. Of an installation its boards."""
        if self.administers:
            return list(Organisation.objects.filter(parent=None).order_by("name", "pk"))
        return self.actor.reach

    @cached_property
    def methods(self) -> dict[int, Method]:
        """All there ever were, by key: a handful, and far too long to read with each row."""
        return {one.pk: one for one in Method.objects.order_by("slug", "version")}

    def names(self, kind: str) -> list[tuple[str, str]]:
        """The names that are used most in what this user may read: folded, and as it was typed."""
        return sorted((key, name) for one, key, name in self._names if one == kind)

    @cached_property
    def _names(self) -> list[tuple[str, str, str]]:
        if not self.reads:
            return []
        mine = found_faces(self.actor).filter(session__archived_on=None)
        keys = FindableKey.objects.filter(findable__in=mine.values("pk")).order_by()
        counted = keys.values("kind", "key").annotate(name=Min("name"), n=Count("pk"))
        found = counted.order_by("-n", "key").values_list("kind", "key", "name")
        return list(found[:MOST_OFFERED])

    def tags(self) -> list[str]:
        """The tags of the user's own schools."""
        if not self.schools:
            return []
        mine = found_faces(self.actor).filter(session__organisation__in=self.schools)
        tags = Tag.objects.filter(session__in=mine.values("session")).order_by()
        counted = tags.values("name").annotate(n=Count("pk")).order_by("-n", "name")
        return sorted(counted.values_list("name", flat=True)[:MOST_OFFERED])

    # What is found

    def find(self, asked: Asked) -> QuerySet[Findable]:
        """Of each talk that fits, the face that this user may read."""
        fits = Q(session__archived_on__isnull=not asked.archived)
        if looked := stems.asked(asked.words):
            fits &= Q(words__has=looked)
        elif asked.words.strip():
            return found_faces(self.actor).none()
        if asked.school:
            of = ("organisation", "organisation__parent", "organisation__parent__parent")
            fits &= Q(
                *(Q(**{f"session__{one}__slug": asked.school}) for one in of), _connector=Q.OR
            )
        if asked.method:
            fits &= Q(session__method__slug=asked.method)
        if asked.status:
            fits &= self._of_status(asked.status)
        if asked.verdict:
            fits &= Q(verdict=asked.verdict)
        for kind in FindableKey.Kind.values:
            if name := getattr(asked, kind):
                named = FindableKey.objects.filter(
                    findable=OuterRef("pk"), kind=kind, key=stems.fold(name)
                )
                fits &= Q(Exists(named))
        if asked.tag:
            tagged = Tag.objects.filter(session=OuterRef("session"), name=asked.tag.lower())
            fits &= Q(Exists(tagged), session__organisation__in=self.schools)
        if asked.since:
            fits &= Q(day__gte=asked.since)
        if asked.until:
            fits &= Q(day__lte=asked.until)
        if asked.review:
            fits &= Q(review_on__lte=timezone.localdate())
        if asked.overdue:
            fits &= Q(promise_due__lt=timezone.localdate())
        return found_faces(self.actor).filter(fits)

    def _of_status(self, status: str) -> Q:
        """To a reader for the board what was shared is closed, whatever became of it since."""
        shared = Q(face=Findable.Face.KEPT) & ~Q(session__organisation__in=self.schools)
        stands = ~shared & Q(session__status=status)
        return stands | shared if status == Session.Status.CLOSED else stands

    def page(self, asked: Asked, *, later: str = "", earlier: str = "") -> Page:
        """The rows after a place, or before one; from the last day to the first."""
        found = self.find(asked)
        back = bool(earlier)
        place = _place(earlier or later)
        shown = found
        if place:
            day, id = place
            # The day is said apart, so that an index can begin there.
            shown = found.filter(
                Q(day__gte=day) & (Q(day__gt=day) | Q(session__gt=id))
                if back
                else Q(day__lte=day) & (Q(day__lt=day) | Q(session__lt=id))
            )
        order = ("day", "session_id") if back else ("-day", "-session_id")
        # Which they are first, and what stands in them after: sorting then carries no words.
        pks = list(shown.order_by(*order).values_list("pk", flat=True)[: ROWS + 1])
        rows = found_faces(self.actor).filter(pk__in=pks).order_by(*order)
        faces = list(rows.select_related("session__organisation", "session__owner"))
        more, faces = len(faces) > ROWS, faces[:ROWS]
        if back:
            faces.reverse()
        return Page(
            rows=self._rows(faces),
            count=found.order_by()[: MOST_COUNTED + 1].count(),
            later=_token(faces[-1]) if faces and (more or back) else "",
            earlier=_token(faces[0]) if faces and place and (more or not back) else "",
        )

    def _rows(self, faces: Iterable[Findable]) -> list[Row]:
        tags: dict[uuid.UUID, list[str]] = defaultdict(list)
        mine = [face.session_id for face in faces if self._is_mine(face)]
        for session, name in Tag.objects.filter(session__in=mine).values_list("session", "name"):
            tags[session].append(name)
        return [self._row(face, tags[face.session_id]) for face in faces]

    def _row(self, face: Findable, tags: list[str]) -> Row:
        session: Any = face.session
        mine, managed = self._is_mine(face), session.organisation_id in self.managed
        bare = face.face == Findable.Face.BARE
        shared = not bare and not mine
        return Row(
            face=face,
            status=str(Session.Status.CLOSED.label if shared else session.get_status_display()),
            school=session.organisation,
            method=self.methods[session.method_id].title(session.language),
            lead=str(session.owner or "") if mine or managed else "",
            tags=tags,
            opens=not bare or managed,
        )

    def _is_mine(self, face: Findable) -> bool:
        """Whether it is a talk of a school of the user, and not one that was shared or managed."""
        return face.session.organisation_id in self.schools


def _token(face: Findable) -> str:
    return f"{face.day.isoformat()}_{face.session_id.hex}"


def _place(token: str) -> tuple[datetime.date, uuid.UUID] | None:
    """Where a page begins; None where the address was cut off or made up."""
    day, _between, id = token.partition("_")
    try:
        return datetime.date.fromisoformat(day), uuid.UUID(id)
    except ValueError:
        return None
