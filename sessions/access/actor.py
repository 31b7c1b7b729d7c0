"""Who asks: a user and what they are where, and the secrets that this browser was granted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from django.db.models import Q

from kompas.accounts.models import Membership, Organisation

from .cookies import COOKIE, SIGNATURE

MOST_COOKIES = 100  # of one browser, of which is looked what they give


class NoGrant(Exception):
    """Nobody in particular asks for a talk that is not open to all, or that is not there."""

    def __init__(self, *, expired: bool = False):
        self.expired = expired
        super().__init__()


@dataclass(frozen=True)
class Actor:
    """Who asks: a logged-in user or None, and this browser's cookies."""

    user: Any
    cookies: dict[str, str]

    def secret(self, role: str, session_id: uuid.UUID) -> str:
        return self.cookies.get(COOKIE.format(role=role, session=session_id.hex), "")

    def secrets(self, role: str) -> dict[uuid.UUID, str]:
        """What this browser has for `role`, by talk, whether it still works or not."""
        beginning, found = COOKIE.format(role=role, session=""), {}
        for name, secret in list(self.cookies.items())[:MOST_COOKIES]:
            if name.startswith(beginning):
                try:
                    found[uuid.UUID(name[len(beginning) :])] = secret
                except ValueError:
                    continue
        return found

    def signature(self, session_id: uuid.UUID) -> str:
        return unquote(self.cookies.get(SIGNATURE.format(session=session_id.hex), ""))

    @cached_property
    def memberships(self) -> list[Membership]:
        """What the user is, and where; asked anew by each request, so that who left is out."""
        if self.user is None:
            return []
        read: list[Membership] | None = getattr(self.user, "memberships_read", None)
        return Membership.of(self.user.pk) if read is None else read

    def organisations(self, *roles: str) -> list[Organisation]:
        """Where the user has one of these roles, by name."""
        there = {
            one.organisation_id: one.organisation for one in self.memberships if one.role in roles
        }
        return list(there.values())

    def within(self, *roles: str) -> set[int]:
        """The keys of the organisations where the user has one of these roles."""
        return {one.organisation_id for one in self.memberships if one.role in roles}

    @cached_property
    def reach(self) -> list[Organisation]:
        """The organisations where the user is something, and all below them, by name."""
        own = {one.organisation_id for one in self.memberships}
        below = Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own)
        return list(Organisation.objects.filter(below).order_by("name", "pk")) if own else []

    def reached(self, *roles: str) -> set[int]:
        """Those, and the keys of all below."""
        found = self.within(*roles)
        for _level in self.reach:
            more = {one.pk for one in self.reach if one.parent_id in found} - found
            if not more:
                break
            found |= more
        return found
