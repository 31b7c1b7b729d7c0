"""What a screen shows: the room, one step and its rows, in a constant number of queries."""

from __future__ import annotations

import statistics
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import combinations
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import ngettext

from kompas import live

from .access import SEAT, Access
from .forms import ExpectedForm, TextForm
from .models import (
    WEIGHTS,
    Argument,
    Ballot,
    Contribution,
    Item,
    Option,
    Round,
    Seat,
    Stakeholder,
    Step,
    Tally,
    Text,
    Value,
    Weight,
    distributions,
)
from .steps import Kind, List, Progress, kind_of, progress


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
class Side:
    """For or against: its arguments, and the form for one more on this side."""

    key: str
    label: str
    rows: list[Contribution]
    new: Callable[[], forms.Form]

    @cached_property
    def form(self) -> forms.Form:
        return self.new()  # made when a screen shows it: the board never does


@dataclass(frozen=True)
class Rows:
    """A list of a step: its rows that stand, those put away, and the form for a new one."""

    list: List
    standing: list[Contribution]
    gone: list[Contribution]
    new: Callable[[], forms.Form]
    editing: forms.Form | None = None  # a bound or filled form for the row that is edited
    sides: tuple[Side, ...] = ()  # of arguments: each side with a form of its own

    @cached_property
    def form(self) -> forms.Form:
        return self.new()

    @property
    def edited(self) -> uuid.UUID | None:
        return self.editing.instance.pk if self.editing else None

    @property
    def for_(self):
        return [row for row in self.standing if row.side == Argument.Side.FOR]

    @property
    def against(self):
        return [row for row in self.standing if row.side == Argument.Side.AGAINST]


@dataclass(frozen=True)
class Weighed:
    """One argument with how often each weight was given."""

    item: Item
    argument: Argument
    counts: Counter[int]
    cards: Counter[int] = field(default_factory=Counter)
    apart: bool = False  # nowhere do people differ more

    @property
    def dots(self) -> list[tuple[int, int]]:
        return [(weight, self.counts.get(weight, 0)) for weight in WEIGHTS]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def spread(self) -> float:
        """How far apart any two people are on average, 0-4; orders the talk, is never shown."""
        given = sorted(self.counts.elements())
        return statistics.fmean(b - a for a, b in combinations(given, 2)) if given[1:] else 0.0


class Screen:
    """One step of one talk for one actor. Each part is asked of the database once, when needed."""

    def __init__(self, access: Access, step: Step | None):
        self.access = access
        self.session = access.session
        self.step = step
        self.kind: Kind | None = kind_of(step) if step else None
        # Forms that were refused, by list slug, row id or prompt: they keep what was typed.
        self.forms: dict[str, forms.Form] = {}
        self.editing: uuid.UUID | None = None
        self._rows: dict[type[Contribution], list[Any]] = {}

    # -- the talk -------------------------------------------------------------------------------

    @cached_property
    def progress(self) -> list[Progress]:
        return progress(self.session)

    def _steps(self, url: bool) -> list[dict[str, Any]]:
        return [
            {
                "title": one.step.title,
                "done": one.done,
                "here": one.room_is_here,
                "current": self.step is not None and one.step.key == self.step.key,
                "url": reverse("sessions:step", args=[self.session.pk, one.step.key])
                if url
                else "",
                "note": ngettext("%(n)s minute", "%(n)s minutes", one.step.minutes)
                % {"n": one.step.minutes},
            }
            for one in self.progress
        ]

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """The steps for the compass and the rail, as addresses for who leads."""
        return self._steps(url=self.access.may("lead"))

    @property
    def join_url(self) -> str:
        return reverse("sessions:join_code", args=[self.session.code]) if self.session.code else ""

    @property
    def events_url(self) -> str:
        """Where this screen is told that something changed."""
        leading = self.access.role != SEAT
        return live.events_url(self.session.leading_topic if leading else self.session.topic)

    @cached_property
    def _texts(self) -> dict[tuple[str, str], Text]:
        return {(text.step, text.prompt): text for text in self.session.texts.all()}

    def text(self, step: str, prompt: str) -> str:
        text = self._texts.get((step, prompt))
        return text.body if text else ""

    @property
    def question(self) -> str:
        return self.text(self.session.step_of_kind("question"), "question")

    @property
    def title(self) -> str:
        return self.text("", "title") or self.question

    @property
    def room_step(self) -> Step | None:
        return self.session.step(self.session.room_step)

    @property
    def room_is_here(self) -> bool:
        return self.step is not None and self.step.key == self.session.room_step

    @property
    def previous(self) -> Step | None:
        return self.session.neighbours(self.step)[0] if self.step else None

    @property
    def next(self) -> Step | None:
        return self.session.neighbours(self.step)[1] if self.step else None

    # -- what the step asks ---------------------------------------------------------------------

    @cached_property
    def answers(self) -> list[tuple[Any, str]]:
        """Prompt and answer for each prompt of the step that asks for one."""
        if not self.step:
            return []
        return [(prompt, self.text(self.step.key, prompt.key)) for prompt in self.step.answers]

    def text_form(self, step: str, prompt: str, **options) -> TextForm:
        return self.forms.get(f"{step}/{prompt}") or TextForm.of(
            self._texts.get((step, prompt)), step, prompt, **options
        )

    @cached_property
    def text_forms(self) -> list[TextForm]:
        if not self.step:
            return []
        return [
            self.text_form(self.step.key, prompt.key, asked=prompt) for prompt in self.step.answers
        ]

    def _shared(self, model: type[Contribution]) -> list[Any]:
        """All that is shared of one kind in the talk; asked of the database once."""
        if model not in self._rows:
            self._rows[model] = list(model.objects.filter(session=self.session))
        return self._rows[model]

    @cached_property
    def choices(self) -> dict[str, list[Contribution]]:
        """What an argument can point to, by the name of the pointer."""
        return {
            name: [row for row in self._shared(model) if row.stands]
            for name, model in (("option", Option), ("stakeholder", Stakeholder), ("value", Value))
        }

    def form(self, one: List, data=None, instance=None, **options) -> forms.Form:
        options |= {"session": self.session, "step": self.step.key}
        if one.form.references:
            options["choices"] = self.choices
        if instance is not None:
            options["instance"] = instance
        return one.form(data, **options)

    @cached_property
    def lists(self) -> list[Rows]:
        return [self._list(one) for one in self.kind.lists] if self.step else []

    def rows(self, one: List) -> list[Any]:
        """All shared rows of a list of this step, in their order."""
        return [row for row in self._shared(one.model) if row.step == self.step.key]

    def _list(self, one: List) -> Rows:
        rows = self.rows(one)
        standing = [row for row in rows if row.stands]
        known = {row.pk: row for row in rows}
        for row in rows:
            if row.merged_into_id in known:
                row.merged_into = known[row.merged_into_id]
        sides: tuple[Side, ...] = ()
        if one.model is Argument:
            self._point(rows)
            sides = tuple(self._side(one, side, standing) for side in Argument.Side)
        edited = known.get(self.editing)
        return Rows(
            one,
            standing,
            [row for row in rows if not row.stands],
            partial(self._new_form, one, one.slug),
            self._editing_form(one, edited) if edited else None,
            sides,
        )

    def _side(self, one: List, side: Argument.Side, standing: list[Contribution]) -> Side:
        rows = [row for row in standing if row.side == side]
        return Side(side.value, side.label, rows, partial(self._side_form, one, side))

    def _side_form(self, one: List, side: Argument.Side) -> forms.Form:
        refused = self.forms.get(one.slug)
        if refused is not None and refused.data.get("side") == side.value:
            form = refused
        else:
            form = self.form(one, initial={"side": side.value})
        # Several forms stand on one page; no two of their fields have the same id.
        form.auto_id = f"id_{side.value}_%s"
        return form

    def _new_form(self, one: List, name: str) -> forms.Form:
        form = self.forms.get(one.slug) or self.form(one)
        form.auto_id = f"id_{name}_%s"
        return form

    def _editing_form(self, one: List, row: Contribution) -> forms.Form:
        form = self.forms.get(str(row.pk)) or self.form(one, instance=row)
        form.auto_id = "id_edit_%s"
        return form

    def _point(self, arguments: list[Argument]) -> None:
        """Give arguments the rows that they point to, without a query for each."""
        known = {row.pk: row for rows in self.choices.values() for row in rows}
        for argument in arguments:
            for name in self.choices:
                setattr(argument, name, known.get(getattr(argument, f"{name}_id")))

    def list(self, name: str) -> Rows | None:
        return next((rows for rows in self.lists if rows.list.name == name), None)

    # -- alone, then together -------------------------------------------------------------------

    @cached_property
    def _rounds(self) -> list[Round]:
        rounds = Round.objects.filter(session=self.session)
        return list(rounds.exclude(state=Round.State.DISCARDED).order_by("number"))

    @property
    def rounds(self) -> list[Round]:
        """The rounds of this step in order; a discarded one is as if it had not been."""
        return [round for round in self._rounds if self.step and round.step == self.step.key]

    @property
    def unrevealed(self) -> Step | None:
        """A step in which something was given alone that is to be shown before one weighs here."""
        for round in self._rounds:
            if round.is_open and round.purpose == Round.Purpose.CONTRIBUTIONS:
                return self.session.step(round.step)
        return None

    @property
    def collecting(self) -> Step | None:
        """Where arguments are collected."""
        return self.session.step(self.session.step_of_kind("arguments"))

    @cached_property
    def arguments(self) -> list[Argument]:
        """The arguments of the talk that stand: what a new round asks the weight of."""
        return [row for row in self._shared(Argument) if row.stands]

    @property
    def expected_form(self) -> forms.Form:
        return self.forms.get("expected") or ExpectedForm(
            initial={"expected": self.open_round.expected if self.open_round else None}
        )

    @property
    def open_round(self) -> Round | None:
        return next((round for round in self.rounds if round.is_open), None)

    @property
    def last_revealed(self) -> Round | None:
        return next((round for round in reversed(self.rounds) if round.is_revealed), None)

    @cached_property
    def seats(self) -> int:
        return Seat.objects.filter(session=self.session).count()

    @cached_property
    def ready(self) -> Ready | None:
        if self.open_round is None:
            return None
        given = Ballot.objects.filter(round=self.open_round).count()
        expected = self.open_round.expected
        return Ready(given, self.seats if expected is None else expected)

    @cached_property
    def unseen(self) -> int:
        """How many contributions were given alone in the open round, for the facilitator."""
        if self.open_round is None or not self.kind.alone:
            return 0
        return sum(
            one.model.everything.filter(round=self.open_round).count() for one in self.kind.alone
        )

    @cached_property
    def items(self) -> list[Item]:
        """What the open round asks the weight of, in the order of the talk."""
        return self._items(self.open_round)

    def _items(self, round: Round | None) -> list[Item]:
        if round is None:
            return []
        items = Item.objects.filter(round=round).select_related("argument")
        return [item for item in items if item.argument.removed_at is None]

    @cached_property
    def cards(self) -> list[Weighed]:
        """The items of the open round with the cards raised for each: the table's own count."""
        raised = Tally.objects.filter(item__round=self.open_round, source=Tally.Source.CARDS)
        counts: dict[uuid.UUID, Counter[int]] = {}
        for item, weight, count in raised.values_list("item", "weight", "count"):
            counts.setdefault(item, Counter())[weight] = count
        return [Weighed(item, item.argument, counts.get(item.pk, Counter())) for item in self.items]

    @cached_property
    def weighed(self) -> list[Weighed]:
        """The arguments of the last revealed round, where people differ most first."""
        round = self.last_revealed
        if round is None:
            return []
        counts = distributions([round])[round.pk]
        found = [
            Weighed(item, item.argument, counts.get(item.argument_id, Counter()))
            for item in self._items(round)
        ]
        widest = max((one.spread for one in found), default=0)
        found = [replace(one, apart=one.spread == widest > 0) for one in found]
        return sorted(found, key=lambda one: -one.spread)

    @cached_property
    def weighing_ballots(self) -> int:
        """How many weighed in the last revealed round: the most that any argument got."""
        return max((one.total for one in self.weighed), default=0)

    # -- what this phone gave -------------------------------------------------------------------

    @cached_property
    def own(self) -> list[Contribution]:
        """What this phone gave in the open round, unseen by all others."""
        if self.open_round is None:
            return []
        author = self.open_round.owner(self.access.key)
        return [
            row
            for one in self.kind.alone
            for row in one.model.everything.filter(round=self.open_round, author=author)
        ]

    @cached_property
    def own_ballot(self) -> Ballot | None:
        if self.open_round is None:
            return None
        owner = (
            self.open_round.owner(self.access.key)
            if self.kind.weighs
            else self.open_round.ready_owner(self.access.key)
        )
        return Ballot.objects.filter(round=self.open_round, owner=owner).first()

    @cached_property
    def own_weights(self) -> dict[uuid.UUID, int]:
        """The weights on this phone's own ballot, per item."""
        if self.own_ballot is None:
            return {}
        return dict(Weight.objects.filter(ballot=self.own_ballot).values_list("item", "weight"))
