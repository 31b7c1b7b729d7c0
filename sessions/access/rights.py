"""What each role may do in a talk, and why not: the one table.

The rest of `access` asks it, the tests walk it, and `docs/access.md` is printed from it by
`manage.py access`.
It knows no rows: only a role, an action, and how the talk stands.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

# By a link or a room code.
FACILITATOR, SCRIBE, BOARD, SEAT = "facilitator", "scribe", "board", "seat"
DECIDER, PROMISES = "decider", "promises"
TABLE = "table"  # at a plenary: who has a seat at one of its tables
READER = "reader"  # anybody, of a published example
# By an account: what somebody is in the organisation of the talk.
OWNER, COLLEAGUE, SCHOOL_LEADER = "owner", "colleague", "school_leader"
BOARD_READER, ADMINISTRATOR = "board_reader", "administrator"
INSTALLATION = "installation"
BY_ACCOUNT = (OWNER, SCHOOL_LEADER, COLLEAGUE, BOARD_READER, ADMINISTRATOR, INSTALLATION)


class State(StrEnum):
    """How a talk stands, for who may do what in it."""

    OPEN = "open"  # in preparation or under way, and never closed
    CLOSED = "closed"
    AGAIN = "again"  # opened again, with a version that was closed
    REMOVED = "removed"  # out of sight, and still to be restored


ACTIONS = {
    "read": "read all that is revealed, as it stands now",
    "result": "read it as it was closed: the report and its files",
    "board": "show the board",
    "lead": "lead: prepare, move the room, ask, reveal, close, open again, give links",
    "write": "type in a step: its texts and lists",
    "contribute": "give alone, on one's own device",
    "export": "take it along as a file, or print its papers",
    "copy": "begin a new talk with what is in it",
    "decide": "record what was decided about the answer",
    "agreed": "see what was agreed",
    "promise": "say what became of what was agreed",
    "days": "put its days in one's own calendar",
    "history": "look back: its page in the register",
    "note": "write a note about it, apart from it",
    "tag": "give it words by which it is found",
    "follow": "begin a talk that asks what happened since",
    "share": "share a version with readers for the board, or in an edited copy",
    "manage": "hand it over, archive, remove and restore it",
    "take_in": "take a guest's talk into one's organisation",
}

# What a role may do. How the talk stands can still be in the way: see WAITS.
_LEADING = frozenset(
    {
        *("read", "board", "lead", "write", "export", "copy"),
        *("decide", "agreed", "promise", "days", "follow"),
    }
)
_LOOKING_BACK = frozenset({"result", "history", "note", "tag", "export", "copy", "agreed", "days"})
RIGHTS: dict[str, frozenset[str]] = {
    FACILITATOR: _LEADING | {"take_in"},
    SCRIBE: frozenset({"write"}),
    BOARD: frozenset({"board"}),
    SEAT: frozenset({"contribute", "result", "days"}),
    TABLE: frozenset({"result"}),
    DECIDER: frozenset({"result", "decide", "agreed", "promise", "days"}),
    PROMISES: frozenset({"agreed", "promise", "days"}),
    READER: frozenset({"read", "export", "copy"}),
    OWNER: _LEADING | {"history", "note", "tag", "share", "manage"},
    SCHOOL_LEADER: _LOOKING_BACK | {"promise"},
    COLLEAGUE: _LOOKING_BACK | {"follow"},
    BOARD_READER: frozenset({"result", "history"}),
    ADMINISTRATOR: frozenset({"manage"}),
    INSTALLATION: frozenset(),
}

# Why a role may not do what is not its own, whatever the talk's state.
_LEADS = _("Only the facilitator can do this.")
NOT_THEIRS: dict[str, Any] = {
    FACILITATOR: _("Join with the room code to take part on this device."),
    OWNER: _("Join with the room code to take part on this device."),
    SCRIBE: _("You are the scribe: you type along. Only the facilitator can do this."),
    BOARD: _("This link shows the board only."),
    PROMISES: _("This link shows the agreements only."),
    READER: _("This example can be read and copied, not changed."),
    BOARD_READER: _("This report was shared with you to read."),
    ADMINISTRATOR: _("You manage this talk. What was said in it is not yours to read."),
    INSTALLATION: _("You manage this installation. What was said in talks is not yours to read."),
}
# Where another reason says more than that of the role.
_NOT_THEIRS_TO: dict[tuple[str, str], Any] = {
    (FACILITATOR, action): _("For this you need an account in the organisation of this talk.")
    for action in ("history", "note", "tag", "share", "manage")
} | {(OWNER, "take_in"): _("This talk is with an organisation already.")}

# Who reads a talk that is open again as it was last closed, and never as it stands.
READS_KEPT = frozenset({DECIDER, PROMISES, SCHOOL_LEADER, COLLEAGUE, BOARD_READER})

REMOVED = _("This talk was removed.")
# Who still knows of a talk that was removed; for all others it is not there.
KNOWS_REMOVED = frozenset({OWNER, ADMINISTRATOR})


def knows(role: str, state: State) -> bool:
    """Whether who has this role knows of a talk that stands so; if not, it is not there."""
    if state is State.REMOVED:
        return role in KNOWS_REMOVED
    # What was never closed is with who leads it; the school leader knows that it is there.
    return role != COLLEAGUE or state is not State.OPEN


# What has to wait, whoever does it: by action, why not in which state.
_READ_LATER = _("The report can be read here once the talk is closed.")
_TOLD_LATER = _("What became of the agreements can be said once the talk is closed.")
_DAYS_LATER = _("The days are for your calendar once the talk is closed.")
_NOTES_LATER = _("A note can be written once the talk is closed.")
_FOLLOWED_LATER = _("A follow-up can begin once the talk is closed.")
WAITS: dict[str, dict[State, Any]] = {
    "result": {State.OPEN: _READ_LATER, State.AGAIN: _READ_LATER},
    "agreed": {State.OPEN: _TOLD_LATER},
    "promise": {
        State.OPEN: _TOLD_LATER,
        State.AGAIN: _(
            "The talk is open again. What became of the agreements can be said once it is closed."
        ),
    },
    "decide": {
        State.OPEN: _("A decision can be recorded once the talk is closed."),
        State.AGAIN: _("The talk is open again. A decision can be recorded once it is closed."),
    },
    "days": {State.OPEN: _DAYS_LATER, State.AGAIN: _DAYS_LATER},
    "note": {State.OPEN: _NOTES_LATER},
    "follow": {State.OPEN: _FOLLOWED_LATER, State.AGAIN: _FOLLOWED_LATER},
    "share": {State.OPEN: _("A version can be shared once the talk is closed.")},
}
# What there is of a talk that is open again, to who reads it as it was last closed.
_OF_LAST_CLOSED = frozenset({"result", "history", "note", "tag", "agreed"})


def refusal(role: str, action: str, state: State) -> str:
    """Why `role` cannot do `action` in a talk that stands so; empty when it can."""
    if action not in RIGHTS[role]:
        return str(_NOT_THEIRS_TO.get((role, action)) or NOT_THEIRS.get(role, _LEADS))
    if state is State.REMOVED:
        return "" if action == "manage" else str(REMOVED)
    if role in (COLLEAGUE, SCHOOL_LEADER) and state is State.OPEN:
        return str(_("This talk is not closed yet. Until then it is with its facilitator."))
    if role in (COLLEAGUE, SCHOOL_LEADER) and state is State.AGAIN:
        if action not in _OF_LAST_CLOSED:
            reason = WAITS.get(action, {}).get(state)
            return str(reason or _("The talk is open again. This is possible once it is closed."))
        return ""
    if action == "result" and state is State.AGAIN and role in READS_KEPT:
        return ""
    return str(WAITS.get(action, {}).get(state, ""))
