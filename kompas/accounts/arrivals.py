"""Who came in from an organisation's home, is nothing there, and would like to take part.

A home gives no role by itself: an administrator does, once. Whoever left is not asked for again.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Event, JoinRequest, Membership, Organisation, Role, User
from .roles import Who, give, locked

AT_MOST = 50  # on a page; the next ones come once these are answered


def note(user: User, organisation: Organisation) -> None:
    """Somebody came from there; asked once, and not of who belongs there already."""
    mine = Membership.objects.filter(user=user, organisation=organisation)
    if not mine.exists():
        JoinRequest.objects.get_or_create(user=user, organisation=organisation)


def of(user: User) -> list[JoinRequest]:
    """Where somebody came from, with the organisation."""
    return list(JoinRequest.objects.filter(user=user).select_related("organisation"))


def waiting(organisation: Organisation) -> list[JoinRequest]:
    """Who would like to take part and is nothing here, longest ago first."""
    there = Membership.objects.filter(organisation=organisation, user=OuterRef("user"))
    found = JoinRequest.objects.filter(
        ~Exists(there), organisation=organisation, answered_at=None, user__is_active=True
    )
    return list(found.select_related("user")[:AT_MOST])


def answer(who: Who, organisation: Organisation, id: uuid.UUID, role: str) -> None:
    """Give the role, or refuse with ""; an answer is given once."""
    with transaction.atomic():
        locked(organisation)
        found = JoinRequest.objects.filter(organisation=organisation, pk=id, answered_at=None)
        one = found.select_related("user").first()
        if one is None:
            return
        if role in Role.values:
            give(who, organisation, one.user, role)
        else:
            Event.record(organisation, who.user, "refuse", "join", one.user.trail_id)
        one.answered_at = timezone.now()
        one.save(update_fields=["answered_at"])
