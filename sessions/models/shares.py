from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Share(models.Model):
    """A version of a closed talk that readers for the board of an organisation may read.

    They read that version, also when the talk is opened again, until it is taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey("Version", models.CASCADE, related_name="shares")
    # The talk's own organisation, or one that it is part of.
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="shares")
    shared_on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation"], name="share_once"),
        ]
        indexes = [models.Index(fields=["organisation", "version"], name="share_read")]

    def __str__(self):
        return f"{self.version_id} {self.organisation_id}"


class EditedCopy(models.Model):
    """A document in which words were blacked out, to be read by whoever has its link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey("Version", models.CASCADE, related_name="edited_copies")
    # What is left: the words that were blacked out are not in it any more. Empty while it is
    # being made, and again once it has ended.
    document = models.JSONField(default=dict)
    # While it is being made: which texts were looked at ("seen"), and of which texts which words
    # go ("out"), see `sessions.blackout`. Empty once it is published.
    work = models.JSONField(default=dict)
    # While it is being made nobody but its maker opens it.
    published_at = models.DateTimeField(null=True)
    # Absent is NULL while there is no link, and a hash is unique.
    secret_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], name="edited_copy_secret"),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | models.Q(secret_hash__isnull=False),
                name="edited_copy_given_by_link",
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def works(self) -> bool:
        """Whether its link opens it; it never outlives its talk, nor the school leaving."""
        session = self.version.session
        return (
            self.is_published
            and self.revoked_at is None
            and self.expires_at > timezone.now()
            and session.removed_on is None
            and (session.organisation is None or session.organisation.ended_on is None)
        )

    @property
    def ends_on(self) -> datetime.date:
        return timezone.localtime(self.expires_at).date()
