"""What every list of a talk is made of."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from .session import Refused, Session, Write


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
    # The words that can be signed, with `said_by`. That is in no trail, digest or copy.
    signed_words: ClassVar[tuple[str, ...]] = ()
    said_by: str

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
    def told(cls) -> tuple[str, ...]:
        """What the exchange format tells of one: what was typed or chosen, and who said it."""
        return (*cls.content, "said_by") if cls.signed_words else cls.content

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
            plain[name] = _plain(value)
        return plain

    def digest(self) -> str:
        """Hash of where this is given, by whom, and what it says."""
        given = [str(self.session_id), self.step, self.author, self.values()]
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()

    def add(self, write: Write) -> Contribution:
        """Store this new row, once: the same id and content again is the row that is there.

        The same id with other content becomes a row of its own, under an id derived from both.
        """
        return self.add_all(write, [self])[0]

    @classmethod
    def add_all(cls, write: Write, rows: Sequence[Self]) -> list[Self]:
        """Store these new rows in their order, each as `add` does; gives the rows that stand."""
        known = cls.known(write, rows)
        new = list({row.pk: row for row in rows if row.pk not in known}.values())
        shared = [row for row in new if not row.author]
        place = cls.next_position(write.session) if shared else 0
        for position, row in enumerate(shared, place):
            row.position = position
        cls.everything.bulk_create(new)
        if len(shared) < len(new):
            write.touch_unseen()
        write.record_each(("add", cls.list_name(), row.pk, None, row.values()) for row in shared)
        stored = known | {row.pk: row for row in new}
        return [stored[row.pk] for row in rows]

    @classmethod
    def known(cls, write: Write, rows: Sequence[Self]) -> dict[uuid.UUID, Self]:
        """What is stored under the ids of these new rows; there, they were sent before.

        One whose id has other content gets an id of its own.
        """
        for row in rows:
            row.session, row.version, row.first = write.session, 1, ""
            row.first = row.digest()
        known = cls.everything.in_bulk([row.pk for row in rows])
        taken = [row for row in rows if row.pk in known and known[row.pk].first != row.first]
        for row in taken:
            row.pk = uuid.uuid5(row.pk, row.first)
        if taken:
            known |= cls.everything.in_bulk([row.pk for row in taken])
        return known

    @classmethod
    def next_position(cls, session: Session) -> int:
        last = cls.objects.filter(session=session).aggregate(last=models.Max("position"))
        return (last["last"] or 0) + 1

    def edit(self, write: Write, changes: Mapping[str, Any], version: int) -> bool:
        """Take over `changes`, by field. False, and both are kept, if `version` is not the last."""
        before = self.values()
        signature = changes.get("said_by", "") if self.author else None  # nobody signs for another
        changes = {name: value for name, value in changes.items() if name != "said_by"}
        new = {type(self).column(name): value for name, value in changes.items()}
        new = {
            name: value.pk if isinstance(value, models.Model) else value
            for name, value in new.items()
        }
        after = before | {name: _plain(new[type(self).column(name)]) for name in changes}
        if before == after and signature in (None, getattr(self, "said_by", "")):
            return True
        if self.version != version:
            if not self.author:
                write.record("refuse", self.list_name(), self.pk, before, after)
            return False
        if self.is_weighed and any(before[name] != after[name] for name in self.weighed_words):
            raise Refused(_("This has been weighed, so its words stay as they are."))
        for name, value in new.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*changes, "version", *self._sign(before, after, signature)])
        if self.author:
            write.touch_unseen()
        else:
            write.record("edit", self.list_name(), self.pk, before, after)
        return True

    def _sign(
        self, before: dict[str, Any], after: dict[str, Any], signature: str | None = None
    ) -> list[str]:
        """Sign these words; without a signature nobody's name stays under words of another.

        Gives the fields that are to be stored for that.
        """
        if not self.signed_words:
            return []
        if signature is None:
            said = any(before[name] != after[name] for name in self.signed_words)
            signature = "" if said else self.said_by
        changed, self.said_by = self.said_by != signature, signature
        return ["said_by"] if changed else []

    def take_name_away(self, write: Write) -> None:
        """Let it be nobody's in particular; the trail says that, and not whose it was."""
        if changed := self._sign({}, {}, ""):
            self.save(update_fields=changed)
            write.record("unsign", self.list_name(), self.pk)

    def mark(self, write: Write, **choices: Any) -> None:
        """Set what is chosen and not typed: a tick, one of a few, what it points to.

        The last one stands, without a version; the trail holds what stood before.
        """
        before = self.values()
        fixed = [name for name in self.weighed_words if name in choices]
        if self.is_weighed and any(choices[name] != getattr(self, name) for name in fixed):
            raise Refused(_("This has been weighed, so its words stay as they are."))
        for name, value in choices.items():
            setattr(self, name, value)
        after = self.values()
        if before != after:
            self.save(update_fields=[*choices, *self._sign(before, after)])
            write.record("mark", self.list_name(), self.pk, before, after)

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
        if self.signed_words and self.said_by and self.said_by != into.said_by:
            into.take_name_away(write)  # it speaks for two now

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

    @classmethod
    def fold(cls, write: Write, unseen: list[Self]) -> list[Self]:
        """What is to be stored of what was given alone, at its reveal; here, all of it."""
        return unseen

    @property
    def is_weighed(self) -> bool:
        return False


def _plain(value: Any) -> Any:
    """A field's value as plain JSON."""
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
