"""What the step of the outcome shows besides its texts and its lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Sum

from sessions.forms import MovedForm, ReviewForm
from sessions.models import Change, Round, Step, Tally
from sessions.room import told_by_hands

from .parts import Reason

if TYPE_CHECKING:
    from .step import StepScreen


class Outcome:
    """The verdict, the arguments that can be its reasons, the day to look again, the feelings."""

    def __init__(self, screen: StepScreen):
        self._screen = screen

    @property
    def verdict(self) -> str:
        return self._screen.text(self._screen.step.key, "verdict")

    @property
    def answer(self) -> str:
        return self._screen.text(self._screen.step.key, "answer")

    @cached_property
    def reasons(self) -> Sequence[Reason]:
        """The arguments that stand, as they were last weighed; those that were weighed first."""
        screen = self._screen
        rounds = [
            round
            for round in screen.all_rounds
            if round.is_revealed and round.purpose == Round.Purpose.WEIGHTS
        ]
        found = []
        for argument in screen.arguments:
            given = [screen.told[one.pk].get(argument.pk, Counter()) for one in rounds]
            *earlier, last = [counts for counts in given if counts] or [Counter()]
            found.append(Reason(last, argument, earlier[-1] if earlier else Counter()))
        return sorted(found, key=lambda one: not one.total)

    @property
    def weighed(self) -> list[Reason]:
        """What one chooses from first: what was weighed or picked, or all where nothing was."""
        first = [one for one in self.reasons if one.total or one.argument.decisive]
        return first if any(one.total for one in first) else list(self.reasons)

    @property
    def others(self) -> list[Reason]:
        first = {one.argument.pk for one in self.weighed}
        return [one for one in self.reasons if one.argument.pk not in first]

    @property
    def picked(self) -> list[Reason]:
        """The arguments that decided it, as the group says."""
        return [one for one in self.reasons if one.argument.decisive]

    @cached_property
    def feelings_stand_alone(self) -> bool:
        """Whether the last that was done here is that first and last feeling were shown."""
        screen = self._screen
        if screen.intuition is None or not screen.intuition.last or screen.waiting_round:
            return False
        done = Change.objects.filter(session=screen.session)
        last = done.exclude(thing__in=["link", "session"]).last()
        shown = {str(one.pk) for one in screen.all_rounds if one.purpose == Round.Purpose.INTUITION}
        return last is not None and last.action == "reveal" and last.thing_id in shown

    @property
    def review_form(self) -> ReviewForm:
        return self._screen.forms.get("review") or ReviewForm(instance=self._screen.session)

    @property
    def moved_form(self) -> MovedForm:
        last = self.hands
        told = {"moved": last.moved, "asked": last.asked} if last else {}
        return self._screen.forms.get("moved") or MovedForm(initial=told)

    @cached_property
    def slips(self) -> list[tuple[Step, int]]:
        """The steps whose slips with a feeling can still be typed in, and how many were."""
        session = self._screen.session
        waiting = [
            round
            for round in self._screen.all_rounds
            if round.is_unrevealed and round.purpose == Round.Purpose.INTUITION
        ]
        if not waiting:
            return []
        cards = Tally.objects.filter(item__round__in=waiting, source=Tally.Source.CARDS)
        told = cards.order_by().values_list("item__round__step").annotate(Sum("count"))
        typed = dict(told)
        steps = {round.step for round in waiting}
        return [(step, typed.get(step.key, 0)) for step in session.steps if step.key in steps]

    @cached_property
    def hands(self) -> Round | None:
        """The round of which raised hands can say how many moved: no ballot tells it."""
        return told_by_hands(self._screen.session, self._screen.rounds)
