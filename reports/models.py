from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy

from sessions.models import Version

BUNDLE_DAYS = 7  # that a bundle is kept


class Rendering(models.Model):
    """A paper made of a closed talk's document: made once, then kept as it is."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="renderings")
    paper = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "paper", "format"], name="rendering_once"),
        ]

    def __str__(self):
        return f"{self.paper}.{self.format} {self.sha256[:8]}"

    @classmethod
    def find(cls, version: Version, paper: str, format: str) -> Rendering | None:
        """The kept paper, its content still to be read; None when it was not made yet."""
        papers = cls.objects.filter(version=version, paper=paper, format=format)
        return papers.defer("content").first()

    @classmethod
    def missing(cls, paper: str, format: str) -> Iterator[Version]:
        """The versions of which that paper was not made yet."""
        made = cls.objects.filter(version=OuterRef("pk"), paper=paper, format=format)
        versions = Version.objects.filter(~Exists(made)).select_related("session__method")
        return versions.iterator(chunk_size=20)

    @classmethod
    def keep(cls, version: Version, paper: str, format: str, content: bytes) -> Rendering:
        """Keep `content`, unless somebody else was first: then theirs is the one."""
        with transaction.atomic():
            rendering, _created = cls.objects.get_or_create(
                version=version,
                paper=paper,
                format=format,
                defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
            )
        return rendering


class Bundle(models.Model):
    """Many papers asked for at once, made in the background; erased after some days.

    While one worker is at it, it holds a lease that it renews with every paper: when that ends,
    another goes on where it was left.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", gettext_lazy("One PDF")
        ZIP = "zip", gettext_lazy("A ZIP file with separate PDFs")
        YEAR = "year", gettext_lazy("Year report")

    class State(models.TextChoices):
        WAITING = "waiting"
        MAKING = "making"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # made by the client
    kind = models.CharField(max_length=4, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bundles")
    asked_at = models.DateTimeField(default=timezone.now)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="bundles"
    )
    year = models.PositiveSmallIntegerField(null=True)  # in which the school year begins
    language = models.CharField(max_length=10)
    # How many papers are not in it because they may no longer be read.
    left_out = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "zip", "year"]), name="bundle_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "making", "ready", "failed"]),
                name="bundle_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "zip"], year=None)
                | models.Q(kind="year", year__isnull=False, organisation__isnull=False),
                name="bundle_year_of_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(lease=None, lease_until=None)
                | models.Q(state="making", lease__isnull=False, lease_until__isnull=False),
                name="bundle_lease_while_making",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(content__isnull=False),
                name="bundle_ready_has_content",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], name="bundle_own"),
            models.Index(fields=["asked_at"], name="bundle_old"),
        ]

    def __str__(self):
        return f"{self.kind} {self.id}"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.WAITING, self.State.MAKING)

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def next_year(self) -> int | None:
        return None if self.year is None else self.year + 1

    @property
    def erased_on(self) -> datetime.date:
        return timezone.localdate(self.asked_at + datetime.timedelta(days=BUNDLE_DAYS))


class BundlePart(models.Model):
    """One paper of a bundle: of which version, and whether it is made."""

    class State(models.TextChoices):
        WAITING = "waiting"
        MADE = "made"
        FAILED = "failed"

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # Of a year report, whose papers are of the moment; those of other bundles are kept for all.
    content = models.BinaryField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "position"], name="bundle_part_position"),
            models.UniqueConstraint(fields=["bundle", "version"], name="bundle_part_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "made", "failed"]),
                name="bundle_part_state",
            ),
        ]

    def __str__(self):
        return f"{self.bundle_id} {self.position}"
