"""A text of a talk, a row to merge with, and what stands beside words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Session, Text, choices_of
from ..models.text import BODY, LINE
from ..steps.forms import TypedText


class TextForm(forms.Form):
    """The answer to one prompt; `version` is the one that was seen, 0 where nothing stood."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, step: str, prompt: str, asked=None, label="", **options):
        # So that two forms on one page have no two fields of one id.
        options.setdefault("auto_id", f"id_{step or 'talk'}_{prompt}_%s")
        super().__init__(*args, **options)
        self.step, self.prompt, self.asked = step, prompt, asked
        self.conflict: Text | None = None  # what was stored in the meantime
        self.stored_version: int | None = None  # once it was saved or refused
        self.saved = False
        self.fixed = ""  # why it is not changed here, where it never is
        self.fields["body"] = self._body(label or (asked.text if asked else ""))

    def _body(self, label):
        choices = choices_of(self.step, self.prompt)
        if choices:
            return forms.ChoiceField(
                choices=choices.choices, widget=forms.RadioSelect, required=False, label=label
            )
        one_line = self.asked is not None and self.asked.answer == "line"
        return TypedText(
            max_length=LINE if one_line else BODY,
            required=self.prompt == "question",
            label=label,
            help_text=self.asked.help if self.asked else "",
            widget=forms.TextInput() if one_line else forms.Textarea(attrs={"rows": self._rows()}),
            error_messages={"required": _("A talk needs a question.")},
        )

    def _rows(self) -> int:
        """As many as stand there: what was filled in beforehand is read without scrolling."""
        return min(16, max(3, str(self.initial.get("body", "")).count("\n") + 1))

    @classmethod
    def of(cls, text: Text | None, step: str, prompt: str, **options) -> TextForm:
        """The form for what stands now."""
        return cls(
            step=step,
            prompt=prompt,
            initial={"body": text.body if text else "", "version": text.version if text else 0},
            **options,
        )

    @property
    def key(self) -> str:
        return f"{self.step or '-'}-{self.prompt}"


class MergeForm(forms.Form):
    into = forms.UUIDField()


class NamingForm(forms.Form):
    """What stands beside what is written alone, once it is shown."""

    MEANS = {
        Session.Naming.NONE: _("Once it is shown, nobody can see who wrote what."),
        Session.Naming.FUNCTION: _(
            "One types it oneself, as “teacher”. In a small team it points."
        ),
        Session.Naming.NAME: _("Everybody sees who wrote what, also who reads the report."),
    }

    naming = forms.ChoiceField(
        choices=Session.Naming.choices,
        widget=forms.RadioSelect,
        label=_("What stands beside what people write alone?"),
        error_messages={
            "required": _("Choose one of the three."),
            "invalid_choice": _("Choose one of the three."),
        },
    )

    def choices(self):
        """Each choice: its value, its word, and what it means."""
        return [(one.value, one.label, self.MEANS[one]) for one in Session.Naming]
