from __future__ import annotations

import contextlib
import datetime
import secrets
import uuid
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kompas import live
from sessions.periods import months_after

from .history import Change, Erasure
from .method import Step

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: from four metres they are taken for one another.
CODE_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 6
GUEST_DAYS = 90  # after the last change
REVIEW_DAYS = 30  # after the day to look again, which may lie this far ahead:
LONGEST_REVIEW = 731
REMOVED_DAYS = 30  # in which a removed talk can be restored
STILL_DAYS = 30  # after its last change an organisation's talk does not go, however old it is
# The texts of a talk as a whole that tables have from their plenary: its mandate.
OF_PLENARY = frozenset({"mandate", "decider", "readers", "council"})


class Writer(Protocol):
    """Who writes in a talk; `sessions.access.Access` is one."""

    @property
    def role(self) -> str: ...

    @property
    def user(self) -> Any: ...


class Refused(PermissionDenied):
    """Something that may not be done now; the message says why, for the screen."""


def leading_topic(session_id: uuid.UUID) -> str:
    return f"leading-{session_id}"


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class Session(models.Model):
    """A talk. What was said in it stands in the rows that point here."""

    class Kind(models.TextChoices):
        TALK = "talk", gettext_lazy("Talk")
        EXAMPLE = "example", gettext_lazy("Example")
        PRACTICE = "practice", gettext_lazy("Practice talk")

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("In preparation")
        RUNNING = "running", gettext_lazy("Under way")
        CLOSED = "closed", gettext_lazy("Closed")

    class Naming(models.TextChoices):
        """What stands beside what is written alone, once it is shown. Weights never have a name."""

        NONE = "none", gettext_lazy("Nothing: it is anonymous")
        FUNCTION = "function", gettext_lazy("A function")
        NAME = "name", gettext_lazy("A name")

    # What may follow what: the whole lifecycle.
    TRANSITIONS = {
        Status.DRAFT: {Status.RUNNING, Status.CLOSED},
        Status.RUNNING: {Status.CLOSED},
        Status.CLOSED: {Status.RUNNING},
    }
    # What `writing` stores of the session itself.
    WRITTEN = (
        *("status", "room_step", "code", "reason", "held_on", "begins", "ends", "decide_by"),
        *("review_on", "resume_on", "planned_from", "planned_at", "sources"),
        *("locked", "clock_ends", "clock_left", "naming", "table_count", "closed_on"),
        *("organisation_id", "owner_id", "archived_on", "removed_on"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    method = models.ForeignKey("Method", models.PROTECT, related_name="sessions")
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TALK)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    room_step = models.CharField(max_length=50, blank=True)
    # Absent is NULL, since any number of closed talks have none and a code is unique.
    code = models.CharField(max_length=12, null=True, default=new_code)  # noqa: DJ001
    locked = models.BooleanField(default=False)  # nobody new is admitted by the code
    naming = models.CharField(max_length=10, choices=Naming, default=Naming.NONE)
    # A table of a study day: a whole talk of its own, about the question of its plenary.
    plenary = models.ForeignKey("self", models.CASCADE, null=True, related_name="tables")
    plenary_id: uuid.UUID | None
    table = models.PositiveSmallIntegerField(null=True)  # its number, from 1
    table_count = models.PositiveSmallIntegerField(default=0)  # of a plenary
    fictional = models.BooleanField(default=False)  # made up, and never held
    held_on = models.DateField(null=True, blank=True)
    begins = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    decide_by = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    resume_on = models.DateField(null=True, blank=True)  # the day on which the talk goes on
    # Where and when the time that was left was last divided anew; see `sessions.timing`.
    planned_from = models.CharField(max_length=50, blank=True)
    planned_at = models.DateTimeField(null=True)
    # A clock that runs, or one that stands still; see `sessions.clock`.
    clock_ends = models.DateTimeField(null=True, blank=True)
    clock_left = models.DurationField(null=True, blank=True)
    sources = models.JSONField(default=list, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    # Who leads it and answers for it; a guest's talk has nobody but who has its link.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    # The talk of which this one asks what happened since.
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="followed_by")
    archived_on = models.DateField(null=True)  # out of the way, and still there
    removed_on = models.DateField(null=True)  # gone for all, and erased REMOVED_DAYS later
    weights_gone_on = models.DateField(null=True)  # when the weights that people gave were erased
    reason = models.TextField(blank=True)  # why it was opened again; goes to the next version
    # Counts what changed for all, and what changed unseen: ballots, and what is given alone.
    revision = models.PositiveBigIntegerField(default=0)
    unseen_revision = models.PositiveBigIntegerField(default=0)
    changed_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True)  # when it was last closed; stays when it is reopened

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="session_code"),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "running", "closed"]),
                name="session_status",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["talk", "example", "practice"]), name="session_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed") | models.Q(code=None),
                name="session_closed_has_no_code",
            ),
            models.CheckConstraint(
                condition=models.Q(clock_ends=None) | models.Q(clock_left=None),
                name="session_one_clock",
            ),
            models.CheckConstraint(
                condition=models.Q(naming__in=["none", "function", "name"]), name="session_naming"
            ),
            models.CheckConstraint(
                condition=models.Q(plenary=None, table=None)
                | models.Q(plenary__isnull=False, table__isnull=False, table__gte=1),
                name="session_table_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(plenary=None)
                | models.Q(table_count=0, code=None) & ~models.Q(plenary=models.F("id")),
                name="session_table_is_no_plenary",
            ),
            models.UniqueConstraint(fields=["plenary", "table"], name="session_table_number"),
            models.CheckConstraint(
                condition=models.Q(owner=None) | models.Q(organisation__isnull=False),
                name="session_guest_has_no_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(follows=None) | ~models.Q(follows=models.F("id")),
                name="session_follows_another",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="session_kind_id"),
            models.Index(fields=["organisation", "changed_on"], name="session_erase"),
            models.Index(fields=["owner", "changed_on"], name="session_owner"),
        ]

    def __str__(self):
        return str(self.id)

    # -- what it is ---------------------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return self.method.steps(self.language)

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def step_of_kind(self, kind: str) -> str:
        """The key of the first step of that kind; empty where the method has none."""
        return next((step.key for step in self.steps if step.kind == kind), "")

    def step_after(self, step: Step) -> Step | None:
        return next((one for one in self.steps if one.number == step.number + 1), None)

    @property
    def is_example(self) -> bool:
        return self.kind == self.Kind.EXAMPLE

    @property
    def is_practice(self) -> bool:
        return self.kind == self.Kind.PRACTICE

    @property
    def is_named(self) -> bool:
        """Whether a function or a name stands beside what is written alone."""
        return self.naming != self.Naming.NONE

    @property
    def naming_stays(self) -> str:
        """Why `naming` can no longer be chosen; empty while it can."""
        if self.status != self.Status.DRAFT:
            return _("This stays so since the talk began: people wrote counting on it.")
        if self.table_count or self.plenary_id:
            return _("This stays as it is, now that there are tables.")
        return ""

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_reopened(self) -> bool:
        """Whether it was closed, and is open again: opening it again asks for a reason."""
        return not self.is_closed and bool(self.reason)

    # -- several tables -----------------------------------------------------------------------

    @cached_property
    def family(self) -> list[Any]:
        """The tables of a plenary, in order, with how many `seats_taken`; asked once, if at all."""
        read_families([self])
        return self.__dict__["family"]

    @property
    def room_code(self) -> str | None:
        """The code by which one gets in: of a table, its plenary's."""
        return self.plenary.code if self.plenary else self.code

    @property
    def room_locked(self) -> bool:
        return self.plenary.locked if self.plenary else self.locked

    @property
    def fixed_by_tables(self) -> str:
        """Why question, mandate and naming stand as they are; empty where they need not."""
        if self.plenary_id is not None:
            return _("All tables have this from the plenary. It does not change at one table.")
        if self.table_count:
            return _("The tables have this from here. It no longer changes.")
        return ""

    def is_of_plenary(self, step: str, prompt: str) -> bool:
        """Whether this text is one that all tables have from the plenary."""
        if step:
            return prompt == "question" and step == self.step_of_kind("question")
        return prompt in OF_PLENARY

    @property
    def topic(self) -> str:
        """What phones listen to: that something changed for all."""
        return f"session-{self.pk}"

    @property
    def along_topic(self) -> str:
        """What a phone listens to that looks at the board: also that one more is ready."""
        return f"along-{self.pk}"

    @property
    def leading_topic(self) -> str:
        """What laptop and board listen to: also that one more is ready."""
        return leading_topic(self.pk)

    @property
    def phone_topics(self) -> tuple[str, str]:
        """What its phones listen to, one or the other."""
        return self.topic, self.along_topic

    def tell_tables(self) -> None:
        """Nudge the screens of its tables: they show its code, its door, and who it heard."""
        if topics := [
            topic for one in self.family for topic in (one.leading_topic, *one.phone_topics)
        ]:
            live.changed(*topics)

    @property
    def erase_on(self) -> datetime.date | None:
        """The day on which the talk is erased; None when it stays.

        An organisation's talk can be restored until then: see `remove_on`.
        """
        if self.is_example:
            return None
        if self.plenary is not None:  # never due by itself
            return self.plenary.erase_on
        if self.organisation_id:
            day = self.removed_on or self.remove_on
            return day + datetime.timedelta(days=REMOVED_DAYS) if day else None
        return max(one._due for one in (self, *self.family))

    @property
    def remove_on(self) -> datetime.date | None:
        """The day on which an organisation's talk goes out of sight; None when it stays."""
        if self.plenary is not None:
            return self.plenary.remove_on
        if self.is_example or self.organisation is None or not self.organisation.keep_talks:
            return None
        changed = max(one.changed_on for one in (self, *self.family))
        since = self.closed_on if self.is_closed and self.closed_on else changed
        # What somebody still works with, or was put back just now, waits.
        still = changed + datetime.timedelta(days=STILL_DAYS)
        return self._not_before(max(months_after(since, self.organisation.keep_talks), still))

    @property
    def gone_on(self) -> datetime.date | None:
        """From which day nobody reads the talk any more; None when it stays."""
        return self.remove_on if self.organisation_id else self.erase_on

    @property
    def weights_go_on(self) -> datetime.date | None:
        """The day on which the weights of a closed talk are erased; None when they stay."""
        if self.plenary is not None:
            return self.plenary.weights_go_on
        if self.is_example or self.organisation is None or not self.is_closed:
            return None
        rounds = apps.get_model("deliberation", "Round").weighed
        if not rounds.filter(session__in=[self.pk, *(one.pk for one in self.family)]).exists():
            return None
        day = self.closed_on or self.changed_on
        return self._not_before(months_after(day, self.organisation.keep_weights))

    def _not_before(self, day: datetime.date) -> datetime.date:
        """`day`, or the first one on which something may go, where the months were shortened."""
        begins = self.organisation.retention_from if self.organisation is not None else None
        return max(day, begins) if begins else day

    @property
    def _due(self) -> datetime.date:
        days = [self.changed_on + datetime.timedelta(days=GUEST_DAYS)]
        if self.review_on is not None:
            longest = self.changed_on + datetime.timedelta(days=LONGEST_REVIEW)
            days.append(min(self.review_on, longest) + datetime.timedelta(days=REVIEW_DAYS))
        return max(days)

    # -- writing ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(
        self,
        access: Writer,
        *,
        closed: bool = False,
        removed: bool = False,
        about: bool = False,
    ) -> Iterator[Write]:
        """The one way to write in a talk: locked, checked, counted, and told to all screens.

        `closed` admits what may be done in a closed talk (new links, opening it again), `removed`
        what may be done in one that was removed. What is done `about` a talk (whose it is, who
        reads it) leaves the day on which it last changed, from which is reckoned how long it is
        kept. Raises Refused when the talk is closed or removed.
        """
        with transaction.atomic():
            fresh = (
                Session.objects.select_for_update(of=("self",), no_key=True)
                .select_related("method")
                .get(pk=self.pk)
            )
            if fresh.removed_on and not removed:
                raise Refused(_("This talk was removed."))
            if fresh.is_closed and not closed:
                raise Refused(_("This talk is closed. Open it again to change something."))
            write, naming = Write(fresh, access), fresh.naming
            yield write
            if fresh.naming != naming and fresh.fixed_by_tables:
                raise Refused(fresh.fixed_by_tables)
            counters: dict[str, Any] = {}
            topics = [self.leading_topic, self.along_topic]
            if write.changed:
                counters["revision"] = F("revision") + 1
                topics.append(self.topic)
                if fresh.plenary_id is not None:  # its screens follow; its row is left alone
                    topics.append(leading_topic(fresh.plenary_id))
            if write.changed_unseen:
                counters["unseen_revision"] = F("unseen_revision") + 1
            if counters:
                live.changed(*topics)
                if not about:
                    counters["changed_on"] = timezone.localdate()
                Session.objects.filter(pk=self.pk).update(
                    **{name: getattr(fresh, name) for name in self.WRITTEN}, **counters
                )

    def transition(self, status: Session.Status) -> None:
        """Move to `status`, inside `writing`; Refused if that cannot follow."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise Refused(_("That is not possible now."))
        self.status = status
        if status == self.Status.CLOSED:
            self.code, self.locked = None, False
            self.closed_on = timezone.localdate()
            self.stop_clock()
        elif self.code is None and self.plenary_id is None:  # tables have their plenary's
            self.code = new_code()

    def stop_clock(self) -> None:
        """Take the clock away: what it was for has ended."""
        self.clock_ends = self.clock_left = None

    def erase(self) -> None:
        """Delete everything of this talk and remember only that it was erased.

        The tables of a plenary go first, each with its own erasure.
        """
        with transaction.atomic():
            for table in Session.objects.filter(plenary=self.pk):
                table.erase()
            Erasure.objects.get_or_create(session_id=self.pk)
            self.delete()
            if self.plenary_id is not None:
                left = Session.objects.filter(plenary=self.plenary_id).count()
                Session.objects.filter(pk=self.plenary_id).update(table_count=left)


def read_families(sessions: Iterable[Session]) -> None:
    """Ask for the tables of these talks in one query, or none where none of them has tables."""
    by_id = {session.pk: session for session in sessions}
    for session in by_id.values():
        session.family = []
    plenaries = [session.pk for session in by_id.values() if session.table_count]
    if not plenaries:
        return
    found = Session.objects.filter(plenary__in=plenaries).order_by("table")
    for table in found.annotate(seats_taken=models.Count("seats", distinct=True)):
        plenary = by_id[table.plenary_id or table.pk]
        table.method, table.plenary = plenary.method, plenary  # a table has its plenary's method
        plenary.family.append(table)


class Write:
    """One write in a talk: the locked session, who writes, and the trail it leaves."""

    def __init__(self, session: Session, access: Writer):
        self.session = session
        self.access = access
        self.changed = False
        self.changed_unseen = False

    def touch(self) -> None:
        """Something changed for all that leaves no trail: a seat was taken."""
        self.changed = True

    def touch_unseen(self) -> None:
        """A ballot, or something given alone: leaves no trail and shows on no phone."""
        self.changed_unseen = True

    def set_day(self, name: str, new: datetime.date | datetime.time | None) -> None:
        """Set a day or a time of the talk."""
        before = getattr(self.session, name)
        if before != new:
            setattr(self.session, name, new)
            self.record("edit", "session", name, _iso(before), _iso(new))

    def record(
        self, action: str, thing: str, thing_id: object = "", before: Any = None, after: Any = None
    ) -> None:
        """Something changed, and this is who did it, and what stood there before."""
        self.record_each([(action, thing, thing_id, before, after)])

    def record_each(self, changes: Iterable[tuple[str, str, object, Any, Any]]) -> None:
        """Several changes at once: action, thing, its id, what stood before and what stands now."""
        rows = [
            Change(
                session=self.session,
                role=self.access.role,
                user=self.access.user,
                action=action,
                thing=thing,
                thing_id=str(thing_id),
                before=before,
                after=after,
            )
            for action, thing, thing_id, before, after in changes
        ]
        self.changed = self.changed or bool(rows)
        Change.objects.bulk_create(rows)


def _iso(value: datetime.date | datetime.time | None) -> str | None:
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    return value.isoformat() if value else None
