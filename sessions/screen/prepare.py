"""What the facilitator does before the talk, part by part; nothing of it must be done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions import timing
from sessions.access import Access
from sessions.advice import question_advice
from sessions.forms import DecideByForm, NamingForm, TextForm, WhenForm
from sessions.invitations import default_invitation
from sessions.models import Group, Legal, Mandate, Stakeholder
from sessions.steps import KINDS, List
from sessions.steps.whole import INVITED, TEXTS

from .lists import ListsScreen
from .parts import Rows

FACTS = KINDS["facts"].lists[0]
ENTRY_CHECK = ("emotion", "at_stake", "harm")
MANDATE = ("mandate", "decider", "readers", "council")


@dataclass(frozen=True)
class Part:
    """A part of the preparation; `holds` names the texts, dates and lists that are in it."""

    key: str
    title: str | Promise
    holds: frozenset[str]

    @property
    def template(self) -> str:
        return f"sessions/prepare/{self.key}.html"


PARTS = (
    Part("question", gettext_lazy("The question"), frozenset({"question"})),
    Part("check", gettext_lazy("Is this an ethical question?"), frozenset(ENTRY_CHECK)),
    Part(
        "law",
        gettext_lazy("Facts and the law"),
        frozenset({"legal", "legal_note", FACTS.slug}),
    ),
    Part("when", gettext_lazy("When and where"), frozenset({"when", "place"})),
    Part("table", gettext_lazy("Who is at the table"), frozenset({INVITED.slug})),
    Part("naming", gettext_lazy("Names beside words"), frozenset({"naming"})),
    Part("mandate", gettext_lazy("What happens with the answer"), frozenset({"by", *MANDATE})),
    Part("invitation", gettext_lazy("The invitation"), frozenset({"invitation"})),
)


@dataclass(frozen=True)
class Stand:
    """How far a part is: whether it holds all that it asks, in a few words, and if it is open."""

    part: Part
    done: bool
    words: str
    open: bool


class PrepareScreen(ListsScreen):
    """The preparation of one talk.

    Unfolded is the part with the key `at`, or the one that is `showing` a text, a date or a list.
    """

    def __init__(self, access: Access, at: str = "", *, showing: str = ""):
        super().__init__(access)
        self.at = at or self.part_of(showing)

    def address(self, one: List, anchor: str, **named: Any) -> str:
        return self.address_of(one.slug, anchor, **named)

    def part_of(self, name: str) -> str:
        """The key of the part that holds a text, a date or a list."""
        return next((part.key for part in PARTS if name in part.holds), "")

    def address_of(self, name: str, anchor: str = "", **named: Any) -> str:
        """Where a text, a date or a list stands, with its part unfolded."""
        part = self.part_of(name)
        if not part:
            return self.url
        return f"{self.url}?{urlencode({'deel': part, **named})}#{anchor or part}"

    # -- the question ---------------------------------------------------------------------------

    @cached_property
    def question_form(self) -> TextForm:
        step = self.session.step(self.session.step_of_kind("question"))
        asked = next((one for one in step.answers if one.key == "question"), None) if step else None
        return self.text_form(step.key if step else "", "question", asked=asked)

    @cached_property
    def advice(self) -> list[Any]:
        return question_advice(self.question, self.session.language)

    # -- texts ----------------------------------------------------------------------------------

    def _forms(self, *prompts: str) -> list[TextForm]:
        return [self.text_form("", prompt, asked=TEXTS[prompt]) for prompt in prompts]

    @property
    def check_forms(self) -> list[TextForm]:
        return self._forms(*ENTRY_CHECK)

    @cached_property
    def checked(self) -> int:
        """How many of the three questions of the entry check have an answer."""
        return sum(bool(self.text("", prompt).strip()) for prompt in ENTRY_CHECK)

    @property
    def legal_form(self) -> TextForm:
        return self._forms("legal")[0]

    @property
    def legal_note_form(self) -> TextForm:
        return self._forms("legal_note")[0]

    @property
    def legal(self) -> str:
        return self.text("", "legal")

    @property
    def place_form(self) -> TextForm:
        return self._forms("place")[0]

    @property
    def mandate_forms(self) -> list[TextForm]:
        return self._forms(*MANDATE)

    # -- facts and who is invited ---------------------------------------------------------------

    @property
    def facts_step(self) -> str:
        return self.session.step_of_kind("facts")

    @cached_property
    def facts(self) -> Rows | None:
        """The facts of the talk; None where its method collects none."""
        return self.listed(FACTS) if self.facts_step else None

    @property
    def people(self) -> int:
        """How many are invited."""
        return sum(row.number or 1 for row in self.invited.standing)

    @property
    def group(self) -> tuple[int, int]:
        """For how few and how many people the method is made."""
        few, many = self.session.method.definition["group"]
        return few, many

    @property
    def missing(self) -> list[str]:
        """Whom the talk may miss: groups that nobody speaks for, and who is touched but absent."""
        groups = {row.group for row in self.invited.standing}
        asked = {Group.PUPIL: _("a pupil or student"), Group.PARENT: _("a parent")}
        away = [
            row.name for row in self._shared(Stakeholder) if row.stands and row.at_table is False
        ]
        return [*(str(words) for group, words in asked.items() if group not in groups), *away]

    @property
    def is_the_day(self) -> bool:
        """Whether it can be said who was there."""
        session = self.session
        held = session.held_on is not None and session.held_on <= timezone.localdate()
        return held or session.status != session.Status.DRAFT

    # -- day and time, invitation ---------------------------------------------------------------

    @property
    def when_form(self) -> WhenForm:
        return self.forms.get("when") or WhenForm(instance=self.session)

    @property
    def naming_form(self) -> NamingForm:
        return self.forms.get("naming") or NamingForm(initial={"naming": self.session.naming})

    @property
    def naming_stays(self) -> str:
        """Why it can no longer be chosen what stands beside words; empty while it can."""
        return self.access.writable or self.session.naming_stays

    @property
    def by_form(self) -> DecideByForm:
        return self.forms.get("by") or DecideByForm(instance=self.session)

    @property
    def day_has_passed(self) -> bool:
        """Whether the talk did not begin, and its day lies behind."""
        day, draft = self.session.held_on, self.session.Status.DRAFT
        return self.session.status == draft and day is not None and day < self.today

    @property
    def when_remarks(self) -> list[str]:
        """What one may overlook about day and time; nothing of it stands in the way."""
        begins, ends = self.session.begins, self.session.ends
        needs = sum(step.minutes for step in self.session.steps)
        found = [_("This day has passed already.")] if self.day_has_passed else []
        if self.end_has_passed:
            found.append(_("Today it is past that end time already."))
        if begins and ends and (there_is := timing.minutes_until(begins, ends)) < needs:
            told = {"there_is": there_is, "needs": needs}
            found.append(
                _(
                    "You have %(there_is)d minutes. The steps ask for about %(needs)d. "
                    "Kompas divides the time that there is."
                )
                % told
            )
        return found

    @property
    def by_remarks(self) -> list[str]:
        by, day = self.session.decide_by, self.session.held_on
        if by and day and by < day:
            return [_("This day is before the talk.")]
        return [_("This day has passed already.")] if by and by < self.today else []

    @property
    def own_invitation(self) -> bool:
        return bool(self.text("", "invitation"))

    @cached_property
    def invitation(self) -> str:
        """The text as it stands, or else the one made of what is known."""
        return self.text("", "invitation") or default_invitation(self.session, self.text)

    @cached_property
    def invitation_form(self) -> TextForm:
        (form,) = self._forms("invitation")
        if not form.is_bound:
            form.initial["body"] = self.invitation
        form.fields["body"].widget.attrs["rows"] = 18
        return form

    @property
    def papers(self) -> list[tuple[str, str]]:
        """The parts of the print pack, by their names in addresses."""
        return [
            ("agenda", _("Agenda")),
            ("draaiboek", _("Script")),
            ("kaarten", _("Cards to weigh with")),
            ("briefjes", _("Slips for a first feeling")),
            ("werkbladen", _("Worksheets")),
        ]

    @property
    def calendar_url(self) -> str:
        return reverse("sessions:calendar", args=[self.session.pk])

    # -- how far --------------------------------------------------------------------------------

    @cached_property
    def stands(self) -> list[Stand]:
        found = [(part, *getattr(self, f"_{part.key}_stand")()) for part in PARTS]
        first = next((part.key for part, done, _words in found if not done), PARTS[0].key)
        unfolded = {self.at or first} | ({"table"} if self.editing else set())
        return [Stand(part, done, words, part.key in unfolded) for part, done, words in found]

    @property
    def done(self) -> int:
        return sum(stand.done for stand in self.stands)

    @property
    def compass(self) -> list[dict[str, Any]]:
        """The parts as the marks of a compass that has not set out yet."""
        return [{"title": stand.part.title, "done": stand.done} for stand in self.stands]

    def _question_stand(self) -> tuple[bool, str]:
        n = len(self.advice)
        words = ngettext("%(n)d hint", "%(n)d hints", n) % {"n": n} if n else ""
        return bool(self.question), words

    def _check_stand(self) -> tuple[bool, str]:
        n, of = self.checked, len(ENTRY_CHECK)
        return n == of, _("%(n)d of %(of)d filled in") % {"n": n, "of": of}

    def _law_stand(self) -> tuple[bool, str]:
        known = self.legal in Legal.values
        return known, str(Legal(self.legal).label) if known else _("not looked at yet")

    def _when_stand(self) -> tuple[bool, str]:
        day = self.session.held_on
        if day is None:
            return False, _("no day yet")
        return bool(self.session.begins), date_format(day, "j F Y")

    def _table_stand(self) -> tuple[bool, str]:
        n = self.people
        if not n:
            return False, _("nobody yet")
        return True, ngettext("%(n)d person", "%(n)d people", n) % {"n": n}

    def _naming_stand(self) -> tuple[bool, str]:
        return True, str(self.session.get_naming_display())

    def _mandate_stand(self) -> tuple[bool, str]:
        chosen = self.text("", "mandate")
        if chosen not in Mandate.values:
            return False, _("not chosen yet")
        return True, str(Mandate(chosen).label)

    def _invitation_stand(self) -> tuple[bool, str]:
        if self.own_invitation:
            return True, _("your own text")
        if self.session.held_on is None:
            return False, _("first choose a day")
        if self.day_has_passed:
            return False, _("that day has passed")
        return True, _("ready to send")
