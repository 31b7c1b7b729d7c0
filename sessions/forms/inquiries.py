"""What is asked beforehand of who cannot be at the table, and what they answer."""

from __future__ import annotations

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import LONGEST_VOICE, Inquiry, Voice
from ..models.text import BODY
from ..steps.forms import DateInput, TypedText

LONGEST_QUESTION = 500  # characters; it stands on a paper card


class InquiryForm(forms.Form):
    """What is asked, of whom, and until when; `version` is the one that was seen."""

    conflict: Inquiry | None = None  # as somebody else saved it in the meantime

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    asked = TypedText(
        max_length=200,
        label=_("Whom do you ask?"),
        help_text=_("For instance: parents of group 5, or colleagues of the day care."),
        widget=forms.TextInput(),
        error_messages={"required": _("Say whom you ask.")},
    )
    question = TypedText(
        max_length=LONGEST_QUESTION,
        label=_("What do you ask them?"),
        help_text=_("One short question. Ask what it would mean for them."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Type first what you ask.")},
    )
    for_children = forms.BooleanField(
        required=False,
        label=_("This is for children"),
        help_text=_("The page and the card then have large letters and few, simple words."),
    )
    until = forms.DateField(
        required=False,
        label=_("Until which day can they answer?"),
        help_text=_("Without a day they can until you close it, or the talk."),
        widget=DateInput,
    )

    def __init__(self, *args, inquiry: Inquiry | None = None, **options):
        super().__init__(*args, **options)
        self.inquiry = inquiry
        if inquiry is not None:
            names = ("version", "asked", "question", "for_children", "until")
            self.initial = {name: getattr(inquiry, name) for name in names} | {"id": inquiry.pk}

    def clean_until(self):
        until = self.cleaned_data["until"]
        stood = self.inquiry.until if self.inquiry else None
        if until is not None and until != stood and until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed already. Choose a later one."))
        return until

    def words(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.fields if name not in _ABOUT}


_ABOUT = ("id", "version")


class ToldForm(forms.Form):
    """What was done with the answers."""

    conflict: Inquiry | None = None

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    answer = TypedText(
        required=False,
        max_length=BODY,
        label=_("What did you do with it?"),
        help_text=_("Say what you heard, and what changed by it. Or why it did not."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CodeForm(forms.Form):
    """The code of an inquiry, typed from a card."""

    code = forms.CharField(
        max_length=30,
        label=_("Code"),
        help_text=_("It stands in the invitation or on the card: ten letters and digits."),
        error_messages={"required": _("Type the code that stands on the card.")},
    )


class VoiceForm(forms.Form):
    """What somebody answers. Its id is made with the form, so that sending twice is once."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = TypedText(
        max_length=LONGEST_VOICE,
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Type your answer first."),
            "max_length": _(
                "These are %(show_value)d characters. %(limit_value)d fit here. Make it shorter."
            ),
        },
    )
    role = forms.ChoiceField(
        required=False,
        choices=[("", _("I would rather not say")), *Voice.Role.choices],
        label=_("Who are you?"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # A browser would cut a longer text without a word; so it is told, and all of it stays.
        del self.fields["text"].widget.attrs["maxlength"]


class CardForm(VoiceForm):
    """The same from a paper card, typed by the facilitator: card, Enter, next."""

    def __init__(self, *args, for_children: bool, **options):
        options.setdefault("auto_id", "id_card_%s")
        super().__init__(*args, **options)
        self.fields["text"].label = _("What stands on the card?")
        self.fields["text"].widget.attrs["rows"] = 2
        if for_children:  # their card has nothing to tick
            del self.fields["role"]
            return
        role: forms.Field = self.fields["role"]
        role.label = _("Ticked on the card")
        role.widget = forms.Select(choices=[("", _("Nothing")), *Voice.Role.choices])


class HandInForm(forms.Form):
    """Where a paper card is handed in; it is printed and not kept."""

    at = TypedText(
        required=False,
        max_length=100,
        label=_("Where do they hand it in?"),
        help_text=_("For instance: with the teacher of group 5. Empty: a line to write it on."),
        widget=forms.TextInput(),
    )
