"""Print docs/access.md: who may what in a talk, and why not."""
# ruff: noqa: E501  lines of Markdown

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import translation

from sessions.access import rights
from sessions.access.rights import ACTIONS, RIGHTS, State, knows, refusal

STATES = {
    State.OPEN: "in preparation, under way",
    State.CLOSED: "closed",
    State.AGAIN: "open again",
    State.REMOVED: "removed",
}
# Who somebody is, in the order of the page, and how one comes to be that.
ROLES = {
    rights.FACILITATOR: (
        "Facilitator, by a link",
        "holds a facilitator's link: a guest's talk has no other; in an organisation, who leads together with the owner",
    ),
    rights.SCRIBE: ("Scribe", "holds a scribe's link, until four o'clock at night"),
    rights.BOARD: ("Board", "holds a board's link, until four o'clock at night"),
    rights.SEAT: (
        "Participant",
        "took a seat with the room code, on this browser; has no name and no account",
    ),
    rights.TABLE: (
        "Participant at a table, of its plenary",
        "has a seat at a closed table of a closed plenary",
    ),
    rights.DECIDER: ("Who decides", "holds a link for who decides, for a year"),
    rights.PROMISES: ("Who promised something", "holds a link to the agreements, for a year"),
    rights.READER: (
        "Anybody, of an example",
        "reads a published example, with or without an account",
    ),
    rights.OWNER: (
        "Owner",
        "is a facilitator in the talk's organisation, and answers for this talk",
    ),
    rights.COLLEAGUE: (
        "Colleague",
        "is a facilitator in the talk's organisation, and not its owner",
    ),
    rights.SCHOOL_LEADER: ("School leader", "is that in the talk's organisation"),
    rights.BOARD_READER: (
        "Reader for the board",
        "is that in the talk's organisation or above it, and a version was shared there; without a share nobody there knows of the talk. Reads that version, and nothing of the talk before, after or beside it: also while it is open again",
    ),
    rights.ADMINISTRATOR: ("Administrator", "is that in the talk's organisation or above it"),
    rights.INSTALLATION: (
        "Administrator of the installation",
        "is that, for a talk that has an organisation",
    ),
}

HEAD = """# Who may what

Made by `manage.py access` from the table that the rules use (`sessions/access/rights.py`); a test compares the two.
What stands between quotes is what somebody is told (403); all else is *yes*. Who has no role in a talk is told nothing about it:

* **A stranger**, logged in without a role in the talk: 404, whether it exists or not. So is everybody of another organisation, who left, or whose talk was not shared; and a colleague, of a talk that was never closed.
* **Nobody in particular**, not logged in and without a link or a seat: one and the same page with log-in, room code and *I have a link*, for every id alike.
  So it is for who has a link that ended, and who was shut out.
* **Removed**: only owner and administrators still know of it. To all others it is not there, by whatever link, seat or account.

Roles are asked of the database at each request: who leaves, or may not log in any more, is out with the next one. Then the talks that they led have no owner, and the links of their facilitators end.
Who has several roles may what any of them may. A table stands with its plenary: taking in, handing over, sharing, archiving and removing are done there.

## In short
"""

FOUND = """
## What one finds

In the register (`access.known_sessions`) stand talks only: no examples, no practice talks, no tables by themselves, nothing that was removed. In words is searched where they may be read (`access.found_faces`).

| | knows that there is | reads and searches in |
|---|---|---|
| Owner | their own, however it stands | the same |
| Colleague | what was closed | what was closed; open again: as it was last closed |
| School leader | all of the school | what was closed; open again: as it was last closed |
| Reader for the board | what was shared | the version that was shared |
| Administrator | all there and below, with method, facilitator, status and days | nothing |
| Administrator of the installation | all that have an organisation, with method, school, status and days | nothing |
"""


def page() -> str:
    with translation.override("en"):
        return "\n".join(
            [HEAD, *_short(), *(line for role in ROLES for line in _role(role)), FOUND]
        )


def _short() -> list[str]:
    """Every right of every role, once a closed talk or not matters."""
    names = [name for name, _how in ROLES.values()]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for action, words in ACTIONS.items():
        marks = ["yes" if action in RIGHTS[role] else "–" for role in ROLES]
        lines.append(f"| **{action}**: {words} | {' | '.join(marks)} |")
    return lines


def _role(role: str) -> list[str]:
    name, how = ROLES[role]
    lines = ["", f"## {name}", "", f"Who {how}.", ""]
    mine = [action for action in ACTIONS if action in RIGHTS[role]]
    told = [action for action in ACTIONS if action != "result" or "read" not in mine]
    if mine:
        lines += [f"| | {' | '.join(STATES.values())} |", f"|---|{'---|' * len(STATES)}"]
        for action in mine:
            cells = [_told(role, action, state) for state in STATES]
            lines.append(f"| {action} | {' | '.join(cells)} |")
        lines.append("")
    others: dict[str, list[str]] = {}
    for action in told:
        if action not in RIGHTS[role]:
            others.setdefault(refusal(role, action, State.CLOSED), []).append(action)
    lines += [f"* {', '.join(actions)}: “{reason}”" for reason, actions in others.items()]
    return lines


def _told(role: str, action: str, state: State) -> str:
    if not knows(role, state):
        return "not there"
    reason = refusal(role, action, state)
    return f"“{reason}”" if reason else "yes"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(page(), ending="")
