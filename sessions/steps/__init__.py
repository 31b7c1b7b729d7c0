"""What comes next: the kinds of steps, and the progress of a talk. See docs/add-a-kind.md."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery

from sessions.models import Parked, Seat, Session, Step

from .arguments import Arguments
from .facts import Facts
from .kind import Ask, Kind, List
from .outcome import Outcome
from .question import Question
from .stakeholders import Stakeholders
from .values import Values
from .weighing import Weighing
from .whole import DECISIONS, INVITED, PARKED

__all__ = [
    "KINDS",
    "LISTS",
    "PROMISED",
    "TYPED_LISTS",
    "WHOLE_LISTS",
    "Ask",
    "Counts",
    "Kind",
    "List",
    "Progress",
    "kind_of",
    "progress",
    "required_prompts",
]

# In the order in which the exchange format and the report give them.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Question(),
        Facts(),
        Stakeholders(),
        Values(),
        Arguments(),
        Weighing(),
        Outcome(),
    )
}

# Every list of a talk: of the steps, and those that belong to the talk as a whole.
WHOLE_LISTS = (INVITED, PARKED, DECISIONS)
TYPED_LISTS = (INVITED, PARKED)  # by the facilitator, while the talk is open
LISTS: dict[str, List] = {
    one.name: one
    for one in (
        INVITED,
        *(one for kind in KINDS.values() for one in kind.lists),
        DECISIONS,
        PARKED,
    )
}
# What somebody sees to, and of which it is said what became of it.
PROMISED = (LISTS["actions"], LISTS["conditions"], LISTS["facts"])


def kind_of(step: Step) -> Kind:
    return KINDS[step.kind]


def required_prompts() -> dict[str, frozenset[str]]:
    """Per kind the prompts that a method's step of that kind must ask."""
    return {name: frozenset(kind.prompts) for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Progress:
    """One step of a talk, whether it is done, and whether the room is there."""

    step: Step
    done: bool
    room_is_here: bool


@dataclass(frozen=True)
class Counts:
    """How many phones take part in a talk, and how much is parked in it."""

    seats: int
    parked: int


def progress(session: Session) -> tuple[list[Progress], Counts]:
    """Every step of the talk, and what there is of seats and parked things, in one query."""
    sql, parameters = _done(session.steps)
    any_talk, this_talk = _as_parameter(ANY_TALK), _as_parameter(session.pk)
    with connection.cursor() as cursor:
        cursor.execute(sql, [this_talk if one == any_talk else one for one in parameters])
        seats, parked, *row = cursor.fetchone()
    steps = [
        Progress(step, bool(done), step.key == session.room_step)
        for step, done in zip(session.steps, row, strict=True)
    ]
    return steps, Counts(seats or 0, parked or 0)


ANY_TALK = uuid.UUID(int=0)  # stands in the query for the talk that it is asked of


def _as_parameter(session_id: uuid.UUID):
    return Session._meta.pk.get_db_prep_value(session_id, connection)


@lru_cache
def _done(steps: tuple[Step, ...]) -> tuple[str, tuple]:
    """The query for a method's steps, written once: writing it takes longer than its answer."""
    done = [kind_of(step).done(step) for step in steps]
    found = [*map(_counted, (Seat.objects.all(), Parked.objects.standing())), *done]
    return Session.objects.filter(pk=ANY_TALK).values_list(*found).query.sql_with_params()


def _counted(rows: QuerySet) -> Subquery:
    """How many of these rows a talk has, as an expression on `Session`; NULL where none."""
    of_talk = rows.filter(session=OuterRef("pk")).order_by().values("session")
    return Subquery(of_talk.annotate(count=Count("*")).values("count"))
