"""Who manages which organisation; giving a role and ending it; and what ends with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.http import Http404
from django.utils.translation import gettext as _

from kompas.signals import left

from .endings import end_invitations
from .models import Event, Invitation, Membership, Organisation, Role, User

PAGE = 50  # people, or organisations, on one page


class Who(Protocol):
    """Who asks: `request.actor`."""

    @property
    def user(self) -> Any: ...

    @property
    def memberships(self) -> list[Membership]: ...


def administrators(organisation: Organisation) -> list[User]:
    """Who administers an organisation: there, or the nearest above where somebody does."""
    for one in (organisation, *organisation.ancestors()):
        members = Membership.objects.filter(
            organisation=one, role=Role.ADMINISTRATOR, user__is_active=True
        ).select_related("user")
        if found := [member.user for member in members]:
            return found
    return []


# The doors


def managed(who: Who, slug: str) -> Organisation:
    """An organisation that this user manages: there, above it, or as the installation's.

    Raises Http404 for who does not belong there, PermissionDenied, with the reason, for who does.
    """
    found = Organisation.objects.select_related("parent__parent")
    organisation = found.filter(slug=slug, ended_on=None).first()
    if organisation is None:
        raise Http404
    above = {organisation.pk, *(one.pk for one in organisation.ancestors())}
    roles = {one.role for one in who.memberships if one.organisation_id in above}
    if who.user.is_superuser or Role.ADMINISTRATOR in roles:
        return organisation
    if any(one.organisation_id == organisation.pk for one in who.memberships):
        raise PermissionDenied(_("Only an administrator of this organisation can do this."))
    raise Http404


def installation(who: Who) -> None:
    """To make an organisation that belongs to no other."""
    if not who.user.is_superuser:
        raise PermissionDenied(_("This is for the administrator of the installation."))


# What there is


def below(organisation: Organisation) -> QuerySet[Organisation]:
    """An organisation and all that is part of it."""
    return Organisation.objects.filter(
        Q(pk=organisation.pk) | Q(parent=organisation.pk) | Q(parent__parent=organisation.pk)
    )


@dataclass
class Person:
    """Somebody in an organisation, and what they are there."""

    user: User
    memberships: list[Membership] = field(default_factory=list)

    @property
    def leads(self) -> bool:
        return any(one.role == Role.FACILITATOR for one in self.memberships)

    @property
    def other_roles(self) -> list[tuple[str, Any]]:
        """What they are not yet."""
        had = {one.role for one in self.memberships}
        return [(role, label) for role, label in Role.choices if role not in had]


@dataclass(frozen=True)
class Page:
    """Some of a list, and from where the next ones come; "" after the last."""

    rows: list[Any]
    after: str = ""


def people(organisation: Organisation, after: uuid.UUID | None = None) -> Page:
    """Who belongs to an organisation, by name; `after` is the `trail_id` of the last one shown."""
    here = Membership.objects.filter(organisation=organisation, user=OuterRef("pk"))
    users = User.objects.filter(Exists(here))
    last = users.filter(trail_id=after).first() if after else None
    if last is not None:
        users = users.filter(Q(name__gt=last.name) | Q(name=last.name, email__gt=last.email))
    found = list(users.order_by("name", "email")[: PAGE + 1])
    persons = {user.pk: Person(user) for user in found[:PAGE]}
    roles = Membership.objects.filter(organisation=organisation, user__in=persons)
    for one in roles.order_by("role"):
        one.organisation = organisation
        persons[one.user_id].memberships.append(one)
    more = str(found[PAGE - 1].trail_id) if len(found) > PAGE else ""
    return Page(list(persons.values()), more)


def topmost(after: str = "") -> Page:
    """Every organisation that is part of no other, by name; `after` is the last one's slug."""
    found = Organisation.objects.filter(parent=None, ended_on=None)
    last = found.filter(slug=after).first() if after else None
    if last is not None:
        found = found.filter(Q(name__gt=last.name) | Q(name=last.name, slug__gt=last.slug))
    rows = list(found.order_by("name", "slug")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].slug if len(rows) > PAGE else "")


def part_of(organisation: Organisation) -> list[Organisation]:
    """What is directly part of it, by name, with how many `people` belong to each."""
    found = Organisation.objects.filter(parent=organisation, ended_on=None)
    return list(found.annotate(people=Count("memberships__user", distinct=True)).order_by("name"))


# Giving and ending


def locked(organisation: Organisation) -> None:
    """Let one change after another happen here: who is last is asked, and then ended."""
    found = Organisation.objects.select_for_update(no_key=True, of=("self",))
    found.get(pk=organisation.pk)


def give(who: Who, organisation: Organisation, user: User, role: str) -> Membership:
    """Let somebody be something in an organisation, at once; giving it again changes nothing."""
    with transaction.atomic():
        locked(organisation)
        one, made = Membership.objects.get_or_create(
            user=user, organisation=organisation, role=role
        )
        if made:
            Event.record(organisation, who.user, "give", "role", user.trail_id, role=role)
    return one


def give_further(who: Who, organisation: Organisation, trail_id: Any, role: str) -> None:
    """A further role for somebody who belongs there; Http404 for anybody else."""
    here = Membership.objects.filter(organisation=organisation, user__trail_id=trail_id)
    one = here.select_related("user").first()
    if one is None:
        raise Http404
    give(who, organisation, one.user, role)


def end(who: Who, organisation: Organisation, membership_id: int) -> None:
    """End a role at once; ending it again changes nothing.

    Raises ValidationError when nobody would manage the organisation any more.
    """
    with transaction.atomic():
        locked(organisation)
        here = Membership.objects.filter(organisation=organisation).select_related("user")
        one = here.filter(pk=membership_id).first()
        if one is None:
            return
        if one.role == Role.ADMINISTRATOR and not _others(organisation, one.user_id):
            raise ValidationError(
                _("This is the last administrator here. Make somebody else administrator first.")
            )
        one.ended_by = who.user  # type: ignore[attr-defined]
        one.delete()


def _managing(organisation: Organisation) -> QuerySet[Membership]:
    """By which roles it is managed, there or above."""
    places = [organisation.pk, *(one.pk for one in organisation.ancestors())]
    return Membership.objects.filter(
        organisation__in=places, role=Role.ADMINISTRATOR, user__is_active=True
    )


def _others(organisation: Organisation, user_id: int) -> bool:
    return _managing(organisation).exclude(user=user_id).exists()


def manages(user: User, organisation: Organisation) -> bool:
    """Whether a user manages it, as it stands now."""
    return user.is_superuser or _managing(organisation).filter(user=user).exists()


# Whoever leaves, and by which way: a role that is ended, an account that is closed or deleted


@receiver(pre_delete, sender=Membership, dispatch_uid="role_ends")
def _role_ends(instance: Membership, origin: Any = None, **_kwargs) -> None:
    if getattr(origin, "model", type(origin)) is Organisation:
        return  # with all that is in it
    by = getattr(instance, "ended_by", None)
    trail_id = instance.user.trail_id
    Event.record(instance.organisation, by, "end", "role", trail_id, role=instance.role)
    _leave([instance])


@receiver(post_save, sender=User, dispatch_uid="account_closes")
def _account_closes(instance: User, **_kwargs) -> None:
    if not instance.is_active:
        _leave(Membership.objects.filter(user=instance).select_related("organisation", "user"))


def _leave(ended: Iterable[Membership]) -> None:
    """Take along what somebody could still come back by, or let others in by."""
    for one in ended:
        if one.role == Role.ADMINISTRATOR:
            end_invitations(
                Invitation.objects.filter(
                    organisation__in=below(one.organisation).values("pk"), invited_by=one.user
                )
            )
        left.send(Membership, user=one.user, organisation=one.organisation, role=one.role)
