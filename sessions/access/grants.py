"""What one actor may do in one talk, by each way in: a link, a seat, an account."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from sessions.models import Link, Seat, Session, author, secret_hash

from .actor import Actor
from .links import only, opens, with_makers
from .rights import (
    BOARD_READER,
    BY_ACCOUNT,
    COLLEAGUE,
    DECIDER,
    FACILITATOR,
    KNOWS_REMOVED,
    READS_KEPT,
    RIGHTS,
    SCHOOL_LEADER,
    SEAT,
    TABLE,
    State,
    refusal,
)
from .roles import roles_in
from .versions import last_shared


@dataclass(frozen=True)
class Access:
    """What one actor may do in one talk, and why not."""

    session: Session
    role: str
    user: Any = None
    link: Link | None = None
    seat: Seat | None = None  # at a plenary: the one at its table
    key: str = ""  # the phone's key, for its owner hashes; never stored
    version: int | None = None  # the only version that this actor reads: the last one shared

    @property
    def state(self) -> State:
        """How the talk stands."""
        session = self.session
        if self.role in (COLLEAGUE, SCHOOL_LEADER) and session.plenary is not None:
            session = session.plenary  # a table is read with its plenary
        if session.removed_on:
            return State.REMOVED
        if session.is_closed:
            return State.CLOSED
        return State.AGAIN if session.is_reopened else State.OPEN

    def has(self, action: str) -> bool:
        """Whether the role has this right, however the talk stands."""
        return action in RIGHTS[self.role]

    def may(self, action: str) -> bool:
        return not self.refusal(action)

    def refusal(self, action: str) -> str:
        """Why `action` is not possible now; empty when it is."""
        return refusal(self.role, action, self.state)

    @property
    def answers(self) -> Any:
        """Whose account answers for a link that is made now: of who acts by one, its maker's."""
        return self.user if self.link is None else self.link.made_by

    @property
    def leads(self) -> bool:
        """Whether this is who leads: by the facilitator's link, or as the talk's owner."""
        return self.has("lead")

    @property
    def reads_kept(self) -> bool:
        """Whether this actor sees the talk as it was closed, and never as it stands."""
        again = self.state is State.AGAIN and self.role in READS_KEPT
        return self.version is not None or self.session.is_closed or again

    @cached_property
    def writable(self) -> str:
        """Why nothing can be written now, for beside a disabled button; empty when it can."""
        if self.session.is_closed:
            return _("This talk is closed. Open it again to change something.")
        return ""


def by_link(actor: Actor, role: str, session_id: uuid.UUID) -> tuple[Access | None, bool]:
    """The access that a link of `role` gives, and whether there was one that no longer works."""
    secret = actor.secret(role, session_id)
    if not secret:
        return None, False
    found = Link.objects.filter(session=session_id, role=role, secret_hash=secret_hash(secret))
    link = only(with_makers(found).select_related("session__method"))
    if link is None:
        return None, False
    if not opens(link):
        return None, True
    return Access(link.session, role, actor.user, link=link), False


def by_links(actor: Actor, talks: dict[uuid.UUID, Session]) -> dict[uuid.UUID, list[Access]]:
    """What the links of this browser give in these talks, of those with which one reads."""
    roles = (FACILITATOR, DECIDER)
    hashes = {
        secret_hash(secret) for id in talks for role in roles if (secret := actor.secret(role, id))
    }
    if not hashes:
        return {}
    found: dict[uuid.UUID, list[Access]] = {}
    links = Link.objects.filter(session__in=talks, role__in=roles, secret_hash__in=hashes)
    links = with_makers(links).select_related("session")
    for link in sorted(links, key=lambda one: roles.index(one.role)):
        own = secret_hash(actor.secret(link.role, link.session_id)) == link.secret_hash
        if own and opens(link):
            access = Access(talks[link.session_id], link.role, actor.user, link=link)
            found.setdefault(link.session_id, []).append(access)
    return found


def by_seat(actor: Actor, session_id: uuid.UUID) -> Access | None:
    key = actor.secret(SEAT, session_id)
    if not key:
        return None
    seat = only(
        Seat.objects.select_related("session__method").filter(
            session=session_id, key_hash=author(key, "seat", session_id)
        )
    )
    if seat is None or seat.session.removed_on:
        return None
    return Access(seat.session, SEAT, actor.user, seat=seat, key=key)


def by_seat_at_table(actor: Actor, plenary: Session) -> Access | None:
    """Of a closed plenary, what a seat at one of its tables gives: its report."""
    if not plenary.is_closed or not plenary.table_count:
        return None
    tables = Session.objects.filter(plenary=plenary.pk, status=Session.Status.CLOSED)
    keys = {id: actor.secret(SEAT, id) for id in tables.order_by().values_list("pk", flat=True)}
    hashes = [author(key, "seat", id) for id, key in keys.items() if key]
    if not hashes:
        return None
    seat = Seat.objects.filter(session__in=keys, key_hash__in=hashes).order_by("pk").first()
    return Access(plenary, TABLE, actor.user, seat=seat) if seat else None


def by_account(
    actor: Actor, session: Session | None, shared: dict[uuid.UUID, int] | None = None
) -> list[Access]:
    """What the user may by what they are in the organisation of a talk.

    `shared` holds, where several talks are asked about at once, what `last_shared` told of them.
    """
    if actor.user is None or session is None or session.organisation_id is None:
        return []
    roles = roles_in(actor, session)
    if session.removed_on:
        roles &= KNOWS_REMOVED
    found = [Access(session, role, actor.user) for role in BY_ACCOUNT if role in roles]
    if BOARD_READER not in roles:
        return found
    last = (last_shared(actor, [session.pk]) if shared is None else shared).get(session.pk)
    others = [one for one in found if one.role != BOARD_READER]
    if last is None:
        return others
    return [*others, Access(session, BOARD_READER, actor.user, version=last)]
