"""The forms of allauth, in our own words and without what stands in fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kompas import throttle

HOUR = 3600
ASKED = 5  # times an hour that one asks for a new password of one account
ASKED_TOGETHER = 30  # and from one address of a client

PASSWORD_HELP = _("At least 12 characters. A few words in a row are easy to remember.")
WRONG_TWICE = _("The two passwords differ.")
REQUIRED = {
    "login": _("Type your e-mail address."),
    "email": _("Type your e-mail address."),
    "password": _("Type your password."),
    "oldpassword": _("Type your present password."),
    "password1": _("Type a new password."),
    "password2": _("Type the new password once more."),
}
LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("This is my own device: keep me logged in"),
    "oldpassword": _("Your present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class InOurWords(forms.Form):
    """Gives known fields their label, their help, and what is said when they are empty."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = PASSWORD_HELP if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)
            if name in REQUIRED:
                field.error_messages = {**field.error_messages, "required": REQUIRED[name]}

    def add_error(self, field: str | None, error: Any) -> None:
        # Two passwords that differ are said in allauth's words.
        if field == "password2" and isinstance(error, str):
            error = WRONG_TWICE
        super().add_error(field, error)


class LogInForm(InOurWords, allauth.LoginForm):
    pass


class AgainForm(InOurWords, allauth.ReauthenticateForm):
    pass


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):
    pass


class NewPasswordForm(InOurWords, allauth.ResetPasswordKeyForm):
    pass


class ForgottenForm(InOurWords, allauth.ResetPasswordForm):
    """Ask for a new password; `client` is the address from which it is asked."""

    def __init__(self, *args: Any, client: str = "", **options: Any):
        super().__init__(*args, **options)
        self.client = client

    def clean_email(self) -> str:
        email = super().clean_email()
        if not (
            throttle.allowed("forgotten-address", self.client, ASKED_TOGETHER, HOUR)
            and throttle.allowed("forgotten", email, ASKED, HOUR)
        ):
            raise ValidationError(_("A mail was asked for often. Wait an hour and try again."))
        return email

    def save(self, request: HttpRequest, **more: Any) -> str:
        """Mail a link; and where there is no account, that: one takes as long as the other."""
        if self.users:
            return super().save(request, **more)
        email = self.cleaned_data["email"]
        get_adapter(request).send_mail("account/email/unknown_account", email, {})
        return email
