from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Exists, ExpressionWrapper, OuterRef
from django.utils.functional import Promise

from sessions.models import Contribution, Round, Step, Text

from .forms import ContributionForm


@dataclass(frozen=True)
class List:
    """A list of contributions that a step collects.

    `name` is its key in the exchange format, below `within` if given; `slug` stands in URLs.
    """

    name: str
    slug: str
    model: type[Contribution]
    form: type[ContributionForm]
    title: str | Promise
    empty: str | Promise  # what to do when nothing is there yet
    within: str = ""
    marks: tuple[str, ...] = ()  # what is set with one click, without opening the row
    quick: type[ContributionForm] | None = None  # for a new row, typed in one go: a `LineForm`


@dataclass(frozen=True)
class Ask:
    """Something that a step asks of each alone, in the words of the facilitator's screen."""

    purpose: Round.Purpose
    title: str | Promise  # before: what it is for
    during: str | Promise  # while it is open, what everyone does
    begin: str | Promise  # what the button does that asks it
    reveal: str | Promise  # what the button does that shows it
    again: str | Promise = ""  # what asks it once more; "" where once it was shown is the end
    leads: bool = True  # whether the step begins with it
    # Whether it may be told how much was given before it is shown. Where having something to say
    # is itself an answer it may not be, and giving something says at once that one is ready.
    counted: bool = True


class Kind(ABC):
    """What steps of one kind have in common: their lists, and when they are done."""

    name: ClassVar[str]
    # Prompts that a method must ask in such a step, and their key in the exchange format.
    prompts: ClassVar[dict[str, str]] = {}
    within: ClassVar[str] = ""  # the object in the exchange format that holds the prompts
    lists: ClassVar[Sequence[List]] = ()
    # The lists that each may fill alone, unseen until the reveal.
    alone: ClassVar[Sequence[List]] = ()
    # How many of these each may choose; 0: as many as one has to say.
    picks: ClassVar[int] = 0
    # Whether each gives weights alone, unseen until the reveal.
    weighs: ClassVar[bool] = False
    # Whether the "first" or the "last" intuition about the question is asked here.
    intuition: ClassVar[str] = ""

    # What rounds of such a step ask of each alone, the usual one first.
    asks: ClassVar[Sequence[Ask]] = ()

    @property
    def has_rounds(self) -> bool:
        return bool(self.asks)

    def ask(self, purpose: str) -> Ask | None:
        """What such a step asks with that purpose; without one, what it usually asks."""
        return next((one for one in self.asks if purpose in ("", one.purpose)), None)

    def list(self, slug: str) -> List | None:
        return next((one for one in self.lists if one.slug == slug), None)

    @abstractmethod
    def done(self, step: Step) -> Exists | ExpressionWrapper:
        """Whether the step is done, as an expression on `Session`."""


def any_standing(model: type[Contribution], step: Step) -> Exists:
    return Exists(model.objects.standing().filter(session=OuterRef("pk"), step=step.key))


def any_text(step: Step, prompt: str) -> Exists:
    texts = Text.objects.filter(session=OuterRef("pk"), step=step.key, prompt=prompt)
    return Exists(texts.exclude(body=""))


def any_revealed(step: Step) -> Exists:
    """Whether weights were revealed."""
    rounds = Round.objects.filter(
        session=OuterRef("pk"), step=step.key, purpose=Round.Purpose.WEIGHTS
    )
    return Exists(rounds.filter(state=Round.State.REVEALED))
