from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .session import Refused, Session, Write
from .text import body, line


class Verdict(models.TextChoices):
    YES = "yes", gettext_lazy("Yes")
    YES_IF = "yes_if", gettext_lazy("Yes, provided")
    NOT_YET = "not_yet", gettext_lazy("Not yet")
    NO = "no", gettext_lazy("No")
    INSIGHT = "insight", gettext_lazy("No answer, but an insight")


class Text(models.Model):
    """One answer to one prompt. An empty step key means: of the talk as a whole."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="texts")
    step = models.CharField(max_length=50, blank=True)
    prompt = models.CharField(max_length=50)
    body = body(blank=True)
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "step", "prompt"], name="text_prompt"),
            models.CheckConstraint(
                condition=~models.Q(prompt="verdict") | models.Q(body__in=["", *Verdict.values]),
                name="text_verdict",
            ),
        ]

    def __str__(self):
        return f"{self.step}/{self.prompt}"

    @classmethod
    def put(cls, write: Write, step: str, prompt: str, new: str, version: int) -> tuple[Text, bool]:
        """Save `new` over the version that was seen (0 where nothing stood yet).

        Gives the row as it stands, and whether `new` now stands there. It does not when another
        text has come since; then both are kept, the refused one in the trail.
        """
        stored = cls.objects.filter(session=write.session, step=step, prompt=prompt).first()
        text = stored or cls(session=write.session, step=step, prompt=prompt, body="", version=0)
        if text.body == new:
            return text, True
        if text.version != version:
            write.record("refuse", "text", f"{step}/{prompt}", text.body, new)
            return text, False
        before = text.body
        text.body, text.version = new, text.version + 1
        text.save()
        write.record("edit", "text", f"{step}/{prompt}", before, new)
        return text, True


class ContributionQuerySet(models.QuerySet):
    def standing(self):
        """What stands: neither removed nor merged into another."""
        return self.filter(removed_at=None, merged_into=None)


class SharedManager(models.Manager.from_queryset(ContributionQuerySet)):  # type: ignore[misc]
    """What all may see. So a query that forgets about unseen rows does not leak them."""

    def get_queryset(self):
        return super().get_queryset().filter(author="")


class Contribution(models.Model):
    """One thing that somebody brought in. Ids come from the client, so that a resend is one row.

    `round` and `author` are set only while it is unseen: given alone in a round still open.
    """

    # What a person types or chooses, in the order of the exchange format.
    content: ClassVar[tuple[str, ...]] = ()
    # Of these, what stays as it is once it has been weighed.
    weighed_words: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, models.CASCADE, related_name="%(class)s_set")
    step = models.CharField(max_length=50, blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    round = models.ForeignKey(
        "deliberation.Round", models.CASCADE, null=True, related_name="%(class)s_set"
    )
    author = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged_set")
    merged_into_id: uuid.UUID | None

    # Hash of what was first given, by which a resend is known even after an edit.
    first = models.CharField(max_length=64)

    objects = SharedManager()
    everything = ContributionQuerySet.as_manager()  # also what is unseen

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["session", "step", "position"], name="%(class)s_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(round=None, author="")
                | (~models.Q(round=None) & ~models.Q(author="")),
                name="%(class)s_unseen_has_author",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="%(class)s_not_into_itself",
            ),
        ]

    def __str__(self):
        return str(getattr(self, self.content[0]))

    @classmethod
    def list_name(cls) -> str:
        return cls._meta.model_name or ""

    @classmethod
    def column(cls, name: str) -> str:
        """The attribute that holds the plain value of a field: of a pointer, its id."""
        return getattr(cls._meta.get_field(name), "attname", name)

    @property
    def stands(self) -> bool:
        return self.removed_at is None and self.merged_into_id is None

    def values(self) -> dict[str, Any]:
        """What was typed or chosen, as plain JSON."""
        plain = {}
        for name in self.content:
            value = getattr(self, self.column(name))
            if isinstance(value, uuid.UUID):
                value = str(value)
            elif isinstance(value, datetime.date):
                value = value.isoformat()
            plain[name] = value
        return plain

    def digest(self) -> str:
        """Hash of where this is given, by whom, and what it says."""
        given = [str(self.session_id), self.step, self.author, self.values()]
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()

    def add(self, write: Write) -> Contribution:
        """Store this new row, once: the same id and content again is the row that is there.

        The same id with other content becomes a row of its own, under an id derived from both.
        """
        model = type(self)
        self.session, self.version, self.first = write.session, 1, ""
        self.first = self.digest()
        known = model.everything.filter(pk=self.pk).first()
        if known is not None and known.first != self.first:
            self.pk = uuid.uuid5(self.pk, self.first)
            known = model.everything.filter(pk=self.pk).first()
        if known is not None:
            return known
        if not self.author:
            self.position = self.next_position(write.session)
        self.save(force_insert=True)
        if self.author:
            write.touch_unseen()
        else:
            write.record("add", self.list_name(), self.pk, None, self.values())
        return self

    @classmethod
    def next_position(cls, session: Session) -> int:
        last = cls.objects.filter(session=session).aggregate(last=models.Max("position"))
        return (last["last"] or 0) + 1

    def edit(self, write: Write, new: Contribution, version: int) -> bool:
        """Take over what `new` holds. False, and both are kept, if `version` is not the last."""
        before, after = self.values(), new.values()
        if before == after:
            return True
        if self.version != version:
            if not self.author:
                write.record("refuse", self.list_name(), self.pk, before, after)
            return False
        if self.is_weighed and any(before[name] != after[name] for name in self.weighed_words):
            raise Refused(_("This has been weighed, so its words stay as they are."))
        for name in self.content:
            setattr(self, self.column(name), getattr(new, self.column(name)))
        self.version += 1
        self.save(update_fields=[*self.content, "version"])
        if self.author:
            write.touch_unseen()
        else:
            write.record("edit", self.list_name(), self.pk, before, after)
        return True

    def remove(self, write: Write) -> None:
        """Take it out of sight; `restore` brings it back. What is unseen is really deleted."""
        if self.author:
            self.delete()
            write.touch_unseen()
        elif self.removed_at is None:
            self.removed_at = timezone.now()
            self.save(update_fields=["removed_at"])
            write.record("remove", self.list_name(), self.pk)

    def restore(self, write: Write) -> None:
        """Undo removal or merging."""
        if self.merged_into is not None and self.merged_into.is_weighed:
            raise Refused(_("This has been weighed, so it stays as it is."))
        if not self.stands:
            self.removed_at = self.merged_into = None
            self.save(update_fields=["removed_at", "merged_into"])
            write.record("restore", self.list_name(), self.pk)

    def merge(self, write: Write, into: Contribution) -> None:
        """Let `into` speak for this one too; both stay."""
        if type(into) is not type(self) or into.pk == self.pk:
            raise Refused(_("Choose another one of the same list."))
        if into.session_id != self.session_id or into.step != self.step or not into.stands:
            raise Refused(_("Choose another one of the same list."))
        if self.is_weighed or into.is_weighed:
            raise Refused(_("This has been weighed, so it stays as it is."))
        # What was merged into this one goes along, so that no chain arises.
        type(self).objects.filter(merged_into=self).update(merged_into=into)
        self.merged_into = into
        self.save(update_fields=["merged_into"])
        write.record("merge", self.list_name(), self.pk, None, str(into.pk))

    def move(self, write: Write, by: int) -> None:
        """Change places with the standing neighbour `by` (-1 up, +1 down)."""
        rows = list(type(self).objects.standing().filter(session=write.session, step=self.step))
        at = next((index for index, row in enumerate(rows) if row.pk == self.pk), None)
        if at is None or not 0 <= at + by < len(rows):
            return
        rows[at], rows[at + by] = rows[at + by], rows[at]
        for position, row in enumerate(rows, 1):
            if row.position != position:
                type(self).objects.filter(pk=row.pk).update(position=position)
        write.record("move", self.list_name(), self.pk, None, by)

    @property
    def is_weighed(self) -> bool:
        return False


class Fact(Contribution):
    class Kind(models.TextChoices):
        FACT = "fact", gettext_lazy("We know this")
        ASSUMPTION = "assumption", gettext_lazy("We assume this")
        UNKNOWN = "unknown", gettext_lazy("To find out")

    content = ("text", "kind", "owner", "due")
    text = body()
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    owner = line(blank=True)
    due = models.DateField(null=True, blank=True)

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "fact", "assumption", "unknown"]),
                name="fact_kind",
            ),
        ]


class Stakeholder(Contribution):
    content = ("name", "interest", "at_table")
    name = line()
    interest = body(blank=True)
    at_table = models.BooleanField(null=True, blank=True)


class Value(Contribution):
    class Core(models.TextChoices):
        AUTONOMY = "autonomie", gettext_lazy("Autonomy")
        JUSTICE = "rechtvaardigheid", gettext_lazy("Justice")
        HUMANITY = "menselijkheid", gettext_lazy("Humanity")

    content = ("name", "core", "meaning")
    name = line()
    core = models.CharField(max_length=20, choices=Core, blank=True)
    meaning = body(blank=True)

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(core__in=["", "autonomie", "rechtvaardigheid", "menselijkheid"]),
                name="value_core",
            ),
        ]


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

    content = ("side", "text", "option", "stakeholder", "value", "kind")
    weighed_words = ("side", "text")
    side = models.CharField(max_length=10, choices=Side)
    text = body()
    option = models.ForeignKey(Option, models.SET_NULL, null=True, blank=True)
    stakeholder = models.ForeignKey(Stakeholder, models.SET_NULL, null=True, blank=True)
    value = models.ForeignKey(Value, models.SET_NULL, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)

    class Meta(Contribution.Meta):
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(side__in=["for", "against"]), name="argument_side"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "fact", "assumption", "judgement"]),
                name="argument_kind",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_weighed(self) -> bool:
        """Whether a round asks or asked for its weight; a discarded round does not count."""
        return self.item_set.exclude(round__state="discarded").exists()


class Condition(Contribution):
    content = ("text", "owner", "due")
    text = body()
    owner = line(blank=True)
    due = models.DateField(null=True, blank=True)


class MinorityView(Contribution):
    content = ("text", "would_change_if")
    text = body()
    would_change_if = body(blank=True)


class Action(Contribution):
    content = ("what", "who", "due")
    what = body()
    who = line(blank=True)
    due = models.DateField(null=True, blank=True)
