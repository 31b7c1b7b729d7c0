"""Organisations, who is what in them, and how one gets in."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User

LEVELS = 3  # a board of boards, a board, a school
KEEP_WEIGHTS = 12  # months


class Organisation(models.Model):
    """A school, or what schools belong to: a tree."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    # Under this another installation knows it, when it is taken there.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # How long the weights that people gave are kept apart, in months after closing.
    keep_weights = models.PositiveSmallIntegerField(
        _("months that weights are kept"), default=KEEP_WEIGHTS
    )
    # How long a talk is kept after it last changed, in months; None as long as the board says.
    keep_talks = models.PositiveSmallIntegerField(
        _("months that talks are kept"), null=True, blank=True
    )
    # When it left: from then on its log may go too.
    ended_on = models.DateField(null=True, blank=True, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="organisation_not_its_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(keep_weights__gte=1)
                & (
                    models.Q(keep_talks=None)
                    | models.Q(keep_talks__gte=1, keep_talks__isnull=False)
                ),
                name="organisation_keeps_a_while",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.check_tree()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.check_tree()

    def check_tree(self) -> None:
        """Refuse a parent that is already below this organisation, or a tree that is too high."""
        above = self.ancestors()
        if self.pk is not None and self in above:
            raise ValidationError({"parent": _("An organisation cannot be part of itself.")})
        if len(above) + self.height() > LEVELS:
            raise ValidationError(
                {"parent": _("Organisations can stand in three levels, and no more.")}
            )

    def ancestors(self) -> list["Organisation"]:
        """What this is part of, nearest first; ends where it would go round."""
        found: list[Organisation] = []
        above = self.parent
        while above is not None and above not in found:
            found.append(above)
            above = above.parent
        return found

    def height(self) -> int:
        """How many levels there are from here down, this one included."""
        level, height = [self.pk] if self.pk else [], 1
        while level and height <= LEVELS:
            level = list(Organisation.objects.filter(parent__in=level).values_list("pk", flat=True))
            height += bool(level)
        return height


class Role(models.TextChoices):
    FACILITATOR = "facilitator", _("facilitator")
    SCHOOL_LEADER = "school_leader", _("school leader")
    BOARD_READER = "board_reader", _("reader for the board")
    ADMINISTRATOR = "administrator", _("administrator")


class Membership(models.Model):
    """What someone is in an organisation; one row per role."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], name="membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class Invitation(models.Model):
    """A way in for one e-mail address, to one role; it ends by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()  # empty once it no longer waits
    role = models.CharField(max_length=20, choices=Role.choices)
    secret_hash = models.CharField(max_length=64)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], name="invitation_secret"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_one_end",
            ),
            # Inviting somebody twice is once.
            models.UniqueConstraint(
                fields=["organisation", "email", "role"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"

    @property
    def works(self) -> bool:
        waits = self.accepted_at is None and self.revoked_at is None
        there = self.organisation.ended_on is None
        return waits and there and self.expires_at > timezone.now()


class Home(models.Model):
    """What a provider of log-in calls an organisation: who comes from there belongs here."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="homes")
    provider = models.CharField(max_length=40)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "value"], name="home_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.value}"
