"""What a screen of one step shows: its texts, its lists, what is given alone, what is revealed."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from sessions import catalogues, inquiries
from sessions.access import Access
from sessions.catalogues import KnownValue, same
from sessions.forms import EndForm, ExpectedForm, SeatForm, TextForm
from sessions.models import (
    Argument,
    Ballot,
    Condition,
    Contribution,
    Distribution,
    Fact,
    Item,
    Option,
    Prompt,
    Round,
    Stakeholder,
    Step,
    Tally,
    Value,
    Voice,
    Weight,
    distributions,
)
from sessions.room import has_gone_on, holds_nothing, is_first_intuition
from sessions.steps import Ask, List, kind_of
from sessions.steps.forms import ContributionForm
from sessions.steps.weighing import DialogueForm
from sessions.steps.whole import LEGAL, TEXTS
from sessions.timing import Slot

from .lists import ListsScreen
from .outcome import Outcome
from .parts import Intuition, Raised, Ready, Rows, Side, Weighed
from .sweep import Sweep, is_placed


def _number_of(rows: Any) -> Coalesce:
    """How many of these there are in a round, beside the round itself."""
    in_round = rows.filter(round=OuterRef("pk")).order_by().values("round")
    return Coalesce(Subquery(in_round.annotate(n=Count("*")).values("n")), 0)


class StepScreen(ListsScreen):
    """One step of one talk for one actor."""

    step: Step

    def __init__(self, access: Access, step: Step):
        super().__init__(access)
        self.step = step
        self.kind = kind_of(step)
        # Rows that the address names, and whether the arguments are given their places, or it asks
        # whether to show what nobody gave.
        self.merging: uuid.UUID | None = None
        self.focus: uuid.UUID | None = None
        self.sweeps = False
        self.asks_empty = False

    @property
    def room_is_here(self) -> bool:
        return self.step.key == self.session.room_step

    @property
    def slot(self) -> Slot:
        return self.slots[self.step.key]

    @property
    def seat_form(self) -> SeatForm:
        """For who leads and takes part too, on the same device."""
        return SeatForm()

    @property
    def end_form(self) -> EndForm:
        return self.forms.get("ends") or EndForm(session=self.session, now=self.now)

    @property
    def next(self) -> Step | None:
        return self.session.step_after(self.step)

    # -- what the step asks ---------------------------------------------------------------------

    @property
    def asked_aloud(self) -> list[Prompt]:
        """What is asked of the group, and of which no answer is noted as such."""
        return [prompt for prompt in self.step.prompts if not prompt.answer]

    @property
    def aloud(self) -> dict[str, str]:
        """The same by key; of a question step `talk` and `feeling` stand for the usual words."""
        return {prompt.key: prompt.text for prompt in self.asked_aloud}

    @property
    def _asked(self) -> list[Prompt]:
        return [prompt for prompt in self.step.answers if not prompt.part]

    @cached_property
    def answers(self) -> list[tuple[Any, str]]:
        """Prompt and answer for each prompt of the step that asks for one.

        What is asked when the talk is about to be closed stands there and not here.
        """
        return [(prompt, self.text(self.step.key, prompt.key)) for prompt in self._asked]

    @cached_property
    def text_forms(self) -> list[TextForm]:
        return [self.text_form(self.step.key, prompt.key, asked=prompt) for prompt in self._asked]

    @cached_property
    def choices(self) -> dict[str, list[Contribution]]:
        """What an argument can point to, by the name of the pointer."""
        return {
            name: [row for row in self._shared(model) if row.stands]
            for name, model in (("option", Option), ("stakeholder", Stakeholder), ("value", Value))
        }

    @cached_property
    def lists(self) -> list[Rows]:
        return [self.listed(one) for one in self.kind.lists]

    def form(self, one: List, data=None, instance=None, **options: Any) -> ContributionForm:
        if one.form.references:
            options["choices"] = self.choices
        return super().form(one, data, instance, **options)

    def listed(self, one: List) -> Rows:
        found = super().listed(one)
        if one.model is Argument:
            self._point([*found.standing, *found.gone])
            return replace(found, sides=self._sides(one, "side", Argument.Side, found))
        if one.model is Fact:
            return replace(found, columns=self._sides(one, "kind", Fact.Kind, found))
        return found

    def _sides(self, one: List, field: str, sides: Any, found: Rows) -> tuple[Side, ...]:
        """The rows that stand, apart by what a field says, each part with a form of its own."""
        return tuple(
            Side(
                side.value,
                str(side.label),
                [row for row in found.standing if getattr(row, field) == side],
                partial(self._side_form, one, field, side),
            )
            for side in sides
        )

    def _side_form(self, one: List, field: str, side: Any) -> ContributionForm:
        refused = self.forms.get(one.slug)
        if refused is not None and refused.data.get(field) == side.value:
            form = refused
        else:
            form = self.form(one, initial={field: side.value})
        # Several forms stand on one page; no two of their fields have the same id.
        form.auto_id = f"id_{side.value}_%s"
        return form

    def _point(self, arguments: list[Argument]) -> None:
        """Give arguments the rows that they point to, without a query for each."""
        known = {row.pk: row for rows in self.choices.values() for row in rows}
        for argument in arguments:
            for name in self.choices:
                setattr(argument, name, known.get(getattr(argument, f"{name}_id")))

    # -- the arguments, one by one ----------------------------------------------------------------

    @property
    def unplaced(self) -> list[Argument]:
        """The arguments that have no stakeholder, value or kind yet."""
        return [row for row in self.arguments if not is_placed(row)]

    @cached_property
    def sweep(self) -> Sweep | None:
        """The sweep along the arguments, when the facilitator makes it."""
        if not self.sweeps or self.access.writable:
            return None
        sides = next((rows.sides for rows in self.lists if rows.sides), ())
        arguments = [row for side in sides for row in side.rows]
        return Sweep(arguments, self.choices, self.focus) if arguments else None

    @cached_property
    def merging_side(self) -> str:
        """The side of the argument for which another that says the same is looked for."""
        return next((row.side for row in self.arguments if row.pk == self.merging), "")

    @cached_property
    def weighed_ids(self) -> set[uuid.UUID]:
        """The arguments whose words stay as they are, since their weight is or was asked."""
        items = Item.objects.filter(round__session=self.session, argument__isnull=False)
        return set(
            items.exclude(round__state=Round.State.DISCARDED).values_list("argument", flat=True)
        )

    # -- what is known beforehand, and what must not be forgotten --------------------------------

    @cached_property
    def suggestions(self) -> list[tuple[bool, list[str]]]:
        """Who is often touched and is not listed yet; apart, who is often forgotten."""
        listed = {same(row.name) for row in self._shared(Stakeholder) if row.stands}
        known = [
            one
            for one in catalogues.stakeholders(self.session.language)
            if same(one.name) not in listed
        ]
        groups = [
            (forgotten, [one.name for one in known if one.often_missing is forgotten])
            for forgotten in (False, True)
        ]
        return [(forgotten, names) for forgotten, names in groups if names]

    @cached_property
    def heard(self) -> list[Voice]:
        """What was heard beforehand and is shown; of each, whether a row here holds its words."""
        held = [row.interest for row in self._held(Stakeholder)]
        held += [row.text for row in self._held(Argument)]
        found = inquiries.heard(self.session)
        for voice in found:
            voice.is_taken = any(voice.text in words for words in held)
        return found

    def _held(self, model: type[Contribution]) -> list[Any]:
        """The rows that stand of a list of this step; none where it has no such list."""
        if not any(one.model is model for one in self.kind.lists):
            return []
        return [row for row in self._shared(model) if row.stands]

    @property
    def legal_forms(self) -> list[TextForm]:
        """Whether the law allows it, and what was arranged about that."""
        return [self.text_form("", prompt, asked=TEXTS[prompt]) for prompt in LEGAL]

    @cached_property
    def catalogue(self) -> list[tuple[str, str, list[KnownValue]]]:
        """The values to choose from, under each core value: its key, its name, what is in it."""
        known = catalogues.values(self.session.language)
        return [
            (core.value, str(core.label), [one for one in known if one.core == core])
            for core in Value.Core
        ]

    @cached_property
    def listed_values(self) -> set[str]:
        """The names of the catalogue's values that stand already."""
        listed = {same(row.name) for row in self._shared(Value) if row.stands}
        known = catalogues.values(self.session.language)
        return {one.name for one in known if same(one.name) in listed}

    @cached_property
    def absent(self) -> list[str]:
        """Who is touched and not at the table, from the step on in which that was said."""
        home = self.session.step(self.session.step_of_kind("stakeholders"))
        if home is None or self.step.number < home.number:
            return []
        rows = self._shared(Stakeholder)
        return [row.name for row in rows if row.stands and row.at_table is False]

    # -- alone, then together -------------------------------------------------------------------

    @cached_property
    def all_rounds(self) -> list[Round]:
        """The rounds of the talk in order; a discarded one is as if it had not been."""
        rounds = Round.objects.filter(session=self.session).exclude(state=Round.State.DISCARDED)
        alone = [_number_of(one.model.everything) for one in self.kind.alone]
        counted = rounds.annotate(
            given=_number_of(Ballot.objects),
            given_alone=sum(alone[1:], alone[0]) if alone else Constant(0),
        )
        return list(counted.order_by("number"))

    @cached_property
    def rounds(self) -> list[Round]:
        """The rounds of this step in order."""
        if not self.kind.has_rounds:
            return []
        return [round for round in self.all_rounds if round.step == self.step.key]

    @property
    def unrevealed(self) -> Step | None:
        """A step in which something was given alone that is to be shown before one weighs here."""
        for round in self.all_rounds:
            if round.is_unrevealed and round.purpose == Round.Purpose.CONTRIBUTIONS:
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
    def expected_form(self) -> ExpectedForm:
        return self.forms.get("expected") or ExpectedForm(
            initial={"expected": self.open_round.expected if self.open_round else None}
        )

    @property
    def asks(self) -> list[tuple[Ask, Round | None]]:
        """What this step asks of each alone, each with its last round that was not discarded."""
        if self.session.table_count:  # each table asks it itself
            return []
        last = {round.purpose: round for round in self.rounds}
        return [(self._in_words(ask), last.get(ask.purpose)) for ask in self.kind.asks]

    def _in_words(self, ask: Ask) -> Ask:
        """The same, in the words of the method where it has them."""
        own = self.aloud.get("feeling") if ask.purpose == Round.Purpose.INTUITION else None
        return replace(ask, title=own, during=own) if own else ask

    @property
    def next_ask(self) -> Ask | None:
        """What this step begins with and was not asked yet."""
        return next((ask for ask, round in self.asks if ask.leads and round is None), None)

    @property
    def can_go_on(self) -> bool:
        """Whether nothing waits here: a first feeling is kept when the group goes on."""
        waits = self.waiting_round and not is_first_intuition(self.session, self.waiting_round)
        return not waits and self.next_ask is None

    @property
    def goes_on_next(self) -> bool:
        """Whether going on is the next thing: all are ready, and at the end there is an answer."""
        if self.ready is not None and not self.ready.all:
            return False
        return self.can_go_on and (self.next is not None or bool(self.outcome_text("verdict")))

    @property
    def asked(self) -> Ask | None:
        """What is being asked now, or was asked and is not shown yet."""
        ask = self.kind.ask(self.waiting_round.purpose) if self.waiting_round else None
        return self._in_words(ask) if ask else None

    def anchor_of(self, shown: Iterable[Round]) -> str:
        """Where on the laptop stands what these rounds show."""
        purposes = {round.purpose for round in shown}
        if Round.Purpose.CONTRIBUTIONS in purposes:
            return self.kind.alone[0].slug
        if Round.Purpose.WEIGHTS in purposes:
            return "weighing"
        return "feelings" if purposes else ""

    @property
    def collects(self) -> bool:
        """Whether what is asked now, or was asked and is not shown, is contributions."""
        waiting = self.waiting_round
        return waiting is not None and waiting.purpose == Round.Purpose.CONTRIBUTIONS

    @property
    def gives_rows(self) -> bool:
        """Whether one can contribute something alone now."""
        return self.open_round is not None and self.collects

    @property
    def gives_ballots(self) -> bool:
        """Whether one can give weights, or an intuition, now."""
        return bool(self.open_round and not self.gives_rows)

    @property
    def weighing_round(self) -> Round | None:
        """The round of this step, open or sealed, of which cards and slips can be counted."""
        waiting = [
            round
            for round in self.rounds
            if round.is_unrevealed and round.purpose != Round.Purpose.CONTRIBUTIONS
        ]
        return waiting[-1] if waiting else None

    @property
    def kept(self) -> Round | None:
        """The first feeling, given in this step and kept, unseen, until the end of the talk."""
        sealed = (round for round in self.rounds if round.is_sealed)
        return next((round for round in sealed if is_first_intuition(self.session, round)), None)

    @cached_property
    def can_ask_again(self) -> bool:
        """Whether the first feeling that is kept can still be given by who came later."""
        return self.kept is not None and not has_gone_on(self.session, self.step)

    @property
    def waiting_round(self) -> Round | None:
        """The round that is being given, or whose input is closed and that is not shown yet.

        A first feeling that is kept waits for the end of the talk, and not for now.
        """
        waiting = (round for round in self.rounds if round.is_unrevealed)
        return next((round for round in waiting if round != self.kept), None)

    @property
    def input_closed(self) -> bool:
        """Whether nothing more can be given of what all wait to see."""
        return self.waiting_round is not None and self.waiting_round.is_sealed

    @cached_property
    def open_round(self) -> Round | None:
        return next((round for round in self.rounds if round.is_open), None)

    @property
    def shows_nothing(self) -> bool:
        """Whether it was asked to show what is asked here now, and nobody gave anything yet."""
        return self.asks_empty and holds_nothing(self.session, self.step)

    @property
    def _revealed(self) -> list[Round]:
        """The rounds that were revealed, an intuition apart, and weights that nobody gave."""
        return [
            round
            for round in self.rounds
            if round.is_revealed
            and round.purpose != Round.Purpose.INTUITION
            and (round.purpose != Round.Purpose.WEIGHTS or self.told[round.pk])
        ]

    @property
    def last_revealed(self) -> Round | None:
        revealed = self._revealed
        return revealed[-1] if revealed else None

    @property
    def shown_mark(self) -> str:
        """Changes when something that was given alone in this step is shown."""
        return ",".join(str(round.pk) for round in self.rounds if round.is_revealed)

    @cached_property
    def told(self) -> dict[uuid.UUID, Distribution]:
        """How often each weight was given, in every round of the talk that was revealed."""
        rounds = (Round.Purpose.WEIGHTS, Round.Purpose.INTUITION)
        return distributions(
            round for round in self.all_rounds if round.is_revealed and round.purpose in rounds
        )

    @property
    def conditions(self) -> list[Condition]:
        """What must be so before the answer holds."""
        return [row for row in self._shared(Condition) if row.stands]

    @cached_property
    def outcome(self) -> Outcome:
        return Outcome(self)

    @cached_property
    def intuition(self) -> Intuition | None:
        """The first and the last intuition, once they are revealed."""
        revealed = [
            round
            for round in self.all_rounds
            if round.is_revealed and round.purpose == Round.Purpose.INTUITION
        ]
        if not revealed:
            return None
        steps = {round.step: round for round in revealed}  # the last of each step
        homes = {kind_of(step).intuition: step.key for step in self.session.steps}
        first, last = steps.get(homes.get("first", "")), steps.get(homes.get("last", ""))
        told = Intuition(
            self.told[first.pk][None] if first else Counter(),
            self.told[last.pk][None] if last else Counter(),
            last.moved if last else None,
            last.asked if last else None,
        )
        return told if told.first or told.last or told.asked is not None else None

    @cached_property
    def ready(self) -> Ready | None:
        waiting: Any = self.waiting_round
        if waiting is None:
            return None
        expected = waiting.expected
        return Ready(waiting.given, self.seats if expected is None else expected)

    @cached_property
    def unseen(self) -> int:
        """How many contributions were given alone and wait, where that may be told."""
        if not self.collects or not (self.asked and self.asked.counted):
            return 0
        waiting: Any = self.waiting_round
        return waiting.given_alone if waiting else 0

    @cached_property
    def items(self) -> list[Item]:
        """What the open round asks the weight of, in the order of the talk."""
        return self._items(self.weighing_round)

    def _items(self, round: Round | None) -> list[Item]:
        if round is None:
            return []
        items = Item.objects.filter(round=round).select_related("argument")
        return [item for item in items if item.argument is None or item.argument.removed_at is None]

    @cached_property
    def cards(self) -> list[Weighed]:
        """The items of the open round with the cards raised for each: the table's own count."""
        raised = Tally.objects.filter(item__round=self.weighing_round, source=Tally.Source.CARDS)
        counts: dict[uuid.UUID, Counter[int]] = {}
        for item, weight, count in raised.values_list("item", "weight", "count"):
            counts.setdefault(item, Counter())[weight] = count
        return [Weighed(counts.get(item.pk, Counter()), item, item.argument) for item in self.items]

    @property
    def weighing_given(self) -> int:
        """How many ballots of the round of which cards are counted are in."""
        return Ballot.objects.filter(round=self.weighing_round).count()

    @property
    def raised(self) -> Raised | None:
        """What was counted of cards or slips and is not shown yet; None where nothing was."""
        counted = [one.total for one in self.cards if one.total] if self.weighing_round else []
        return (
            Raised(min(counted), max(counted), len(self.cards) - len(counted)) if counted else None
        )

    @cached_property
    def weighed(self) -> list[Weighed]:
        """The arguments of the last revealed round, where people differ most first."""
        round = self.last_revealed
        if round is None or round.purpose != Round.Purpose.WEIGHTS:
            return []
        earlier = [one for one in self._revealed if one.number < round.number][-1:]
        before = self.told[earlier[0].pk] if earlier else {}
        found = [
            Weighed(
                self.told[round.pk].get(item.argument_id, Counter()),
                item,
                item.argument,
                before=before.get(item.argument_id, Counter()),
            )
            for item in self._items(round)
        ]
        widest = max((one.spread for one in found), default=0)
        found = [replace(one, apart=one.spread == widest > 0) for one in found]
        return sorted(found, key=lambda one: -one.spread)

    @cached_property
    def not_weighed(self) -> list[Argument]:
        """The arguments that stand and of which no weight is asked, or was asked last."""
        items = self.items if self.weighing_round else [one.item for one in self.weighed]
        asked = {item.argument_id for item in items}
        return [argument for argument in self.arguments if argument.pk not in asked]

    @property
    def chosen(self) -> list[Argument]:
        """The arguments that the group finds worth weighing."""
        return [argument for argument in self.arguments if argument.chosen]

    @property
    def talked_about(self) -> uuid.UUID | None:
        """The argument that the talk is about: the one asked for, or where people differ most."""
        known = [one.argument.pk for one in self.weighed if one.argument]
        return self.focus if self.focus in known else next(iter(known), None)

    @cached_property
    def dialogue(self) -> ContributionForm | None:
        """The field for what was said about the argument that the talk is about."""
        row = next((one for one in self.arguments if one.pk == self.talked_about), None)
        if row is None:
            return None
        form = self.forms.get("dialogue") or DialogueForm(
            session=self.session, step=row.step, instance=row
        )
        form.auto_id = "id_dialogue_%s"
        return form

    @cached_property
    def weighing_ballots(self) -> int:
        """How many weighed in the last revealed round: the most that any argument got."""
        return max((one.total for one in self.weighed), default=0)

    # -- what this phone gave -------------------------------------------------------------------

    @cached_property
    def own(self) -> list[Contribution]:
        """What this phone gave and is not shown yet, unseen by all others; the newest first."""
        waiting = self.waiting_round
        if waiting is None or not self.collects:
            return []
        author = waiting.owner(self.access.key)
        return [
            row
            for one in self.kind.alone
            for row in one.model.everything.filter(round=waiting, author=author).order_by(
                "-position", "id"
            )
        ]

    @cached_property
    def own_ballot(self) -> Ballot | None:
        waiting = self.waiting_round
        if waiting is None:
            return None
        key = self.access.key
        owner = waiting.ready_owner(key) if self.collects else waiting.owner(key)
        return Ballot.objects.filter(round=waiting, owner=owner).first()

    @cached_property
    def own_weights(self) -> dict[uuid.UUID, int]:
        """The weights on this phone's own ballot, per item."""
        if self.own_ballot is None:
            return {}
        return dict(Weight.objects.filter(ballot=self.own_ballot).values_list("item", "weight"))
