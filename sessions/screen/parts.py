"""What screens are made of."""

from __future__ import annotations

import statistics
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

from sessions.models import WEIGHTS, Argument, Feeling, Item
from sessions.steps import List
from sessions.steps.forms import ContributionForm


@dataclass(frozen=True)
class Ready:
    """How many ballots of the open round are in, of how many that are awaited."""

    given: int
    expected: int

    @property
    def surplus(self) -> int:
        return max(0, self.given - self.expected) if self.expected else 0

    @property
    def all(self) -> bool:
        return 0 < self.expected <= self.given


@dataclass(frozen=True)
class Raised:
    """How many cards were counted per argument, or slips: the fewest, the most, and of how many
    arguments none."""

    fewest: int
    most: int
    without: int


@dataclass(frozen=True)
class Answer:
    """One thing that one can feel about the question, and how many did, first and last."""

    word: str
    first: int
    last: int


@dataclass(frozen=True)
class Intuition:
    """How often each intuition (1 no to 5 yes) was given, first and last, and how many moved."""

    first: Counter[int]
    last: Counter[int]
    moved: int | None
    asked: int | None

    @property
    def answers(self) -> list[Answer]:
        return [
            Answer(str(feeling.label), self.first[feeling.value], self.last[feeling.value])
            for feeling in Feeling
        ]


@dataclass(frozen=True)
class Side:
    """One of the columns of a list, as for or against: its rows, and the form for one more."""

    key: str
    label: str
    rows: Sequence[Any]
    new: Callable[[], ContributionForm]

    @cached_property
    def form(self) -> ContributionForm:
        return self.new()  # made when a screen shows it: the board never does


@dataclass(frozen=True)
class Rows:
    """A list: its rows that stand, those put away, and the form for a new one.

    `step` is its step in addresses, or `-` where it is the talk's as a whole.
    """

    list: List
    step: str
    standing: Sequence[Any]
    gone: Sequence[Any]
    new: Callable[[], ContributionForm]
    editing: ContributionForm | None = None  # a bound or filled form for the row that is edited
    sides: tuple[Side, ...] = ()  # of arguments: each side with a form of its own
    columns: tuple[Side, ...] = ()  # of facts: each kind, so
    new_line: Callable[[], ContributionForm] | None = None  # the form to type a row in one go

    @cached_property
    def form(self) -> ContributionForm:
        return self.new()

    @cached_property
    def line(self) -> ContributionForm | None:
        return self.new_line() if self.new_line else None

    @property
    def edited(self) -> uuid.UUID | None:
        return self.editing.instance.pk if self.editing else None

    @property
    def unsorted(self) -> Sequence[Any]:
        """The facts of which it is not said how sure they are."""
        return [row for row in self.standing if not row.kind]

    @property
    def chosen(self) -> Sequence[Any]:
        """The values that the group goes on with."""
        return [row for row in self.standing if row.chosen]

    @property
    def others(self) -> Sequence[Any]:
        return [row for row in self.most_chosen if not row.chosen]

    @property
    def most_chosen(self) -> Sequence[Any]:
        """The values in the order of how many chose them alone."""
        return sorted(self.standing, key=lambda row: -(row.voices or 0))

    @property
    def for_(self) -> Sequence[Any]:
        return [row for row in self.standing if row.side == Argument.Side.FOR]

    @property
    def against(self) -> Sequence[Any]:
        return [row for row in self.standing if row.side == Argument.Side.AGAINST]


@dataclass(frozen=True)
class Counted:
    """How often each weight was given."""

    counts: Counter[int]

    @property
    def dots(self) -> Sequence[tuple[int, int]]:
        return [(weight, self.counts.get(weight, 0)) for weight in WEIGHTS]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def spread(self) -> float:
        """How far apart any two people are on average, 0-4; orders the talk, is never shown."""
        given = sorted(self.counts.elements())
        return statistics.fmean(b - a for a, b in combinations(given, 2)) if given[1:] else 0.0


@dataclass(frozen=True)
class Weighed(Counted):
    """One item of a round with how often each weight was given."""

    item: Item
    argument: Argument | None  # None: the question itself, of which an intuition was asked
    apart: bool = False  # nowhere do people differ more
    before: Counter[int] = field(default_factory=Counter)  # the round before


@dataclass(frozen=True)
class Reason(Counted):
    """An argument that may have decided it, as it was last weighed."""

    argument: Argument
    before: Counter[int] = field(default_factory=Counter)  # the time before
