from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import secrets
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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


def author(key: str, purpose: str, session_id: uuid.UUID, step: str = "", round: int = 0) -> str:
    """Who gave this, for one purpose, step and round only.

    Without `key`, which only the phone has, no two of these can be told to be one person's.
    """
    message = f"{purpose}:{session_id}:{step}:{round}"
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


class Link(models.Model):
    """An unguessable address that lets its holder do what its role may do in a talk."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Facilitator")
        BOARD = "board", _("Board")
        SCRIBE = "scribe", _("Scribe")
        DECIDER = "decider", _("Who decides")
        PROMISES = "promises", _("Promises")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey("Session", models.CASCADE, related_name="links")
    role = models.CharField(max_length=20, choices=Role)
    secret_hash = models.CharField(max_length=64)
    # Whose account made it: in an organisation's talk it works as long as they belong there.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], name="link_secret"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["facilitator", "board", "scribe", "decider", "promises"]
                ),
                name="link_role",
            ),
        ]

    def __str__(self):
        return f"{self.role} {self.session_id}"

    @property
    def ends_on(self) -> datetime.date | None:
        """Until which day it opens something: a talk can be erased before its link ends."""
        ends = timezone.localtime(self.expires_at).date() if self.expires_at else None
        return min((day for day in (ends, self.session.erase_on) if day), default=None)

    @property
    def works(self) -> bool:
        return self.revoked_at is None and not self.expired

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class Seat(models.Model):
    """A phone in the room. It holds no name, no time and no trace of what was given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey("Session", models.CASCADE, related_name="seats")
    key_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "key_hash"], name="seat_key"),
        ]

    def __str__(self):
        return str(self.id)
