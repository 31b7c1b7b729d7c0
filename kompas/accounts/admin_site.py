from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kompas import throttle

QUARTER = 15 * 60


class LoginForm(AdminAuthenticationForm):
    """Log in, ten times a quarter of an hour from one place or to one account."""

    def clean(self):
        address = throttle.client_address(self.request) if self.request else ""
        email = self.cleaned_data.get("username", "").strip().lower()
        if not (
            throttle.allowed("login-address", address, 10, QUARTER)
            and throttle.allowed("login-account", email, 10, QUARTER)
        ):
            raise ValidationError(
                _("Too many attempts to log in. Wait a quarter of an hour and try again."),
                code="throttled",
            )
        return super().clean()


class AdminSite(admin.AdminSite):
    site_title = site_header = _("Kompas administration")
    index_title = _("What there is")
    login_form = LoginForm
