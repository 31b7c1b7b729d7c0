"""What there is to know of a talk afterwards: its timeline, its versions, what others wrote."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions import follow_up, notes
from sessions.access import BOARD_READER, Access, Actor, known_sessions
from sessions.decided import decided
from sessions.document.format import day_of
from sessions.follow_up import Shifted
from sessions.forms import NoteForm, TagForm
from sessions.lifecycle import version_for
from sessions.models import Change, Note, Result, Session, Version
from sessions.said import apart
from sessions.steps import PROMISED

from .closed import ClosedScreen, Promised
from .talk import Screen

PROMISES = {one.model.list_name(): one for one in PROMISED}
AT_NOON = datetime.time(12)  # of what has a day and no hour


@dataclass(frozen=True)
class Moment:
    """Something that happened to a talk: in a few words, and what belongs to it."""

    at: datetime.datetime
    what: str
    words: str = ""  # as somebody typed them
    lines: list[tuple[str, str]] = field(default_factory=list)  # words, and what became of them
    url: str = ""
    link: str = ""  # the words of the link

    @property
    def day(self) -> datetime.date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Told:
    """A version in the list of them; `document` is read apart, and only where it is needed."""

    number: int
    cause: str
    closed_at: datetime.datetime
    reason: str
    decisions: list[dict[str, Any]]

    @property
    def is_decision(self) -> bool:
        return self.cause == Version.Cause.DECISION


@dataclass(frozen=True)
class Written:
    """A note, whether it is one's own, and the form that changes it."""

    note: Note
    own: bool
    form: NoteForm

    @property
    def by(self) -> str:
        return str(self.note.author) if self.note.author else _("Somebody who has no account now")


class MemoryScreen(Screen):
    """A talk to look back on, for one who may; of a version that was shared, only that."""

    def __init__(self, access: Access, actor: Actor):
        super().__init__(access)
        self.actor = actor
        self.forms_of_notes: dict[str, NoteForm] = {}  # that were refused, by id; "" is a new one
        self.tag_form: TagForm = TagForm()

    # What it came to

    @cached_property
    def version(self) -> Version | None:
        """The version that this reader sees; None for who sees the talk as it stands."""
        return version_for(self.access)

    @property
    def _told(self) -> dict[str, Any] | None:
        """The document that this reader reads; None for who sees the talk as it stands.

        Only who leads does so: to all others a talk that was never closed says nothing.
        """
        if self.version is not None:
            return self.version.document
        return None if self.access.has("lead") else {}

    @property
    def question(self) -> str:
        told = self._told
        return super().question if told is None else told.get("question", "")

    @property
    def title(self) -> str:
        told = self._told
        if told is None:
            return super().title
        return told.get("title") or self.question or _("A talk that is not closed yet")

    @property
    def said_apart(self) -> tuple[str, str]:
        """The words of the verdict, and the answer without them."""
        if self._told is None:
            return apart(self.outcome_text("verdict"), self.outcome_text("answer"))
        outcome = self._told.get("outcome", {})
        return apart(outcome.get("verdict", ""), outcome.get("answer", ""))

    @property
    def result(self) -> str:
        """What is decided about the answer; empty where nothing is."""
        current = decided(self._told).current if self._told else None
        return str(Result(current["result"]).label) if current else ""

    @property
    def is_shared(self) -> bool:
        """Whether this reader reads only what was shared."""
        return self.access.role == BOARD_READER

    @property
    def held_on(self) -> datetime.date | None:
        if self._told is None:
            return self.session.held_on
        return day_of(self._told.get("held_on"))

    @property
    def owner(self) -> Any:
        """Who leads it, for those of the organisation."""
        return None if self.is_shared else self.session.owner

    @property
    def goes_on(self) -> bool:
        return self.access.may("lead") and not self.session.is_closed

    @property
    def method_title(self) -> str:
        return self.session.method.title(self.session.language)

    @property
    def may_follow(self) -> bool:
        return self.access.may("follow") and self.session.plenary_id is None

    @property
    def may_look_again(self) -> bool:
        return self.access.may("lead") and self.session.is_closed

    @property
    def may_reopen(self) -> bool:
        return self.may_look_again

    @property
    def may_copy(self) -> bool:
        return self.access.may("copy")

    @property
    def may_compare(self) -> bool:
        return self.session.is_closed

    @property
    def may_give(self) -> bool:
        """Whether an edited copy may be made for who is outside."""
        return self.session.is_closed and self.access.may("share")

    @property
    def may_manage(self) -> bool:
        """Whether this reader hands over and puts away, by whatever they are here."""
        return self.access.has("manage")

    @cached_property
    def promised(self) -> list[Promised]:
        """What was agreed, the conditions, and what was to be found out, as it stands now."""
        if not self.session.is_closed or not self.access.may("agreed"):
            return []
        return ClosedScreen(self.access).promised

    @property
    def still_open(self) -> list[Promised]:
        """Of what nobody said yet what became of it; what is due first comes first."""
        untold = (one for one in self.promised if not one.row.is_told)
        return sorted(untold, key=lambda one: one.due or datetime.date.max)

    @property
    def told(self) -> int:
        """Of how many it was said what became of them."""
        return len(self.promised) - len(self.still_open)

    @property
    def may_promise(self) -> bool:
        return self.access.may("promise")

    # Its versions

    @cached_property
    def versions(self) -> list[Told]:
        """All versions up to the one that this reader sees, the first one first."""
        found = self.session.versions.order_by("number")
        if self.access.version is not None:
            found = found.filter(number__lte=self.access.version)
        columns = ("number", "cause", "closed_at", "reason", KeyTransform("decisions", "document"))
        rows = found.values_list(*columns)
        return [
            Told(number, cause, closed_at, reason, decisions or [])
            for number, cause, closed_at, reason, decisions in rows
        ]

    @property
    def readable(self) -> list[Told]:
        """The versions that this reader may open, the last one first."""
        shared = self.access.version
        return [one for one in self.versions[::-1] if shared in (None, one.number)]

    @property
    def pairs(self) -> list[tuple[Told, int | None]]:
        """Each readable version, with the number of the one before it, to compare with."""
        numbers: list[int | None] = [one.number for one in self.readable]
        return list(zip(self.readable, [*numbers[1:], None], strict=False))

    # What happened

    @cached_property
    def moments(self) -> list[Moment]:
        """Everything that happened, the last thing first."""
        told = [*self._begun(), *self._versions(), *self._changes(), *self._went()]
        return sorted(told, key=lambda one: one.at, reverse=True)

    @property
    def _until(self) -> datetime.datetime | None:
        """The moment after which this reader sees nothing."""
        return self.versions[-1].closed_at if self.access.version and self.versions else None

    def _begun(self) -> Iterable[Moment]:
        first = self._trail[0][0] if self._trail else None
        moved = next((at for at, action, thing, *_rest in self._trail if thing == "room"), None)
        later = [moved, *(one.closed_at for one in self.versions[:1])]
        if first and all(at is None or first < at for at in later):
            yield Moment(first, _("Prepared"))
        day = self.held_on
        if day is not None and day <= timezone.localdate():
            same = moved is not None and timezone.localdate(moved) == day
            at = moved if moved is not None and same else _noon(day)
            yield Moment(at, _("The talk was held"))
        elif day is None and moved is not None:
            yield Moment(moved, _("The talk was held"))

    def _versions(self) -> Iterable[Moment]:
        for one in self.versions:
            if one.is_decision:
                last = one.decisions[-1] if one.decisions else {}
                result = str(Result(last["result"]).label) if last else ""
                yield Moment(one.closed_at, _("Decision: %(result)s") % {"result": result})
            else:
                yield Moment(one.closed_at, _("Closed: version %(n)d") % {"n": one.number})

    @cached_property
    def _trail(self) -> list[tuple]:
        """What of the trail is told, and the first of all and of the room's moves; one query."""
        changes = Change.objects.filter(session=self.session.pk)
        moves = changes.filter(thing="room", action="move")
        firsts = [rows.order_by("id").values("pk")[:1] for rows in (changes, moves)]
        rows = changes.filter(
            Q(thing="session", action__in=("reopen", "review", "follow"))
            | Q(thing__in=PROMISES, action="mark")
            | Q(pk__in=firsts[0])
            | Q(pk__in=firsts[1])
        )
        if self._until is not None:
            rows = rows.filter(at__lte=self._until)
        columns = ("at", "action", "thing", "thing_id", "before", "after")
        return list(rows.order_by("id").values_list(*columns))

    def _changes(self) -> list[Moment]:
        told: list[Moment] = []
        became: dict[datetime.date, dict[str, tuple]] = {}
        for at, action, thing, thing_id, before, after in self._trail:
            if action == "reopen":
                told.append(Moment(at, _("Opened again"), words=self._reason(at, after)))
            elif action == "review":
                day = datetime.date.fromisoformat(after)
                words = _("Looked again: the answer still stands. Next time: %(day)s")
                told.append(Moment(at, words % {"day": date_format(day, "j F Y")}))
            elif action == "follow":
                told.append(self._followed(at, thing_id))
            elif action == "mark" and thing in PROMISES and before["state"] != after["state"]:
                of_day = became.setdefault(timezone.localdate(at), {})
                of_day[thing_id] = (at, thing, after)
        told += [self._became(list(one.values())) for one in became.values()]
        return told

    def _reason(self, at: datetime.datetime, reason: str) -> str:
        """Why it was opened again; a reader of one version reads what stands in that one."""
        if not self.is_shared:
            return reason
        closing = [one for one in self.versions if not one.is_decision]
        shown = closing[-1].reason if closing else ""
        earlier = closing[-2].closed_at if len(closing) > 1 else None
        return shown if earlier and at > earlier else ""

    def _became(self, rows: list[tuple]) -> Moment:
        lines = []
        for _at, thing, after in rows if not self.is_shared else ():
            one: Any = PROMISES[thing].model
            state = after.get("state")
            label = str(one.states(state).label) if state else _("Still open")
            lines.append((after[one.content[0]], label))
        return Moment(rows[-1][0], _("It was said what became of what was agreed"), lines=lines)

    def _followed(self, at: datetime.datetime, id: str) -> Moment:
        after = next((one for one in self.followed if str(one.pk) == id), None)
        url = reverse("sessions:memory", args=[id]) if after else ""
        return Moment(at, _("A talk was begun that looks back on it"), url=url, link=_("Open it"))

    def _went(self) -> Iterable[Moment]:
        day = self.session.archived_on
        if day is not None and self._until is None:
            yield Moment(_noon(day), _("Archived"))
        for day in self._weights_gone_on():
            yield Moment(_noon(day), _("Weights and feelings erased"))

    def _weights_gone_on(self) -> set[datetime.date]:
        """On which days the weights went, of the talk or of a table, as far as one reads it."""
        if self._told is None:
            talks = (self.session, *self.session.family)
            return {one.weights_gone_on for one in talks if one.weights_gone_on}
        of_each = (self._told, *self._told.get("tables", []))
        return {day for one in of_each if (day := day_of(one.get("weights_gone_on")))}

    # What came before and after it

    @cached_property
    def followed(self) -> list[Session]:
        """The talks that look back on this one, as far as this reader may find them."""
        found = known_sessions(self.actor).filter(
            follows=self.session.pk, organisation=self.session.organisation_id
        )
        return list(found.select_related("method").order_by("-changed_on", "pk"))

    @cached_property
    def follows(self) -> Session | None:
        """The talk that this one looks back on, if this reader may find it."""
        if self.session.follows_id is None:
            return None
        found = known_sessions(self.actor).filter(pk=self.session.follows_id)
        return next(iter(found.order_by()), None)

    @cached_property
    def shifts(self) -> list[Shifted]:
        """What shifted: of a talk that looks back, since the first; else in those that did."""
        if self.is_shared and self.session.follows_id is None:
            return []
        if self.session.follows_id is not None:
            closed = [one for one in self.versions if not one.is_decision]
            own = follow_up.shift_of(
                self.session, self.version, closed[-1].closed_at if closed else None
            )
            return [own] if own else []
        return follow_up.shifts_since(self.session.pk, self.followed)

    # What is written apart from it

    @cached_property
    def writes(self) -> bool:
        return self.access.may("note")

    @cached_property
    def notes(self) -> list[Written]:
        if not self.writes:
            return []
        return [
            Written(
                one,
                one.author_id == self.access.user.pk,
                self.forms_of_notes.get(str(one.pk)) or NoteForm.of(one),
            )
            for one in notes.notes(self.access)
        ]

    @property
    def note_form(self) -> NoteForm:
        return self.forms_of_notes.get("") or NoteForm()

    @cached_property
    def _tags(self) -> tuple[list[str], list[str]]:
        return notes.tags(self.session) if self.access.may("tag") else ([], [])

    @property
    def tags(self) -> list[str]:
        return self._tags[0]

    @property
    def known_tags(self) -> list[str]:
        """What the school calls other talks."""
        return self._tags[1]

    @property
    def suggested(self) -> list[str]:
        return self.known_tags[: notes.SUGGESTED]


def _noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, AT_NOON))
