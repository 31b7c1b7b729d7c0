"""What is valid in the words of a paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.access import Access
from sessions.models import Text
from sessions.models.text import BODY
from sessions.steps.forms import TypedText

from .explanation import Explanation, Part

LEAST, ACROSS = 3, 46  # lines of a field, characters in a line of it


class PartForm(forms.Form):
    """What is done with one part of the public explanation; `version` is the one that was seen."""

    REWORD, BACK, LEAVE_OUT, TAKE_IN = "reword", "back", "leave_out", "take_in"

    act = forms.ChoiceField(
        choices=[(act, act) for act in (REWORD, BACK, LEAVE_OUT, TAKE_IN)],
        required=False,
        widget=forms.HiddenInput,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    body = TypedText(
        max_length=BODY,
        required=False,
        label=_("The words of this part"),
        widget=forms.Textarea,
    )

    def __init__(self, *args, part: str, **options):
        options["auto_id"] = f"id_{part}_%s"
        super().__init__(*args, **options)
        # As high as its words, so that no line of them is hidden.
        words = str(self["body"].value() or "")
        lines = sum(1 + len(line) // ACROSS for line in words.split("\n"))
        self.fields["body"].widget.attrs["rows"] = max(LEAST, lines + 1)
        self.part = part
        self.conflict: Text | None = None  # what was stored in the meantime

    @classmethod
    def of(cls, part: Part, stored: Text | None) -> PartForm:
        """The form for what stands now: what was reworded, or what the talk says."""
        version = stored.version if stored else 0
        return cls(part=part.key, initial={"body": part.text, "version": version})

    @property
    def seen(self) -> int:
        """The version that a next save replaces."""
        return self.conflict.version if self.conflict else self["version"].value()

    def save(self, access: Access, paper: Explanation) -> bool:
        """Store it, also in a closed talk; False when somebody else stored other words since."""
        act = self.cleaned_data["act"] or self.REWORD
        prompt, words = f"explanation_{self.part}", ""
        if act in (self.LEAVE_OUT, self.TAKE_IN):
            prompt = f"explanation_without_{self.part}"
            words = "yes" if act == self.LEAVE_OUT else ""
        elif act == self.REWORD:
            derived = next(one.derived for one in paper.parts if one.key == self.part)
            # What is the same as in the talk goes on following the talk.
            typed = self.cleaned_data["body"]
            words = "" if typed.strip() == derived.strip() else typed
        with access.session.writing(access, closed=True) as write:
            stored, taken = Text.put(write, "", prompt, words, self.cleaned_data["version"])
        if not taken and act == self.REWORD:
            self.conflict = stored
        return taken or act != self.REWORD
