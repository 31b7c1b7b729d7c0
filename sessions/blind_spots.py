"""What a talk may have overlooked: read off its document. It informs, and forbids nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .catalogues import same
from .models import Group, Origin


@dataclass(frozen=True)
class Finding:
    """One thing to look at. `kind` is the kind of step in which it can be mended."""

    key: str
    kind: str
    sentence: str
    names: tuple[str, ...] = ()  # whom or what it is about, in the words of the group


def blind_spots(document: dict[str, Any]) -> list[Finding]:
    """What may have been overlooked, in the order of the steps and the language that is active.

    A step in which nothing was done yet is not told here: the steps themselves show that.
    """
    arguments = document.get("arguments", [])
    return [
        *_facts(document),
        *_stakeholders(document),
        *_asked(document),
        *(_arguments(document) if arguments else ()),
        *_heard(document),
        *_outcome(document),
    ]


def _names(rows: Iterable[dict[str, Any]], key: str = "name") -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[key] for row in rows))


def _facts(document: dict[str, Any]) -> Iterable[Finding]:
    nobody = [
        fact
        for fact in document.get("facts", [])
        if fact.get("kind") == "unknown" and not fact.get("owner")
    ]
    if nobody:
        yield Finding("unowned", "facts", _("Nobody finds this out yet:"), _names(nobody, "text"))


def _stakeholders(document: dict[str, Any]) -> Iterable[Finding]:
    away = [one for one in document.get("stakeholders", []) if one.get("at_table") is False]
    if away:
        yield Finding("away", "stakeholders", _("Not at the table:"), _names(away))
    invited = document.get("invited", [])
    present = {one.get("group") for one in invited if one.get("present") is not False}
    pupil, parent = Group.PUPIL in present, Group.PARENT in present
    if invited and not (pupil and parent):
        sentence = _("No pupil or student takes part, and no parent.")
        if parent:
            sentence = _("No pupil or student takes part.")
        elif pupil:
            sentence = _("No parent takes part.")
        yield Finding("uninvited", "stakeholders", sentence)


def _asked(document: dict[str, Any]) -> Iterable[Finding]:
    """Who was to be heard beforehand, and was not."""
    inquiries = document.get("inquiries", [])
    if silent := [one for one in inquiries if not one.get("voices")]:
        names = tuple(dict.fromkeys(one.get("asked") or one["question"] for one in silent))
        sentence = _("Asked beforehand, and nothing of it is shown:")
        yield Finding("silent", "stakeholders", sentence, names)
    heard = {same(one.get("asked", "")) for one in inquiries if one.get("voices")}
    unheard = [
        one
        for one in document.get("stakeholders", [])
        if one.get("at_table") is False
        and one.get("origin") != Origin.HEARD
        and same(one["name"]) not in heard
    ]
    if heard and unheard:
        sentence = _("Not at the table, and not heard beforehand:")
        yield Finding("unheard", "stakeholders", sentence, _names(unheard))


def _arguments(document: dict[str, Any]) -> Iterable[Finding]:
    arguments = document["arguments"]
    values = document.get("values", [])
    chosen = [value for value in values if value.get("chosen")] or values
    used = {argument.get("value") for argument in arguments}
    if unused := [value for value in chosen if value["name"] not in used]:
        yield Finding("unused", "arguments", _("No argument names this value:"), _names(unused))
    heard = {argument.get("stakeholder") for argument in arguments}
    stakeholders = document.get("stakeholders", [])
    if voiceless := [one for one in stakeholders if one["name"] not in heard]:
        yield Finding("voiceless", "arguments", _("No argument is about:"), _names(voiceless))
    sides = {argument["side"] for argument in arguments}
    if sides == {"for"}:
        yield Finding("none_against", "arguments", _("There is no argument against."))
    elif sides == {"against"}:
        yield Finding("none_for", "arguments", _("There is no argument for."))
    options = document.get("options", [])
    if not options:
        yield Finding("no_option", "arguments", _("There is no option but yes or no."))
    of_option: dict[str, set[str]] = {}
    for argument in arguments:
        of_option.setdefault(argument.get("option", ""), set()).add(argument["side"])
    if half := [one for one in options if len(of_option.get(one["title"], ())) < 2]:
        sentence = _("Not looked at from both sides:")
        yield Finding("half_option", "arguments", sentence, _names(half, "title"))
    if not any(argument.get("kind") == "fact" for argument in arguments):
        yield Finding("no_fact", "arguments", _("No argument is marked as a fact."))


def _heard(document: dict[str, Any]) -> Iterable[Finding]:
    said = {
        one.get("origin")
        for name in ("stakeholders", "arguments")
        for one in document.get(name, [])
    }
    voices = any(one.get("voices") for one in document.get("inquiries", []))
    if voices and "heard" not in said and (document.get("stakeholders") or "arguments" in document):
        sentence = _(
            "Something was heard beforehand, and no interest or argument is taken from it."
        )
        yield Finding("untaken", "stakeholders", sentence)
    elif "imagined" in said and "heard" not in said:
        sentence = _("All interests are imagined by you. Nothing was heard from those touched.")
        yield Finding("imagined", "stakeholders", sentence)


def _outcome(document: dict[str, Any]) -> Iterable[Finding]:
    outcome = document.get("outcome", {})
    of_tables = [table.get("outcome", {}) for table in document.get("tables", [])]
    if outcome.get("verdict") == "yes_if" and not outcome.get("conditions"):
        sentence = _("The answer is “yes, provided”, and there is no condition.")
        if any(one.get("conditions") for one in of_tables):
            sentence = _("The joint answer is “yes, provided”, and has no condition of its own.")
        yield Finding("no_condition", "outcome", sentence)
    answered = outcome.get("verdict") or outcome.get("answer")
    if answered and not any(one.get("minority_views") for one in (outcome, *of_tables)):
        yield Finding("no_minority", "outcome", _("Nobody is noted who sees it differently."))
