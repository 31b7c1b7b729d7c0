"""The door to one talk: `find`, and what each page asks of it."""

from __future__ import annotations

import uuid

from django.http import Http404

from sessions.models import Refused, Session

from .actor import Actor, NoGrant
from .grants import Access, by_account, by_link, by_seat, by_seat_at_table
from .links import only
from .rights import (
    BOARD,
    COLLEAGUE,
    DECIDER,
    FACILITATOR,
    OWNER,
    PROMISES,
    READER,
    SCHOOL_LEADER,
    SCRIBE,
    knows,
)
from .roles import roles_in


def find(actor: Actor, session_id: uuid.UUID, *actions: str) -> Access:
    """The access of `actor` to a talk for the first of `actions` that one of its grants gives.

    Raises NoGrant for anybody without a grant, whether the talk exists or not; Http404 for a
    logged-in user without one, or of whose role nobody knows of a talk that stands so; Refused,
    with the reason, when a grant does not reach that far.
    """
    grants: list[Access] = []
    expired = False
    for role in (FACILITATOR, SCRIBE, BOARD, DECIDER, PROMISES):
        access, gone = by_link(actor, role, session_id)
        expired = expired or gone
        if access:
            if access.may(actions[0]):
                return access
            grants.append(access)
    seat = by_seat(actor, session_id)
    if seat:
        grants.append(seat)
    if not any(grant.may(actions[0]) for grant in grants):
        asks = actor.user is not None or not grants
        session = _session(session_id) if asks else grants[0].session
        grants += by_account(actor, session)
        if session is not None and not session.removed_on:
            if session.is_example:
                grants.append(Access(session, READER, actor.user))
            of_table = by_seat_at_table(actor, session)
            if of_table:
                grants.append(of_table)
    for action in actions:
        for grant in grants:
            if grant.may(action):
                return grant
    if any(knows(grant.role, grant.state) for grant in grants):
        # What is not possible yet says more than what never will be.
        later = [grant.refusal(act) for act in actions for grant in grants if grant.has(act)]
        raise Refused(later[0] if later else grants[0].refusal(actions[0]))
    if actor.user is not None:
        raise Http404
    raise NoGrant(expired=expired)


def _session(session_id: uuid.UUID) -> Session | None:
    found = Session.objects.select_related("method", "plenary", "organisation__parent__parent")
    return only(found.filter(pk=session_id))


def any_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """Whatever grant there is, to send somebody to the right screen."""
    return find(
        actor,
        session_id,
        *("lead", "write", "board", "contribute", "read", "result", "agreed", "manage", "history"),
    )


def readable_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To read all that is revealed: the report."""
    return find(actor, session_id, "read", "result")


def may_read(actor: Actor, session_id: uuid.UUID) -> bool:
    """Whether the words of a talk are this actor's to see, by whichever grant."""
    try:
        find(actor, session_id, "read", "result")
    except (Http404, NoGrant, Refused):
        return False
    return True


def shown_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To show the board."""
    return find(actor, session_id, "board")


def led_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To lead: move the room, ask, reveal, close."""
    return find(actor, session_id, "lead")


def written_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To type for the table in a step: its texts, its lists, and what is marked in them."""
    return find(actor, session_id, "write")


def joined_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To take part on one's own device."""
    return find(actor, session_id, "contribute")


def exported_session(actor: Actor, session_id: uuid.UUID) -> Access:
    return find(actor, session_id, "export")


def copied_session(actor: Actor, session_id: uuid.UUID) -> Access:
    return find(actor, session_id, "copy")


def decided_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To record what is decided about the answer of a closed talk."""
    return find(actor, session_id, "decide")


def agreed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To see what was agreed; while the talk is open again, as it was last closed."""
    return find(actor, session_id, "agreed")


def promised_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To say what became of what was agreed."""
    return find(actor, session_id, "promise")


def dated_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To put its days in one's own calendar."""
    return find(actor, session_id, "days")


def remembered_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To look back on a talk: its page in the register."""
    return find(actor, session_id, "history")


def noted_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To write a note about a closed talk, apart from it."""
    return find(actor, session_id, "note")


def tagged_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To give a talk words by which it is found."""
    return find(actor, session_id, "tag")


def followed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To begin a talk that asks what happened since."""
    return find(actor, session_id, "follow")


def managed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To hand over, archive, remove or restore a talk; not to read it."""
    return find(actor, session_id, "manage")


def kept_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To see whose a talk is: to manage it, or to take a guest's talk in."""
    return find(actor, session_id, "manage", "take_in")


def taken_in_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To take a guest's talk in; who did so just now manages it."""
    return find(actor, session_id, "take_in", "manage")


def shared_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To share a version upward, or in an edited copy outside."""
    return find(actor, session_id, "share")


def looks_back(actor: Actor, access: Access) -> bool:
    """Whether the user may open the talk's page, also who is here by a link now."""
    by_account = roles_in(actor, access.session) if actor.user is not None else set()
    return access.may("history") or bool(by_account & {OWNER, COLLEAGUE, SCHOOL_LEADER})
