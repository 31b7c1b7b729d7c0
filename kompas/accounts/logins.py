"""In which browsers somebody is logged in, and how that ends."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from .models import Browser, Login, System, User

MARK = "kompas-login"  # in what the browser's cookie stands for: what was written down of it last
AT_MOST = 100  # on the page

# By what a browser says of itself; the first that fits. Most say that they are others, too.
BROWSERS = [
    ("Edg", Browser.EDGE),
    ("OPR", Browser.OTHER),
    ("SamsungBrowser", Browser.OTHER),
    ("Firefox", Browser.FIREFOX),
    ("FxiOS", Browser.FIREFOX),
    ("Chrome", Browser.CHROME),
    ("CriOS", Browser.CHROME),
    ("Safari", Browser.SAFARI),
]
SYSTEMS = [
    ("iPad", System.IPAD),
    ("iPhone", System.IPHONE),
    ("Android", System.ANDROID),
    ("CrOS", System.CHROMEBOOK),
    ("Windows", System.WINDOWS),
    ("Macintosh", System.MAC),
    ("Linux", System.LINUX),
]


def told_by(request: HttpRequest) -> tuple[Browser, System]:
    """The browser and the system of a request, in two words."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((word for sign, word in BROWSERS if sign in agent), Browser.OTHER)
    system = next((word for sign, word in SYSTEMS if sign in agent), System.OTHER)
    return browser, system


def note(request: HttpRequest) -> None:
    """Write down who is logged in in this browser: once a day, and when its key is another."""
    user = request.user
    key = request.session.session_key
    if not user.is_authenticated or key is None:
        return
    today = timezone.localdate()
    mark = [key[:8], today.isoformat()]
    if request.session.get(MARK) == mark:
        return
    browser, system = told_by(request)
    row = Login(
        held_id=key,
        user=user,
        browser=browser,
        system=system,
        since=today,
        seen=today,
        password_hash=user.get_session_auth_hash(),
    )
    renewed = ["user", "browser", "system", "seen", "password_hash"]
    try:
        Login.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["held"], update_fields=renewed
        )
    except IntegrityError:
        return  # ended elsewhere while this was answered
    request.session[MARK] = mark


@receiver(user_logged_in, dispatch_uid="logins_note")
def at_log_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.user = user
    note(request)


def of(user: User) -> list[Login]:
    """Where somebody is logged in now, last seen first."""
    found = Login.objects.filter(
        user=user,
        password_hash=user.get_session_auth_hash(),
        held__expire_date__gt=timezone.now(),
    )
    return list(found[:AT_MOST])


def end(user: User, id: uuid.UUID) -> None:
    """Log out in one browser, at once; once more changes nothing."""
    _end(Login.objects.filter(user=user, pk=id))


def end_others(user: User, key: str | None) -> None:
    """Log out everywhere but in the browser that has this key; everywhere without one."""
    _end(Login.objects.filter(user=user).exclude(held=key))


def _end(logins: QuerySet[Login]) -> None:
    Session.objects.filter(pk__in=list(logins.values_list("held", flat=True))).delete()


@receiver(post_save, sender=User, dispatch_uid="logins_end")
def no_longer(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    """With another password, or a closed account, nobody is logged in any more.

    Django sees to that at the next request; here what it leaves goes too.
    """
    if update_fields is not None and not {"password", "is_active"} & set(update_fields):
        return
    ended = Login.objects.filter(user=instance)
    if instance.is_active:
        ended = ended.exclude(password_hash=instance.get_session_auth_hash())
    _end(ended)
