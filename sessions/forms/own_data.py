"""To say for sure that one's account may go."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import User


class EraseAccountForm(forms.Form):
    """Asks the password; of who has none, because another log-in is used, the e-mail address."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    email = forms.CharField(label=_("Type your e-mail address"), max_length=254)

    def __init__(self, *args, user: User, **options):
        super().__init__(*args, **options)
        self.user = user
        del self.fields["email" if user.has_usable_password() else "password"]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Nothing was erased."))
        return password

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if email != self.user.email:
            raise forms.ValidationError(_("This is another address. Nothing was erased."))
        return email
