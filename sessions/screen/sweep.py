"""One sweep along all arguments, once they are there: whose interest, which value, what kind."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Argument, Contribution, Origin

# What an argument is given a place by; that it was heard or imagined, and of which option it
# speaks, is asked too, and need not be said.
PLACE = ("stakeholder", "value", "kind")


def is_placed(argument: Argument) -> bool:
    return bool(argument.stakeholder_id and argument.value_id and argument.kind)


@dataclass(frozen=True)
class Offer:
    """One thing to choose."""

    key: str
    word: str
    chosen: bool
    core: str = ""


@dataclass(frozen=True)
class Group:
    """One question about the argument, and what can be answered."""

    name: str
    asks: str | Promise
    offers: Sequence[Offer]

    @property
    def answered(self) -> bool:
        return any(offer.chosen for offer in self.offers)


class Sweep:
    """All arguments, the one that is in hand, and what can be said of it."""

    def __init__(
        self,
        arguments: Sequence[Argument],
        choices: Mapping[str, Sequence[Contribution]],
        at: uuid.UUID | None,
    ):
        self.arguments = arguments
        self._choices = choices
        self._at = at

    @cached_property
    def left(self) -> list[Argument]:
        """The arguments that have no place yet."""
        return [argument for argument in self.arguments if not is_placed(argument)]

    @cached_property
    def current(self) -> Argument | None:
        """The argument in hand: the one that was asked for, else the first without a place."""
        asked = next((one for one in self.arguments if one.pk == self._at), None)
        return asked or next(iter(self.left), None)

    @cached_property
    def number(self) -> int:
        """The place of the argument in hand among all, from 1."""
        return list(self.arguments).index(self.current) + 1 if self.current else 0

    @property
    def next(self) -> Argument | None:
        """The first one after it without a place, or before it once there is none after it."""
        after = self.arguments[self.number :]
        before = self.arguments[: max(self.number - 1, 0)]
        return next((one for one in (*after, *before) if not is_placed(one)), None)

    @property
    def before(self) -> Argument | None:
        return self.arguments[self.number - 2] if self.number > 1 else None

    @cached_property
    def groups(self) -> list[Group]:
        """What is asked of the argument in hand; nothing where there is nothing to choose."""
        found = [
            Group("stakeholder", _("Whose interest is this?"), self._rows("stakeholder")),
            Group("origin", _("Did they say this themselves?"), self._words("origin", Origin)),
            Group("value", _("Which value is behind it?"), self._rows("value")),
            Group("kind", _("What does it rest on?"), self._words("kind", Argument.Kind)),
            Group("option", _("About which option?"), self._rows("option")),
        ]
        return [group for group in found if group.offers]

    @property
    def asking(self) -> str:
        """The first question that is not answered: the one that number keys answer."""
        return next((group.name for group in self.groups if not group.answered), "")

    def _rows(self, name: str) -> list[Offer]:
        rows: Sequence[Any] = self._choices[name]
        # What the group goes on with stands first.
        rows = sorted(rows, key=lambda row: not getattr(row, "chosen", False))
        held = getattr(self.current, f"{name}_id")
        return [
            Offer(str(row.pk), str(row), row.pk == held, getattr(row, "core", "")) for row in rows
        ]

    def _words(self, name: str, words: type[Choices]) -> list[Offer]:
        held = getattr(self.current, name)
        return [Offer(key, str(label), key == held) for key, label in words.choices]
