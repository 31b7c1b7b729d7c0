"""For how many months an organisation keeps what was said."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import Organisation

MOST_MONTHS = 600


class RetentionForm(forms.Form):
    keep_weights = forms.IntegerField(
        min_value=1,
        max_value=MOST_MONTHS,
        label=_("How many months do you keep the weights?"),
        help_text=_("What each gave alone: weights and feelings. Counted from closing the talk."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    keep_talks = forms.IntegerField(
        min_value=1,
        max_value=MOST_MONTHS,
        required=False,
        label=_("How many months do you keep the talks?"),
        help_text=_(
            "Counted from closing; of an open talk, from its last change. "
            "Leave it empty to keep them."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    @classmethod
    def of(cls, organisation: Organisation) -> RetentionForm:
        names = ("keep_weights", "keep_talks")
        return cls(initial={name: getattr(organisation, name) for name in names})
