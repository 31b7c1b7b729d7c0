"""What the facilitator sees of who is heard beforehand, and what they see who answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions import inquiries
from sessions.access import Access
from sessions.forms import CardForm, HandInForm, InquiryForm, ToldForm
from sessions.models import MOST_VOICES, Inquiry, Session, Voice
from sessions.said import apart

from .talk import Screen


class InquiriesScreen(Screen):
    """All that is asked beforehand in one talk."""

    def __init__(self, access: Access, *, for_children: bool = False):
        super().__init__(access)
        self.for_children = for_children

    @cached_property
    def inquiries(self) -> list[Any]:
        return inquiries.of_talk(self.session)

    @property
    def new_form(self) -> InquiryForm:
        begins = {"question": self.suggestion, "for_children": self.for_children}
        return self.forms.get("new") or InquiryForm(initial=begins)

    @property
    def suggestion(self) -> str:
        """A question to begin with, made of what the talk is about."""
        asks = _("What would this mean for you, or for your child?")
        if self.for_children:
            asks = _("What would you like about this? And what not? Tell why.")
        return " ".join(filter(None, [" ".join(self.question.split())[:400], asks]))


class InquiryScreen(Screen):
    """One inquiry, with all its voices: for who leads the talk, and for nobody else."""

    def __init__(self, access: Access, inquiry: Inquiry, address: str):
        super().__init__(access)
        self.inquiry, self.address = inquiry, address

    @cached_property
    def voices(self) -> list[Voice]:
        return inquiries.voices_of(self.inquiry)

    def _in(self, state: str) -> list[Voice]:
        return [voice for voice in self.voices if voice.state == state]

    @property
    def waiting(self) -> list[Voice]:
        return self._in(Voice.State.WAITING)

    @property
    def shown(self) -> list[Voice]:
        return self._in(Voice.State.SHOWN)

    @property
    def hidden(self) -> list[Voice]:
        return self._in(Voice.State.HIDDEN)

    @property
    def is_full(self) -> bool:
        return len(self.voices) >= MOST_VOICES

    @property
    def form(self) -> InquiryForm:
        return self.forms.get("words") or InquiryForm(inquiry=self.inquiry)

    @property
    def told_form(self) -> ToldForm:
        known = {"answer": self.inquiry.answer, "version": self.inquiry.version}
        return self.forms.get("told") or ToldForm(initial=known)

    @property
    def card_form(self) -> CardForm:
        return self.forms.get("card") or CardForm(for_children=self.inquiry.for_children)

    @property
    def hand_in_form(self) -> HandInForm:
        return HandInForm(auto_id="id_hand_in_%s")

    @property
    def link(self) -> str:
        return link_of(self.inquiry)

    @cached_property
    def invitation(self) -> str:
        """A text to send: what is asked, where one answers, and what happens with it."""
        inquiry = self.inquiry
        asks = [_("At school we think together about a question:"), self.question]
        if not self.question or self.question in inquiry.question:  # it stands there already
            asks = [_("At school we think together about a question.")]
        parts = [
            _("Hello,"),
            *asks,
            _("Not everybody can be at the table. We want to hear you beforehand. We ask you:"),
            inquiry.question,
            _("You answer here, without an account and without your name:"),
            self.address,
        ]
        if inquiry.until:
            day = date_format(inquiry.until, "l j F Y")
            parts.append(_("You can answer until %(day)s.") % {"day": day})
        parts.append(
            _(
                "Who leads the talk reads it first. What is shown to the group has no name. "
                "Later you read behind the same link what we did with it."
            )
        )
        return "\n\n".join(filter(None, parts))


def link_of(inquiry: Inquiry) -> str:
    """Where one answers an inquiry."""
    return reverse("sessions:inquiry_code", args=[inquiry.code])


class AnsweringScreen:
    """An inquiry as those see it who have its code: what is asked, and what was done with it."""

    def __init__(self, inquiry: Inquiry):
        self.inquiry = inquiry
        self.session: Session = inquiry.session

    @cached_property
    def _texts(self) -> dict[tuple[str, str], str]:
        return {(text.step, text.prompt): text.body for text in self.session.texts.all()}

    @property
    def question(self) -> str:
        """What the talk is about."""
        return self._texts.get((self.session.step_of_kind("question"), "question"), "")

    @property
    def decider(self) -> str:
        return self._texts.get(("", "decider"), "")

    @cached_property
    def _closed(self) -> dict[str, Any]:
        """The talk as it was last closed; nothing where it never was."""
        version = self.session.versions.order_by("-number").first()
        return version.document if version else {}

    @property
    def answered(self) -> str:
        """The question that the answer of the group is about."""
        return self._closed.get("question", "")

    @property
    def outcome(self) -> tuple[str, str]:
        """The verdict's words and the answer, as the talk was last closed; both may be empty."""
        outcome = self._closed.get("outcome", {})
        return apart(outcome.get("verdict", ""), outcome.get("answer", ""))
