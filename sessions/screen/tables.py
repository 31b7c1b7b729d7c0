"""What a plenary shows of its tables: of each only what stands on its own board too."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count

from sessions.clock import Clock
from sessions.models import (
    Condition,
    Distribution,
    Item,
    MinorityView,
    Round,
    Session,
    Step,
    distributions,
)

from .parts import Ready, Weighed

if TYPE_CHECKING:
    from .talk import Screen

BESIDE = (Condition, MinorityView)  # what a plenary shows of its tables beside their answers
ON_ONE_BOARD = 6  # tables of which all is legible from four metres; of more, the answer alone


@dataclass(frozen=True)
class Room:
    """How much of each table fits on the board: characters and rows."""

    across: int
    answer: int
    arguments: int
    argument: int
    views: int
    view: int
    is_tight: bool = False  # set smaller, and what things are is said once, in the margin


WIDE, NORMAL = Room(2, 420, 3, 150, 2, 220), Room(3, 260, 2, 110, 2, 150)
HALF = Room(2, 190, 1, 100, 1, 130)
SMALL, FEW_WORDS = Room(3, 105, 1, 70, 1, 85, True), Room(4, 52, 0, 0, 0, 0, True)
VERDICTS = Room(4, 0, 0, 0, 0, 0, True)


class Beside(NamedTuple):
    """What stands beside an answer: a condition, or a minority view and who says it."""

    text: str
    said_by: str


class Table:
    """One table, as all may see it."""

    def __init__(self, session: Session, tables: Tables):
        self.session = session
        self._tables = tables

    @property
    def number(self) -> int:
        return self.session.table or 0

    @property
    def step(self) -> Step | None:
        return self.session.step(self.session.room_step)

    @property
    def seats(self) -> int:
        return getattr(self.session, "seats_taken", 0)

    @property
    def may_go(self) -> bool:
        """Whether it looks as if nothing was given there, so that it can be taken away."""
        return self.session.status == Session.Status.DRAFT and not self.seats

    @property
    def clock(self) -> Clock | None:
        return Clock.of(self.session)

    @property
    def clock_is_over(self) -> bool:
        return self.clock is not None and self.clock.is_over(self._tables.now)

    @property
    def ready(self) -> Ready | None:
        """How many are ready with what is asked of each alone now, where the table is."""
        for round in self._tables.rounds[self.session.pk]:
            if round.is_open and round.step == self.session.room_step:
                return Ready(round.given, self.seats if round.expected is None else round.expected)
        return None

    @property
    def verdict(self) -> str:
        return self._tables.texts.get((self.session.pk, "verdict"), "")

    @property
    def answer(self) -> str:
        return self._tables.texts.get((self.session.pk, "answer"), "")

    @property
    def views(self) -> Sequence[Beside]:
        return self._tables.beside[self.session.pk, MinorityView.list_name()]

    @property
    def conditions(self) -> Sequence[Beside]:
        return self._tables.beside[self.session.pk, Condition.list_name()]

    @property
    def weighed(self) -> Sequence[Weighed]:
        """What was weighed last and is revealed, where people differ most first."""
        return self._tables.weighed[self.session.pk]


class Tables:
    """The tables of a plenary, in a number of queries that does not grow with them."""

    def __init__(self, screen: Screen, first: int = 0):
        self._screen = screen
        self.session = screen.session
        self.now: datetime.datetime = screen.now
        self.first = first  # on the board: the place of the first table that is shown in full

    @cached_property
    def all(self) -> list[Table]:
        return [Table(session, self) for session in self.session.family]

    @property
    def answered(self) -> int:
        """How many tables have an answer."""
        return sum(bool(table.verdict) for table in self.all)

    @property
    def unanswered(self) -> list[Table]:
        """Those that have no answer yet."""
        return [table for table in self.all if not table.verdict]

    @property
    def open(self) -> list[Table]:
        """Those that are not closed yet."""
        return [table for table in self.all if not table.session.is_closed]

    @property
    def may_go(self) -> list[Table]:
        """Those that can be taken away, as it seems."""
        return [table for table in self.all if table.may_go]

    @property
    def mode(self) -> str:
        """What the plenary's board shows: how to join, where the tables are, or what they say."""
        if self.session.room_step == self.session.step_of_kind("outcome"):
            return "answers"
        begun = self.session.room_step or any(one.room_step for one in self.session.family)
        return "work" if begun else "begin"

    @cached_property
    def _ids(self) -> list[uuid.UUID]:
        return [table.pk for table in self.session.family]

    @cached_property
    def texts(self) -> dict[tuple[uuid.UUID, str], str]:
        plenary = self.session.pk
        found = (text for text in self._screen.all_texts if text.session_id != plenary)
        return {(text.session_id, text.prompt): text.body for text in found}

    @cached_property
    def rounds(self) -> dict[uuid.UUID, list[Any]]:
        """The rounds of each table in order, each with how many ballots were `given`."""
        found: dict[uuid.UUID, list[Any]] = defaultdict(list)
        rounds = Round.objects.filter(session__in=self._ids).exclude(state=Round.State.DISCARDED)
        for round in rounds.order_by("number").annotate(given=Count("ballot")):
            found[round.session_id].append(round)
        return found

    @cached_property
    def beside(self) -> dict[tuple[uuid.UUID, str], list[Beside]]:
        """By table and list: the conditions and the minority views."""
        found: dict[tuple[uuid.UUID, str], list[Beside]] = defaultdict(list)
        for model in BESIDE:
            for row in self._screen.all_rows(model):
                if row.stands and row.session_id != self.session.pk:
                    said_by = getattr(row, "said_by", "")
                    found[row.session_id, model.list_name()].append(Beside(row.text, said_by))
        return found

    @cached_property
    def weighed(self) -> dict[uuid.UUID, list[Weighed]]:
        """Of each table the last round of weights that was revealed."""
        last = {
            session: [
                round
                for round in rounds
                if round.is_revealed and round.purpose == Round.Purpose.WEIGHTS
            ][-1:]
            for session, rounds in self.rounds.items()
        }
        shown = [round for rounds in last.values() for round in rounds]
        told: dict[uuid.UUID, Distribution] = distributions(shown)
        found: dict[uuid.UUID, list[Weighed]] = defaultdict(list)
        items = Item.objects.filter(round__in=shown, argument__removed_at=None)
        for item in items.select_related("argument", "round"):
            counts: Counter[int] = told[item.round_id].get(item.argument_id, Counter())
            found[item.round.session_id].append(Weighed(counts, item, item.argument))
        return defaultdict(
            list,
            {
                id: sorted(rows, key=lambda one: -one.spread)
                for id, rows in found.items()
                if any(one.total for one in rows)
            },
        )

    # -- on the board ---------------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        """Whether all of what each table says fits beside that of the others."""
        return len(self.shown) <= ON_ONE_BOARD

    @property
    def shown(self) -> list[Table]:
        """The tables that the board shows: all, or of many a group that one asked for."""
        if self.first and len(self.all) > ON_ONE_BOARD:
            return self.all[self.first - 1 : self.first - 1 + ON_ONE_BOARD]
        return self.all

    @property
    def room(self) -> Room:
        if not self.is_whole:
            return FEW_WORDS if len(self.shown) <= 2 * ON_ONE_BOARD else VERDICTS
        return {1: WIDE, 2: WIDE, 3: NORMAL, 4: HALF}.get(len(self.shown), SMALL)

    @property
    def groups(self) -> list[tuple[int, int, int]]:
        """Of many tables the groups that can be shown in full: place, first and last number."""
        if len(self.all) <= ON_ONE_BOARD:
            return []
        return [
            (at + 1, group[0].number, group[-1].number)
            for at in range(0, len(self.all), ON_ONE_BOARD)
            for group in [self.all[at : at + ON_ONE_BOARD]]
        ]
