"""What differs between two documents: a function of both, that knows of no rows.

Rows of a document have no id. Two rows are one when they say the same, or nearly; what only
changed its place does not differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from sessions.steps import LISTS

from .format import LISTS_IN, OBJECTS, TOP, words

ALIKE = 0.6  # from 0 to 1: two wordings that are this much alike are one row that was reworded
FEW = 4  # words
SHOWN_IN_ONE = 0.4  # two texts that are less alike are shown one after the other
LONGEST = 2000  # words of a text within which is looked what changed
MOST = 100  # rows of which is looked whether they are one that was reworded
PIECE = re.compile(r"\S+\s*|\s+")
# Told in parts of its own, or not of what is said: which file it is, and where the room was.
APART = frozenset({"intuition", "rounds", "tables", "texts", "source"})
NOT_SAID = frozenset({"format", "version", "method", "method_version", "language", "step"})
OF_WEIGHING = frozenset({"weights", "round"})


# The rows of a list that stand in both, what is left of the first, and of the second.
Pairs = tuple[
    list[tuple[dict[str, Any], dict[str, Any]]], list[dict[str, Any]], list[dict[str, Any]]
]


@dataclass(frozen=True)
class TextDiffers:
    """A text, a choice or a day: its place ("answer" within "outcome"), and both its contents.

    `before` and `after` are "" where there was nothing.
    """

    within: str
    key: str
    before: Any
    after: Any

    @property
    def pieces(self) -> list[tuple[str, str]]:
        return pieces(str(self.before), str(self.after))


@dataclass(frozen=True)
class RowDiffers:
    """A row that stands in both, and what of it differs: its keys."""

    before: dict[str, Any]
    after: dict[str, Any]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ListDiffers:
    """A list, by its name in the exchange format: what came, what went, what changed."""

    name: str
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[RowDiffers]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class WeightsDiffer:
    """What was weighed in both and otherwise: its words, and both distributions, sorted.

    Without a side these are feelings about the question: "first" or "last".
    """

    text: str
    side: str
    before: list[int]
    after: list[int]


@dataclass(frozen=True)
class Differences:
    """All that differs; false where nothing does."""

    texts: list[TextDiffers] = field(default_factory=list)
    lists: list[ListDiffers] = field(default_factory=list)
    weights: list[WeightsDiffer] = field(default_factory=list)
    feelings: list[WeightsDiffer] = field(default_factory=list)
    tables: list[tuple[int, Differences]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.lists or self.weights or self.feelings or self.tables)

    @property
    def verdict(self) -> tuple[str, str] | None:
        """The verdict then and now, where it is another one."""
        for one in self.texts:
            if (one.within, one.key) == ("outcome", "verdict"):
                return one.before, one.after
        return None


def differences(before: dict[str, Any], after: dict[str, Any]) -> Differences:
    """What stands in `after` otherwise than in `before`."""
    rows = paired("arguments", before.get("arguments", []), after.get("arguments", []))
    return Differences(
        texts=_texts(before, after),
        lists=_lists(before, after, rows),
        weights=[
            WeightsDiffer(new["text"], new["side"], old.get("weights", []), new.get("weights", []))
            for old, new in rows[0]
            if old.get("weights", []) != new.get("weights", [])
        ],
        feelings=[
            WeightsDiffer(which, "", *given)
            for which in ("first", "last")
            if (given := _feelings(which, before, after))[0] != given[1]
        ],
        tables=_tables(before, after),
    )


def _feelings(which: str, *documents: dict[str, Any]) -> list[list[int]]:
    return [sorted(one.get("intuition", {}).get(which, [])) for one in documents]


def _texts(before: dict[str, Any], after: dict[str, Any]) -> list[TextDiffers]:
    lists = {(one.within, one.name) for one in LISTS.values()}
    places = [("", key) for key in TOP if key not in OBJECTS | dict.fromkeys(APART | NOT_SAID)]
    places += [(within, key) for within, keys in OBJECTS.items() for key in keys]
    told = []
    for within, key in places:
        if within in APART or (within, key) in lists:
            continue
        old, new = (_within(one, within).get(key, "") for one in (before, after))
        if old != new:
            told.append(TextDiffers(within, key, old, new))
    old_texts, new_texts = (
        {(one["step"], one["prompt"]): one["text"] for one in document.get("texts", [])}
        for document in (before, after)
    )
    for step, prompt in old_texts | new_texts:
        old, new = (texts.get((step, prompt), "") for texts in (old_texts, new_texts))
        if old != new:
            told.append(TextDiffers(f"texts/{step}", prompt, old, new))
    return told


def _within(document: dict[str, Any], within: str) -> dict[str, Any]:
    return document.get(within, {}) if within else document


def _lists(before: dict[str, Any], after: dict[str, Any], arguments: Pairs) -> list[ListDiffers]:
    told = []
    for within, lists in LISTS_IN.items():
        for one in lists:
            old, new = (_within(document, within).get(one.name, []) for document in (before, after))
            pairs = arguments if one.name == "arguments" else paired(one.name, old, new)
            told.append(_list(one.name, pairs))
    sources = [[{"text": one} for one in told.get("source", [])] for told in (before, after)]
    told.append(_list("source", paired("source", *sources)))
    return [one for one in told if one]


def _list(name: str, pairs: Pairs) -> ListDiffers:
    same, gone, new = pairs
    changed = [RowDiffers(old, now, keys) for old, now in same if (keys := _keys(old, now))]
    return ListDiffers(name, new, gone, changed)


def _keys(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """What differs of a row, but for its weights: they are told apart."""
    known = dict.fromkeys([*before, *after])
    return tuple(
        key for key in known if key not in OF_WEIGHING and before.get(key) != after.get(key)
    )


def _tables(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[int, Differences]]:
    """By number; a table that one of both does not have differs from an empty one."""
    old, new = (
        {one["table"]: one for one in document.get("tables", [])} for document in (before, after)
    )
    each = (
        (number, differences(old.get(number, {}), new.get(number, {})))
        for number in sorted(old.keys() | new.keys())
    )
    return [(number, told) for number, told in each if told]


# Which row is which


def paired(name: str, before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> Pairs:
    """The rows of a list that stand in both, what is left of the first, and of the second.

    First those that say the very same, then, the most alike first, those that were reworded.
    """
    old, new, pairs = list(before), list(after), []
    says = _says(name)
    for exactly in (lambda row: tuple(sorted(_plain(row))), says):
        left: dict[Any, list[dict]] = {}
        for row in old:
            left.setdefault(exactly(row), []).append(row)
        rest = []
        for row in new:
            if left.get(exactly(row)):
                pairs.append((left[exactly(row)].pop(0), row))
            else:
                rest.append(row)
        taken = {id(one) for one, _row in pairs}
        old, new = [row for row in old if id(row) not in taken], rest
    sides = [[(says(row)[0], _bag(says(row)[1])) for row in rows[:MOST]] for rows in (old, new)]
    near = [
        (ratio, at, place)
        for at, (side, bag) in enumerate(sides[0])
        for place, (other_side, other) in enumerate(sides[1])
        if side == other_side and (ratio := _alike(bag, other)) >= ALIKE
    ]
    gone, come = set(range(len(old))), set(range(len(new)))
    for _ratio, at, place in sorted(near, key=lambda one: (-one[0], one[1], one[2])):
        if at in gone and place in come:
            pairs.append((old[at], new[place]))
            gone.remove(at)
            come.remove(place)
    places = {id(row): place for place, row in enumerate(after)}
    pairs.sort(key=lambda pair: places[id(pair[1])])
    return pairs, [old[at] for at in sorted(gone)], [new[place] for place in sorted(come)]


def _says(name: str):
    """What a row of that list says, beside what it cannot change without being another row."""
    key = words(LISTS[name].model).name if name in LISTS else "text"
    return lambda row: (row.get("side", ""), " ".join(str(row.get(key, "")).split()).casefold())


def _plain(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, repr(value)) for key, value in row.items()]


def _bag(text: str) -> Counter[str]:
    """What a wording is made of: its words, or of a short one pairs of letters."""
    parts = text.split()
    if len(parts) < FEW:
        parts = [text[at : at + 2] for at in range(max(1, len(text) - 1))]
    return Counter(parts)


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """How much two wordings have in common, from 0 to 1."""
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 1.0


# Which words


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """A text in pieces, in order: ("same" | "gone" | "new", words).

    Without what is new it is `before`, without what is gone `after`.
    """
    old, new = PIECE.findall(before), PIECE.findall(after)
    told: list[tuple[str, str]] = []
    alike = _alike(*(Counter(piece.strip() for piece in text) for text in (old, new)))
    if max(len(old), len(new)) > LONGEST or alike < SHOWN_IN_ONE:
        told = [("gone", before), ("new", after)]
    else:
        matcher = SequenceMatcher(None, old, new)
        for does, a, b, c, d in matcher.get_opcodes():
            if does == "equal":
                told.append(("same", "".join(old[a:b])))
            else:
                told += [("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))]
    return [(kind, text) for kind, text in told if text]
