"""How django-allauth does things here: closed, counted in our database, and mailed our way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kompas import mail, throttle
from kompas.addresses import public_address
from kompas.navigation import places

QUARTER = 15 * 60
TRIES = 10  # in a quarter of an hour, by one person: one address of a client, one account
TRIES_TOGETHER = 50  # to one account from anywhere, or from one address to any account


def may_try(request: HttpRequest, email: str) -> bool:
    """Count a try to log in; is it within what one may?

    Who guesses from one place locks nobody else out of that account; and a school behind one
    address can log in together.
    """
    client, account = throttle.client_address(request), email.strip().lower()
    return (
        throttle.allowed("login", f"{client} {account}", TRIES, QUARTER)
        and throttle.allowed("login-address", client, TRIES_TOGETHER, QUARTER)
        and throttle.allowed("login-account", account, TRIES_TOGETHER, QUARTER)
    )


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "Too many attempts to log in. Wait a quarter of an hour and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # one gets in by an invitation

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if not may_try(request, credentials.get("email") or ""):
            raise self.validation_error("too_many_login_attempts")

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        if not may_try(self.request, user.get_username()):
            raise self.validation_error("too_many_login_attempts")
        return user.check_password(password)

    def get_client_ip(self, request: HttpRequest) -> str:
        return throttle.client_address(request)

    def get_login_redirect_url(self, request: Any) -> str:
        """To the first of one's places, and to the front page for who has none."""
        # Who asked was nobody yet when the request came in.
        now = places(request, replace(request.actor, user=request.user))
        return now[0].url if now else super().get_login_redirect_url(request)

    def add_message(self, *args: Any, **named: Any) -> None:
        """Nothing: the page that comes says what happened."""

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send it; that the server did not take it stands in the log, and is not told to who asked.

        Or one could tell from it whether there is an account.
        """
        context |= {"address": public_address(self.request, "/"), "email": email}
        made: EmailMessage = self.render_mail(template_prefix, email, context)
        mail.send([made])

    def get_reset_password_from_key_url(self, key: str) -> str:
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts)
        return public_address(self.request, path.replace("UID-KEY", key))
