"""The print pack: all that a facilitator takes along on paper, for a talk or for any talk."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format, time_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sessions import timing
from sessions.document import document
from sessions.models import (
    WEIGHTS,
    Argument,
    Council,
    Feeling,
    Group,
    Mandate,
    Method,
    Session,
    Step,
    Value,
)

from . import parts
from .kept import make
from .worksheet import Sheets, page_words

# The parts by their names in addresses, in order.
PARTS = {
    "agenda": "agenda",
    "draaiboek": "script",
    "kaarten": "cards",
    "briefjes": "slips",
    "werkbladen": "sheets",
    "gehoord": "heard",
}
MOST = 60  # people for whom cards and slips are printed
SETS = 4  # of cards, on a page
TIGHT = 3300  # characters of script on a page; more is set smaller


@dataclass(frozen=True)
class Moment:
    """A step in its time."""

    step: Step
    slot: timing.Slot

    @property
    def begins(self) -> str:
        return time_format(self.slot.begins, "H:i") if self.slot.begins else ""

    @property
    def ends(self) -> str:
        return time_format(self.slot.ends, "H:i") if self.slot.ends else ""


@dataclass(frozen=True)
class Pack:
    """The pack of a method; `document` is the talk that it is printed for, empty for any talk."""

    method: Method
    language: str
    document: dict[str, Any] = field(default_factory=dict, hash=False)
    part: str = ""  # one of PARTS' names, or all of them

    def html(self) -> str:
        """The whole HTML page, in the language of the talk."""
        with translation.override(self.language):
            chosen = [PARTS[self.part]] if self.part else list(PARTS.values())
            context = {
                "pack": self,
                "parts": chosen,
                "language": self.language,
                "page": page_words(),
                "texts": self.method.texts(self.language),
                "paper": Sheets(self.method, self.language) if "sheets" in chosen else None,
                "group": self.method.definition["group"],
            }
            return render_to_string("reports/pack.html", context)

    def file_name(self, format: str = "form") -> str:
        with translation.override(self.language):
            name = self.document.get("title") or self.document.get("question")
            words = [self.part or _("print pack"), name or self.method.title(self.language)]
            return f"{slugify(' '.join(words))[:80].strip('-')}.pdf"

    # -- what the talk says -----------------------------------------------------------------------

    @property
    def question(self) -> str:
        return self.document.get("question", "")

    @property
    def title(self) -> str:
        return self.document.get("title", "") or self.method.title(self.language)

    @property
    def day(self) -> str:
        day = self.document.get("held_on")
        return date_format(datetime.date.fromisoformat(day), "l j F Y") if day else ""

    @property
    def place(self) -> str:
        return self.document.get("place", "")

    @property
    def mandate(self) -> list[tuple[str, str]]:
        """What was said of the mandate: question and answer."""
        said = self.document.get("mandate", {})
        by = said.get("decide_by")
        found = [
            (_("What is this talk?"), str(Mandate(said["kind"]).label) if "kind" in said else ""),
            (_("Who decides in the end?"), said.get("decider", "")),
            (
                _("When must it be decided?"),
                date_format(datetime.date.fromisoformat(by), "j F Y") if by else "",
            ),
            (_("Who will read the report?"), said.get("readers", "")),
            (
                _("What does the participation council do with the answer?"),
                str(Council(said["council"]).label) if "council" in said else "",
            ),
        ]
        return [(asked, answer) for asked, answer in found if answer or not self.document]

    @property
    def invited(self) -> list[dict[str, Any]]:
        """Who is invited, by function, each with for whom they speak."""
        return [
            {
                "function": one["function"],
                "number": one.get("number") or 1,
                "group": str(Group(one["group"]).label) if "group" in one else "",
            }
            for one in self.document.get("invited", [])
        ]

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What was asked beforehand and what was heard, of which something is shown."""
        return [one for one in parts.inquiries(self.document) if one["voices"]]

    @property
    def people(self) -> int:
        invited = sum(one["number"] for one in self.invited)
        # Where nobody is invited yet: for the largest group that the method is made for.
        return min(invited or self.method.definition["group"][1], MOST)

    # -- agenda and script ------------------------------------------------------------------------

    @cached_property
    def moments(self) -> list[Moment]:
        steps = self.method.steps(self.language)
        begins, ends = (
            datetime.time.fromisoformat(said) if (said := self.document.get(name)) else None
            for name in ("begins", "ends")
        )
        slots = timing.plan(steps, begins, ends)
        return [Moment(step, slots[step.key]) for step in steps]

    @property
    def minutes(self) -> int:
        return sum(moment.slot.minutes for moment in self.moments)

    @property
    def script(self) -> list[list[Moment]]:
        """The steps on two pages, so that both hold about as much."""
        sizes = [_size(moment.step) for moment in self.moments]
        at = min(
            range(1, len(sizes)), key=lambda at: abs(sum(sizes[:at]) - sum(sizes[at:])), default=1
        )
        return [self.moments[:at], self.moments[at:]]

    @property
    def is_tight(self) -> bool:
        return any(sum(_size(one.step) for one in page) > TIGHT for page in self.script)

    # -- cards and slips --------------------------------------------------------------------------

    @property
    def cards(self) -> list[list[range]]:
        """Sets of cards by page."""
        return [[WEIGHTS] * min(SETS, self.people - first) for first in range(0, self.people, SETS)]

    @property
    def slips(self) -> range:
        """One sheet of slips for each."""
        return range(self.people)

    @property
    def feelings(self) -> list[str]:
        return [str(label) for label in reversed(Feeling.labels)]

    @property
    def sides(self) -> list[str]:
        return [str(label) for label in Argument.Side.labels]

    @property
    def cores(self) -> list[str]:
        return [str(label) for label in Value.Core.labels]

    @property
    def collects(self) -> set[str]:
        """The kinds of steps that the method has: what it does not ask needs no slip."""
        return {moment.step.kind for moment in self.moments}


def pack_of(session: Session, part: str) -> Pack:
    return Pack(session.method, session.language, document(session), part)


def method_pack(slug: str, language: str, part: str) -> Pack | None:
    """The pack of the last version of a method, for any talk, in `language` if it has that."""
    method = Method.latest(slug)
    if method is None:
        return None
    return Pack(method, language if language in method.languages else method.languages[0], {}, part)


@lru_cache(maxsize=32)
def blank(pack: Pack, digest: str) -> bytes:
    """The PDF of a method's pack; a method of that digest never changes. Raises Failed."""
    return make(pack, "form")


def _size(step: Step) -> int:
    """About how much room a step takes in the script."""
    return 160 + len(step.purpose) + sum(map(len, (*step.say, *step.stuck)))
