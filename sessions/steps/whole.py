"""What is asked of a talk as a whole, outside its steps: texts and lists."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Decision, Invitee, Parked, Result, choices_of

from .forms import ContributionForm
from .kind import List

# The parts of the public explanation, in order; each is derived from the talk, or reworded.
EXPLANATION = ("question", "answer", "for", "against", "child", "contact")


@dataclass(frozen=True)
class Asked:
    """A text of the talk as a whole; `within` and `key` are its place in the exchange format."""

    prompt: str
    text: str | Promise
    help: str | Promise = ""
    answer: str = "text"  # or "line"
    within: str = ""
    key: str = ""
    after_closing: bool = False  # whether it may still be written then

    @property
    def place(self) -> tuple[str, str]:
        return self.within, self.key or self.prompt

    @property
    def page(self) -> str:
        """The name of the address where it is written."""
        return PAGES[self.within]

    @property
    def is_choice(self) -> bool:
        return choices_of("", self.prompt) is not None


PAGES = {
    "": "sessions:details",
    "mandate": "sessions:prepare",
    "preparation": "sessions:prepare",
    "explanation": "reports:explanation",
}


def _explained(part: str, text: str | Promise) -> Asked:
    return Asked(f"explanation_{part}", text, "", "text", "explanation", part, after_closing=True)


TEXTS: dict[str, Asked] = {
    asked.prompt: asked
    for asked in (
        Asked("title", _("Title of the talk"), answer="line"),
        Asked(
            "team",
            _("Who took part? Functions are enough, names are not needed."),
            answer="line",
        ),
        Asked("place", _("Where do you meet?"), answer="line"),
        Asked("note", _("Note")),
        Asked("mandate", _("What is this talk?"), "", "line", "mandate", "kind"),
        Asked(
            "decider",
            _("Who decides in the end?"),
            _("A function is enough, for instance: the director."),
            "line",
            "mandate",
        ),
        Asked("readers", _("Who will read the report?"), "", "line", "mandate"),
        Asked(
            "council",
            _("What does the participation council do with the answer?"),
            "",
            "line",
            "mandate",
        ),
        Asked("invitation", _("The invitation"), within="preparation"),
        Asked(
            "emotion",
            _("What do you feel about this question?"),
            _("Does something seem good or wrong? Does it make somebody angry, glad or worried?"),
            within="preparation",
        ),
        Asked(
            "at_stake",
            _("What is at stake that you find important?"),
            _("Name it, and say why. For instance: trust, because parents see every mark."),
            within="preparation",
        ),
        Asked(
            "harm",
            _("Who can be harmed?"),
            _("A person or a group, by a yes or by a no."),
            within="preparation",
        ),
        Asked("legal", _("Does the law allow it?"), "", "line", "preparation"),
        Asked(
            "legal_note",
            _("Who looked at this, and what was arranged?"),
            within="preparation",
        ),
        _explained("question", _("What was it about?")),
        _explained("answer", _("What is the answer?")),
        _explained("for", _("What speaks for it?")),
        _explained("against", _("What speaks against it?")),
        _explained("child", _("What does it mean for your child?")),
        _explained("contact", _("Whom can you ask?")),
        *(_explained(f"without_{part}", _("Leave this out")) for part in EXPLANATION),
    )
}
# Asked once more where the facts are.
LEGAL = ("legal", "legal_note")


class InviteeForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Invitee
        fields = ("function", "group", "number")
        labels = {
            "function": _("Whom do you ask? A function is enough."),
            "group": _("For whom does this person speak?"),
            "number": _("How many?"),
        }
        error_messages = {"function": {"required": _("Say whom you ask. A function is enough.")}}


class ParkedForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Parked
        fields = Parked.content
        labels = {"text": _("What do you keep for later?")}


class DecisionForm(ContributionForm):
    """What is decided; `version` is the number of the kept report that was read."""

    class Meta(ContributionForm.Meta):
        model = Decision
        fields = ("result", "reasons", "by", "decided_on")
        labels = {
            "result": _("What happens with this answer?"),
            "reasons": _("Why?"),
            "by": _("Who decided? A function is enough."),
            "decided_on": _("On which day?"),
        }
        help_texts = {"reasons": _("Not needed where the answer is adopted.")}
        widgets = {"result": forms.RadioSelect}
        error_messages = {"result": {"required": _("Choose what happens with the answer.")}}

    def __init__(self, *args, since: datetime.date | None = None, **options):
        super().__init__(*args, **options)
        self.since = since  # the first day on which one could decide
        result: Any = self.fields["result"]
        result.choices = Result.choices
        self.fields["decided_on"].required = True

    def clean_decided_on(self) -> datetime.date:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Record what is decided."))
        if self.since and day < self.since:
            raise forms.ValidationError(
                _("This day is before the answer. The group had it on %(day)s."),
                params={"day": date_format(self.since, "j F Y")},
            )
        return day

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("result") != Result.ADOPTED and not data.get("reasons"):
            self.add_error("reasons", _("Say why. Those who took part want to understand it."))
        return data


INVITED = List(
    name="invited",
    slug="genodigden",
    model=Invitee,
    form=InviteeForm,
    title=_("At the table"),
    empty=_("Nobody is invited yet. Who notices the answer, and who can explain the technology?"),
    marks=("present",),
)
PARKED = List(
    name="parked",
    slug="parkeerplaats",
    model=Parked,
    form=ParkedForm,
    title=_("Parking lot"),
    empty=_("Nothing is parked."),
)
DECISIONS = List(
    name="decisions",
    slug="besluiten",
    model=Decision,
    form=DecisionForm,
    title=_("Decision"),
    empty=_("Nothing has been decided yet."),
)
