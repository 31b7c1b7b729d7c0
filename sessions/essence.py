"""What a talk came to, to read aloud: a function of its document."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Argument, Verdict
from .said import together

ENDS = (".", "!", "?", "…", ":", ";")


def essence(document: dict[str, Any]) -> list[str]:
    """The paragraphs of one flowing text, in the active language; what is missing is left out.

    In the order of the exchange format's document: question, answer, reasons, conditions, minority
    views and the day on which the group looks again.
    """
    outcome = document.get("outcome", {})
    parts = [
        _("Our question was: %s") % _sentences([document.get("question", "")]),
        _answer(outcome.get("verdict", ""), outcome.get("answer", "")),
        _reasons(document.get("arguments", []), outcome.get("reasons", "")),
        _conditions(outcome),
        _meanwhile(document),
        *(_otherwise(view) for view in outcome.get("minority_views", [])),
        _again(document),
    ]
    return [part for part in parts if part]


def _answer(verdict: str, answer: str) -> str:
    said = _sentences([answer])
    if verdict == Verdict.INSIGHT:
        return _("We have no answer, but we do have an insight. %s") % said
    if not verdict:
        return _("Our answer: %s") % said if said else _("We have no answer yet.")
    words = _sentences([together(verdict, answer)])
    return _("Our answer: %s") % (words[:1].lower() + words[1:])


def _reasons(arguments: list[dict[str, Any]], reasons: str) -> str:
    """The arguments that the group picked, and what it wrote with them."""
    picked = [argument for argument in arguments if argument.get("decisive")]
    sides = {
        side: [argument["text"] for argument in picked if argument["side"] == side]
        for side in Argument.Side.values
    }
    if not all(sides.values()):
        said = _sentences([*(argument["text"] for argument in picked), reasons])
        return _("Because: %s") % said if said else ""
    return _("What speaks for it: %(for)s What speaks against it: %(against)s %(reasons)s") % {
        "for": _sentences(sides["for"]),
        "against": _sentences(sides["against"]),
        "reasons": _sentences([reasons]),
    }


def _conditions(outcome: dict[str, Any]) -> str:
    said = _sentences(
        " ".join(filter(None, [_bare(one["text"]), _who_when(one)]))
        for one in outcome.get("conditions", [])
    )
    if not said:
        return ""
    if outcome.get("verdict") == Verdict.YES_IF:
        return _("Provided: %s") % said
    return _("On these conditions: %s") % said


def _who_when(one: dict[str, Any]) -> str:
    when = _("by %s") % _day(one["due"]) if one.get("due") else ""
    told = ", ".join(filter(None, [one.get("owner", ""), when]))
    return f"({told})" if told else ""


def _meanwhile(document: dict[str, Any]) -> str:
    """What happens while the answer is "not yet"."""
    said = _sentences(
        text["text"] for text in document.get("texts", []) if text["prompt"] == "meanwhile"
    )
    waits = document.get("outcome", {}).get("verdict") == Verdict.NOT_YET
    return _("Until then: %s") % said if said and waits else ""


def _otherwise(view: dict[str, Any]) -> str:
    said = _("Someone who sees it differently says: “%s”") % " ".join(view["text"].split())
    if view.get("would_change_if"):
        changes = _sentences([view["would_change_if"]])
        said = f"{said} {_('What would change that mind: %s') % changes}"
    return said


def _again(document: dict[str, Any]) -> str:
    if document.get("resume_on"):
        return _("We go on with this on %s.") % _day(document["resume_on"])
    if document.get("review_on"):
        return _("We look at it again on %s.") % _day(document["review_on"])
    return ""


def _day(iso: str) -> str:
    return date_format(datetime.date.fromisoformat(iso), "j F Y")


def _bare(text: str) -> str:
    """One line without the full stop at its end, for what follows it."""
    return " ".join(text.split()).rstrip(".")


def _sentences(texts: Iterable[str]) -> str:
    """What people typed, one after the other, each ending as a sentence does."""
    lines = [" ".join(text.split()) for text in texts]
    return " ".join(
        line if line.rstrip("”’\"')").endswith(ENDS) else f"{line}." for line in lines if line
    )
