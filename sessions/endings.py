"""What lets somebody read or lead a talk and ends: links, shares, and who owns it.

Each end goes to the ledger, so that no backup gives it again.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from kompas.accounts.models import User
from kompas.ledger import ended, recall, remember
from kompas.signals import restored

from .models import Link, Session, Share


def end_links(found: QuerySet[Link]) -> list[Link]:
    """End those of the links that have not ended, at once; gives them."""
    ending = list(found.filter(revoked_at=None))
    remember(*(ended(link.pk) for link in ending))
    ids = [link.pk for link in ending]
    Link.objects.filter(pk__in=ids).update(revoked_at=timezone.now())
    return ending


def end_shares(found: QuerySet[Share]) -> int:
    """Share no longer; gives how many there were."""
    ids = list(found.values_list("pk", flat=True))
    remember(*map(ended, ids))
    Share.objects.filter(pk__in=ids).delete()
    return len(ids)


def owner_changes(session: Session, before: User | None, after: User | None) -> None:
    """A talk is about to be somebody else's."""
    if before is not None:
        remember(_owner(session.pk, before.trail_id))
    if after is not None:
        recall(_owner(session.pk, after.trail_id))


def _owner(session_id: uuid.UUID, trail_id: uuid.UUID) -> uuid.UUID:
    return ended(session_id, f"owner {trail_id}")


def removed(session: Session) -> uuid.UUID:
    """Under which the ledger knows that a talk was put out of sight."""
    return ended(session.pk, "removed")


@receiver(restored, dispatch_uid="end_ways_into_talks_again")
def end_again(erased: set[uuid.UUID] | None = None, **_kwargs: Any) -> None:
    """After a restore: end what ended after the backup was made."""
    known = erased or set()
    links = Link.objects.filter(revoked_at=None).values_list("pk", flat=True)
    end_links(Link.objects.filter(pk__in=[id for id in links if ended(id) in known]))
    shares = Share.objects.values_list("pk", flat=True)
    end_shares(Share.objects.filter(pk__in=[id for id in shares if ended(id) in known]))
    owned = Session.objects.exclude(owner=None).values_list("pk", "owner__trail_id")
    left = [id for id, trail_id in owned.filter(plenary=None) if _owner(id, trail_id) in known]
    Session.objects.filter(Q(pk__in=left) | Q(plenary__in=left)).update(
        owner=None, revision=F("revision") + 1
    )
