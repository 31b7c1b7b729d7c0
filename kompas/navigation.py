"""Where somebody with an account can go: the one list of what stands in the head of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import Role


@dataclass(frozen=True)
class Place:
    """A page, by the name of its address; shown to who has one of `roles` somewhere."""

    name: str
    label: Any
    roles: frozenset[str]
    installation: bool = False  # also to who administers the installation
    in_organisation: bool = False  # one for each organisation where one has such a role


@dataclass(frozen=True)
class Way:
    """A link to a place."""

    url: str
    label: str


FACILITATOR, LEADER = Role.FACILITATOR, Role.SCHOOL_LEADER
READER, ADMINISTRATOR = Role.BOARD_READER, Role.ADMINISTRATOR
EVERYBODY = frozenset(Role.values)
PLACES = [
    Place("sessions:mine", _("My talks"), frozenset({FACILITATOR, ADMINISTRATOR})),
    Place("sessions:due", _("To do"), frozenset({FACILITATOR, LEADER})),
    Place("sessions:register", _("Register"), EVERYBODY, installation=True),
    Place(
        "sessions:board_page",
        _("In numbers"),
        frozenset({LEADER, READER}),
        in_organisation=True,
    ),
    Place(
        "accounts:organisations",
        _("Organisation"),
        frozenset({ADMINISTRATOR}),
        installation=True,
    ),
]
MOST = 3  # organisations of which each has a link of its own


def places(request: HttpRequest, actor: Any = None) -> list[Way]:
    """The places of an actor, whoever asks unless told; asks for memberships only when called."""
    actor = actor or getattr(request, "actor", None)
    if actor is None or actor.user is None:
        return []
    held = {one.role for one in actor.memberships}
    whole = actor.user.is_superuser
    ways = []
    for place in PLACES:
        if not (place.roles & held or (whole and place.installation)):
            continue
        if not place.in_organisation:
            ways.append(Way(reverse(place.name), place.label))
            continue
        there = actor.organisations(*place.roles)
        for one in there[:MOST]:
            label = place.label if len(there) == 1 else f"{place.label}: {one}"
            ways.append(Way(reverse(place.name, args=[one.slug]), label))
    return ways
