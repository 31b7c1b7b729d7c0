"""What is asked to have many reports at once."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Bundle


def ticked(data: Any) -> list[uuid.UUID]:
    """The talks that were ticked; what is no id is none."""
    found = []
    for one in data.getlist("gesprek"):
        try:
            found.append(uuid.UUID(one))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


class BundleForm(forms.Form):
    """Which talks, in which file; the talks are as many fields with the name of an address."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label=_("In which file?"),
        choices=[one for one in Bundle.Kind.choices if one[0] != Bundle.Kind.YEAR],
        widget=forms.RadioSelect,
        initial=Bundle.Kind.PDF,
    )
    organisation = forms.SlugField(required=False, widget=forms.HiddenInput)
    # All talks behind a number of the board's page, by what its address asks for.
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, widget=forms.HiddenInput, max_length=500)

    @property
    def talks(self) -> list[uuid.UUID]:
        return ticked(self.data)


class YearForm(forms.Form):
    id = forms.UUIDField()
    organisation = forms.SlugField()
    year = forms.IntegerField(min_value=1900, max_value=9999)
