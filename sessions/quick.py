"""Quick entry: a list typed as lines of text, one row a line. Pure: text in, rows or reasons out.

A line is words with a few marks. One backslash before a mark makes it an ordinary character;
anywhere else a backslash is just that. So no character of what was typed is ever lost.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

Values = dict[str, Any]
T = TypeVar("T")
MOST = 300  # lines in one field


class Unclear(ValueError):
    """A line that cannot be understood; the message says why, to who typed it."""


@dataclass(frozen=True)
class Line:
    """One row as it was typed; `number` counts from 1, as the lines of the field do."""

    number: int
    text: str
    values: Values


@dataclass(frozen=True)
class Problem:
    number: int
    reason: str


def read(name: str, typed: str) -> tuple[list[Line], list[Problem]]:
    """The rows in what was typed for the list with that name, and the lines that are none."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, text in enumerate(typed.split("\n"), 1):
        text = text.strip()
        if not text:
            continue
        if len(lines) + len(problems) == MOST:
            reason = _("This is more than %(most)s lines. Save first, then go on.")
            problems.append(Problem(number, reason % {"most": MOST}))
            break
        try:
            lines.append(Line(number, text, READERS[name](text)))
        except Unclear as problem:
            problems.append(Problem(number, str(problem)))
    return lines, problems


# Marks


def _marked(text: str, marks: str, *more: str) -> tuple[list[str], str]:
    """The marks that `text` begins with, at most one of each set, and the words after them."""
    found = []
    for some in (marks, *more):
        at = re.match(some, text)
        found.append(at[0] if at else "")
        text = text[at.end() :].lstrip() if at else text
    literal = "|".join(some for some in (marks, *more))
    return found, re.sub(rf"^\\(?=\\*(?:{literal}))", "", text)


def _parts(text: str, mark: str, most: int = 0) -> list[str]:
    """The parts of `text` between marks, at most `most` cuts; what follows the last is as typed."""
    cut = [part.strip() for part in re.split(rf"(?<!\\)\{mark}", text, maxsplit=most)]
    last = len(cut) - 1 if most and len(cut) > most else len(cut)
    return [re.sub(rf"\\(?=\\*\{mark})", "", part) for part in cut[:last]] + cut[last:]


def _words(text: str) -> str:
    if not text:
        raise Unclear(_("There are no words on this line."))
    return text


# Days

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DUTCH = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)


def day(text: str) -> datetime.date | None:
    """A day as 2027-01-31 or 31-1-2027; None for what is no day."""
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _DUTCH.fullmatch(text):
        number, month, year = map(int, found.groups())
    else:
        return None
    try:
        return datetime.date(year, month, number)
    except ValueError:
        return None


def _promise(text: str, what: str, who: str) -> Values:
    """Words, who sees to it, and by when; a day alone needs no empty place before it."""
    words, *more = _parts(text, "|")
    if len(more) == 1 and day(more[0]):
        more = ["", *more]
    if len(more) > 2:
        raise Unclear(_("Give three parts at most: what | who | when."))
    due = None
    if len(more) == 2 and more[1]:
        due = day(more[1])
        if due is None:
            raise Unclear(_("“%(text)s” is no day. Type it as 2027-01-31.") % {"text": more[1]})
    return {what: _words(words), who: more[0] if more else "", "due": due}


# Lists: one reader for each, from a line to its values

FACT_KINDS = {"": "", "=": "fact", "~": "assumption", "?": "unknown"}
PRESENCE = {"": None, "+": True, "!": False}
EFFECTS = {"": "", "+-": "both", "+": "strengthened", "-": "pressure"}
CORES = {"": "", "a": "autonomie", "r": "rechtvaardigheid", "m": "menselijkheid"}
SIDES = {"+": "for", "-": "against"}
ARGUMENT_KINDS = {"": "", "=": "fact", "~": "assumption", "!": "judgement"}
ORIGINS = {"": "", ">": "heard", "*": "imagined"}
POINTERS = {"@": "stakeholder", "#": "value", "&": "option"}


def fact(text: str) -> Values:
    (kind,), rest = _marked(text, "[=~?]")
    return {"kind": FACT_KINDS[kind], **_promise(rest, "text", "owner")}


def stakeholder(text: str) -> Values:
    (presence,), rest = _marked(text, "[+!]")
    name, *interest = _parts(rest, ":", 1)
    (origin,), said = _marked(interest[0], "[>*]") if interest else ([""], "")
    return {
        "name": _words(name),
        "interest": said,
        "at_table": PRESENCE[presence],
        "origin": ORIGINS[origin],
    }


_CORE = re.compile(r"([arm]?)\s*:", re.IGNORECASE | re.ASCII)


def value(text: str) -> Values:
    """A value; `core` is None where it was not said, so that a catalogue may tell it."""
    (effect,), rest = _marked(text, r"\+-|[+-]")
    core = _CORE.match(rest)
    name, *meaning = _parts(rest[core.end() :] if core else rest, ":", 1)
    return {
        "name": _words(name),
        "core": CORES[core[1].lower()] if core else None,
        "meaning": meaning[0] if meaning else "",
        "effect": EFFECTS[effect],
    }


# A mark that points: after a space or at the beginning, and right before a name.
_POINTER = re.compile(r"(?:^|(?<=\s))([@#&])(?=\S)")
_NO_POINTER = re.compile(r"(?:^|(?<=\s))\\(?=\\*[@#&]\S)")


def argument(text: str) -> Values:
    """An argument; what it points to is a name, or the beginning of one."""
    (side, kind, origin), rest = _marked(text, "[+-]", "[=~!]", "[>*]")
    if not side:
        raise Unclear(_("Begin with + for an argument for, or with - for one against."))
    words, *pointers = _POINTER.split(rest)
    names = dict.fromkeys(POINTERS.values(), "")
    for mark, name in zip(pointers[::2], pointers[1::2], strict=True):
        if names[POINTERS[mark]]:
            raise Unclear(_("“%(mark)s” stands here twice.") % {"mark": mark})
        names[POINTERS[mark]] = _NO_POINTER.sub("", name).strip()
    return {
        "side": SIDES[side],
        "kind": ARGUMENT_KINDS[kind],
        "origin": ORIGINS[origin],
        "text": _words(_NO_POINTER.sub("", words).strip()),
        **names,
    }


def minority_view(text: str) -> Values:
    words, *more = _parts(text, "|", 1)
    return {"text": _words(words), "would_change_if": more[0] if more else ""}


def invitee(text: str) -> Values:
    """Somebody invited; `group` is a word, or the beginning of one."""
    (presence, number), rest = _marked(text, "[+!]", r"[0-9]{1,3}(?=\s+\S)")
    function, *group = _parts(rest, "|", 1)
    return {
        "function": _words(function),
        "number": int(number) if number else None,
        "group": group[0] if group else "",
        "present": PRESENCE[presence],
    }


READERS: dict[str, Callable[[str], Values]] = {
    "invited": invitee,
    "facts": fact,
    "stakeholders": stakeholder,
    "values": value,
    "options": lambda text: {"title": text},
    "arguments": argument,
    "conditions": lambda text: _promise(text, "text", "owner"),
    "minority_views": minority_view,
    "actions": lambda text: _promise(text, "what", "who"),
    "parked": lambda text: {"text": text},
    "source": lambda text: {"text": text},
}


def weights(text: str) -> list[int]:
    """Weights from 1 to 5, with or without something between them."""
    wrong = re.sub(r"[1-5\s,;]", "", text)
    if wrong:
        raise Unclear(_("“%(text)s” is no weight. Type numbers from 1 to 5.") % {"text": wrong[0]})
    return [int(one) for one in text if one in "12345"]


# Names


def same(name: str) -> str:
    """What two people typed alike, whatever their capitals and spaces."""
    return " ".join(name.split()).casefold()


def match(typed: str, known: Iterable[tuple[str, T]]) -> T | None:
    """What has this name, or the only one whose name begins so; None where there is none.

    Raises Unclear where several begin so and none is the same.
    """
    wanted, begin = same(typed), dict[str, tuple[str, T]]()
    for name, one in known:
        if same(name) == wanted:
            return one
        if same(name).startswith(wanted):
            begin.setdefault(same(name), (name, one))
    if len(begin) > 1:
        names = ", ".join(name for name, _one in begin.values())
        raise Unclear(
            _("“%(typed)s” can be several: %(names)s. Type some more of it.")
            % {"typed": typed, "names": names}
        )
    return next((one for _name, one in begin.values()), None)
