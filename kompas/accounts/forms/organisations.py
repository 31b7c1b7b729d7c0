"""What is asked about an organisation: its name, who is what in it, and who is invited."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import Role
from kompas.secrets import SecretField, new_secret

# What each role is for, in the order in which one would look for it.
ROLES = [
    (Role.FACILITATOR, _("Facilitator: leads talks, and reads what was closed here")),
    (Role.SCHOOL_LEADER, _("School leader: sees all talks of the school, and what was agreed")),
    (Role.BOARD_READER, _("Reader for the board: reads reports that were shared")),
    (Role.ADMINISTRATOR, _("Administrator: invites people and gives roles, and reads no talks")),
]


class OrganisationNameForm(forms.Form):
    name = forms.CharField(
        max_length=200,
        label=_("Name"),
        error_messages={"required": _("Type a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class MakeOrganisationForm(OrganisationNameForm):
    """`id` is made with the form, so that a double click is one organisation."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ["id", "name"]


class RoleForm(forms.Form):
    """A further role for somebody who is there already."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    role = forms.ChoiceField(choices=Role.choices)


class SecretForm(forms.Form):
    """A button that makes a link; its secret is made with the form."""

    secret = SecretField(initial=new_secret)


class InvitationForm(SecretForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "required": _("Type an e-mail address."),
            "invalid": _("This is no e-mail address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("What they will be here"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role.")},
    )
