"""The second step: a code, or a passkey."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as apps
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts import logins, second_step
from kompas.nesting import is_too_deep

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
NOTHING = _("Type a code.")
# What allauth and fido2 meet in what was made up.
NO_CREDENTIAL = (AttributeError, LookupError, TypeError, ValueError)


class OneCode(forms.Form):
    """A code is counted, and taken once; see `second_step`."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.user = options["user"]
        field = self.fields["code"]
        field.label = _("Code")
        field.widget = forms.TextInput(attrs=CODE | {"maxlength": 20})
        field.error_messages = {**field.error_messages, "required": NOTHING}

    def clean_code(self) -> str:
        if not second_step.may_try(context.request, self.user):
            raise account_adapter().validation_error("too_many_login_attempts")
        code = self.cleaned_data["code"]
        found = second_step.taken(self.user, code)
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = found
        return code


class CodeForm(OneCode, codes.AuthenticateForm):
    pass


class CodeAgainForm(OneCode, codes.ReauthenticateForm):
    pass


class AppForm(apps.ActivateTOTPForm):
    """The first code of an app, which shows that it has the secret."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        field = self.fields["code"]
        field.label = _("The code that the app shows now")
        field.widget = forms.TextInput(attrs=CODE | {"maxlength": 10})
        field.error_messages = {**field.error_messages, "required": NOTHING}

    def clean_code(self) -> str:
        if not second_step.may_try(context.request, self.user):
            raise account_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


class Credential(forms.JSONField):
    """What a browser made of a passkey."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and is_too_deep(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class PasskeyForm(passkeys.AddWebAuthnForm):
    """A new passkey; the script of the page fills in what the browser made."""

    passwordless = None
    credential = Credential()
    field_order = ["name", "credential"]

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        name = self.fields["name"] = forms.CharField(
            label=_("Name of this passkey"),
            help_text=_("By it you know later which one it is."),
            required=False,
            max_length=60,
        )
        browser, system = logins.told_by(context.request)
        self.initial["name"] = second_step.name_for(str(browser.label), str(system.label))
        name.initial = self.initial["name"]
        self.order_fields(self.field_order)

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or self.initial["name"]

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except NO_CREDENTIAL as error:
            raise get_adapter().validation_error("incorrect_code") from error


class Signed(forms.Form):
    """What a passkey signed; what is no such thing at all is wrong, too."""

    credential = Credential()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except NO_CREDENTIAL as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyStepForm(Signed, passkeys.AuthenticateWebAuthnForm):
    pass


class PasskeyLogInForm(Signed, passkeys.LoginWebAuthnForm):
    pass


class PasskeyAgainForm(Signed, passkeys.ReauthenticateWebAuthnForm):
    pass
