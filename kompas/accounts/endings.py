"""What lets somebody in and ends: kept in the ledger, so that no backup gives it again.

A role, an invitation, a password, a second step, a service to log in by, and what an account may.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone

from kompas.ledger import ended, recall, remember
from kompas.signals import restored

from . import second_step
from .models import Invitation, Membership, User

FLAGS = ("is_active", "is_staff", "is_superuser")


# Under which the ledger knows them: what was given again is another


def _role(one: Membership) -> uuid.UUID:
    what = f"{one.role} {one.organisation.public_id} {one.created.isoformat()}"
    return ended(one.user.trail_id, what)


def _second_step(one: Authenticator) -> uuid.UUID:
    return ended(one.user.trail_id, f"{one.type} {one.created_at.isoformat()}")


def _service(one: SocialAccount) -> uuid.UUID:
    return ended(one.user.trail_id, f"{one.provider} {one.uid} {one.date_joined.isoformat()}")


def _password(user: User) -> uuid.UUID:
    return ended(user.trail_id, user.password)  # with its salt: no two are the same


def _invitation(one: Invitation) -> uuid.UUID:
    return ended(one.pk, one.secret_hash)  # of this link: a renewed invitation has another


IDS: dict[Any, Any] = {Membership: _role, Authenticator: _second_step, SocialAccount: _service}


# Ending


def link_ends(one: Invitation) -> None:
    """The link of an invitation is about to work no more: revoked, renewed or used."""
    remember(_invitation(one))


def end_invitations(found: QuerySet[Invitation]) -> None:
    """End those that still wait, at once."""
    waiting = list(found.filter(accepted_at=None, revoked_at=None))
    remember(*map(_invitation, waiting))
    Invitation.objects.filter(pk__in=[one.pk for one in waiting]).update(
        revoked_at=timezone.now(), email=""
    )


@receiver(pre_delete, sender=Membership, dispatch_uid="remember_role")
@receiver(pre_delete, sender=Authenticator, dispatch_uid="remember_second_step")
@receiver(pre_delete, sender=SocialAccount, dispatch_uid="remember_service")
def _row_goes(sender: Any, instance: Any, **_kwargs: Any) -> None:
    remember(IDS[sender](instance))


@receiver(pre_save, sender=User, dispatch_uid="remember_account")
def _account_changes(
    instance: User, raw: bool = False, update_fields: Any = None, **_kwargs: Any
) -> None:
    changing = {*FLAGS, "password"} & set(update_fields or [*FLAGS, "password"])
    if raw or instance._state.adding or not changing:
        return
    before = User.objects.filter(pk=instance.pk).first()
    if before is None:
        return
    for flag in changing - {"password"}:
        if getattr(before, flag) and not getattr(instance, flag):
            remember(ended(instance.trail_id, flag))
        elif getattr(instance, flag) and not getattr(before, flag):
            recall(ended(instance.trail_id, flag))
    if "password" in changing and before.password != instance.password:
        remember(_password(before))


# After a restore


@receiver(restored, dispatch_uid="end_access_again")
def end_again(erased: set[uuid.UUID] | None = None, **_kwargs: Any) -> None:
    """End what ended after the backup was made; whoever was logged in logs in again."""
    known = erased or set()
    Session.objects.all().delete()
    for user in User.objects.all():
        _end_log_in(user, known)
    for one in Membership.objects.select_related("user", "organisation"):
        if _role(one) in known:
            one.delete()
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    gone = [one.pk for one in waiting if _invitation(one) in known]
    end_invitations(Invitation.objects.filter(pk__in=gone))


def _end_log_in(user: User, known: set[uuid.UUID]) -> None:
    changed = [
        flag for flag in FLAGS if getattr(user, flag) and ended(user.trail_id, flag) in known
    ]
    for flag in changed:
        setattr(user, flag, False)
    had = second_step.has(user)
    rows = (Authenticator.objects, SocialAccount.objects)
    for one in [one for found in rows for one in found.filter(user=user)]:
        if IDS[type(one)](one) in known:
            one.delete()
    # Nobody comes in by the password alone where a second step was asked: they choose another.
    alone = had and not second_step.has(user)
    if user.has_usable_password() and (alone or _password(user) in known):
        user.set_unusable_password()
        changed.append("password")
    if changed:
        user.save(update_fields=changed)
