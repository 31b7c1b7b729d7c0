"""Secrets that stand in an address: random, and stored as a hash only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits, fit for a URL and a cookie."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is stored of a link's secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(secret: str, purpose: str) -> str:
    """A further secret, known to whoever has `secret`: the same for the same purpose."""
    digest = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class SecretField(forms.CharField):
    """256 random bits that the form was sent with, so that a resend is known as one."""

    widget = forms.HiddenInput

    def clean(self, value):
        value = super().clean(value)
        if not SECRET.fullmatch(value):
            raise forms.ValidationError(_("Load the page again and try once more."))
        return value
