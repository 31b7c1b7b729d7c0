"""People, the organisations they belong to, and what they are there."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Make a user; without a password nobody can log in as them."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Make an administrator of the whole installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone with an account, known by e-mail address."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already a user with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            # Written one way only, so that unique means unique whatever the case.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean_fields(self, exclude=None) -> None:
        self.email = self.email.strip().lower()  # before it is looked for among the others
        super().clean_fields(exclude)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


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
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.check_tree()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.check_tree()

    def check_tree(self) -> None:
        """Refuse a parent that is already below this organisation."""
        if self.pk is not None and self in self.ancestors():
            raise ValidationError({"parent": _("An organisation cannot be part of itself.")})

    def ancestors(self) -> list["Organisation"]:
        """What this is part of, nearest first; ends where it would go round."""
        found: list[Organisation] = []
        above = self.parent
        while above is not None and above not in found:
            found.append(above)
            above = above.parent
        return found


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
