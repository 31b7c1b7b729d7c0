"""What is written about a talk afterwards: notes, words to find it by, a next day to look."""

from __future__ import annotations

import datetime
import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import LONGEST_NOTE, LONGEST_TAG, Note
from ..models.session import LONGEST_REVIEW
from ..steps.forms import DateInput, TypedText
from .days import QUICK_MONTHS, months_after


class NoteForm(forms.Form):
    """A note; its id is made with the form, so that a double click is one note."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = TypedText(
        max_length=LONGEST_NOTE,
        label=_("Your note"),
        help_text=_("Your colleagues read it, with your name. It is in no report."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Type your note first.")},
    )

    @classmethod
    def of(cls, note: Note, data=None) -> NoteForm:
        """The form that changes a note."""
        form = cls(data, auto_id=f"id_{note.pk}_%s", initial={"id": note.pk, "text": note.text})
        form.fields["id"].required = False
        return form


class TagForm(forms.Form):
    """A word by which talks are found together; however it is typed, it is one word."""

    name = TypedText(
        max_length=LONGEST_TAG,
        label=_("A word to find this talk by"),
        help_text=_("For instance: privacy, chatbots, group 8."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
        error_messages={"required": _("Type a word first.")},
    )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split()).lower()
        if len(name) > LONGEST_TAG:  # some letters become two
            raise forms.ValidationError(_("Choose a shorter word."))
        return name


class StandsForm(forms.Form):
    """When to look again at an answer that still stands: in so many months, or on a day."""

    months = forms.ChoiceField(
        choices=[
            ("3", _("In three months")),
            ("6", _("In half a year")),
            ("12", _("In a year")),
            ("", _("On another day")),
        ],
        required=False,
        initial="6",
        widget=forms.RadioSelect,
        label=_("When do you look again?"),
    )
    day = forms.DateField(
        required=False,
        label=_("Which day?"),
        widget=DateInput,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )

    def clean(self):
        data = super().clean() or self.cleaned_data
        today = timezone.localdate()
        if self.errors:
            return data
        if months := QUICK_MONTHS.get(data.get("months", "")):
            data["review_on"] = months_after(today, months)
            return data
        day = data.get("day")
        if day is None:
            self.add_error("day", _("Choose a day first."))
        elif day <= today:
            self.add_error("day", _("Choose a day that is still to come."))
        elif day > today + datetime.timedelta(days=LONGEST_REVIEW):
            self.add_error("day", _("Choose a day within two years."))
        else:
            data["review_on"] = day
        return data
