"""What every screen of a talk shows."""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kompas import live
from sessions import timing
from sessions.access import SEAT, Access
from sessions.clock import Clock
from sessions.clock import words as clock_words
from sessions.decided import Decided, decided_rows
from sessions.document import document
from sessions.essence import essence
from sessions.forms import ClockForm, TextForm
from sessions.models import Contribution, Decision, Legal, Session, Step, Text
from sessions.steps import Counts, Progress, progress
from sessions.timing import Slot

from .tables import BESIDE, Tables


class Screen:
    """One talk for one actor. Each part is asked of the database once, when it is needed.

    On a screen of a talk as a whole there is no step; templates then find none.
    """

    step: Step | None = None

    def __init__(self, access: Access):
        self.access = access
        self.session = access.session
        # What this screen listens to: a phone only hears what changed for all.
        self.topic = self.session.topic if access.role == SEAT else self.session.leading_topic
        # Forms that were refused, by list slug, row id or prompt: they keep what was typed.
        self.forms: dict[str, Any] = {}
        self._of_kind: dict[type[Contribution], list[Any]] = {}

    @cached_property
    def _progress(self) -> tuple[list[Progress], Counts]:
        return progress(self.session)

    @property
    def progress(self) -> list[Progress]:
        return self._progress[0]

    @property
    def seats(self) -> int:
        """How many phones take part; in a plenary, at all its tables."""
        if self.session.table_count:
            return sum(table.seats_taken for table in self.session.family)
        return self._progress[1].seats

    @property
    def parked_count(self) -> int:
        return self._progress[1].parked

    def _steps(self, url: bool) -> list[dict[str, Any]]:
        return [
            {
                "title": one.step.title,
                # What was prepared is not done yet.
                "done": one.done and self.session.status != Session.Status.DRAFT,
                "here": one.room_is_here,
                "current": self.step is not None and one.step.key == self.step.key,
                "url": reverse("sessions:step", args=[self.session.pk, one.step.key])
                if url
                else "",
                "note": _note(self.slots[one.step.key]),
            }
            for one in self.progress
        ]

    @property
    def leads(self) -> bool:
        """Whether this is the screen of who leads, and not of who types along."""
        return self.access.leads

    @cached_property
    def now(self) -> datetime.datetime:
        return timezone.now()

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.now)

    @property
    def clock(self) -> Clock | None:
        return Clock.of(self.session)

    @property
    def clock_words(self) -> str:
        """What the clock shows at this moment."""
        return clock_words(self.clock.to_go(self.now)) if self.clock else ""

    @property
    def clock_is_over(self) -> bool:
        return self.clock is not None and self.clock.is_over(self.now)

    @property
    def clock_form(self) -> ClockForm:
        return self.forms.get("clock") or ClockForm()

    @property
    def end_has_passed(self) -> bool:
        """Whether the talk is to begin today, and would end at a time that has passed."""
        session = self.session
        if session.room_step or session.is_closed or session.ends is None:
            return False
        is_today = session.held_on is None or session.held_on == self.today
        return is_today and timing.minutes_until(timing.clock(self.now), session.ends) <= 0

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """The minutes of each step, and its times where the talk has an end."""
        return timing.plan_of(self.session, self.now)

    @property
    def is_behind(self) -> bool:
        """Whether the group is still where, in the plan, its time is over."""
        return timing.is_behind(self.session, self.now)

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """The steps for the compass and the rail, as addresses for who leads or types."""
        return self._steps(url=self.access.may("write"))

    @property
    def join_url(self) -> str:
        session, code = self.session, self.session.room_code
        if not code:
            return ""
        if session.plenary_id is not None:
            return reverse("sessions:join_table", args=[code, session.table])
        name = "sessions:join_tables" if session.table_count else "sessions:join_code"
        return reverse(name, args=[code])

    @cached_property
    def tables(self) -> Tables | None:
        """The tables of a plenary; None where the talk has none."""
        return Tables(self) if self.session.table_count else None

    @property
    def events_url(self) -> str:
        """Where this screen is told that something changed."""
        return live.events_url(self.topic)

    @cached_property
    def _texts(self) -> dict[tuple[str, str], Text]:
        mine = self.session.pk
        return {
            (text.step, text.prompt): text for text in self.all_texts if text.session_id == mine
        }

    @cached_property
    def all_texts(self) -> list[Text]:
        """The texts of the talk; of a plenary also what its tables answered."""
        if not self.session.table_count:
            return list(self.session.texts.all())
        answers = Q(step=self.session.step_of_kind("outcome"), prompt__in=("verdict", "answer"))
        of_tables = Q(session__in=[table.pk for table in self.session.family])
        return list(Text.objects.filter(Q(session=self.session) | of_tables & answers))

    def all_rows(self, model: type[Contribution]) -> list[Any]:
        """All shared of one kind in the talk; of a plenary also what its tables put beside theirs.

        Asked of the database once.
        """
        if model not in self._of_kind:
            talks = [self.session, *(self.session.family if model in BESIDE else ())]
            self._of_kind[model] = list(model.objects.filter(session__in=talks))
        return self._of_kind[model]

    def text(self, step: str, prompt: str) -> str:
        text = self._texts.get((step, prompt))
        return text.body if text else ""

    @property
    def legal_stop(self) -> str:
        """What stands in the way by law; empty where nothing does, or nobody looked yet."""
        legal = self.text("", "legal")
        return "" if legal == Legal.CLEAR else legal

    @property
    def question(self) -> str:
        return self.text(self.session.step_of_kind("question"), "question")

    @cached_property
    def essence(self) -> list[str]:
        """What the talk came to, to read aloud: of a closed talk, as it was when it was closed."""
        kept = self.session.versions.last() if self.session.is_closed else None
        return essence(kept.document if kept else document(self.session))

    @property
    def title(self) -> str:
        return self.text("", "title") or self.question

    @property
    def room_step(self) -> Step | None:
        return self.session.step(self.session.room_step)

    def outcome_text(self, prompt: str) -> str:
        return self.text(self.session.step_of_kind("outcome"), prompt)

    @property
    def has_joint_answer(self) -> bool:
        """Whether a plenary has an answer of its own beside those of its tables."""
        return bool(self.outcome_text("verdict") or self.outcome_text("answer"))

    @cached_property
    def jointly(self) -> dict[str, str]:
        """At a table of a closed plenary: its verdict and its answer, as far as it has them."""
        plenary = self.session.plenary
        if plenary is None or not plenary.is_closed:
            return {}
        texts = plenary.texts.filter(
            step=self.session.step_of_kind("outcome"), prompt__in=("verdict", "answer")
        )
        return dict(texts.exclude(body="").values_list("prompt", "body"))

    @cached_property
    def decided(self) -> Decided:
        """What is decided about the answer as it stands, and what was decided earlier."""
        rows = Decision.objects.standing().filter(session=self.session)
        return decided_rows(rows, self.outcome_text("verdict"), self.outcome_text("answer"))

    @property
    def decision(self) -> Decision | None:
        return self.decided.current

    def text_form(self, step: str, prompt: str, **options) -> TextForm:
        refused = self.forms.get(f"{step}/{prompt}")
        if refused:
            return refused
        form = TextForm.of(self._texts.get((step, prompt)), step, prompt, **options)
        if self.session.is_of_plenary(step, prompt):
            form.fixed = self.session.fixed_by_tables
        return form


def _note(slot: Slot) -> str:
    """A step's minutes and its end, in a few words; of what lies behind nothing is said."""
    if slot.passed:
        return ""
    words = ngettext("%(n)s minute", "%(n)s minutes", slot.minutes) % {"n": slot.minutes}
    if slot.ends:
        words += ", " + _("until %(time)s") % {"time": time_format(slot.ends, "H:i")}
    return words
