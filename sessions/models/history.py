from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy


class Version(models.Model):
    """The talk as it was closed: the document, with its number and the reason for reopening.

    A decision makes a further one: the document before it, and the decision in it.
    """

    class Cause(models.TextChoices):
        CLOSED = "closed", gettext_lazy("Closed")
        DECISION = "decision", gettext_lazy("A decision was recorded")

    session = models.ForeignKey("Session", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.CLOSED)
    reason = models.TextField(blank=True)  # why it was opened again after the version before
    document = models.JSONField()
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="version_number"),
            models.CheckConstraint(
                condition=models.Q(cause__in=["closed", "decision"]), name="version_cause"
            ),
        ]

    def __str__(self):
        return f"{self.session_id} {self.number}"

    @property
    def closing(self) -> "Version":
        """The version of the closing that this one is, or that it adds a decision to."""
        if self.cause == self.Cause.CLOSED:
            return self
        before = Version.objects.filter(session=self.session_id, number__lt=self.number)
        return before.filter(cause=self.Cause.CLOSED).last() or self


class Change(models.Model):
    """Who changed what, from what, to what: the audit trail and the earlier texts.

    Never of ballots and never of what was given alone.
    """

    session = models.ForeignKey("Session", models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    role = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=20)
    thing = models.CharField(max_length=30)
    thing_id = models.CharField(max_length=100, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["session", "thing", "thing_id", "id"], name="change_thing"),
        ]

    def __str__(self):
        return f"{self.action} {self.thing} {self.thing_id}"


class Erasure(models.Model):
    """A session that was erased; outlives it, so that a restored backup forgets it again."""

    session_id = models.UUIDField(primary_key=True)
    erased_on = models.DateField(default=timezone.localdate)

    def __str__(self):
        return str(self.session_id)
