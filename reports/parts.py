"""The parts of a report, each a function of a document: grouped and named, nothing added up.

Call these with the document's language active.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions import catalogues
from sessions.decided import decided
from sessions.follow_up import Shifted
from sessions.models import (
    Argument,
    Council,
    Effect,
    Fact,
    Feeling,
    Found,
    Group,
    Legal,
    Mandate,
    Origin,
    Result,
    Session,
    State,
    Step,
    Value,
    Verdict,
    Voice,
)
from sessions.picture import picture

from .at_table import capital, gone, number, weighers

LONG = 1500  # characters in a row of a table; what is longer is printed as a list
ABREAST = 4  # values beside one another in the picture, so that no name breaks

Document = dict[str, Any]
Row = dict[str, Any]


# The talk as a whole


def about(document: Document) -> list[tuple[str, str]]:
    """What this talk was, for whom, when and where: label and text of what is known."""
    mandate = document.get("mandate", {})
    times = [document.get(name) for name in ("begins", "ends")]
    hours = _("from %(begins)s to %(ends)s") % {"begins": times[0], "ends": times[1]}
    told = [
        (_("What this talk was"), label(Mandate, mandate.get("kind"))),
        (_("Who decides"), mandate.get("decider", "")),
        (_("Decision by"), day(mandate.get("decide_by"))),
        (_("Who reads this report"), mandate.get("readers", "")),
        (_("The participation council"), label(Council, mandate.get("council"))),
        (_("Held on"), day(document.get("held_on"))),
        (_("At what time"), hours if all(times) else times[0] or ""),
        (_("Where"), document.get("place", "")),
        (_("Who took part"), document.get("team", "")),
        (_("Beside what each wrote alone"), label(Session.Naming, document.get("naming"))),
        (_("We go on with it on"), day(document.get("resume_on"))),
    ]
    return [(name, text) for name, text in told if text]


def mandate(document: Document) -> str:
    """What the talk was and who decides, in a sentence or two."""
    given = document.get("mandate", {})
    said = [f"{kind}." if (kind := label(Mandate, given.get("kind"))) else ""]
    who, when = given.get("decider", ""), day(given.get("decide_by"))
    if who and when:
        said.append(_("Who decides: %(who)s, by %(day)s.") % {"who": who, "day": when})
    elif who:
        said.append(_("Who decides: %(who)s.") % {"who": who})
    elif when:
        said.append(_("The decision is due by %(day)s.") % {"day": when})
    return " ".join(filter(None, said))


def invited(document: Document) -> list[Row]:
    there = {True: _("Yes"), False: _("No")}
    return [
        {
            "function": one["function"],
            "number": one.get("number"),
            "group": label(Group, one.get("group")),
            "present": there.get(one.get("present"), ""),
            "merged": one.get("merged", []),
        }
        for one in document.get("invited", [])
    ]


def inquiries(document: Document) -> list[Row]:
    """What was asked beforehand, what was shown of the answers, and what was done with them."""
    return [
        {
            "question": one["question"],
            "asked": one.get("asked", ""),
            "answer": one.get("answer", ""),
            "voices": [
                {
                    "text": voice["text"],
                    "from": " · ".join(
                        filter(
                            None,
                            [
                                label(Voice.Role, voice.get("role")),
                                _("on paper") if voice.get("paper") else "",
                            ],
                        )
                    ),
                }
                for voice in one.get("voices", [])
            ],
        }
        for one in document.get("inquiries", [])
    ]


def legal(document: Document) -> Row | None:
    """What the law says; all else of the preparation stays with who led the talk."""
    given = document.get("preparation", {})
    if not given.keys() & {"legal", "legal_note"}:
        return None
    return {"finding": label(Legal, given.get("legal")), "note": given.get("legal_note", "")}


def decisions(document: Document) -> list[Row]:
    """Each decision: first the one that holds for the answer as it stands, then the newest."""
    outcome = document.get("outcome", {})
    stands = outcome.get("verdict", ""), outcome.get("answer", "")
    current, earlier = decided(document)
    told = []
    for one in [current, *earlier] if current else earlier:
        about = one.get("verdict", ""), one.get("answer", "")
        other = about != stands
        told.append(
            {
                "result": label(Result, one["result"]),
                "reasons": one.get("reasons", ""),
                "by": one.get("by", ""),
                "day": day(one.get("decided_on")),
                "current": one is current,
                "replaced": not other and one is not current,
                "verdict": label(Verdict, about[0]) if other else "",
                "answer": about[1] if other else "",
                "merged": one.get("merged", []),
            }
        )
    return told


def current_decision(document: Document) -> Row | None:
    """The decision that holds for the answer as it stands."""
    return next((one for one in decisions(document) if one["current"]), None)


def undecided(document: Document) -> bool:
    """Whether there is an answer that waits for a decision: of who decides, or anew."""
    outcome = document.get("outcome", {})
    current, earlier = decided(document)
    waits = document.get("status") == "closed" and document.get("mandate", {}).get("decider")
    answered = outcome.get("verdict") or outcome.get("answer")
    return bool(current is None and answered and (earlier or waits))


def intuition(document: Document) -> Row | None:
    """How often each feeling was given, first and last, and how many moved."""
    given = document.get("intuition")
    if not given:
        return None
    names = {"first": _("At first"), "last": _("At the end")}
    told = {names[which]: Counter(given[which]) for which in names if given.get(which)}
    return {
        "columns": [*told],
        "rows": [
            {
                "label": feeling.label,
                "counts": [
                    {
                        "column": name,
                        "count": counts[feeling.value],
                        "dots": "●" * min(counts[feeling.value], 12),
                    }
                    for name, counts in told.items()
                ],
            }
            for feeling in Feeling
        ],
        "moved": _moved(given),
    }


def _moved(given: Row) -> str:
    if "asked" not in given:
        return ""
    if not given["moved"]:
        return _("All %(asked)s feel the same now as at first.") % {"asked": number(given["asked"])}
    words = ngettext(
        "%(moved)s of %(asked)s feels differently now.",
        "%(moved)s of %(asked)s feel differently now.",
        given["moved"],
    )
    return capital(words % {name: number(given[name]) for name in ("moved", "asked")})


def shift(shifted: Shifted | None) -> Row | None:
    """What shifted since the answer that this talk looks back on."""
    if shifted is None:
        return None
    then, now = shifted.words
    none, unknown = _("no answer"), _("not known yet")
    return {
        "then": day(shifted.then_on),
        "now": day(shifted.now_on),
        "verdicts": (then or none, now or none),
        "answer": shifted.answers[0],
        "same": shifted.stands,
        "conditions": [(text, became or unknown) for text, became in shifted.conditions],
        "feelings": [Counter(given) for given in shifted.feelings] if all(shifted.feelings) else [],
        "weights": [
            {"text": text, "counts": (Counter(before), Counter(after))}
            for text, _side, before, after in shifted.weights
        ],
    }


# What the method asks besides


def asked(document: Document, steps: Iterable[Step]) -> list[Row]:
    """Every other answer, by step and part, under the titles and prompts of the steps."""
    known = {step.key: step for step in steps}
    parts: dict[tuple[str, str], Row] = {}
    for text in document.get("texts", []):
        key, prompt, body = text["step"], text["prompt"], text["text"]
        if prompt == "meanwhile":
            continue  # stands with the answer, where that is "not yet"
        step = known.get(key)
        prompts = {one.key: one for one in step.prompts} if step else {}
        within = prompts[prompt].part if prompt in prompts else ""
        title = {"check": _("The last check"), "evaluation": _("Looking back")}.get(within)
        part = parts.setdefault(
            (key, within),
            {
                "key": f"{key}-{within}" if within else key,
                "title": title or (step.title if step else key),
                "kind": step.kind if step else "",
                "part": within,
                "answers": [],
            },
        )
        if prompt == "verdict":
            body = label(Verdict, body)
        name = prompts[prompt].text if prompt in prompts else prompt
        part["answers"].append({"prompt": name, "text": body})
    return list(parts.values())


def meanwhile(document: Document) -> list[str]:
    """What happens while the answer is "not yet"."""
    if document.get("outcome", {}).get("verdict") != Verdict.NOT_YET:
        return []
    return [text["text"] for text in document.get("texts", []) if text["prompt"] == "meanwhile"]


# The lists


def facts(document: Document) -> list[Row]:
    rows = [{**row, **_promise(row, Found)} for row in document.get("facts", [])]
    return grouped(rows, "kind", {**dict(Fact.Kind.choices), "": _("Not sorted yet")})


def stakeholders(document: Document) -> Row | None:
    seats = {True: _("Yes"), False: _("No"), None: ""}
    rows = document.get("stakeholders", [])
    shown = table(
        [
            {
                **row,
                "seat": seats[row.get("at_table")],
                "heard": label(Origin, row.get("origin")),
            }
            for row in rows
        ]
    )
    if shown:
        shown["seats"] = any(row.get("at_table") is not None for row in rows)
        shown["origins"] = any(row.get("origin") for row in rows)
    return shown


def values(document: Document) -> list[Row]:
    rows = []
    for row in document.get("values", []):
        people = row.get("voices") or 0
        words = ngettext(
            "%(people)s person chose this value, thinking alone",
            "%(people)s people chose this value, each thinking alone",
            people,
        )
        effect = row.get("effect")
        beside = [
            _("Grows stronger and comes under pressure")
            if effect == Effect.BOTH
            else label(Effect, effect),
            capital(words % {"people": number(people)}) if people else "",
            _("Chosen together") if row.get("chosen") else "",
        ]
        rows.append({**row, "beside": [one for one in beside if one]})
    return grouped(rows, "core", {**dict(Value.Core.choices), "": _("Other values")})


def arguments(document: Document) -> list[Row]:
    """Each argument with the colour of its value, its weights, and those of earlier rounds."""
    cores = {value["name"]: value.get("core") for value in document.get("values", [])}
    language = document.get("language") or "nl"
    rests_on = {
        "fact": _("Rests on a fact"),
        "assumption": _("Rests on an assumption"),
        "judgement": _("Rests on a judgement"),
    }
    earlier: dict[int, list[Row]] = {}
    for number_, round in enumerate(document.get("rounds", []), 1):
        for one in round.get("weights", []):
            earlier.setdefault(one["argument"], []).append(
                {"round": number_, "counts": Counter(one["weights"])}
            )
    rounds, erased = len(document.get("rounds", [])), document.get("weights_gone_on")
    told = []
    for place, argument in enumerate(document.get("arguments", [])):
        counts = Counter(argument.get("weights", []))
        long = length(argument) > LONG
        told.append(
            {
                **argument,
                "core": cores.get(argument.get("value")),
                "rests_on": rests_on.get(argument.get("kind")),
                "heard": label(Origin, argument.get("origin")),
                "whose": in_sentence(argument.get("stakeholder", ""), language),
                "counts": counts,
                "count": sum(counts.values()),
                "long": long,
                "beside": counts and not long,  # the dots stand beside the words
                # Said only where there is more than one.
                "round": argument.get("round", rounds) if rounds > 1 else None,
                "earlier": earlier.get(place, []),
                "passed_over": argument.get("chosen") and not counts and not erased,
            }
        )
    return told


def rounds(document: Document) -> list[str]:
    """Of each round, if there is more to tell: how many weighed, and how many moved."""
    told = []
    for number_, round in enumerate(document.get("rounds", []), 1):
        words = [_("Round %(number)d.") % {"number": number_}]
        if "ballots" in round:
            people = round["ballots"]
            words.append(
                ngettext("%(people)d person weighed.", "%(people)d people weighed.", people)
                % {"people": people}
            )
        if "asked" in round:
            words.append(_("%(moved)s of %(asked)s weigh differently than before.") % round)
        if len(words) > 1:
            told.append(" ".join(words))
    return told


def by_option(document: Document, rows: list[Row]) -> list[Row]:
    """The arguments per option, those without one first, each split in for and against."""
    names = ["", *(option["title"] for option in document.get("options", []))]
    groups = []
    for name in dict.fromkeys([*names, *(one.get("option") or "" for one in rows)]):
        about = [one for one in rows if (one.get("option") or "") == name]
        if about:
            groups.append({"option": name, "sides": by_side(about)})
    return groups


def by_side(rows: list[Row]) -> list[Row]:
    return grouped(rows, "side", dict(Argument.Side.choices))


def weighed_first(document: Document) -> Row | None:
    """The arguments that were weighed, by option, and those that were not, apart."""
    rows = arguments(document)
    if not rows:
        return None
    weighed = [one for one in rows if one["count"]]
    erased = gone(document)
    # What the group chose to weigh is what is left once the weights are not kept any more.
    chosen = [one for one in rows if one.get("chosen")] if erased and not weighed else []
    main = weighed or chosen or rows
    without = [one for one in rows if one not in main]
    return {
        "weighed": bool(weighed),
        "people": weighers(document),
        "rounds": rounds(document),
        "gone": erased,
        "chosen": bool(chosen),
        "groups": by_option(document, main),
        "options_used": any(one.get("option") for one in main),
        "not_weighed": by_side(without),
        "decisive": [one for one in rows if one.get("decisive")],
    }


def agreed(rows: list[Row], what: str, who: str) -> Row | None:
    """Conditions or actions: what, who, when, and what became of it."""
    return table(
        [
            {
                "text": row[what],
                "who": row.get(who, ""),
                "merged": row.get("merged", []),
                **_promise(row),
            }
            for row in rows
        ]
    )


def seen(document: Document) -> list[Row]:
    """For whom which value counts: tables of stakeholders by a few values each."""
    whole = picture(document)
    if whole is None:
        return []
    tables = []
    count = ceil(len(whole.columns) / ABREAST)
    size = ceil(len(whole.columns) / count)
    for start in range(0, len(whole.columns), size):
        shown = whole.columns[start : start + size]
        columns = [column.name or _("No value named") for column in shown]
        rows = []
        for row in whole.rows:
            told = [_cell(cell) for cell in row.cells[start : start + size]]
            cells = [
                {"column": column, "words": words}
                for column, words in zip(columns, told, strict=True)
            ]
            rows.append({"name": row.name or _("Nobody named"), "cells": cells, "any": any(told)})
        tables.append({"columns": columns, "rows": rows})
    return tables


def _cell(cell: Any) -> list[str]:
    words = ((cell.for_, _("%(count)d for")), (cell.against, _("%(count)d against")))
    return [said % {"count": count} for count, said in words if count]


def source(text: str) -> dict[str, str]:
    """A source, and its address if it is one that can be opened."""
    is_address = text.startswith(("https://", "http://")) and not any(map(str.isspace, text))
    return {"text": text, "address": text if is_address else ""}


# Helps


def label(choices: Any, value: Any) -> str:
    """The words of a choice; empty where nothing was chosen."""
    return str(choices(value).label) if value else ""


def in_sentence(name: str, language: str) -> str:
    """A stakeholder within a sentence: a word for people has no capital there, a name keeps it."""
    known = {one.name.split()[0].casefold() for one in catalogues.stakeholders(language)}
    first = name.split()[0] if name.strip() else ""
    return name[:1].lower() + name[1:] if first.casefold() in known else name


def day(given: datetime.date | str | None) -> str:
    """A date in words."""
    if not given:
        return ""
    if isinstance(given, str):
        given = datetime.date.fromisoformat(given)
    return date_format(given, "j F Y")


def grouped(rows: list[Row], name: str, words: dict[str, Any]) -> list[Row]:
    """The rows per value of `name`, in the order of `words`; groups without rows are left out."""
    groups = [
        {"key": key, "title": title, "rows": [row for row in rows if (row.get(name) or "") == key]}
        for key, title in words.items()
    ]
    return [group for group in groups if group["rows"]]


def table(rows: list[Row]) -> Row | None:
    """The rows, and whether each fits in a row of a table; a long one would break over pages."""
    if not rows:
        return None
    return {"rows": rows, "as_table": all(length(row) <= LONG for row in rows)}


def length(row: Row) -> int:
    texts = [value for value in row.values() if isinstance(value, str)]
    return sum(map(len, [*texts, *row.get("merged", [])]))


def _promise(row: Row, states: Any = State) -> Row:
    """When something is due, and what became of it."""
    return {
        "due": day(row.get("due")),
        "became": label(states, row.get("state")),
        "result": row.get("result", ""),
    }
