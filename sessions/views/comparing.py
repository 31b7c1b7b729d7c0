"""Talks beside one another: two to four that one chose, or how others weighed the same."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions import access, comparison, reading
from sessions.models import Refused

MOST = 4  # talks beside one another
OFFERED = 20  # of each sort, to choose from
LOOKED_AT = 200  # talks among which is looked who weighed the same
NEWEST = 20  # of those that did


@never_cache
@require_safe
def compare(request):
    """Two to four talks side by side, each as this actor may read it; else a page to choose."""
    asked = list(dict.fromkeys(filter(None, map(_id, request.GET.getlist("gesprek")))))
    chosen = asked[:MOST]
    told = {"most": MOST, "too_many": len(asked) > MOST, "asked": chosen}
    if "kies" not in request.GET:
        read = access.readable_sessions(request.actor, chosen)
        if len(read) >= 2:
            documents = reading.readable_documents(read)
            beside = comparison.compare([documents[one.session.pk] for one in read])
            pairs = list(zip(beside.columns, read, strict=True))
            context = {
                "comparison": beside,
                "pairs": pairs,
                "left_out": len(chosen) - len(read),
                "any_minority": any(one.minority_views for one in beside.columns),
                "any_felt": any(one.feelings for one in beside.columns),
            }
            return render(request, "sessions/compare/compare.html", {**told, **context})
    offered = reading.glimpses(access.choosable_sessions(request.actor, chosen, OFFERED))
    readable = {one.session.pk for one in offered}
    context = {
        "offered": offered,
        "left_out": len([one for one in chosen if one not in readable]),
        "begun": bool(chosen),
        "begun_with": next((one for one in offered if [one.session.pk] == chosen), None),
    }
    return render(request, "sessions/compare/choose.html", {**told, **context})


def _id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


@dataclass(frozen=True)
class Neighbour:
    """Another talk, and what it has in common with the one that is looked at."""

    glimpse: reading.Glimpse
    column: comparison.Column
    same_question: bool
    values: list[str]


@never_cache
@require_safe
def others(request, session_id):
    """How other talks of the organisation weighed the same question, or the same values."""
    found = access.remembered_session(request.actor, session_id)
    if not (found.version or found.reads_kept):
        raise Refused(_("How others weighed this can be read once the talk is closed."))
    own = comparison.column(reading.readable_document(found))
    names = [value["name"] for value in own.values]
    near = []
    for glimpse in reading.glimpses(access.neighbours(request.actor, found.session, LOOKED_AT)):
        values = comparison.shared_values(names, glimpse.values)
        same = comparison.resembles(own.question, glimpse.question)
        if same or values:
            near.append((glimpse, same, values))
    near.sort(key=lambda one: str(one[0].closed_on), reverse=True)
    near = near[:NEWEST]
    documents = reading.readable_documents(one.access for one, _same, _values in near)
    neighbours = [
        Neighbour(glimpse, comparison.column(documents[glimpse.session.pk]), same, values)
        for glimpse, same, values in near
    ]
    context = {
        "access": found,
        "session": found.session,
        "own": own,
        "neighbours": neighbours,
        "groups": _groups(own, neighbours),
        "beside": MOST - 1,
        "newest": NEWEST,
        "fewest": comparison.FEWEST,
    }
    return render(request, "sessions/compare/others.html", context)


def _groups(own: comparison.Column, neighbours: list[Neighbour]) -> list[dict]:
    """The arguments of this talk that stand beside those of others, with whose they are."""
    columns = [own, *(one.column for one in neighbours)]
    groups, _apart = comparison.grouped([one.arguments for one in columns], beside_first=True)
    return [
        {
            "group": group,
            "own": group.cells[0],
            "others": [
                (one, cell) for one, cell in zip(neighbours, group.cells[1:], strict=True) if cell
            ],
        }
        for group in groups
        if group.cells[0]
    ]
