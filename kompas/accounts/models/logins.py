"""Where somebody is logged in, to look at and to end."""

import uuid

from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User


class Browser(models.TextChoices):
    EDGE = "edge", "Edge"
    FIREFOX = "firefox", "Firefox"
    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"
    OTHER = "other", _("another browser")


class System(models.TextChoices):
    WINDOWS = "windows", "Windows"
    MAC = "mac", "macOS"
    IPHONE = "iphone", "iPhone"
    IPAD = "ipad", "iPad"
    ANDROID = "android", "Android"
    CHROMEBOOK = "chromebook", "Chromebook"
    LINUX = "linux", "Linux"
    OTHER = "other", _("another device")


class Login(models.Model):
    """A browser in which somebody is logged in; gone together with what keeps it logged in.

    Two words and two days: no address of a network, and no more of what the browser says of itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    # Whoever has this key is logged in: it stands in no address and on no page.
    held = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="logins")
    browser = models.CharField(max_length=10, choices=Browser.choices)
    system = models.CharField(max_length=10, choices=System.choices)
    since = models.DateField(default=timezone.localdate)
    seen = models.DateField(default=timezone.localdate)
    # With another password it no longer counts, whoever changed it.
    password_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seen", "-since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(browser__in=Browser.values, system__in=System.values),
                name="login_in_known_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_browser_display()}, {self.get_system_display()}"
