"""The public explanation: one page for parents and others, derived from a document.

Each part is derived from the talk until somebody rewords it, and can be left out. No function of
anybody, no weight and no intuition is ever in what Kompas adds; what people typed may hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from sessions.decided import decided
from sessions.models import Mandate, Result, State, Verdict
from sessions.steps.whole import EXPLANATION, TEXTS

from . import at_table
from .paper import Paper
from .parts import day, label, meanwhile

SIZES = ("", "small", "smaller")
MOST = 4  # arguments of each side, conditions
BRIEF, LONGER = 170, 420  # characters of a line in a list, of a text
PUPILS = re.compile(r"leerling|student|kind|pupil|child", re.IGNORECASE)
BULLET = re.compile(r"\s*[-–•*]\s+")

# Who may be known by it: addresses, numbers, functions that one person has, and what looks like
# somebody's name. Too much is better than too little: it only asks to read the words again.
MARKS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w-])(?:\+|00?)\d(?:[ -]?\d){7,12}(?!\w)"),
    re.compile(
        r"\b(?:(?:locatie|adjunct-?|school)?directeur|(?:con)?rector|schoolleider|bestuurder"
        r"|teamleider|afdelingsleider|privacy ?functionaris|functionaris gegevensbescherming"
        r"|intern begeleider|zorgcoördinator|ict-coördinator|conciërge|mentor|voorzitter"
        r"|head ?teacher|principal|director|privacy officer|care coordinator|ict coordinator"
        r"|caretaker)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:meneer|mevrouw|juf|meester|[Mm]rs?\.?|[Mm]s\.?) [^\W\d_]\w*"
        r"|(?!(?:De|Het|Een|Of|En|Als|Van|Voor|Volgens|Met|The|An|Our|Your|If|And) )[A-Z]\w+"
        r"(?: (?:van|de|der|den|het|ten|ter|te))* [A-Z][a-z]\w*)"
    ),
)

Document = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of the explanation: what the talk says, and what stands there instead, if anything."""

    key: str
    title: str
    derived: str
    reworded: str
    left_out: bool
    marks: tuple[str, ...]  # words in it by which somebody may be known

    @property
    def text(self) -> str:
        return self.reworded or self.derived

    @property
    def is_shown(self) -> bool:
        return bool(self.text) and not self.left_out

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its lines: paragraphs, and lists of those that begin with a dash."""
        found: list[dict[str, Any]] = []
        for line in filter(str.strip, self.text.split("\n")):
            mark = BULLET.match(line)
            if mark and found and found[-1]["is_list"]:
                found[-1]["lines"].append(line[mark.end() :])
            else:
                found.append({"is_list": bool(mark), "lines": [line[mark.end() if mark else 0 :]]})
        return found


@dataclass(frozen=True)
class Explanation(Paper):
    """The public explanation of a talk, in the talk's language."""

    template = "reports/explanation.html"

    @property
    def name(self) -> str:
        return _("explanation")

    @cached_property
    def parts(self) -> list[Part]:
        """All parts, in order, also those that are left out or have nothing to say."""
        with translation.override(self.language):
            return parts(self.document)

    def sizes(self) -> list[str]:
        with translation.override(self.language):
            return [
                render_to_string("reports/paper.html", self._filled(size=size)) for size in SIZES
            ]

    @property
    def one_side(self) -> str:
        """The side that is told alone, because somebody left the other out."""
        out = {part.key for part in self.parts if part.left_out} & {"for", "against"}
        return ({"for", "against"} - out).pop() if len(out) == 1 else ""

    @property
    def marks(self) -> list[str]:
        """Words on the page by which somebody may be known."""
        return list(dict.fromkeys(mark for part in self.parts for mark in part.marks))

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "held_on": day(self.document.get("held_on")),
            "paper_title": _("Explanation: %(title)s") % {"title": self.short_title},
            "parts": [part for part in self.parts if part.is_shown],
        }


def parts(document: Document) -> list[Part]:
    """The parts of the explanation. Call it with the document's language active."""
    given = document.get("explanation", {})
    names = functions(document)
    found: list[Part] = []
    for key in EXPLANATION:
        derived = "\n".join(filter(None, DERIVED[key](document)))
        reworded = given.get(key, "")
        left_out = given.get(f"without_{key}") == "yes"
        # Whom one can ask is there to be known.
        read = "" if left_out or key == "contact" else reworded or derived
        title = str(TEXTS[f"explanation_{key}"].text)
        found.append(Part(key, title, derived, reworded, left_out, tuple(marks(read, names))))
    return found


def marks(text: str, names: list[str]) -> Iterator[str]:
    """The words of a text by which somebody may be known, as they stand there, each once."""
    known = [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in names]
    found = [match for mark in (*known, *MARKS) for match in mark.finditer(text)]
    ends, said = 0, set()
    for match in sorted(found, key=lambda one: (one.start(), -one.end())):
        if match.start() >= ends and match[0].casefold() not in said:
            yield match[0]
        said.add(match[0].casefold())
        ends = max(ends, match.end())


def functions(document: Document) -> list[str]:
    """Every function that the talk names: of who was asked, who sees to something, who decides."""
    rows = (
        *((one, "function") for one in document.get("invited", [])),
        *((one, "owner") for one in document.get("facts", [])),
        *((one, "owner") for one in document.get("outcome", {}).get("conditions", [])),
        *((one, "who") for one in document.get("actions", [])),
        *((one, "by") for one in document.get("decisions", [])),
        (document.get("mandate", {}), "decider"),
    )
    return list(dict.fromkeys(one[key].strip() for one, key in rows if one.get(key, "").strip()))


# What the talk itself says, by part


def _question(document: Document) -> Iterator[str]:
    if question := document.get("question"):
        yield _brief(question, LONGER)
    if context := document.get("context"):
        yield _brief(context, LONGER)
    if people := at_table.groups(document):
        said = _("Who talked about it: %(people)s.") % {"people": people}
        there = [one for one in document["invited"] if one.get("present")]
        missed = at_table.missing(there) if all(one.get("group") for one in there) else []
        if missed:
            words = " ".join([missed[0], *(_("and no %s") % one for one in missed[1:])])
            said += " " + _("There was no %(missed)s.") % {"missed": words}
        yield said


def _answer(document: Document) -> Iterator[str]:
    outcome = document.get("outcome", {})
    verdict, answer = outcome.get("verdict", ""), outcome.get("answer", "")
    said = label(Verdict, verdict)
    if not verdict and not answer:
        yield _("There is no answer yet.")
        return
    repeats = answer.casefold().startswith(said.casefold().rstrip("."))
    lead = f"{said}." if said and not repeats else ""
    yield " ".join(filter(None, [lead, _brief(answer, LONGER)]))
    if outcome.get("minority_views"):
        yield _("Not everybody who talked about it agrees.")
    yield from _decided(document)
    if again := document.get("resume_on") or document.get("review_on"):
        yield _("On %(day)s we look at this again.") % {"day": day(again)}


def _decided(document: Document) -> Iterator[str]:
    """What was decided about this answer, and why; of a former answer nothing is told."""
    current, earlier = decided(document)
    kind = document.get("mandate", {}).get("kind")
    if current:
        yield {
            Result.ADOPTED: _("The school adopts this answer."),
            Result.PARTLY: _("The school adopts a part of this answer."),
            Result.NOT_ADOPTED: _("The school does not adopt this answer."),
            Result.RETURNED: _("The question goes back to those who talked about it."),
        }[current["result"]]
        if reasons := current.get("reasons"):
            yield _("The school writes about this: %s") % _brief(reasons, LONGER)
    elif kind == Mandate.ADVICE:
        yield _("This is advice. Nothing was decided about it yet.")
    elif kind == Mandate.EXPLORATION:
        yield _("This talk explored the question. Nothing was decided about it yet.")
    elif earlier:
        yield _("Nothing was decided about this answer yet.")


def _for(document: Document) -> Iterator[str]:
    return _side(document, "for")


def _against(document: Document) -> Iterator[str]:
    return _side(document, "against")


def _side(document: Document, side: str) -> Iterator[str]:
    """Some arguments of one side: those that decided first, then those chosen to be weighed."""
    of_side = [one for one in document.get("arguments", []) if one["side"] == side]
    of_side.sort(key=lambda one: (not one.get("decisive"), not one.get("chosen")))
    yield from (f"- {_brief(one['text'], BRIEF)}" for one in of_side[:MOST])


def _child(document: Document) -> Iterator[str]:
    interests = [
        _brief(one["interest"], BRIEF)
        for one in document.get("stakeholders", [])
        if one.get("interest") and PUPILS.search(one["name"])
    ]
    if interests:
        yield _("What matters to pupils:")
        yield from (f"- {interest}" for interest in interests[:MOST])
    if waits := meanwhile(document):
        yield _("Until then: %s") % _brief(" ".join(waits), LONGER)
    yield from _conditions(document)


def _conditions(document: Document) -> Iterator[str]:
    """What must be arranged first; what was dropped no longer, nor of an answer not adopted."""
    conditions = [
        one
        for one in document.get("outcome", {}).get("conditions", [])
        if one.get("state") != State.DROPPED
    ]
    current = decided(document).current
    result = current["result"] if current else ""
    if not conditions or result == Result.NOT_ADOPTED:
        return
    if result in (Result.PARTLY, Result.RETURNED):
        yield _("Those who talked about it find that this must be arranged first:")
    else:
        yield _("What must be arranged first:")
    yield from (f"- {_brief(one['text'], BRIEF)}" for one in conditions[:MOST])


def _contact(document: Document) -> Iterator[str]:
    yield _("Do you have a question, or do you see it differently? Ask at school.")


DERIVED = {
    "question": _question,
    "answer": _answer,
    "for": _for,
    "against": _against,
    "child": _child,
    "contact": _contact,
}


def _brief(text: str, most: int) -> str:
    """The beginning of a text, on one line, up to the end of a sentence or else of a word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > most // 3 else f"{cut.rpartition(' ')[0] or cut}…"
