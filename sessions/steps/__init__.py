"""What comes next: the registry of step kinds, and the progress of a talk. See docs/add-a-kind.md."""

from __future__ import annotations

from dataclasses import dataclass

from sessions.models import Session, Step

from .arguments import Arguments
from .facts import Facts
from .kind import Kind, List
from .outcome import Outcome
from .question import Question
from .stakeholders import Stakeholders
from .values import Values
from .weighing import Weighing

__all__ = ["KINDS", "LISTS", "Kind", "List", "Progress", "kind_of", "progress", "required_prompts"]

# In the order in which the exchange format and the report give them.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Question(),
        Facts(),
        Stakeholders(),
        Values(),
        Arguments(),
        Weighing(),
        Outcome(),
    )
}

LISTS: dict[str, List] = {one.name: one for kind in KINDS.values() for one in kind.lists}


def kind_of(step: Step) -> Kind:
    return KINDS[step.kind]


def required_prompts() -> dict[str, frozenset[str]]:
    """Per kind the prompts that a method's step of that kind must ask."""
    return {name: frozenset(kind.prompts) for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Progress:
    """One step of a talk, whether it is done, and whether the room is there."""

    step: Step
    done: bool
    room_is_here: bool


def progress(session: Session) -> list[Progress]:
    """Every step of the talk, in one query."""
    expressions = {f"done_{step.number}": kind_of(step).done(step) for step in session.steps}
    row = Session.objects.filter(pk=session.pk).values(**expressions).get()
    return [
        Progress(step, row[f"done_{step.number}"], step.key == session.room_step)
        for step in session.steps
    ]
