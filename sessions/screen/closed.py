"""What a screen shows once a talk is closed: its answer, what is decided, what was promised."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.access import DECIDER, FACILITATOR
from sessions.forms import PromiseForm
from sessions.models import Fact, Result, State
from sessions.steps import PROMISED, List

from .talk import Screen


@dataclass(frozen=True)
class Promised:
    """Something that somebody sees to, with the list that it stands on."""

    list: List
    row: Any
    form: PromiseForm
    conflict: str | None = None  # what somebody else wrote about it in the meantime

    def __str__(self) -> str:
        """In one line, for a mail: what, who, by when."""
        day = _("by %(day)s") % {"day": date_format(self.due, "j F Y")} if self.due else ""
        beside = ", ".join(part for part in (self.who, day) if part)
        words = " ".join(str(self.row).split())
        return f"{words} ({beside})" if beside else words

    @property
    def who(self) -> str:
        return getattr(self.row, "who", "") or getattr(self.row, "owner", "")

    @property
    def due(self) -> datetime.date | None:
        return self.row.due

    @property
    def states(self) -> Sequence[tuple[str, Any]]:
        return State.choices


class ClosedScreen(Screen):
    """A closed talk for one actor, as a whole."""

    @property
    def verdict(self) -> str:
        return self.outcome_text("verdict")

    @property
    def answer(self) -> str:
        return self.outcome_text("answer")

    @cached_property
    def promised(self) -> list[Promised]:
        """What was agreed, the conditions of the answer, and the facts to find out."""
        return [
            self._promised(one, row)
            for one in PROMISED
            for row in one.model.objects.standing().filter(session=self.session)
            if not isinstance(row, Fact) or row.kind == Fact.Kind.UNKNOWN
        ]

    def _promised(self, one: List, row: Any) -> Promised:
        refused = self.forms.get(str(row.pk))
        if refused is None:
            return Promised(one, row, PromiseForm(row=row))
        return Promised(one, row, refused, row.result if refused.conflicts else None)

    @property
    def settled(self) -> int:
        """Of how many it was said what became of them."""
        return sum(bool(promise.row.state) for promise in self.promised)

    @property
    def has_primary(self) -> bool:
        """Whether the report's bar asks for something before anything else."""
        if self.access.role == DECIDER:
            return self.decision is None
        if self.access.role == FACILITATOR:
            return self.decision is None or self.decision.result == Result.RETURNED
        return False

    @property
    def dated(self) -> bool:
        return any(promise.due for promise in self.promised)
