"""Who came in by a provider's log-in, belongs to an organisation there, and is nothing here yet."""

import uuid

from django.db import models
from django.utils import timezone

from .organisations import Organisation
from .people import User


class JoinRequest(models.Model):
    """Somebody would like to take part in an organisation; asked once, whatever the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests"
    )
    created = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)  # given a role, or refused

    class Meta:
        ordering = ["created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="join_request_once"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "created"],
                condition=models.Q(answered_at=None),
                name="join_request_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"
