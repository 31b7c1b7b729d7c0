"""The lists of a talk: facts, stakeholders, values, arguments, what is agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext, gettext_lazy

from .contribution import Contribution
from .history import Change
from .session import Write
from .text import body, line
from .texts import Verdict


def one_of(field: str, choices: type[models.TextChoices], name: str, *, blank: bool = True):
    """The constraint that a field holds one of `choices`, or nothing where it may be blank."""
    known = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": known}), name=name)


class Origin(models.TextChoices):
    """Whether those whose interest it is said so, or the group thought it up for them."""

    HEARD = "heard", gettext_lazy("Heard from them")
    IMAGINED = "imagined", gettext_lazy("Imagined by us")


LONGEST_SIGNATURE = 60  # characters


def said_by():
    """Who wrote it alone, by function or name, in a talk that asks for that."""
    return line(max_length=LONGEST_SIGNATURE, blank=True)


def origin():
    return models.CharField(max_length=10, choices=Origin, blank=True)


class State(models.TextChoices):
    DONE = "done", gettext_lazy("Done")
    CHANGED = "changed", gettext_lazy("Done otherwise")
    DROPPED = "dropped", gettext_lazy("Not done")


class Found(models.TextChoices):
    """The same states, of something that somebody would find out."""

    DONE = "done", gettext_lazy("Found out")
    CHANGED = "changed", gettext_lazy("Turned out otherwise")
    DROPPED = "dropped", gettext_lazy("Not found out")


class Promise(Contribution):
    """Something that somebody sees to by a day, and what became of it."""

    states: ClassVar[type[models.TextChoices]] = State
    state = models.CharField(max_length=10, choices=State, blank=True)
    result = body(blank=True)

    class Meta(Contribution.Meta):
        abstract = True

    @property
    def is_told(self) -> bool:
        """Whether it was said what became of it: with a tick, or in words alone."""
        return bool(self.state or self.result)

    @property
    def became(self) -> str:
        """What became of it, in a word or two; empty while it is open."""
        if self.state:
            return str(self.states(self.state).label)
        return gettext("Something is written with it") if self.result else ""

    @property
    def is_promised(self) -> bool:
        """Whether somebody sees to it."""
        return True


class Fact(Promise):
    states = Found

    class Kind(models.TextChoices):
        FACT = "fact", gettext_lazy("We know this")
        ASSUMPTION = "assumption", gettext_lazy("We assume this")
        UNKNOWN = "unknown", gettext_lazy("To find out")

    content = ("text", "kind", "owner", "due", "state", "result")
    text = body()
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    owner = line(blank=True)
    due = models.DateField(null=True, blank=True)

    @property
    def is_promised(self) -> bool:
        """Whether it is to be found out, or somebody took on what is only assumed."""
        if self.kind == self.Kind.FACT:
            return False
        return self.kind == self.Kind.UNKNOWN or bool(self.owner or self.due)

    class Meta(Promise.Meta):
        constraints = [
            *Promise.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "fact", "assumption", "unknown"]),
                name="fact_kind",
            ),
            one_of("state", State, "fact_state"),
        ]


class Stakeholder(Contribution):
    content = ("name", "interest", "at_table", "origin")
    name = line()
    interest = body(blank=True)
    at_table = models.BooleanField(null=True, blank=True)
    origin = origin()

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            one_of("origin", Origin, "stakeholder_origin"),
        ]


class Effect(models.TextChoices):
    STRENGTHENED = "strengthened", gettext_lazy("Grows stronger")
    PRESSURE = "pressure", gettext_lazy("Comes under pressure")
    BOTH = "both", gettext_lazy("Both")


class Value(Contribution):
    class Core(models.TextChoices):
        AUTONOMY = "autonomie", gettext_lazy("Autonomy")
        JUSTICE = "rechtvaardigheid", gettext_lazy("Justice")
        HUMANITY = "menselijkheid", gettext_lazy("Humanity")

    content = ("name", "core", "meaning", "effect", "voices", "chosen")
    name = line()
    core = models.CharField(max_length=20, choices=Core, blank=True)
    meaning = body(blank=True)
    effect = models.CharField(max_length=15, choices=Effect, blank=True)
    voices = models.PositiveSmallIntegerField(null=True, blank=True)  # who chose it alone
    chosen = models.BooleanField(null=True, blank=True)  # one of those the group goes on with

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(core__in=["", "autonomie", "rechtvaardigheid", "menselijkheid"]),
                name="value_core",
            ),
            one_of("effect", Effect, "value_effect"),
        ]

    @classmethod
    def fold(cls, write: Write, unseen: list[Self]) -> list[Self]:
        """One row for each value, with how many chose it; one that stands already counts them."""
        chosen: dict[str, list[Self]] = {}
        for row in unseen:
            chosen.setdefault(_same(row.name), []).append(row)
        shared = cls.objects.standing().filter(session=write.session)
        for row in shared if chosen else ():
            if alike := chosen.pop(_same(row.name), None):
                row.mark(write, voices=(row.voices or 0) + _people(alike))
        for alike in chosen.values():
            alike[0].voices = _people(alike)
            alike[0].core = next((row.core for row in alike if row.core), "")
        return [alike[0] for alike in chosen.values()]


def _people(rows: Iterable[Value]) -> int:
    return len({row.author for row in rows})


def _same(name: str) -> str:
    """What two people typed alike, whatever their capitals and spaces."""
    return " ".join(name.split()).casefold()


class Option(Contribution):
    content = ("title",)
    title = line()


class Argument(Contribution):
    class Side(models.TextChoices):
        FOR = "for", gettext_lazy("For")
        AGAINST = "against", gettext_lazy("Against")

    class Kind(models.TextChoices):
        FACT = "fact", gettext_lazy("A fact")
        ASSUMPTION = "assumption", gettext_lazy("An assumption")
        JUDGEMENT = "judgement", gettext_lazy("A judgement")

    content = (
        *("side", "text", "option", "stakeholder", "value", "kind"),
        *("origin", "chosen", "decisive", "dialogue"),
    )
    weighed_words = signed_words = ("side", "text")
    side = models.CharField(max_length=10, choices=Side)
    text = body()
    option = models.ForeignKey(Option, models.SET_NULL, null=True, blank=True)
    stakeholder = models.ForeignKey(Stakeholder, models.SET_NULL, null=True, blank=True)
    value = models.ForeignKey(Value, models.SET_NULL, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    origin = origin()
    chosen = models.BooleanField(null=True, blank=True)  # deserves to be weighed
    decisive = models.BooleanField(null=True, blank=True)  # a reason that the team picks
    said_by = said_by()
    dialogue = body(blank=True)  # what was said about it once the weights were shown

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(side__in=["for", "against"]), name="argument_side"
            ),
            one_of("origin", Origin, "argument_origin"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "fact", "assumption", "judgement"]),
                name="argument_kind",
            ),
        ]

    def __str__(self):
        return self.text

    def merge(self, write: Write, into: Contribution) -> None:
        """What was chosen of either is chosen of the one that stands."""
        super().merge(write, into)
        if isinstance(into, Argument):
            into.mark(
                write,
                chosen=self.chosen or into.chosen,
                decisive=self.decisive or into.decisive,
            )

    @property
    def is_weighed(self) -> bool:
        """Whether a round asks or asked for its weight; a discarded round does not count."""
        return self.item_set.exclude(round__state="discarded").exists()


class Condition(Promise):
    content = ("text", "owner", "due", "state", "result")
    text = body()
    owner = line(blank=True)
    due = models.DateField(null=True, blank=True)

    class Meta(Promise.Meta):
        constraints = [
            *Promise.Meta.constraints,
            one_of("state", State, "condition_state"),
        ]


class MinorityView(Contribution):
    content = ("text", "would_change_if", "read_back")
    signed_words = ("text", "would_change_if")
    text = body()
    would_change_if = body(blank=True)
    said_by = said_by()
    read_back = models.BooleanField(null=True, blank=True)  # to who holds it, who agreed

    def edit(self, write: Write, changes: Mapping[str, Any], version: int) -> bool:
        """Other words have to be read back anew."""
        before = self.version
        taken = super().edit(write, changes, version)
        if taken and self.version != before and self.read_back:
            self.mark(write, read_back=None)
        return taken

    def withdraw(self, write: Write) -> None:
        """Forget it, its earlier words too: whose words they are has the last say about them."""
        Change.objects.filter(
            session=write.session, thing=self.list_name(), thing_id=str(self.pk)
        ).delete()
        write.record("withdraw", self.list_name(), self.pk)
        self.delete()


class Action(Promise):
    content = ("what", "who", "due", "state", "result")
    what = body()
    who = line(blank=True)
    due = models.DateField(null=True, blank=True)

    class Meta(Promise.Meta):
        constraints = [
            *Promise.Meta.constraints,
            one_of("state", State, "action_state"),
        ]


class Group(models.TextChoices):
    PUPIL = "pupil", gettext_lazy("Pupil or student")
    PARENT = "parent", gettext_lazy("Parent")
    STAFF = "staff", gettext_lazy("Staff")
    LEADERSHIP = "leadership", gettext_lazy("School leader or board")
    OTHER = "other", gettext_lazy("Somebody else")


class Invitee(Contribution):
    """Somebody who is asked to the table, by function; nobody's name is needed."""

    content = ("function", "group", "number", "present")
    function = line()
    number = models.PositiveSmallIntegerField(null=True, blank=True)  # None: one person
    group = models.CharField(max_length=15, choices=Group, blank=True)
    present = models.BooleanField(null=True, blank=True)

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            one_of("group", Group, "invitee_group"),
        ]


class Parked(Contribution):
    """Something that matters, but not to this question now."""

    content = ("text",)
    text = body()


class Result(models.TextChoices):
    ADOPTED = "adopted", gettext_lazy("Adopted")
    PARTLY = "partly", gettext_lazy("Adopted in part")
    NOT_ADOPTED = "not_adopted", gettext_lazy("Not adopted")
    RETURNED = "returned", gettext_lazy("Returned to the group")


class Decision(Contribution):
    """What who decides did with the answer of a closed talk."""

    content = ("result", "reasons", "by", "decided_on", "verdict", "answer")
    result = models.CharField(max_length=15, choices=Result)
    reasons = body(blank=True)
    by = line(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    # The answer as it stood: a talk that is opened again may come to another.
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    answer = body(blank=True)

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            one_of("result", Result, "decision_result", blank=False),
            one_of("verdict", Verdict, "decision_verdict"),
        ]
