"""What stands where in the exchange format; reading and writing both follow it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import models

from sessions.models import Argument, Contribution, Step
from sessions.steps import KINDS, LISTS, List
from sessions.steps.whole import TEXTS as WHOLE_TEXTS

FORMAT = "kompas-session"
VERSION = 1

LARGEST = 5 * 1024 * 1024  # bytes in a file
LONGEST = 1000  # members of one list
MOST_TABLES = 20
MOST_WEIGHTS = 10_000  # of one argument in one round; also ballots


def day_of(value: str | None) -> datetime.date | None:
    """A day as a document writes it; None where none stands there."""
    return datetime.date.fromisoformat(value) if value else None


class DocumentError(ValueError):
    """A document is wrong: `path` says where, `reason` why. Nothing was stored."""

    def __init__(self, path: str, reason: str):
        self.path, self.reason = path, str(reason)
        super().__init__(f"{path}: {reason}")


# The columns of a talk that are dates and times: column → object, key.
DAYS = {
    "held_on": ("", "held_on"),
    "review_on": ("", "review_on"),
    "resume_on": ("", "resume_on"),
    "weights_gone_on": ("", "weights_gone_on"),
    "decide_by": ("mandate", "decide_by"),
}
TIMES = ("begins", "ends")

# Prompts that no method has to ask, and that have a key of their own all the same.
OPTIONAL = {"question": {"context": "context"}}


def _prompts(kind: str) -> dict[str, str]:
    return {**KINDS[kind].prompts, **OPTIONAL.get(kind, {})}


# Per object in the format ("" for the talk itself) the keys that hold texts: key → kind, prompt.
# Without a kind it is a text of the talk as a whole, which belongs to no step.
TEXTS: dict[str, dict[str, tuple[str, str]]] = {}
for _asked in WHOLE_TEXTS.values():
    _within, _key = _asked.place
    TEXTS.setdefault(_within, {})[_key] = ("", _asked.prompt)
for _kind in KINDS.values():
    TEXTS.setdefault(_kind.within, {}).update(
        {key: (_kind.name, prompt) for prompt, key in _prompts(_kind.name).items()}
    )

# The same for lists.
LISTS_IN: dict[str, list[List]] = {"": []}
for _list in LISTS.values():
    LISTS_IN.setdefault(_list.within, []).append(_list)

# The objects within the talk, each with its keys in order.
OBJECTS: dict[str, tuple[str, ...]] = {
    within: (
        *TEXTS.get(within, {}),
        *(key for object, key in DAYS.values() if object == within),
        *(one.name for one in LISTS_IN.get(within, [])),
    )
    for within in dict.fromkeys([*TEXTS, *LISTS_IN])
    if within
}
INTUITION_KEYS = ("first", "last", "moved", "asked")


def _top() -> Iterable[str]:
    yield from ("format", "version", "method", "method_version", "language", "status")
    yield from ("fictional", "practice", "naming")
    yield from ("title", "question", "context", "held_on", "begins", "ends", "place", "team")
    yield from ("review_on", "resume_on", "note", "source", "step", "mandate", "preparation")
    yield "inquiries"
    yield from TEXTS[""]
    for one in LISTS.values():
        yield one.within or one.name
    yield from ("texts", "rounds", "intuition", "weights_gone_on", "explanation", "tables")


# The keys of the talk, in order.
TOP: tuple[str, ...] = tuple(dict.fromkeys(_top()))

INQUIRY_KEYS = ("question", "asked", "for_children", "voices", "answer")
VOICE_KEYS = ("text", "role", "paper")
# Those of a table within its plenary: with its number, and without tables of its own.
TABLE: tuple[str, ...] = tuple(
    key for name in TOP for key in (("table", name) if name == "title" else (name,))
)[:-1]

TEXT_KEYS = ("step", "prompt", "text")
ROUND_KEYS = ("number", "step", "ballots", "moved", "asked", "weights")
ROUND_WEIGHT_KEYS = ("argument", "weights")


def item_keys(model: type[Contribution]) -> tuple[str, ...]:
    """The keys of one contribution, in order."""
    weighed = ("weights", "round") if model is Argument else ()
    return (*model.told(), *weighed, "merged", "step")


def columns(model: type[Contribution]) -> dict[str, Any]:
    """The model fields that hold what a person types or chooses, by key, in order."""
    return {name: model._meta.get_field(name) for name in model.told()}


def words(model: Any) -> models.Field:
    """The field that says what a contribution is: its name, title or text."""
    return next(field for field in columns(model).values() if not field.choices)


def homes(steps: Iterable[Step], one: List) -> list[str]:
    """The keys of the steps that collect this list, in order."""
    return [step.key for step in steps if one in KINDS[step.kind].lists]


def intuition_homes(steps: Iterable[Step]) -> dict[str, str]:
    """The keys of the steps that ask the "first" and the "last" intuition; "" where none does."""
    found = {"first": "", "last": ""}
    for step in steps:
        if which := KINDS[step.kind].intuition:
            found[which] = found[which] or step.key
    return found


def weighing_homes(steps: Iterable[Step]) -> list[str]:
    """The keys of the steps that ask for weights, in order."""
    return [step.key for step in steps if KINDS[step.kind].weighs]


def first_of_kind(steps: Iterable[Step], kind: str) -> str:
    """The key of the first step of that kind, or "" where the method has none."""
    return next((step.key for step in steps if step.kind == kind), "")


def text_places(steps: Iterable[Step]) -> dict[tuple[str, str], tuple[str, str]]:
    """Which texts have a key of their own: (step, prompt) → (object, key)."""
    steps = list(steps)
    places = {}
    for within, keys in TEXTS.items():
        for key, (kind, prompt) in keys.items():
            places[first_of_kind(steps, kind) if kind else "", prompt] = (within, key)
    return places


def asked_texts(steps: Iterable[Step]) -> list[tuple[str, str]]:
    """(step, prompt) of every other text that the method asks for, in order."""
    steps = list(steps)
    known = text_places(steps)
    asked = [(step.key, prompt.key) for step in steps for prompt in step.answers]
    return [place for place in asked if place not in known]


def is_absent(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def arrange(values: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """`values` in the order of `keys`, without what is absent."""
    return {key: values[key] for key in keys if not is_absent(values.get(key))}


def arrange_whole(values: dict[str, Any], objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The whole talk in its one order."""
    for within, keys in OBJECTS.items():
        values[within] = arrange(objects.get(within, {}), keys)
    return arrange(values, TOP)


def stands_in(argument: dict[str, Any], number: int, *, last: bool) -> bool:
    """Whether the weights that stand with this argument are from round `number`."""
    said = argument.get("round")
    return bool(argument.get("weights")) and (last if said is None else said == number)


def largest(one: dict[str, Any], arguments: list[dict[str, Any]], *, last: bool) -> int:
    """How many weights the most weighed argument has in this round."""
    told = [entry["weights"] for entry in one.get("weights", [])]
    told += [
        argument["weights"]
        for argument in arguments
        if stands_in(argument, one["number"], last=last)
    ]
    return max(map(len, told), default=0)


def arrange_rounds(
    rounds: list[dict[str, Any]], arguments: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rounds in their one order; none where the arguments' weights tell it all."""
    rounds = [arrange(one, ROUND_KEYS) for one in rounds]
    if len(rounds) == 1 and not rounds[0].keys() & {"step", "asked"}:
        given = largest(rounds[0], arguments, last=True)
        if given and rounds[0]["ballots"] == given:
            return []
    return rounds
