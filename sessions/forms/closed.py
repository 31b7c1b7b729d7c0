"""Closing a talk, opening it again, and what is done with it afterwards."""

from __future__ import annotations

import re

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Promise, State, new_secret, secret_of
from ..steps.forms import TypedText
from .front import SecretField


class CloseForm(forms.Form):
    """What to do with what was given alone and is not revealed."""

    unrevealed = forms.ChoiceField(
        choices=[
            ("reveal", _("Reveal it, so that it comes into the report")),
            ("discard", _("Throw it away, unseen")),
        ],
        widget=forms.RadioSelect,
        label=_("Something was given alone and is not revealed yet. What should happen with it?"),
        error_messages={"required": _("Choose what should happen with it.")},
    )

    def __init__(self, *args, asks: bool, **options):
        super().__init__(*args, **options)
        if not asks:
            del self.fields["unrevealed"]


class ReopenForm(forms.Form):
    reason = TypedText(
        label=_("Why do you open the talk again?"),
        help_text=_("The reason stands in the next report."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you open the talk again.")},
    )


class PromiseForm(forms.Form):
    """What became of something promised; `version` is the one that was seen."""

    conflicts = False  # somebody else said something else in the meantime

    state = forms.ChoiceField(choices=[("", ""), *State.choices], required=False)
    result = TypedText(
        required=False,
        label=_("What came of it?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, row: Promise, **options):
        options.setdefault("auto_id", f"id_{row.pk}_%s")
        options.setdefault("initial", {"result": row.result, "version": row.version})
        super().__init__(*args, **options)


class MailForm(forms.Form):
    """Whom to mail: a few addresses, which are not stored. `secret` makes their links."""

    most = 10
    secret = SecretField(initial=new_secret)
    addresses = forms.CharField(
        max_length=4000,
        label=_("E-mail addresses"),
        help_text=_("One on each line, ten at most."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type an e-mail address.")},
    )

    def clean_addresses(self) -> list[str]:
        typed = re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip())
        addresses = list({address.casefold(): address for address in typed}.values())
        if len(addresses) > self.most:
            raise forms.ValidationError(
                ngettext("%(n)s address at most.", "%(n)s addresses at most.", self.most)
                % {"n": self.most}
            )
        for address in addresses:
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("%(address)s is not an e-mail address."), params={"address": address}
                ) from None
        return addresses

    def retype(self, addresses: list[str]) -> None:
        """Show these addresses again, to try once more."""
        typed = {"addresses": "\n".join(addresses), "secret": new_secret()}
        self.data = {**self.data, **typed}

    def secrets(self) -> dict[str, str]:
        """A secret for each address, so that a form sent twice makes each link once."""
        secret = self.cleaned_data["secret"]
        return {
            address: secret_of(secret, address.casefold())
            for address in self.cleaned_data["addresses"]
        }


class DeciderMailForm(MailForm):
    most = 1
    addresses = forms.CharField(
        max_length=254,
        label=_("E-mail address of the person who decides"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type an e-mail address.")},
    )
