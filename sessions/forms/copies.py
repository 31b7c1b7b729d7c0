"""An edited copy: which words go, and until when it is read."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..blackout import WHOLE
from ..models import new_secret
from ..steps.forms import TypedText
from .front import SecretField

LONGEST = 4000
MOST = 100  # words or names typed in one go


def lines(typed: str) -> list[str]:
    """What was typed, one on each line or with a comma between them."""
    return [one.strip() for one in re.split(r"[\n,;]", typed) if one.strip()]


def few(typed: str) -> None:
    if len(lines(typed)) > MOST:
        raise forms.ValidationError(
            _("Type at most %(most)s words or names at once."), params={"most": MOST}
        )


class EverywhereForm(forms.Form):
    """Words that go wherever they stand: found ones that are ticked, and typed ones."""

    found = forms.MultipleChoiceField(required=False)
    typed = TypedText(
        required=False,
        max_length=LONGEST,
        validators=[few],
        label=_("Other words that must go everywhere"),
        help_text=_("One name on each line. Capitals make no difference."),
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )

    def __init__(self, *args, known: list[str], **options):
        super().__init__(*args, **options)
        found: forms.MultipleChoiceField = self.fields["found"]  # type: ignore[assignment]
        found.choices = [(one, one) for one in known]
        self.known = known
        if not known:
            self.fields["typed"].label = _("Which words?")

    def phrases(self) -> list[str]:
        return [*self.cleaned_data["found"], *lines(self.cleaned_data["typed"])]

    def clean(self):
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("found") and not data.get("typed", "").strip():
            self.add_error(
                "typed", _("Tick a word, or type one.") if self.known else _("Type a word.")
            )
        return data


class LookForm(forms.Form):
    """What goes of the texts of one page. The names of its fields follow from the texts."""

    def __init__(self, data, keys: list[str]):
        super().__init__(data)
        self.keys = keys
        for key in keys:
            self.fields[f"typed-{key}"] = TypedText(
                required=False, max_length=LONGEST, validators=[few]
            )

    def chosen(self) -> dict[str, list[int]]:
        data: Any = self.data
        return {
            key: [
                int(one) for one in data.getlist(f"word-{key}") if one.isascii() and one.isdigit()
            ]
            + [WHOLE] * (data.get(f"whole-{key}") == "yes")
            for key in self.keys
        }

    def anew(self) -> set[str]:
        return {key for key in self.keys if self.data.get(f"anew-{key}") == "yes"}

    def phrases(self) -> dict[str, list[str]]:
        return {key: lines(self.cleaned_data[f"typed-{key}"]) for key in self.keys}


class PublishForm(forms.Form):
    """Until when the link works. Its secret is made with the form: a double click is one link."""

    days = forms.TypedChoiceField(
        coerce=int,
        initial=30,
        label=_("How long can it be read?"),
        widget=forms.RadioSelect,
        choices=[(7, _("One week")), (30, _("One month")), (91, _("Three months"))],
        error_messages={
            "required": _("Choose how long it can be read."),
            "invalid_choice": _("Choose how long it can be read."),
        },
    )
    secret = SecretField(initial=new_secret)


class BeginForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
