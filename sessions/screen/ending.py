"""What shows before a talk ends: what may have been overlooked, and what still waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from sessions import inquiries, room
from sessions.blind_spots import Finding, blind_spots
from sessions.document import document
from sessions.forms import TextForm
from sessions.models import Round, Step
from sessions.picture import Picture, picture
from sessions.steps import Ask, kind_of

from .lists import ListsScreen

OVERVIEW = "--"  # stands in forms for this screen, as `-` does for the preparation


@dataclass(frozen=True)
class Waiting:
    """Something that was given alone in a step, and that nobody has seen yet."""

    step: Step
    ask: Ask | None
    round: Round
    is_first: bool  # the first intuition, that waits for the last


class EndingScreen(ListsScreen):
    """A whole talk, looked at before it ends."""

    key = OVERVIEW

    @property
    def url(self) -> str:
        return reverse("sessions:overview", args=[self.session.pk])

    @cached_property
    def _document(self) -> dict[str, Any]:
        if not self.session.table_count:
            prefetch_related_objects([self.session], "texts")  # which the fields need too
        return document(self.session)

    @cached_property
    def findings(self) -> list[tuple[Finding, Step]]:
        """What may have been overlooked, with the step in which it can be mended.

        What this method has no step for cannot be mended in it, and is not told.
        """
        found = []
        for finding in blind_spots(self._document):
            if not self._is_asked_here(finding.kind):
                continue
            step = self.session.step(self.session.step_of_kind(finding.kind))
            if step is not None:
                found.append((finding, step))
        return found

    @cached_property
    def picture(self) -> Picture | None:
        return picture(self._document)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What was given alone and is not revealed, in the order of the steps."""
        rounds = room.given_rounds(self.session)
        return [
            Waiting(
                step,
                kind_of(step).ask(round.purpose),
                round,
                room.is_first_intuition(self.session, round),
            )
            for step in self.session.steps
            for round in rounds
            if round.step == step.key
        ]

    @cached_property
    def _asked_before(self) -> list[Any]:
        return inquiries.of_talk(self.session)

    @property
    def unshown(self) -> int:
        """How many of the voices that were given beforehand are deleted when the talk is closed."""
        return sum(one.waiting + one.hidden for one in self._asked_before)

    @property
    def untold(self) -> list[Any]:
        """What was answered beforehand, where who answered still waits for what was done."""
        return inquiries.untold(self._asked_before)

    def _part(self, part: str) -> list[TextForm]:
        return [
            self.text_form(step.key, prompt.key, asked=prompt)
            for step in self.session.steps
            for prompt in step.answers
            if prompt.part == part
        ]

    @cached_property
    def check(self) -> list[TextForm]:
        """The last check: would we do it ourselves, and can we explain it."""
        return self._part("check")

    @cached_property
    def evaluation(self) -> list[TextForm]:
        return self._part("evaluation")

    @property
    def undone(self) -> list[dict[str, Any]]:
        return [
            shown
            for one, shown in zip(self.progress, self.steps, strict=True)
            if not shown["done"] and self._is_asked_here(one.step.kind)
        ]

    def _is_asked_here(self, kind: str) -> bool:
        """Whether such a step is taken in this talk: in a plenary, the answer alone."""
        return not self.session.table_count or kind == "outcome"
