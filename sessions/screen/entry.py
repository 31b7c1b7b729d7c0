"""What the page of quick entry shows: each field, how it is typed, and what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from sessions.access import Access
from sessions.document import document
from sessions.entry import HELP, EntryForm, PaperWeightsForm
from sessions.models import Argument, Round, Step, choices_of
from sessions.steps import kind_of

from .talk import Screen


@dataclass(frozen=True)
class Field:
    """One field; a list has words on how it is typed. `standing` is what was said there before."""

    bound: Any
    standing: list[str]
    help: str | Promise = ""
    example: str | Promise = ""
    is_list: bool = False

    @property
    def asks(self) -> bool:
        """Whether something can be typed: a text that stands is changed in its step."""
        return self.is_list or not self.standing or bool(self.bound.errors)


@dataclass(frozen=True)
class Part:
    """A part of the page, and where what was typed in it can be changed."""

    title: str
    url: str
    fields: list[Field]


class EntryScreen(Screen):
    """All that can be typed in one go, in the order of the worksheets."""

    def __init__(self, access: Access, form: EntryForm):
        super().__init__(access)
        self.form = form

    @cached_property
    def parts(self) -> list[Part]:
        return [
            Part(
                part.title,
                reverse("sessions:step", args=[self.session.pk, part.step.key])
                if part.step
                else reverse("sessions:details", args=[self.session.pk]),
                [self._field(bound) for bound in part.fields],
            )
            for part in self.form.parts
        ]

    @cached_property
    def _document(self) -> dict[str, Any]:
        return document(self.session)

    def _field(self, bound: Any) -> Field:
        place = self.form.places.get(bound.name)
        if place is None:
            return Field(bound, self._said(bound.name))
        help, example = HELP[place.name]
        return Field(bound, self._rows(place), help, example, is_list=True)

    def _said(self, name: str) -> list[str]:
        if name in self.form.texts:
            step, prompt = self.form.texts[name]
            said, choices = self.text(step, prompt), choices_of(step, prompt)
            said = str(choices(said).label) if choices and said else said
        else:
            day = getattr(self.session, name)
            said = str(day) if day else ""
        return [said] if said else []

    def _rows(self, place: Any) -> list[str]:
        if place.list is None:
            return list(self.session.sources)
        whole = self._document
        items = (whole.get(place.list.within, {}) if place.list.within else whole).get(
            place.name, []
        )
        home = self.form.home(place.list.model)
        word = next(name for name in place.list.model.content if name not in ("side", "kind"))
        return [item[word] for item in items if item.get("step", home) == place.step]

    @property
    def feeling_steps(self) -> list[Step]:
        """The steps that ask what everyone feels, first and at the end."""
        return [step for step in self.session.steps if kind_of(step).intuition]

    # -- weights of paper ballots -----------------------------------------------------------------

    @property
    def weighing(self) -> Step | None:
        return next((step for step in self.session.steps if kind_of(step).weighs), None)

    @cached_property
    def _rounds(self) -> list[Round]:
        return list(Round.objects.filter(session=self.session))

    @property
    def is_asking(self) -> bool:
        """Whether something is given alone now: then weights are counted in their own step."""
        return any(
            round.is_unrevealed and round.purpose != Round.Purpose.INTUITION
            for round in self._rounds
        )

    @cached_property
    def to_weigh(self) -> list[Argument]:
        """What a round on paper asks the weight of; nothing where none can be held now."""
        if self.weighing is None or self.is_asking:
            return []
        arguments = list(Argument.objects.standing().filter(session=self.session))
        return [argument for argument in arguments if argument.chosen] or arguments

    def weights_form(self, data: Any = None) -> PaperWeightsForm:
        numbers = [
            round.number
            for round in self._rounds
            if self.weighing
            and round.step == self.weighing.key
            and round.purpose == Round.Purpose.WEIGHTS
        ]
        return PaperWeightsForm(data, arguments=self.to_weigh, number=max(numbers, default=0) + 1)
