"""Two versions of a talk side by side: what differs, in the words of its screens."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Field
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.access import Access, Actor
from sessions.document.differences import (
    Differences,
    TextDiffers,
    WeightsDiffer,
    differences,
    pieces,
)
from sessions.document.format import columns, words
from sessions.models import Session, Verdict, Version, choices_of
from sessions.steps import LISTS
from sessions.steps.whole import TEXTS

from .memory import MemoryScreen

Name = str | Promise
# What is no text of a screen, and what is chosen with a tap: by object and key.
NAMES: dict[tuple[str, str], Name] = {
    ("", "status"): gettext_lazy("Status"),
    ("", "fictional"): gettext_lazy("Made up"),
    ("", "practice"): gettext_lazy("Practice talk"),
    ("", "naming"): gettext_lazy("What stands beside what is written alone"),
    ("", "held_on"): gettext_lazy("Held on"),
    ("", "begins"): gettext_lazy("From what time?"),
    ("", "ends"): gettext_lazy("Until what time?"),
    ("", "review_on"): gettext_lazy("Look at it again on"),
    ("", "resume_on"): gettext_lazy("On which day do you go on?"),
    ("", "inquiries"): gettext_lazy("Asked beforehand"),
    ("mandate", "decide_by"): gettext_lazy("By which day?"),
}
OF_ROWS: dict[str, Name] = {
    "state": gettext_lazy("What became of it?"),
    "result": gettext_lazy("What came of it?"),
    "chosen": gettext_lazy("Chosen together"),
    "decisive": gettext_lazy("It decided it"),
    "present": gettext_lazy("Was there"),
    "read_back": gettext_lazy("Read back"),
    "dialogue": gettext_lazy("What was said about it"),
    "said_by": gettext_lazy("Written by"),
    "merged": gettext_lazy("Also said as"),
    "voices": gettext_lazy("How often it was chosen"),
    "verdict": gettext_lazy("Answer in short"),
    "answer": gettext_lazy("The answer"),
    "step": gettext_lazy("Step"),
}
UNTOLD = frozenset({"weights", "round", "step", "merged"})  # of a row that came or went


@dataclass(frozen=True)
class Line:
    """Something that differs: its name, and both its contents in words, or in pieces."""

    name: str
    before: str
    after: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        return pieces(self.before, self.after)


@dataclass(frozen=True)
class Row:
    """A row of a list: what it says, and what belongs to it, by name."""

    words: str
    beside: list[tuple[str, str]]


@dataclass(frozen=True)
class Rows:
    """A list that differs."""

    title: str
    added: list[Row]
    removed: list[Row]
    changed: list[tuple[str, list[Line]]]


class VersionsScreen(MemoryScreen):
    """What changed between two versions; `before` and `after` are read whole."""

    def __init__(self, access: Access, actor: Actor, before: Version, after: Version):
        super().__init__(access, actor)
        self.before, self.after = before, after

    @cached_property
    def differences(self) -> Differences:
        return differences(self.before.document, self.after.document)

    @cached_property
    def parts(self) -> list[tuple[str, Told]]:
        """What differs in the talk itself, and in each of its tables."""
        tables = [
            (_("Table %(number)s") % {"number": number}, Told(self.session, one))
            for number, one in self.differences.tables
        ]
        return [("", Told(self.session, self.differences)), *tables]


@dataclass(frozen=True)
class Told:
    """Differences in words."""

    session: Session
    differences: Differences

    @cached_property
    def texts(self) -> list[Line]:
        """What was typed; the answer first, since that is what one comes for."""
        told = [one for one in self.differences.texts if (one.within, one.key) not in NAMES]
        return [self._line(one) for one in sorted(told, key=lambda one: one.within != "outcome")]

    @cached_property
    def days(self) -> list[Line]:
        """The days and the like, which are no texts."""
        told = [one for one in self.differences.texts if (one.within, one.key) in NAMES]
        return [self._line(one) for one in told]

    def _line(self, one: TextDiffers) -> Line:
        before, after = (_value(one.key, value) for value in (one.before, one.after))
        return Line(self._name(one.within, one.key), before, after)

    @cached_property
    def lists(self) -> list[Rows]:
        return [
            Rows(
                str(LISTS[one.name].title) if one.name in LISTS else _("Sources"),
                [_row(one.name, row) for row in one.added],
                [_row(one.name, row) for row in one.removed],
                [(_says(one.name, row.after), list(_lines(one.name, row))) for row in one.changed],
            )
            for one in self.differences.lists
        ]

    @property
    def weights(self) -> list[WeightsDiffer]:
        return self.differences.weights

    @property
    def feelings(self) -> list[tuple[str, WeightsDiffer]]:
        names = {"first": _("At first"), "last": _("At the end")}
        return [(names[one.text], one) for one in self.differences.feelings]

    def _name(self, within: str, key: str) -> str:
        """What a text is called on the screen where it is written."""
        if (within, key) in NAMES:
            return str(NAMES[within, key])
        for asked in TEXTS.values():
            if asked.place == (within, key):
                return str(asked.text)
        kind = "outcome" if within == "outcome" else "question"
        step = self.session.step(within.removeprefix("texts/")) or self.session.step(
            self.session.step_of_kind(kind)
        )
        return next((one.text for one in step.prompts if one.key == key), key) if step else key


def _lines(name: str, row: Any) -> Iterable[Line]:
    for key in row.keys:
        before, after = (_of_row(name, key, one.get(key)) for one in (row.before, row.after))
        yield Line(_field(name, key), before, after)


def _row(name: str, row: dict[str, Any]) -> Row:
    says = words(LISTS[name].model).name if name in LISTS else "text"
    return Row(
        _says(name, row),
        [
            (_field(name, key), _of_row(name, key, value))
            for key, value in row.items()
            if key != says and key not in UNTOLD
        ],
    )


def _says(name: str, row: dict[str, Any]) -> str:
    return str(row.get(words(LISTS[name].model).name if name in LISTS else "text", ""))


def _field(name: str, key: str) -> str:
    """What a field of a list is called where it is typed."""
    field = LISTS[name].form.base_fields.get(key) if name in LISTS else None
    return str(field.label if field and field.label else OF_ROWS.get(key, key))


def _of_row(name: str, key: str, value: Any) -> str:
    """A value of a row as one reads it; its column knows what can be chosen."""
    column: Field | None = columns(LISTS[name].model).get(key) if name in LISTS else None
    chosen = dict(column.flatchoices) if column and column.choices else {}
    return str(chosen[value]) if value and value in chosen else _value(key, value)


def _value(key: str, value: Any) -> str:
    """A value of a document as one reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "\n".join(_value(key, one) for one in value)
    if isinstance(value, dict):
        return "\n".join(_value(name, one) for name, one in value.items())
    known = {
        "verdict": Verdict,
        "status": Session.Status,
        "naming": Session.Naming,
        "kind": choices_of("", "mandate"),
    }.get(key) or choices_of("", key)
    if known and value in known.values:
        return str(known(value).label)
    try:
        return date_format(datetime.date.fromisoformat(value), "j F Y")
    except (TypeError, ValueError):
        return str(value)
