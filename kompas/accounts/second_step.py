"""The second step of logging in: what allauth.mfa leaves to us."""

from __future__ import annotations

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kompas import throttle

from .models import User

TRIES = 10  # in a quarter of an hour, from one place
TRIES_TOGETHER = 30  # in an hour, from anywhere: who tries has the password already

TOTP = Authenticator.Type.TOTP
PASSKEY = Authenticator.Type.WEBAUTHN
CODES = Authenticator.Type.RECOVERY_CODES


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This is not right, or no longer. Try again."),
    }

    def encrypt(self, text: str) -> str:
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _lock().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Locked with another key: then no code may fit, and chance must not make one known.
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Kompas"}


def _lock() -> Fernet:
    """With it the secrets of apps and codes are locked: a stolen database does not hold them."""
    key = hashlib.sha256(f"kompas.second-step {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def may_try(request: HttpRequest, user: User) -> bool:
    """Count a try to give a code; is it within what one may?"""
    client = throttle.client_address(request)
    return throttle.allowed(
        "second-step", f"{client} {user.pk}", TRIES, 15 * 60
    ) and throttle.allowed("second-step-account", str(user.pk), TRIES_TOGETHER, 3600)


def taken(user: User, typed: str) -> Authenticator | None:
    """The app or the list that a code is of; each code is taken once, on any machine."""
    code = "".join(typed.split())
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP, CODES))
        for one in rows:
            if one.type == CODES:
                if one.wrap().validate_code(code):
                    return one
            elif counter := _counter(one, code):
                if counter <= one.data.get("last", 0):
                    return None
                one.data["last"] = counter
                one.save(update_fields=["data"])
                return one
    return None


def _counter(one: Authenticator, code: str) -> int | None:
    """The half minute that a code of the app is of, if it may be used now."""
    secret = SecondStepAdapter().decrypt(one.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if constant_time_compare(format_hotp_value(hotp_value(secret, counter)), code):
            return counter
    return None


def kinds(user: User) -> set[str]:
    """Which of app, passkey and recovery codes somebody has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def has(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=(TOTP, PASSKEY)).exists()


def drop(user: User) -> int:
    """Take away somebody's second step, who has lost it; how many things that were."""
    return Authenticator.objects.filter(user=user).delete()[0]


def name_for(browser: object, system: object) -> str:
    """What a passkey is called when its owner gave it no name."""
    return _("Passkey of %(browser)s, %(system)s") % {"browser": browser, "system": system}
