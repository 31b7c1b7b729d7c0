"""What somebody says of themself: a name, and a password to begin with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import User

from .door import PASSWORD_HELP, WRONG_TWICE


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("Others in your organisation see it, and so does the log.")}
        error_messages = {"name": {"required": _("Type your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["name"].required = True


def _password(label: Any, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": required},
    )


class JoinForm(forms.Form):
    """An account for who was invited as `email`."""

    name = forms.CharField(
        max_length=200,
        label=_("Your name"),
        help_text=_("Others in your organisation see it, and so does the log."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name.")},
    )
    password1 = _password(_("Choose a password"), _("Type a password."), PASSWORD_HELP)
    password2 = _password(_("The password once more"), _("Type the password once more."))

    def __init__(self, *args, email: str, **options):
        super().__init__(*args, **options)
        self.email = email

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password

    def clean(self):
        cleaned = super().clean() or {}
        first, again = cleaned.get("password1"), cleaned.get("password2")
        if first and again and first != again:
            self.add_error("password2", WRONG_TWICE)
        return cleaned
