"""What of a talk can be found, derived from it: see docs/decisions/the-register.md."""

from __future__ import annotations

from typing import Any

from django.db import models

from .session import Session

EXACT = 3  # letters: a shorter stem is looked for as it is, a longer one is how a word may begin


class Words(models.TextField):
    """Stems with spaces between; on PostgreSQL a vector of them, which its index knows."""

    def db_type(self, connection: Any) -> str | None:
        if connection.vendor == "postgresql":
            return "tsvector"
        return super().db_type(connection)


@Words.register_lookup
class Has(models.Lookup):
    """Whether every one of some stems is there, or a word that begins with it."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        stems: list[str] = self.rhs
        if connection.vendor == "postgresql":
            asked = [f"'{one}'" if len(one) <= EXACT else f"'{one}':*" for one in stems]
            return f"{lhs} @@ %s::tsquery", (*params, " & ".join(asked))
        found = [f"instr(' ' || {lhs} || ' ', %s) > 0"] * len(stems)
        looked = [f" {one} " if len(one) <= EXACT else f" {one}" for one in stems]
        return " AND ".join(found), tuple(value for one in looked for value in (*params, one))


class Findable(models.Model):
    """One face of a talk: as one sort of reader finds it. Derived, and never a right by itself.

    Bare: that the talk is there, and not a word of it. Open: as it stands, revealed and not
    removed, while it is not closed. Kept: a version, with its number.
    """

    class Face(models.TextChoices):
        BARE = "bare"
        OPEN = "open"
        KEPT = "kept"

    session = models.ForeignKey(Session, models.CASCADE, related_name="findables")
    face = models.CharField(max_length=4, choices=Face)
    number = models.PositiveIntegerField(default=0)  # of the version; 0 where it is none
    last = models.BooleanField(default=False)  # of what was kept
    # That of the talk and its tables together, read before the rest was.
    revision = models.PositiveBigIntegerField()
    day = models.DateField()  # on which it was held, else closed, else changed
    title = models.TextField(blank=True)
    question = models.TextField(blank=True)
    verdict = models.CharField(max_length=10, blank=True)
    review_on = models.DateField(null=True)
    # The first day of what was promised and of which nobody has said yet what became of it.
    promise_due = models.DateField(null=True)
    words = Words(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "face", "number"], name="findable_once"),
            models.CheckConstraint(
                condition=models.Q(face="kept", number__gte=1)
                | models.Q(face__in=["bare", "open"], number=0, last=False),
                name="findable_face",
            ),
            models.CheckConstraint(
                condition=~models.Q(face="bare")
                | models.Q(title="", question="", verdict="", words="")
                & models.Q(review_on=None, promise_due=None),
                name="findable_bare_says_nothing",
            ),
        ]
        indexes = [
            # All talks of an installation, page by page.
            models.Index(
                fields=["-day", "-session"],
                condition=models.Q(face="bare"),
                name="findable_all",
            ),
        ]

    def __str__(self):
        return f"{self.session_id} {self.face} {self.number}"


class FindableKey(models.Model):
    """A name in one face of a talk by which it can be found."""

    class Kind(models.TextChoices):
        VALUE = "value"
        STAKEHOLDER = "stakeholder"

    findable = models.ForeignKey(Findable, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=11, choices=Kind)
    key = models.CharField(max_length=200)  # the name, folded: see `sessions.stems`
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["findable", "kind", "key"], name="findable_key_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["value", "stakeholder"]), name="findable_key_kind"
            ),
        ]
        indexes = [models.Index(fields=["key", "kind", "findable"], name="findable_key_found")]

    def __str__(self):
        return self.name
