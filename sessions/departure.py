"""An organisation that leaves: all of it is erased, and stays so after a restore."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from kompas.accounts.models import Event, Organisation, User
from kompas.ledger import remember
from kompas.signals import restored

from .models import Erasure, Session
from .moving import below
from .own_data import erase_account
from .upkeep import erase


def erase_organisation(organisation: Organisation) -> tuple[int, int]:
    """Erase an organisation, its schools, their talks, members and log: talks and accounts gone.

    An account goes too where it is nothing anywhere else. Nothing of it can be brought back.
    """
    talks = accounts = 0
    with transaction.atomic():
        scope = below(organisation)
        remember(*(one.public_id for one in scope))
        Organisation.objects.filter(pk__in=[one.pk for one in scope]).update(
            ended_on=timezone.localdate()
        )
        for session in Session.objects.filter(organisation__in=scope, plenary=None):
            erase(session)
            talks += 1
        for session in Session.objects.filter(organisation__in=scope):  # a table of another's
            session.erase()
        members = User.objects.filter(memberships__organisation__in=scope).distinct()
        for user in list(members.filter(is_staff=False, is_superuser=False)):
            if not user.memberships.exclude(organisation__in=scope).exists():
                erase_account(user, asked=False)
                accounts += 1
        for one in reversed(scope):
            Erasure.objects.get_or_create(session_id=one.public_id)
            one.delete()
        if organisation.parent_id is not None:
            Event.record(
                organisation.parent_id, None, "erase", "organisation", organisation.public_id
            )
    return talks, accounts


@receiver(restored, dispatch_uid="erase_organisations_again")
def erase_organisations_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: erase the organisations that were erased after the backup was made."""
    for organisation in Organisation.objects.filter(public_id__in=erased or ()):
        if Organisation.objects.filter(pk=organisation.pk).exists():  # not with its board
            erase_organisation(organisation)
