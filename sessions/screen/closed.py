"""What a screen shows once a talk is closed: its answer, what is decided, what was promised."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions import inquiries
from sessions.access import DECIDER, PROMISES, Access, last_day_of
from sessions.catalogues import same
from sessions.forms import PromiseForm
from sessions.models import Change, Promise, Result
from sessions.said import apart
from sessions.steps import PROMISED, List

from .talk import Screen

TOLD = ("state", "result")


@dataclass(frozen=True)
class Promised:
    """Something that somebody sees to, with the list that it stands on."""

    list: List
    row: Any
    form: PromiseForm
    conflict: str | None = None  # what somebody else wrote about it in the meantime
    told_on: datetime.date | None = None  # when it was last said what became of it

    def __str__(self) -> str:
        """In one line, for a mail: what, who, by when."""
        day = _("by %(day)s") % {"day": date_format(self.due, "j F Y")} if self.due else ""
        beside = ", ".join(part for part in (self.who, day) if part)
        words = " ".join(str(self.row).split())
        return f"{words} ({beside})" if beside else words

    @property
    def key(self) -> str:
        return str(self.row.pk)

    @property
    def who(self) -> str:
        return getattr(self.row, "who", "") or getattr(self.row, "owner", "")

    @property
    def due(self) -> datetime.date | None:
        return self.row.due

    @property
    def states(self) -> Sequence[tuple[str, Any]]:
        return self.row.states.choices

    @property
    def is_past(self) -> bool:
        """Whether its day is over and nobody said yet what became of it."""
        day = self.due
        return day is not None and day < timezone.localdate() and not self.row.is_told


class ClosedScreen(Screen):
    """A closed talk for one actor, as a whole."""

    only = ""  # of whom the agreements are shown; all where nobody is named
    saved = ""  # the agreement of which words were saved just now, by its id
    open_again = False

    @property
    def verdict(self) -> str:
        return self.outcome_text("verdict")

    @property
    def answer(self) -> str:
        return self.outcome_text("answer")

    @property
    def said_apart(self) -> tuple[str, str]:
        """The words of the verdict, and the answer without them."""
        return apart(self.verdict, self.answer)

    @cached_property
    def promised(self) -> list[Promised]:
        """What was agreed, the conditions of the answer, and the facts to find out."""
        return [self._promised(one, row) for one, row in self._rows() if row.is_promised]

    def _rows(self) -> Iterable[tuple[List, Any]]:
        for one in PROMISED:
            for row in one.model.objects.standing().filter(session=self.session):
                yield one, row

    @property
    def listed(self) -> list[Promised]:
        """What was promised by who is asked for."""
        return [
            replace(one, told_on=self.told_on.get(one.key))
            for one in self.promised
            if not self.only or same(one.who) == same(self.only)
        ]

    @property
    def asked(self) -> str:
        """The query of an address that shows the agreements of the same person."""
        return f"?{urlencode({'wie': self.only})}" if self.only else ""

    @property
    def owners(self) -> list[tuple[str, int]]:
        """Who sees to something, each with how much; nothing where there is nobody to choose."""
        names: dict[str, str] = {}
        for one in self.promised:
            if one.who:
                names.setdefault(same(one.who), one.who)
        counts = Counter(same(one.who) for one in self.promised)
        return [(name, counts[key]) for key, name in names.items()] if len(names) > 1 else []

    @property
    def shown_owner(self) -> str:
        """Whose agreements are shown, as the name stands on the list."""
        return next((name for name, _n in self.owners if same(name) == same(self.only)), "")

    @cached_property
    def told_on(self) -> dict[str, datetime.date]:
        """The day on which it was last said what became of something, by its id; never by whom."""
        ids = [str(one.row.pk) for one in self.promised if one.row.is_told]
        if not ids:
            return {}
        names = [one.model.list_name() for one in PROMISED]
        changes = Change.objects.filter(session=self.session, thing__in=names, thing_id__in=ids)
        days = changes.filter(action__in=("mark", "edit")).annotate(day=TruncDate("at"))
        return {
            thing_id: day
            for thing_id, day, before, after in days.values_list(
                "thing_id", "day", "before", "after"
            )
            if any((before or {}).get(name) != (after or {}).get(name) for name in TOLD)
        }

    def _promised(self, one: List, row: Any) -> Promised:
        refused = self.forms.get(str(row.pk))
        if refused is None:
            return Promised(one, row, PromiseForm(row=row))
        return Promised(one, row, refused, row.result if refused.conflicts else None)

    @property
    def settled(self) -> int:
        """Of how many it was said what became of them."""
        return sum(promise.row.is_told for promise in self.promised)

    @property
    def has_primary(self) -> bool:
        """Whether the report's bar asks for something before anything else."""
        if self.access.role == DECIDER:
            return self.decision is None
        if self.access.has("lead"):
            return self.decision is None or self.decision.result == Result.RETURNED
        return False

    @property
    def link_ends(self) -> datetime.date | None:
        """The day until which a new link to who decides, or who promised something, works."""
        return last_day_of(self.session, PROMISES)

    @cached_property
    def untold(self) -> list[Any]:
        """What was answered beforehand, where who answered still waits for what was done."""
        return inquiries.untold(inquiries.of_talk(self.session))

    @property
    def dated(self) -> bool:
        return any(promise.due for promise in self.promised)


class KeptScreen(ClosedScreen):
    """A talk that is open again, as it was when it was last closed: to look at, not to change."""

    open_again = True

    @cached_property
    def _kept(self) -> dict[str, Any]:
        version = self.session.versions.order_by("-number").first()
        return version.document if version else {}

    def outcome_text(self, prompt: str) -> str:
        return self._kept.get("outcome", {}).get(prompt, "")

    @property
    def question(self) -> str:
        return self._kept.get("question", "")

    @property
    def title(self) -> str:
        return self._kept.get("title") or self.question

    def _rows(self) -> Iterable[tuple[List, Any]]:
        """The agreements as they were kept, with what was said of each since."""
        for one in PROMISED:
            words = one.model.content[0]
            known = {
                getattr(row, words): row
                for row in one.model.objects.standing().filter(session=self.session)
            }
            holder = self._kept.get(one.within, {}) if one.within else self._kept
            for item in holder.get(one.name, []):
                row = _row_of(one, item)
                now = known.get(item[words])
                if now is not None:
                    row.pk, row.state, row.result = now.pk, now.state, now.result
                yield one, row


def _row_of(one: List, item: dict[str, Any]) -> Promise:
    """An agreement of a document as a row that is not stored."""
    known = {name: item[name] for name in one.model.content if name in item}
    if "due" in known:
        known["due"] = datetime.date.fromisoformat(known["due"])
    row: Any = one.model(**known)
    return row


def closed_screen(access: Access) -> ClosedScreen:
    """What was agreed, to who may see it: as it is, or as it was kept while the talk is open."""
    return KeptScreen(access) if access.session.is_reopened else ClosedScreen(access)
