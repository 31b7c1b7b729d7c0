"""What a user is by membership: to a talk, to an organisation, to the installation."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from kompas.accounts.models import Organisation, Role
from sessions.models import Refused, Session

from .actor import Actor, NoGrant
from .rights import (
    ADMINISTRATOR,
    BOARD_READER,
    COLLEAGUE,
    INSTALLATION,
    OWNER,
    RIGHTS,
    SCHOOL_LEADER,
)


def roles_in(actor: Actor, session: Session) -> set[str]:
    """What the user is to a talk by membership, whatever its status; without asking the database.

    A reader for the board is one only of what was shared: see `by_account`.
    """
    organisation = session.organisation
    roles: set[str] = set()
    if organisation is None:
        return roles
    if actor.user is not None and actor.user.is_superuser:
        roles.add(INSTALLATION)
    above = {organisation.pk, *(one.pk for one in organisation.ancestors())}
    for one in actor.memberships:
        here = one.organisation_id == organisation.pk
        if here and one.role == Role.FACILITATOR:
            roles.add(OWNER if session.owner_id == actor.user.pk else COLLEAGUE)
        elif here and one.role == Role.SCHOOL_LEADER:
            roles.add(SCHOOL_LEADER)
        elif one.organisation_id in above and one.role == Role.BOARD_READER:
            roles.add(BOARD_READER)
        elif one.organisation_id in above and one.role == Role.ADMINISTRATOR:
            roles.add(ADMINISTRATOR)
    return roles


def may_give(actor: Actor, session: Session) -> bool:
    """Whether the user shares versions of this talk: upward, or outside in an edited copy."""
    return any("share" in RIGHTS[role] for role in roles_in(actor, session))


def owner_there(actor: Actor, session: Session) -> Any:
    """The user, if they can own a talk where this one belongs: as facilitator; else None.

    Also of who is here by a link now: what one makes of a talk of one's school is the school's.
    """
    if actor.user is None:
        return None
    return actor.user if roles_in(actor, session) & {OWNER, COLLEAGUE} else None


def overseen_organisation(actor: Actor, slug: str) -> tuple[Organisation, set[str]]:
    """Where the user sees the numbers of many talks, and by which roles there.

    Raises NoGrant for nobody in particular; Http404 for who is nothing there; Refused for who is
    something else there.
    """
    if actor.user is None:
        raise NoGrant
    there = [one for one in actor.memberships if one.organisation.slug == slug]
    if not there:
        raise Http404
    roles = {one.role for one in there} & {Role.BOARD_READER, Role.SCHOOL_LEADER}
    if not roles:
        raise Refused(_("Only a school leader or a reader for the board sees these numbers."))
    return there[0].organisation, roles


def require_installation_administrator(actor: Actor) -> None:
    """Raises NoGrant for nobody in particular, Http404 for anybody else."""
    if actor.user is None:
        raise NoGrant
    if not actor.user.is_superuser:
        raise Http404
