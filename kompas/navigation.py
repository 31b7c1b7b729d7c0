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

    @property
    def url(self) -> str:
        return reverse(self.name)


PLACES = [
    Place("accounts:organisations", _("Organisation"), frozenset({Role.ADMINISTRATOR}), True),
]


def places(request: HttpRequest) -> list[Place]:
    """The places of whoever asks, in order; asks for memberships only when they are shown."""
    actor: Any = getattr(request, "actor", None)
    if actor is None or actor.user is None:
        return []
    held = {one.role for one in actor.memberships}
    whole = actor.user.is_superuser
    return [one for one in PLACES if one.roles & held or (whole and one.installation)]
