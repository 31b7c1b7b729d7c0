"""The audit log of an organisation: what was done, and under which account."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from .organisations import Organisation
from .people import User


class Event(models.Model):
    """Something that was done in an organisation. Never changed; kept as long as it is here.

    It holds no name, no e-mail address and no word of a talk: accounts are named by their
    `trail_id`, talks by their id. The database refuses to change an event, and to delete one
    while its organisation has not ended.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True)  # a `trail_id`; None is the installation itself
    action = models.CharField(max_length=30)
    thing = models.CharField(max_length=30)
    thing_id = models.CharField(max_length=100, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "-id"], name="event_log")]

    def __str__(self) -> str:
        return f"{self.action} {self.thing} {self.thing_id}"

    @classmethod
    def record(
        cls,
        organisation: Organisation | int,
        user: User | None,
        action: str,
        thing: str,
        thing_id: object = "",
        **details: Any,
    ) -> Event:
        """Write down what was just done; inside the transaction that does it."""
        return cls.objects.create(
            organisation_id=organisation if isinstance(organisation, int) else organisation.pk,
            actor=user.trail_id if user is not None else None,
            action=action,
            thing=thing,
            thing_id=str(thing_id),
            details={key: _plain(value) for key, value in details.items()},
        )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value
