"""What must happen by itself: erasing what is due, and forgetting again after a restore."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from kompas.accounts.models import Event
from kompas.signals import restored, tick

from .models import Erasure, Session, Voice
from .models.session import GUEST_DAYS, REMOVED_DAYS


def erase(session: Session) -> None:
    """Erase a talk and write its id in the ledger, which outlives the database."""
    remember(*(one.pk for one in (*session.family, session)))
    session.erase()


def erase_voice(voice: Voice) -> None:
    """Erase what somebody gave beforehand, and keep its id where those of erased talks are."""
    remember(voice.pk)
    Erasure.objects.get_or_create(session_id=voice.pk)
    voice.delete()


def remember(*ids: uuid.UUID) -> None:
    """Write ids in the ledger: of what is erased next.

    The ledger comes first: an id in it without an erasure is harmless, the other way round a
    restored backup would remember what should be gone.
    """
    ledger = Path(settings.KOMPAS_ERASURES)
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("a", encoding="utf-8") as file:
        file.writelines(f"{id} {timezone.localdate().isoformat()}\n" for id in ids)
        file.flush()


@receiver(tick, dispatch_uid="erase_guest_talks")
def erase_guest_talks(**_kwargs) -> None:
    """Erase guests' talks whose day has come: nobody changed them and none is to look again.

    A plenary goes with all its tables; a table never goes by itself.
    """
    today = timezone.localdate()
    last = today - datetime.timedelta(days=GUEST_DAYS)
    due = Session.objects.exclude(kind=Session.Kind.EXAMPLE).filter(
        organisation=None, changed_on__lte=last, plenary=None
    )
    for session in due.iterator():
        if session.erase_on is not None and session.erase_on <= today:
            erase(session)


@receiver(tick, dispatch_uid="erase_removed_talks")
def erase_removed_talks(**_kwargs) -> None:
    """Erase what was removed so long ago that nobody can restore it any more."""
    last = timezone.localdate() - datetime.timedelta(days=REMOVED_DAYS)
    for session in Session.objects.filter(removed_on__lte=last, plenary=None).iterator():
        organisation, id = session.organisation_id, session.pk
        erase(session)
        if organisation is not None:
            Event.record(organisation, None, "erase", "session", id)


@receiver(restored, dispatch_uid="erase_again")
def erase_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: erase what was erased after the backup was made."""
    # So that nobody can send again what the backup does not know to be erased.
    Erasure.objects.bulk_create(
        (Erasure(session_id=id) for id in erased or ()), ignore_conflicts=True
    )
    known = set(Erasure.objects.values_list("session_id", flat=True))
    Voice.objects.filter(pk__in=known).delete()
    for session in Session.objects.filter(pk__in=known):
        session.erase()
