"""From a document to what a report says: grouped and named, nothing left out, nothing added up."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.models import Argument, Fact, Method, Value, Verdict

SHORT = 80  # characters of the question at the foot, in a bookmark, in the file's name

LONG = 1500  # characters in a row of a table; what is longer is printed as a list


@dataclass(frozen=True)
class Report:
    """The report of one document, in the document's language.

    `version` and `on` are those of a closed talk; without a number the report is a concept, and
    `on` is the day on which it is shown.
    """

    document: dict[str, Any]
    method: Method
    example: bool = False
    version: int | None = None
    on: datetime.date | None = None

    @property
    def language(self) -> str:
        return self.document.get("language") or "nl"

    @property
    def title(self) -> str:
        return (
            self.document.get("title")
            or self.document.get("question")
            or _("A talk without a question")
        )

    @property
    def short_title(self) -> str:
        return _short(self.title)

    @property
    def is_concept(self) -> bool:
        return not self.example and self.document.get("status") != "closed"

    def html(self) -> str:
        """The whole page for paper."""
        with translation.override(self.language):
            return render_to_string("reports/paper.html", self.context())

    def content(self) -> str:
        """What the report says, for a page around it that may speak another language."""
        with translation.override(self.language):
            return render_to_string("reports/content.html", self.context())

    def file_name(self, extension: str) -> str:
        """A name that says which talk, from when and in which state."""
        with translation.override(self.language):
            if self.example:
                state = _("example")
            elif self.version:
                state = _("version %(number)d") % {"number": self.version}
            else:
                state = _("concept") if self.is_concept else _("closed")
            name = slugify(Truncator(self.title).chars(SHORT, truncate="")) or slugify(_("report"))
        return f"{name}-{self._on.isoformat()}-{slugify(state)}.{extension}"

    @property
    def _on(self) -> datetime.date:
        return self.on or timezone.localdate()

    def context(self) -> dict[str, Any]:
        """All that the templates show. Call it with the document's language active."""
        data = self.document
        outcome = data.get("outcome") or {}
        question = data.get("question", "")
        arguments = self._arguments()
        asked = self._asked()
        page = _("page %(page)s of %(pages)s") % {"page": "\0", "pages": "\0"}
        options = data.get("options", [])
        shown = {
            "report": self,
            "language": self.language,
            "title": self.title,
            "short_title": self.short_title,
            "paper_title": _("Report: %(title)s") % {"title": self.short_title},
            "short": _short(question or self.title),
            "page": page.split("\0"),
            "question": question if data.get("title") else "",
            "state": self._state(),
            "state_words": self._state_words(),
            "on": "" if self.example else _day(self._on),
            "held_on": _day(data.get("held_on")),
            "review_on": _day(data.get("review_on")),
            "team": data.get("team"),
            "method_title": self.method.title(self.language),
            "method_version": self.method.version,
            "verdict": Verdict(outcome["verdict"]).label if outcome.get("verdict") else "",
            "answer": outcome.get("answer"),
            "reasons": outcome.get("reasons"),
            "conditions": _agreed(outcome.get("conditions", []), "text", "owner"),
            "minority_views": outcome.get("minority_views", []),
            "actions": _agreed(data.get("actions", []), "what", "who"),
            "context": data.get("context"),
            "facts": self._facts(),
            "stakeholders": self._stakeholders(),
            "table_known": any(
                one.get("at_table") is not None for one in data.get("stakeholders", [])
            ),
            "values": self._values(),
            "options": options,
            "arguments": self._by_option(arguments),
            "options_used": any(argument.get("option") for argument in arguments),
            "weighed": self._weighed(arguments),
            "rounds": self._rounds(),
            "asked_first": [part for part in asked if part["kind"] == "question"],
            "asked_later": [part for part in asked if part["kind"] != "question"],
            "sources": [_source(source) for source in data.get("source", [])],
            "note": data.get("note"),
        }
        shown["has_outcome"] = any(
            shown[name]
            for name in ("verdict", "answer", "reasons", "conditions", "minority_views", "actions")
        )
        shown["has_more"] = any(
            shown[name]
            for name in (
                "context", "asked_first", "asked_later", "facts", "stakeholders", "values",
                "options", "arguments", "sources", "note",
            )
        )  # fmt: skip
        return shown

    def _state(self) -> str:
        if self.example:
            return _("Example")
        return _("Concept") if self.is_concept else ""

    def _state_words(self) -> str:
        day = {"day": _day(self._on), "number": self.version}
        if self.example:
            return ""
        if self.is_concept:
            return _("Concept, as it stands on %(day)s; the talk is not closed") % day
        if self.version is None:
            return _("Closed")
        return _("Version %(number)d, closed on %(day)s") % day

    def _asked(self) -> list[dict[str, Any]]:
        """What the method asks besides, under the titles and prompts of its steps."""
        steps = {step.key: step for step in self.method.steps(self.language)}
        parts: dict[str, dict[str, Any]] = {}
        for text in self.document.get("texts", []):
            key, prompt, body = text["step"], text["prompt"], text["text"]
            step = steps.get(key)
            prompts = {one.key: one.text for one in step.prompts} if step else {}
            part = parts.setdefault(
                key,
                {
                    "title": step.title if step else key,
                    "kind": step.kind if step else "",
                    "answers": [],
                },
            )
            if prompt == "verdict" and body in Verdict.values:
                body = Verdict(body).label
            part["answers"].append({"prompt": prompts.get(prompt, prompt), "text": body})
        return list(parts.values())

    def _facts(self) -> list[dict[str, Any]]:
        return _grouped(
            _dated(self.document.get("facts", [])),
            "kind",
            {**dict(Fact.Kind.choices), "": _("Not sorted yet")},
        )

    def _stakeholders(self) -> dict[str, Any] | None:
        seats = {True: _("Yes"), False: _("No"), None: ""}
        return _table(
            [
                {**row, "seat": seats[row.get("at_table")]}
                for row in self.document.get("stakeholders", [])
            ]
        )

    def _values(self) -> list[dict[str, Any]]:
        return _grouped(
            self.document.get("values", []),
            "core",
            {**dict(Value.Core.choices), "": _("Other values")},
        )

    def _arguments(self) -> list[dict[str, Any]]:
        """Each argument with the colour of its value, its weights, and those of earlier rounds."""
        cores = {value["name"]: value.get("core") for value in self.document.get("values", [])}
        rests_on = {
            "fact": _("Rests on a fact"),
            "assumption": _("Rests on an assumption"),
            "judgement": _("Rests on a judgement"),
        }
        earlier: dict[int, list[dict[str, Any]]] = {}
        for number, round in enumerate(self.document.get("rounds", []), 1):
            for one in round.get("weights", []):
                earlier.setdefault(one["argument"], []).append(
                    {"round": number, "counts": Counter(one["weights"])}
                )
        rounds = len(self.document.get("rounds", []))
        arguments = []
        for place, argument in enumerate(self.document.get("arguments", [])):
            counts = Counter(argument.get("weights", []))
            long = _length(argument) > LONG
            arguments.append(
                {
                    **argument,
                    "core": cores.get(argument.get("value")),
                    "rests_on": rests_on.get(argument.get("kind")),
                    "counts": counts,
                    "count": sum(counts.values()),
                    "long": long,
                    "beside": counts and not long,  # the dots stand beside the words
                    # Said only where there is more than one.
                    "round": argument.get("round", rounds) if rounds > 1 else None,
                    "earlier": earlier.get(place, []),
                }
            )
        return arguments

    def _rounds(self) -> list[str]:
        """Of each round, if there is more to tell: how many weighed, and how many moved."""
        told = []
        for number, round in enumerate(self.document.get("rounds", []), 1):
            words = [_("Round %(number)d.") % {"number": number}]
            if "ballots" in round:
                people = round["ballots"]
                words.append(
                    ngettext("%(people)d person weighed.", "%(people)d people weighed.", people)
                    % {"people": people}
                )
            if "asked" in round:
                words.append(_("%(moved)s of %(asked)s weigh otherwise than before.") % round)
            if len(words) > 1:
                told.append(" ".join(words))
        return told

    def _weighed(self, arguments: list[dict[str, Any]]) -> str:
        """By how many people the arguments were weighed, in words; empty when by nobody."""
        counts = [argument["count"] for argument in arguments if argument["count"]]
        last = self.document.get("rounds", [])[-1:]
        people = max([*counts, *(round.get("ballots", 0) for round in last)], default=0)
        if not people:
            return ""
        words = ngettext("%(people)d person", "%(people)d people", people) % {"people": people}
        without = len(arguments) - len(counts)
        if without:
            words += "; " + ngettext(
                "%(count)d argument was not weighed",
                "%(count)d arguments were not weighed",
                without,
            ) % {"count": without}
        return words

    def _by_option(self, arguments: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The arguments per option, those without one first, each split in for and against."""
        names = ["", *(option["title"] for option in self.document.get("options", []))]
        groups = []
        for name in dict.fromkeys([*names, *(one.get("option") or "" for one in arguments)]):
            about = [one for one in arguments if (one.get("option") or "") == name]
            if about:
                sides = _grouped(about, "side", dict(Argument.Side.choices))
                groups.append({"option": name, "sides": sides})
        return groups


def _short(text: str) -> str:
    """The beginning of a text, on one line: for a foot, a bookmark, a title."""
    return Truncator(" ".join(text.split())).chars(SHORT)


def _grouped(rows: list[dict], name: str, words: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows per value of `name`, in the order of `words`; groups without rows are left out."""
    groups = [
        {"key": key, "title": title, "rows": [row for row in rows if (row.get(name) or "") == key]}
        for key, title in words.items()
    ]
    return [group for group in groups if group["rows"]]


def _day(day: datetime.date | str | None) -> str:
    """A date in words."""
    if not day:
        return ""
    if isinstance(day, str):
        day = datetime.date.fromisoformat(day)
    return date_format(day, "DATE_FORMAT")


def _length(row: dict) -> int:
    texts = [value for value in row.values() if isinstance(value, str)]
    return sum(map(len, [*texts, *row.get("merged", [])]))


def _table(rows: list[dict]) -> dict[str, Any] | None:
    """The rows, and whether each fits in a row of a table; a long one would break over pages."""
    if not rows:
        return None
    return {"rows": rows, "as_table": all(_length(row) <= LONG for row in rows)}


def _agreed(rows: list[dict], what: str, who: str) -> dict[str, Any] | None:
    """Conditions or actions: what, who, when."""
    return _table(
        [
            {
                "text": row[what],
                "who": row.get(who, ""),
                "due": _day(row.get("due")),
                "merged": row.get("merged", []),
            }
            for row in rows
        ]
    )


def _dated(rows: list[dict]) -> list[dict]:
    return [{**row, "due": _day(row.get("due"))} for row in rows]


def _source(source: str) -> dict[str, str]:
    """A source, and its address if it is one that can be opened."""
    is_address = source.startswith(("https://", "http://")) and not any(map(str.isspace, source))
    return {"text": source, "address": source if is_address else ""}
