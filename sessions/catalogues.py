"""What a school need not think up itself: values, stakeholders and questions from practice.

They are data on disk and not rows: a talk copies what it takes from them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures" / "catalogue"
SECTORS = ("po", "vo", "so", "mbo")


@dataclass(frozen=True)
class KnownValue:
    """A value, the core value that it belongs to, what it means and what it makes one ask."""

    name: str
    core: str
    means: str
    asks: str


@dataclass(frozen=True)
class KnownStakeholder:
    """Somebody whom such a question often touches, and who is often forgotten or not."""

    name: str
    often_missing: bool


@dataclass(frozen=True)
class KnownQuestion:
    """A question that a school really has, with what is going on and whom it touches."""

    key: str
    sector: str
    question: str
    context: str
    stakeholders: tuple[str, ...]


def values(language: str) -> tuple[KnownValue, ...]:
    return _catalogue("values", language)


def stakeholders(language: str) -> tuple[KnownStakeholder, ...]:
    return _catalogue("stakeholders", language)


def questions(language: str) -> tuple[KnownQuestion, ...]:
    return _catalogue("questions", language)


def value(name: str, language: str) -> KnownValue | None:
    """The value with that name, whatever its capitals and spaces; None where there is none."""
    return next((one for one in values(language) if same(one.name) == same(name)), None)


def same(name: str) -> str:
    """What two people typed alike, whatever their capitals and spaces."""
    return " ".join(name.split()).casefold()


def question(key: str, language: str) -> KnownQuestion | None:
    """The question with that key; None where there is none."""
    return next((one for one in questions(language) if one.key == key), None)


MADE_OF: dict[str, Any] = {
    "values": KnownValue,
    "stakeholders": KnownStakeholder,
    "questions": KnownQuestion,
}


@cache
def _read(name: str) -> dict[str, tuple[Any, ...]]:
    """Every language of a catalogue; the files are part of the release and never change."""
    found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {
        language: tuple(MADE_OF[name](**_whole(entry)) for entry in entries)
        for language, entries in found.items()
    }


def _whole(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _catalogue(name: str, language: str) -> tuple[Any, ...]:
    """The catalogue in a language; in Dutch where that language has none."""
    languages = _read(name)
    return languages.get(language) or languages["nl"]
