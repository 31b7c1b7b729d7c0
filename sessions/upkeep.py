"""What must happen by itself: erasing what is due, and forgetting again after a restore."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from kompas.accounts.models import Event
from kompas.ledger import remember
from kompas.signals import restored, tick

from .models import EditedCopy, Erasure, Session, Voice
from .models.session import GUEST_DAYS, REMOVED_DAYS


def erase(session: Session, still: Callable[[Session], bool] = lambda _: True) -> bool:
    """Erase a talk and write its id in the ledger, which outlives the database; was it done?

    Not if meanwhile it is no longer so what `still` asks of its locked row: it was taken in, or
    restored.
    """
    with transaction.atomic():
        fresh = Session.objects.select_for_update(of=("self",)).filter(pk=session.pk).first()
        if fresh is None or not still(fresh):
            return False
        remember(*(one.pk for one in (*fresh.family, fresh)))
        fresh.erase()
    return True


def erase_voice(voice: Voice) -> None:
    """Erase what somebody gave beforehand, and keep its id where those of erased talks are."""
    remember(voice.pk)
    Erasure.objects.get_or_create(session_id=voice.pk)
    voice.delete()


def remember_ended(copy: EditedCopy) -> None:
    """Keep the id of an edited copy that was taken back, so that no backup gives it again."""
    remember(copy.pk)
    Erasure.objects.get_or_create(session_id=copy.pk)


@receiver(tick, dispatch_uid="erase_guest_talks")
def erase_guest_talks(**_kwargs) -> None:
    """Erase guests' talks whose day has come: nobody changed them and none is to look again.

    A plenary goes with all its tables; a table never goes by itself.
    """
    today = timezone.localdate()
    last = today - datetime.timedelta(days=GUEST_DAYS)

    def is_due(session: Session) -> bool:
        return session.erase_on is not None and session.erase_on <= today

    due = Session.objects.exclude(kind=Session.Kind.EXAMPLE).filter(
        organisation=None, changed_on__lte=last, plenary=None
    )
    for session in due.iterator():
        if is_due(session):
            erase(session, still=is_due)


@receiver(tick, dispatch_uid="erase_removed_talks")
def erase_removed_talks(**_kwargs) -> None:
    """Erase what was removed so long ago that nobody can restore it any more."""
    last = timezone.localdate() - datetime.timedelta(days=REMOVED_DAYS)

    def is_still(session: Session) -> bool:
        return session.removed_on is not None and session.removed_on <= last

    for session in Session.objects.filter(removed_on__lte=last, plenary=None).iterator():
        organisation, id = session.organisation_id, session.pk
        if erase(session, still=is_still) and organisation is not None:
            Event.record(organisation, None, "erase", "session", id)


@receiver(restored, dispatch_uid="erase_again")
def erase_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: erase what was erased after the backup was made."""
    # So that nobody can send again what the backup does not know to be erased.
    Erasure.objects.bulk_create(
        (Erasure(session_id=id) for id in erased or ()), ignore_conflicts=True
    )
    known = Erasure.objects.values("session_id")
    Voice.objects.filter(pk__in=known).delete()
    EditedCopy.objects.filter(pk__in=known).delete()
    for session in Session.objects.filter(pk__in=known):
        session.erase()
