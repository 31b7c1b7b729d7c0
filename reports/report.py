"""From a document to what a report says: the essence, then all of it; nothing is added up."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sessions.follow_up import Shifted
from sessions.models import Version
from sessions.said import apart

from . import at_table, parts
from .paper import Paper

# Lines of a report, as `_lines` guesses them: what needs no page of its own for the essence,
# an essence that is set smaller, or smaller still, to stay on its page, and what is longer than
# some four pages.
FEW, FULL, FULLEST, MANY = 40, 18, 30, 150
ACROSS = 90  # characters in a line
# Sections that stand with the plenary and say nothing of one table.
OF_PLENARY = {"about", "table", "note", "context", "law", "sources"}


@dataclass(frozen=True)
class Section:
    """One part of the report: its heading, and what its template is given."""

    key: str
    title: str
    template: str
    shown: Any

    @property
    def id(self) -> str:
        return f"report-{self.key}"

    @property
    def path(self) -> str:
        return f"reports/sections.html#{self.template}"


@dataclass(frozen=True)
class Chapter:
    """What one table of a plenary came to: a report within the report, its headings one lower."""

    number: int
    answer: Any  # for beside the other tables: the verdict, and who weighed
    people: str
    html: SafeString

    @property
    def id(self) -> str:
        return f"report-table-{self.number}"

    @property
    def title(self) -> str:
        return _("Table %(number)s") % {"number": self.number}


@dataclass(frozen=True)
class Report(Paper):
    """The report of one document, in the document's language."""

    template = "reports/content.html"
    edited: ClassVar[bool] = False

    reason: str = ""  # why the talk was opened again before this version
    reopened: int | None = None  # after which version
    table: int | None = None  # which one it was of several; a table keeps its number
    shifted: Shifted | None = None  # of a talk that looks back on another

    @property
    def name(self) -> str:
        return _("report")

    def context(self) -> dict[str, Any]:
        """All that the templates show. Call it with the document's language active."""
        data = self.document
        outcome = data.get("outcome") or {}
        question = data.get("question", "")
        weighed = parts.weighed_first(data)
        verdict, answer = apart(outcome.get("verdict", ""), outcome.get("answer", ""))
        shown = {
            **super().context(),
            "report": self,
            "paper_title": _("Report: %(title)s") % {"title": self.short_title},
            "question": question if data.get("title") else "",
            "state_words": self._state_words(),
            "illustrated": self.example and weighed and weighed["weighed"],
            "reopened": _("Opened again after version %d") % self.reopened if self.reopened else "",
            "held_on": parts.day(data.get("held_on")),
            "resume_on": parts.day(data.get("resume_on")),
            "review_on": parts.day(data.get("review_on")),
            "team": "" if at_table.at_the_table(data) else data.get("team"),
            "mandate": parts.mandate(data),
            # Of an example worked out from sources nobody weighed, and nobody sat at a table.
            "voices": self._voices(),
            "method_title": self.method.title(self.language),
            "method_version": self.method.version,
            "verdict": verdict,
            "answer": answer,
            "meanwhile": parts.meanwhile(data),
            "reasons": outcome.get("reasons"),
            "decisive": weighed["decisive"] if weighed else [],
            "dotted": weighed and any(one["beside"] for one in weighed["decisive"]),
            "conditions": parts.agreed(outcome.get("conditions", []), "text", "owner"),
            "minority_views": outcome.get("minority_views", []),
            "decision": parts.current_decision(data),
            "undecided": parts.undecided(data) and not self.example,
        }
        shown["sections"] = [one for one in self._sections(weighed) if one.shown]
        shown["chapters"] = self._chapters()
        lines = _lines(data)
        shown["is_short"] = lines <= FEW
        shown["is_long"] = lines > MANY
        essence = _lines(outcome) + len(shown["decisive"]) * 3
        shown["is_full"], shown["is_fullest"] = essence > FULL, essence > FULLEST
        return shown

    def _chapters(self) -> list[Chapter]:
        """A chapter for each table of a plenary."""
        found = []
        for data in self.document.get("tables", []):
            number = data["table"]
            shown = replace(self, document=data, reason="", reopened=None, shifted=None).context()
            shown["sections"] = [
                replace(one, key=f"table-{number}-{one.key}")
                for one in shown["sections"]
                if one.key not in OF_PLENARY
            ]
            shown["undecided"] = False  # what is decided, is decided about the plenary's answer
            html = render_to_string("reports/chapter.html", shown)
            people = at_table.weighers(data)
            weighed = at_table.capital(at_table.number(people)) if people else ""
            if not people and data.get("weights_gone_on"):
                weighed = _("erased")
            found.append(Chapter(number, shown["verdict"], weighed, _lower(html)))
        return found

    def _voices(self) -> str:
        if self.example and not self.document.get("fictional"):
            return ""
        said = [at_table.weighed(self.document), at_table.at_the_table(self.document)]
        if self.document.get("weights_gone_on"):
            said.reverse()  # a report does not begin with what is not there any more
        return " ".join(filter(None, said))

    def _sections(self, weighed: Any) -> list[Section]:
        """All that stands behind the essence, in order; one with nothing to show is left out."""
        data = self.document
        asked = parts.asked(data, self.method.steps(self.language))
        actions = parts.agreed(data.get("actions", []), "what", "who")

        def of_method(chosen: list[dict[str, Any]]) -> list[Section]:
            return [Section(one["key"], one["title"], "asked", one["answers"]) for one in chosen]

        return [
            Section("decision", _("The decision"), "decision", parts.decisions(data)),
            Section("shift", _("What shifted"), "shift", parts.shift(self.shifted)),
            Section("agreements", _("Agreements"), "agreements", actions),
            Section("about", _("About this talk"), "about", parts.about(data)),
            Section("table", _("Who was asked to the table"), "invited", parts.invited(data)),
            Section("heard", _("Heard beforehand"), "heard", parts.inquiries(data)),
            Section("note", _("Note"), "text", data.get("note")),
            Section("context", _("What this is about"), "text", data.get("context")),
            *of_method([one for one in asked if one["kind"] == "question"]),
            Section("law", _("Does the law allow it?"), "legal", parts.legal(data)),
            Section("facts", _("Facts"), "facts", parts.facts(data)),
            Section("stakeholders", _("Stakeholders"), "stakeholders", parts.stakeholders(data)),
            Section("values", _("Values"), "values", parts.values(data)),
            Section("picture", _("For whom which value counts"), "picture", parts.seen(data)),
            Section("options", _("Options"), "options", data.get("options")),
            Section("arguments", _("Arguments"), "arguments", weighed),
            Section("feeling", _("The feeling, first and last"), "feeling", parts.intuition(data)),
            *of_method([one for one in asked if one["kind"] != "question"]),
            Section("parked", _("Kept for later"), "parked", data.get("parked")),
            Section(
                "sources",
                _("Sources"),
                "sources",
                [parts.source(source) for source in data.get("source", [])],
            ),
        ]

    def _state_words(self) -> str:
        told = {"day": parts.day(self.day), "number": self.version}
        if self.example:
            return ""
        if self.is_concept:
            return _("Concept, as it stands on %(day)s; the talk is not closed") % told
        if self.version is None:
            return _("Closed")
        return version_words(self.version, self.cause, self.document.get("decisions"), self.day)


@dataclass(frozen=True)
class EditedReport(Report):
    """The report of an edited copy: what is left of the document, and nothing from beside it."""

    edited: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return _("edited copy")

    @property
    def state(self) -> str:
        return _("Edited copy")


def version_words(
    number: int, cause: str, decisions: list[dict[str, Any]] | None, on: datetime.date
) -> str:
    """Which version of a talk this is: that of a closing, or with a decision in it."""
    told = {"number": number, "day": parts.day(on)}
    if cause != Version.Cause.DECISION:
        return _("Version %(number)d, closed on %(day)s") % told
    decided = (decisions or [{}])[-1].get("decided_on")
    return _("Version %(number)d, with the decision of %(day)s") % {
        **told,
        "day": parts.day(decided) or told["day"],
    }


def _lower(html: str) -> SafeString:
    """The same page with every heading one level lower; what people typed has no tags."""
    lowered = re.sub(r"(</?h)([2-5])\b", lambda found: f"{found[1]}{int(found[2]) + 1}", html)
    return mark_safe(lowered)  # noqa: S308 - rendered by our own templates, with all escaped


def _lines(value: Any) -> int:
    """About how many lines a part of a document takes."""
    if isinstance(value, dict):
        return sum(map(_lines, value.values()))
    if isinstance(value, list):
        return sum(map(_lines, value))
    if isinstance(value, str):
        return 1 + len(value) // ACROSS
    return 0
