"""Who leaves an organisation leaves its talks; a school that leaves its board takes them along."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.dispatch import receiver

from kompas.accounts.models import Membership, Organisation, Role, User
from kompas.accounts.roles import below
from kompas.signals import left, moved

from .access import ADMINISTRATOR, BOARD, FACILITATOR, SCRIBE
from .endings import end_links, end_shares
from .models import Link, Session, Share

ENDING = (FACILITATOR, SCRIBE, BOARD)  # what who promised something and who decides have, stays


@dataclass(frozen=True)
class _Organisation:
    """Who writes then: the organisation itself."""

    role: str = ADMINISTRATOR
    user: None = None


@receiver(left, dispatch_uid="leave_talks")
def leave_talks(user: User, organisation: Organisation, role: str, **_kwargs) -> None:
    """End the links of the talks that somebody led here, and those that they made here.

    The talks stay with the organisation, without a facilitator. Whoever is still a facilitator
    here keeps all of it.
    """
    if role != Role.FACILITATOR and user.is_active:
        here = Membership.objects.filter(user=user, organisation=organisation)
        if here.filter(role=Role.FACILITATOR).exists():
            return
    of_here = Q(organisation=organisation) | Q(plenary__organisation=organisation)
    owned = Session.objects.filter(
        Q(owner=user, organisation=organisation)
        | Q(plenary__owner=user, plenary__organisation=organisation)
    )
    made = Link.objects.filter(made_by=user, role__in=ENDING, revoked_at=None)
    talks = Session.objects.filter(
        Q(pk__in=owned.values("pk")) | of_here & Q(pk__in=made.values("session"))
    )
    for talk in talks.select_related("plenary").order_by("pk"):
        with talk.writing(_Organisation(), closed=True, removed=True, about=True) as write:
            of_talk = Link.objects.filter(session=talk, role__in=ENDING)
            led = talk.owner_id == user.pk or (
                talk.plenary is not None and talk.plenary.owner_id == user.pk
            )
            ending = end_links(of_talk if led else of_talk.filter(made_by=user))
            write.record_each(("revoke", "link", link.pk, link.role, None) for link in ending)
            if talk.owner_id == user.pk:
                write.session.owner = None
                write.record("leave", "session", "owner")


@receiver(moved, dispatch_uid="take_back_shares")
def take_back_shares(organisation: Organisation, **_kwargs) -> None:
    """Share no talk any longer with what its organisation is no part of now."""
    for one in below(organisation).select_related("parent__parent"):
        reads = [one.pk, *(above.pk for above in one.ancestors())]
        of_here = Share.objects.filter(version__session__organisation=one)
        end_shares(of_here.exclude(organisation__in=reads))
