"""Inviting somebody by e-mail address, and coming in by it."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kompas import mail, throttle
from kompas.secrets import secret_hash, secret_of

from .endings import end_invitations, link_ends
from .models import Event, Invitation, Membership, Organisation, Role, User
from .roles import Who, locked

DAYS = 14
WAITING = 200  # on a page; what does not fit there comes once others are gone
DAY = 24 * 3600
MAILS = 200  # a day, of one organisation
JOINS = 30  # accounts an hour, from one address of a client


class Ended(PermissionDenied):
    """This invitation no longer works."""


# By who manages the organisation


def waiting(organisation: Organisation) -> list[Invitation]:
    """What nobody accepted yet, expired ones too; newest first."""
    found = Invitation.objects.filter(organisation=organisation, accepted_at=None, revoked_at=None)
    rows = list(found[:WAITING])
    for one in rows:
        one.organisation = organisation
    return rows


def invite(
    who: Who, organisation: Organisation, email: str, role: str, secret: str
) -> tuple[Invitation, str, bool]:
    """Invite an address to a role: the invitation, its secret, and whether that is new.

    `secret` was made with the form: the same form again is the same invitation. Who was invited
    already gets a new link, and the former one ends. Raises ValidationError for who has the role.
    """
    email = email.strip().lower()
    own = secret_of(secret, f"{organisation.pk} {email} {role}")
    with transaction.atomic():
        locked(organisation)
        if Membership.objects.filter(
            organisation=organisation, user__email=email, role=role
        ).exists():
            raise ValidationError({"email": _("Whoever has this address has this role already.")})
        there = Invitation.objects.filter(organisation=organisation, email=email, role=role)
        one = there.filter(accepted_at=None, revoked_at=None).first()
        if one is not None:
            return one, own, _renew(who, one, own)
        one = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=role,
            secret_hash=secret_hash(own),
            invited_by=who.user,
            expires_at=_in_a_while(),
        )
        Event.record(organisation, who.user, "issue", "invitation", one.pk, role=role)
    return one, own, True


def renew(
    who: Who, organisation: Organisation, id: uuid.UUID, secret: str
) -> tuple[Invitation, str, bool] | None:
    """The same invitation with a new link, and two weeks more; None if it no longer waits."""
    with transaction.atomic():
        locked(organisation)
        found = Invitation.objects.filter(organisation=organisation, pk=id)
        one = found.filter(accepted_at=None, revoked_at=None).first()
        if one is None:
            return None
        own = secret_of(secret, f"{one.pk}")
        return one, own, _renew(who, one, own)


def _renew(who: Who, one: Invitation, secret: str) -> bool:
    if one.secret_hash == secret_hash(secret):
        return False
    link_ends(one)
    one.secret_hash, one.expires_at = secret_hash(secret), _in_a_while()
    one.invited_by = who.user
    one.save(update_fields=["secret_hash", "expires_at", "invited_by"])
    Event.record(one.organisation, who.user, "renew", "invitation", one.pk, role=one.role)
    return True


def revoke(who: Who, organisation: Organisation, id: uuid.UUID) -> None:
    """End an invitation at once; ending it again changes nothing."""
    with transaction.atomic():
        locked(organisation)
        found = Invitation.objects.filter(organisation=organisation, pk=id)
        one = found.filter(accepted_at=None, revoked_at=None).first()
        if one is not None:
            end_invitations(found)
            Event.record(organisation, who.user, "revoke", "invitation", one.pk, role=one.role)


def _in_a_while() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=DAYS)


def may_mail(organisation: Organisation) -> bool:
    """Count a mail; may it still go today?"""
    return throttle.allowed("mail-invitation", str(organisation.pk), MAILS, DAY)


def send(one: Invitation, by: User, url: str) -> bool:
    """Mail an invitation; did the server take it?"""
    with translation.override(settings.LANGUAGE_CODE):
        return not mail.send([letter(one, by, url)])


def letter(one: Invitation, by: User, url: str) -> EmailMessage:
    """The mail with the link, in the language of the installation."""
    says = {
        "who": str(by),
        "organisation": one.organisation.name,
        "role": Role(one.role).label,
        "day": date_format(timezone.localtime(one.expires_at), "j F Y"),
    }
    parts = [
        _("%(who)s invites you to Kompas, for %(organisation)s. There you are %(role)s.") % says,
        _("Open this link to come in:"),
        url,
        _("The link works until %(day)s. Do you have an account already? Then log in with it.")
        % says,
        _("Do you not know what this is about? Then you need not do anything."),
    ]
    subject = _("An invitation for Kompas, from %(organisation)s") % says
    return EmailMessage(" ".join(subject.split()), "\n\n".join(parts), to=[one.email])


# By whoever has the link


def found(secret: str) -> Invitation | None:
    """The invitation that a secret opens, also one that no longer works."""
    if not secret:
        return None
    known = Invitation.objects.select_related("organisation")
    return known.filter(secret_hash=secret_hash(secret)).first()


def account(one: Invitation) -> User | None:
    """Whose address it was sent to; None once that is forgotten, too."""
    return User.objects.filter(email=one.email).first() if one.email else None


def taken_by(one: Invitation, email: str, password: str) -> User | None:
    """Who took it, if this is their password: their form was sent twice."""
    here = Membership.objects.filter(organisation=one.organisation, role=one.role)
    found = here.filter(user__email=email.strip().lower(), user__is_active=True)
    mine = found.select_related("user").first()
    return mine.user if mine is not None and mine.user.check_password(password) else None


def accept(id: uuid.UUID, user: User) -> None:
    """Take the role, at once; taking it again changes nothing.

    Raises Ended when it no longer works, PermissionDenied when it is for another address.
    """
    with transaction.atomic():
        one = Invitation.objects.select_for_update(of=("self",)).get(pk=id)
        mine = Membership.objects.filter(user=user, organisation=one.organisation_id, role=one.role)
        if one.accepted_at is not None and mine.exists():
            return
        if not one.works:
            raise Ended(_("This invitation does not work any more."))
        if user.email != one.email:
            raise PermissionDenied(_("This invitation is for another address."))
        Membership.objects.get_or_create(
            user=user, organisation_id=one.organisation_id, role=one.role
        )
        link_ends(one)
        one.accepted_at, one.email = timezone.now(), ""
        one.save(update_fields=["accepted_at", "email"])
        Event.record(one.organisation_id, user, "accept", "invitation", one.pk, role=one.role)


def join(id: uuid.UUID, name: str, email: str, password: str) -> User:
    """Make the account that an invitation is for, and take the role.

    The same form again is the same account. Raises Ended when there is an account with `email` by
    now, or when the invitation no longer works.
    """
    with transaction.atomic():
        one = Invitation.objects.select_for_update(of=("self",)).get(pk=id)
        if one.accepted_at is not None and (mine := taken_by(one, email, password)):
            return mine
        if not one.works:
            raise Ended(_("This invitation does not work any more."))
        if account(one) is not None:
            raise Ended(_("There is an account with this address by now. Log in with it."))
        user = User.objects.create_user(one.email, password, name=name)
        accept(one.pk, user)
    return user
