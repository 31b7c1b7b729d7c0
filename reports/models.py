from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sessions.models import Version


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
