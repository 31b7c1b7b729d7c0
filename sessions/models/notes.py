from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from .text import PlainText

LONGEST_TAG = 40
LONGEST_NOTE = 2000


class Tag(models.Model):
    """A word by which talks are found together; it belongs to the school, not to the talk."""

    session = models.ForeignKey("Session", models.CASCADE, related_name="tags")
    name = models.CharField(max_length=LONGEST_TAG, validators=[PlainText()])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="tag_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_not_empty"),
        ]

    def __str__(self):
        return self.name


class Note(models.Model):
    """What somebody wrote about a talk afterwards. In no document, report or copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # made by the client
    session = models.ForeignKey("Session", models.CASCADE, related_name="notes")
    # With the account goes the name under the note, and the note stays.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(validators=[PlainText(), MaxLengthValidator(LONGEST_NOTE)])
    written_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self):
        return str(self.id)


class Reminder(models.Model):
    """That somebody was reminded of a day: so nobody is reminded twice."""

    class Reason(models.TextChoices):
        REVIEW = "review"  # the day to look again
        PROMISE = "promise"  # something that was promised
        RETENTION = "retention"  # the talk goes soon

    session = models.ForeignKey("Session", models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    thing_id = models.CharField(max_length=100, blank=True)
    due = models.DateField()
    sent_on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user", "reason", "thing_id", "due"], name="reminder_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=["review", "promise", "retention"]),
                name="reminder_reason",
            ),
        ]

    def __str__(self):
        return f"{self.reason} {self.due}"
