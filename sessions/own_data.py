"""What an installation holds of somebody with an account: to take along, and to erase."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from kompas.accounts.endings import end_invitations
from kompas.accounts.models import Event, Invitation, Membership, Organisation, Role, User
from kompas.ledger import ended, remember
from kompas.signals import restored

from .endings import end_links
from .models import (
    Change,
    EditedCopy,
    Erasure,
    Link,
    Note,
    Refused,
    Reminder,
    Session,
    Text,
)

FORMAT, VERSION = "kompas-account", 1


# Taking along


def export(user: User) -> dict[str, Any]:
    """All that is kept of this account, as one plain value."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "account": {
            "email": user.email,
            "name": user.name,
            "created": _at(user.created),
            "last_login": _at(user.last_login),
            "log_id": str(user.trail_id),
        },
        "roles": [
            {"organisation": one.organisation.name, "role": one.role, "since": _at(one.created)}
            for one in user.memberships.select_related("organisation").order_by("id")
        ],
        "invitations": [
            {"organisation": one.organisation.name, "role": one.role, "created": _at(one.created)}
            for one in Invitation.objects.filter(email=user.email).select_related("organisation")
        ],
        "talks": talks(user),
        "notes": [
            {"talk": str(one.session_id), "text": one.text, "written": _at(one.written_at)}
            for one in Note.objects.filter(author=user, removed_at=None)
        ],
        "changes": [
            {"talk": str(talk), "times": times, "first": _at(first), "last": _at(last)}
            for talk, times, first, last in Change.objects.filter(user=user)
            .order_by("session")
            .values_list("session")
            .annotate(Count("id"), Min("at"), Max("at"))
        ],
        "edited_copies": [
            {"talk": str(talk), "made": _at(at)}
            for talk, at in EditedCopy.objects.filter(made_by=user).values_list(
                "version__session", "created_at"
            )
        ],
        "reminders": [
            {"talk": str(one.session_id), "about": one.reason, "sent": one.sent_on.isoformat()}
            for one in Reminder.objects.filter(user=user).order_by("id")
        ],
        "log": [
            {
                "organisation": one.organisation.name,
                "at": _at(one.at),
                "action": one.action,
                "thing": one.thing,
                "thing_id": one.thing_id,
            }
            for one in Event.objects.filter(actor=user.trail_id)
            .select_related("organisation")
            .order_by("id")
        ],
    }


def talks(user: User) -> list[dict[str, str]]:
    """The talks that somebody owns: id, title and status."""
    owned = Session.objects.filter(owner=user, removed_on=None).order_by("id")
    ids = list(owned.values_list("pk", flat=True))
    said = Text.objects.filter(session__in=ids, prompt__in=("title", "question"))
    words = {(one.session_id, one.prompt): one.body for one in said if one.body}
    return [
        {
            "id": str(id),
            "title": words.get((id, "title")) or words.get((id, "question"), ""),
            "status": status,
        }
        for id, status in owned.values_list("pk", "status")
    ]


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


# Erasing


def hand_over_first(user: User) -> list[Organisation]:
    """The organisations that nobody else would administer, there or from above."""
    others = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    others = others.exclude(user=user)
    mine = user.memberships.filter(role=Role.ADMINISTRATOR, organisation__ended_on=None)
    return [
        one.organisation
        for one in mine.select_related("organisation__parent__parent").order_by("id")
        if not others.filter(
            organisation__in=[one.organisation, *one.organisation.ancestors()]
        ).exists()
    ]


def why_not(user: User) -> str:
    """Why this account cannot be erased now; empty when it can."""
    if names := [one.name for one in hand_over_first(user)]:
        return _("You are the only administrator of %(names)s. Hand that over first.") % {
            "names": ", ".join(names)
        }
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        return _("You are the only administrator of this installation. Hand that over first.")
    return ""


def erase_account(user: User, *, asked: bool = True) -> None:
    """Erase an account and what ties it to a person; talks and notes stay, without the name.

    Who is logged in with it is out at once, and the facilitator's links of the talks that it owns
    end. `asked`: by its holder, who has to hand over first what nobody else administers: Refused.
    """
    with transaction.atomic():
        fresh = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if asked and (reason := why_not(fresh)):
            raise Refused(reason)
        id = account_id(fresh.trail_id)
        remember(id)
        Erasure.objects.get_or_create(session_id=id)
        there = Organisation.objects.filter(memberships__user=fresh, ended_on=None)
        for organisation in there.distinct():
            Event.record(organisation, fresh, "erase", "account", fresh.trail_id)
        led = Link.objects.filter(Q(session__owner=fresh) | Q(session__plenary__owner=fresh))
        end_links(led.filter(role=Link.Role.FACILITATOR))
        invited = Invitation.objects.filter(email=fresh.email)
        ids = list(invited.values_list("pk", flat=True))  # what ends forgets the address
        end_invitations(invited)
        Invitation.objects.filter(pk__in=ids).delete()
        LogEntry.objects.filter(
            Q(content_type__model="user", object_id=str(fresh.pk))
            | Q(object_repr__icontains=fresh.email)
            | Q(content_type__model="membership", object_repr__startswith=f"{fresh} ")
        ).delete()
        _end_browser_sessions(fresh)
        fresh.delete()


def account_id(trail_id: uuid.UUID) -> uuid.UUID:
    """Under which the ledger knows an erased account: not the id in the log, and made of it."""
    return ended(trail_id, "account")


def _end_browser_sessions(user: User) -> None:
    """Who is logged in with this account is so no longer, and no row says who that was."""
    for one in BrowserSession.objects.iterator():
        if one.get_decoded().get("_auth_user_id") == str(user.pk):
            one.delete()


@receiver(restored, dispatch_uid="erase_accounts_again")
def erase_accounts_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: erase the accounts that were erased after the backup was made."""
    for user in User.objects.all():
        if account_id(user.trail_id) in (erased or ()):
            erase_account(user, asked=False)
