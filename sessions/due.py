"""What falls due: days to look again, and promises of which nobody said yet what became of them."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Session
from .models.notes import Reminder
from .steps import PROMISED, List

SOON = 14  # days ahead in which it is said in the app


@dataclass(frozen=True)
class Due:
    """One thing of one closed talk, with its day; without a row it is the day to look again."""

    session: Session
    on: datetime.date
    list: List | None = None
    row: Any = None

    @property
    def reason(self) -> str:
        return Reminder.Reason.PROMISE if self.list else Reminder.Reason.REVIEW

    @property
    def thing_id(self) -> str:
        return str(self.row.pk) if self.row else ""

    @property
    def is_past(self) -> bool:
        return self.on < timezone.localdate()

    @property
    def is_today(self) -> bool:
        return self.on == timezone.localdate()

    @property
    def who(self) -> str:
        return getattr(self.row, "who", "") or getattr(self.row, "owner", "")


def due(
    talks: QuerySet[Session],
    until: datetime.date,
    since: datetime.date | None = None,
    most: int | None = None,
) -> list[Due]:
    """What is due in these talks from `since` (or ever) until a day, that one included.

    In order of their days; of each list the first `most`. Of a talk that is open again, put away
    or removed nothing is due, nor in a practice talk. Six queries, whatever there is.
    """
    live = talks.filter(
        status=Session.Status.CLOSED,
        kind=Session.Kind.TALK,
        archived_on=None,
        removed_on=None,
        plenary=None,
    )
    found: list[tuple[Any, Any, List | None, Any]] = []  # of a talk's id: day, list and row
    reviews = live.filter(_between("review_on", since, until)).order_by("review_on", "pk")
    for pk, day in reviews.values_list("pk", "review_on")[:most]:
        found.append((pk, day, None, None))
    for one in PROMISED:
        rows = one.model.objects.standing().filter(
            _between("due", since, until),
            session__in=live.order_by().values("pk"),
            state="",
            result="",
        )
        for row in rows.order_by("due", "position", "pk")[:most]:
            if row.is_promised:
                found.append((row.session_id, row.due, one, row))
    sessions = (
        Session.objects.select_related("method", "owner", "organisation")
        .prefetch_related("texts")
        .in_bulk({pk for pk, *_rest in found})
    )
    told = [Due(sessions[pk], day, one, row) for pk, day, one, row in found if pk in sessions]
    return sorted(told, key=lambda one: (one.on, str(one.session.pk), one.list is None))


def _between(name: str, since: datetime.date | None, until: datetime.date) -> Q:
    days = Q(**{f"{name}__lte": until})
    return days & Q(**{f"{name}__gte": since}) if since else days


def title(session: Session) -> str:
    """What a talk is called; its texts are fetched already."""
    texts = {(text.step, text.prompt): text.body for text in session.texts.all()}
    question = texts.get((session.step_of_kind("question"), "question"), "")
    return texts.get(("", "title")) or question


def said_just_now(talks: QuerySet[Session], slug: str, row_id: str) -> Due | None:
    """The promise of one of these talks of which somebody said what became of it just now."""
    one = next((one for one in PROMISED if one.slug == slug), None)
    try:
        id = uuid.UUID(row_id)
    except ValueError:
        return None
    if one is None:
        return None
    row: Any = one.model.objects.standing().filter(pk=id, session__in=talks).first()
    if row is None or not row.is_told:
        return None
    return Due(row.session, row.due, one, row)
