"""What is asked at the front door: start, copy, join, bring in; and links."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kompas.secrets import SecretField, new_secret

from ..document import DocumentError, parse
from ..document.format import FORMAT
from ..models import Link
from ..models.text import BODY
from ..steps.forms import TypedText
from .ownership import WhoseForm


class StartForm(WhoseForm):
    """The draft question of a new talk."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)
    question = TypedText(
        max_length=BODY,
        label=_("What is your question?"),
        help_text=_("A first version will do. You can sharpen it together."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Type your question first. A first version will do.")},
    )
    context = TypedText(
        required=False,
        label=_("What is going on?"),
        help_text=_("It comes with the example question. Change it to fit your school."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language of the talk"))

    def __init__(self, *args, languages: list[tuple[str, str]], **options):
        super().__init__(*args, **options)
        language: Any = self.fields["language"]
        language.choices = languages


class NewTalkForm(forms.Form):
    """A button that makes a talk of another; sent twice, it makes one."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)


class CopyForm(WhoseForm, NewTalkForm):
    """What of a talk is taken along in a new one."""

    ALL, QUESTION = "all", "question"
    what = forms.ChoiceField(
        choices=[
            (ALL, _("Everything that was said: arguments, weights, answer and agreements")),
            (QUESTION, _("Only the question and the preparation")),
        ],
        initial=ALL,
        required=False,
        widget=forms.RadioSelect,
        label=_("What do you take along?"),
    )

    @property
    def question_only(self) -> bool:
        return self.cleaned_data["what"] == self.QUESTION


class LinkForm(forms.Form):
    """A further link; its secret is made with the form, so that a double click is one link."""

    role = forms.ChoiceField(choices=Link.Role.choices, widget=forms.HiddenInput)
    secret = SecretField(initial=new_secret)


class SeatForm(forms.Form):
    """A seat in the room. `key` is made with the form, so that a double click is one seat."""

    key = SecretField(initial=new_secret)


class JoinForm(SeatForm):
    """A seat by the room code."""

    code = forms.CharField(
        max_length=20,
        label=_("Room code"),
        help_text=_("It stands on the board: six letters and digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code that stands on the board.")},
    )


class TableForm(SeatForm):
    """A seat at the table that one chose."""

    number = forms.IntegerField(
        error_messages={"required": _("Choose a table."), "invalid": _("Choose a table.")}
    )


class SecretForm(forms.Form):
    """A button that makes a link; its secret is made with the form."""

    secret = SecretField(initial=new_secret)


class TablesForm(forms.Form):
    """How many tables there are to be."""

    number = forms.IntegerField(label=_("How many tables?"), initial=4)

    def __init__(self, *args, fewest: int, most: int, **options):
        super().__init__(*args, **options)
        field = self.fields["number"]
        words = _("Type a number from %(fewest)d to %(most)d.") % {"fewest": fewest, "most": most}
        field.widget.attrs |= {"min": fewest, "max": most, "inputmode": "numeric"}
        field.error_messages |= {"required": words, "invalid": words}
        field.validators += [MinValueValidator(fewest, words), MaxValueValidator(most, words)]


class ImportForm(WhoseForm):
    file = forms.FileField(
        label=_("File with a talk (JSON)"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)

    def clean_file(self):
        content = self.cleaned_data["file"].read()
        self.is_ours = FORMAT.encode() in content
        try:
            self.document = parse(content)
        except DocumentError as error:
            raise forms.ValidationError(self.told(error)) from error
        return self.cleaned_data["file"]

    def told(self, error: DocumentError) -> str:
        """What is wrong with the file: that it is of something else, or else where and why."""
        if not self.is_ours:
            return gettext("This is not a file of a talk in Kompas.")
        return gettext("Something in this file is not right: %(path)s: %(reason)s") % {
            "path": error.path,
            "reason": error.reason,
        }
