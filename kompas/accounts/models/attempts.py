"""What is counted, so that nobody can go on guessing."""

from django.db import models


class Attempt(models.Model):
    """How often something was tried in one stretch of time; who tried is only an HMAC."""

    bucket = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    until = models.BigIntegerField(db_index=True)  # seconds since 1970: when the stretch ends
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bucket", "key", "until"], name="attempt_once")
        ]

    def __str__(self) -> str:
        return f"{self.bucket}: {self.count}"
