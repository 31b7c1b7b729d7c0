"""Whose a talk is: for which school it is begun, who leads it next, and why it is removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import Organisation, User

from ..ownership import Owner
from ..steps.forms import TypedText

GUEST = "guest"
LONGEST_REASON = 1000


class WhoseForm(forms.Form):
    """For which organisation a new talk is; asked of who is a facilitator somewhere."""

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation] = (),
        of: int | None = None,  # the organisation of the talk that is copied
        **options: Any,
    ):
        super().__init__(*args, **options)
        self.organisations = {str(one.pk): one for one in organisations}
        if organisations:
            preferred = str(of) if str(of) in self.organisations else ""
            if len(organisations) == 1:
                preferred = str(organisations[0].pk)
            self.fields["organisation"] = forms.ChoiceField(
                label=_("For which school is this talk?"),
                choices=[
                    *((id, one.name) for id, one in self.organisations.items()),
                    (GUEST, _("None: as a guest, with a link")),
                ],
                initial=preferred,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose for which school this talk is.")},
            )

    def owner(self, user: User) -> Owner | None:
        """Whose the talk will be; None for a guest's."""
        chosen = self.organisations.get(self.cleaned_data.get("organisation", ""))
        return Owner(user, chosen) if chosen else None


class TakeInForm(forms.Form):
    """Into which organisation a guest's talk is taken."""

    organisation = forms.ChoiceField(
        label=_("Into which school?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a school first.")},
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **options: Any):
        super().__init__(*args, **options)
        self.organisations = {str(one.pk): one for one in organisations}
        field: Any = self.fields["organisation"]
        field.choices = [(id, one.name) for id, one in self.organisations.items()]
        if len(organisations) == 1:
            field.initial = str(organisations[0].pk)

    def owner(self, user: User) -> Owner:
        return Owner(user, self.organisations[self.cleaned_data["organisation"]])


class OwnerForm(forms.Form):
    """Who leads a talk from now on."""

    user = forms.ChoiceField(
        label=_("Who leads this talk from now on?"),
        error_messages={
            "required": _("Choose somebody first."),
            "invalid_choice": _("They are no facilitator there any more. Choose somebody else."),
        },
    )

    def __init__(self, *args: Any, users: Sequence[User], **options: Any):
        super().__init__(*args, **options)
        self.users = {str(one.pk): one for one in users}
        field: Any = self.fields["user"]
        names = [str(one) for one in users]
        field.choices = [
            ("", _("Choose a facilitator")),
            # Two of one name are told apart by their address.
            *(
                (id, f"{one} ({one.email})" if names.count(str(one)) > 1 else str(one))
                for id, one in self.users.items()
            ),
        ]

    @property
    def chosen(self) -> User:
        return self.users[self.cleaned_data["user"]]


class ShareForm(forms.Form):
    """One version, for readers of one organisation."""

    organisation = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RemovalForm(forms.Form):
    """Why a talk is removed."""

    reason = TypedText(
        max_length=LONGEST_REASON,
        label=_("Why do you remove this talk?"),
        help_text=_("It stays with the talk, and goes with it. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why you remove this talk.")},
    )
