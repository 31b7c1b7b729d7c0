"""Who was at the table and who weighed, in words that claim no more than is known."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.models import Group

# Those who are touched most and asked least: that they were not there is said.
MISSED = (Group.PUPIL, Group.PARENT)


def weighed(document: dict[str, Any]) -> str:
    """By how many people the arguments were weighed; empty where there is nothing to weigh."""
    if not document.get("arguments"):
        return gone(document)
    people = weighers(document)
    if not people:
        if document.get("weights_gone_on"):
            return gone(document)
        if document.get("status") == "closed":
            return _("The arguments were not weighed.")
        return _("The arguments are not weighed yet.")
    again = _weighed_again(document)
    if again and again < people:
        words = ngettext(
            "%(people)s person weighed, %(again)s of them once more.",
            "%(people)s people weighed, %(again)s of them once more.",
            people,
        )
        return capital(words % {"people": number(people), "again": number(again)})
    words = ngettext("%(people)s person weighed.", "%(people)s people weighed.", people)
    return capital(words % {"people": number(people)})


def gone(document: dict[str, Any]) -> str:
    """That the weights are not kept any more; empty where they are, or never were."""
    day = document.get("weights_gone_on")
    if not day:
        return ""
    told = {"day": date_format(datetime.date.fromisoformat(day), "j F Y")}
    if weighers(document):
        return _("The weights of before %(day)s have been erased.") % told
    return _("The weights that were given were erased on %(day)s.") % told


def _weighed_again(document: dict[str, Any]) -> int:
    """How many weighed in the last round, where there was one before it."""
    _first, *later = _of_each_round(document)
    return later[-1] if later else 0


def _of_each_round(document: dict[str, Any]) -> list[int]:
    """How many gave weights in each round, in order."""
    rounds = document.get("rounds", [])
    people = [
        max([one.get("ballots", 0), *(len(each["weights"]) for each in one.get("weights", []))])
        for one in rounds
    ] or [0]
    for argument in document.get("arguments", []):
        at = min(argument.get("round", len(people)), len(people)) - 1
        people[at] = max(people[at], len(argument.get("weights", [])))
    return people


def weighers(document: dict[str, Any]) -> int:
    """How many people gave weights, in the round in which most did."""
    return max(_of_each_round(document))


def at_the_table(document: dict[str, Any]) -> str:
    """Who was there: of those invited, else of the stakeholders; empty where that is not known."""
    invited = document.get("invited", [])
    if any("present" in one for one in invited):
        return _there([one for one in invited if one.get("present")])
    seats: dict[bool, list[str]] = {True: [], False: []}
    for one in document.get("stakeholders", []):
        if one.get("at_table") is not None:
            seats[one["at_table"]].append(one["name"])
    said = []
    if seats[True]:
        said.append(_("At the table: %(names)s.") % {"names": enumeration(seats[True])})
    if seats[False]:
        said.append(_("Not at the table: %(names)s.") % {"names": enumeration(seats[False])})
    return " ".join(said)


def groups(document: dict[str, Any]) -> str:
    """The same of those invited, by the group that they speak for; no function is named."""
    invited = document.get("invited", [])
    there = [one for one in invited if one.get("present") and one.get("group")]
    return enumeration(_in_groups(there))


def _there(present: list[dict[str, Any]]) -> str:
    if not present:
        return _("None of those who were invited were there.")
    apart = [one["function"] for one in present if not one.get("group")]
    words = enumeration([*_in_groups(present), *apart])
    missed = [] if apart else missing(present)
    if missed:
        return _("At the table: %(people)s; no %(missed)s.") % {
            "people": words,
            "missed": " ".join([missed[0], *(_("and no %s") % one for one in missed[1:])]),
        }
    return _("At the table: %(people)s.") % {"people": words}


def missing(present: list[dict[str, Any]]) -> list[str]:
    """Which of those who are touched most were not there, in words."""
    words = {Group.PUPIL: _("pupil"), Group.PARENT: _("parent")}
    there = {one.get("group") for one in present}
    return [words[group] for group in MISSED if group not in there]


def _in_groups(present: list[dict[str, Any]]) -> list[str]:
    counts: Counter[str] = Counter()
    for one in present:
        counts[one.get("group", "")] += 1 if one.get("number") is None else one["number"]
    return [
        words % {"count": number(count)}
        for group, count in ((group, counts[group]) for group in _ORDER)
        if count
        for words in (_group_words(group, count),)
    ]


_ORDER = (Group.STAFF, Group.LEADERSHIP, Group.PARENT, Group.PUPIL, Group.OTHER)


def _group_words(group: str, count: int) -> str:
    if group == Group.STAFF:
        return ngettext("%(count)s member of staff", "%(count)s members of staff", count)
    if group == Group.LEADERSHIP:
        return ngettext("%(count)s leader of the school", "%(count)s leaders of the school", count)
    if group == Group.PARENT:
        return ngettext("%(count)s parent", "%(count)s parents", count)
    if group == Group.PUPIL:
        return ngettext("%(count)s pupil", "%(count)s pupils", count)
    return ngettext("%(count)s other person", "%(count)s other people", count)


def number(count: int) -> str:
    """A small number as a word, as one writes it in a sentence."""
    words = (
        *(_("zero"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six")),
        *(_("seven"), _("eight"), _("nine"), _("ten"), _("eleven"), _("twelve")),
    )
    return words[count] if count < len(words) else str(count)


def capital(sentence: str) -> str:
    """A sentence as it begins; in Dutch a capital has no accent: Eén."""
    return (sentence[:1].upper() + sentence[1:]).replace("Éé", "Eé", 1)


def enumeration(words: Iterable[str]) -> str:
    """One, two and three."""
    *most, last = [*words] or [""]
    if not most:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(most), "last": last}
