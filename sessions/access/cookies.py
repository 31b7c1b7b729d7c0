"""What a browser keeps: the secrets that were granted to it, in a cookie per talk."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "kompas-{role}-{session}"
COPY = "copy"  # an edited copy, for who is outside; its id stands where that of a talk would
OWN_DEVICE = "kompas-own"
SIGNATURE = "kompas-signature-{session}"  # what this browser signed with last, for its next form
OWN_DEVICE_DAYS = 90
SEAT_DAYS = 30  # a talk may go on another evening


def grant(response: HttpResponse, role: str, session_id: uuid.UUID, secret: str, *, days=None):
    """Let this browser act as `role`; without `days` until the browser is closed."""
    _keep(response, COOKIE.format(role=role, session=session_id.hex), secret, days)


def take_back(response: HttpResponse, role: str, session_id: uuid.UUID) -> None:
    """Let this browser no longer act as `role`."""
    response.delete_cookie(COOKIE.format(role=role, session=session_id.hex), samesite="Lax")


def remember_own_device(response: HttpResponse, own: bool) -> None:
    """Remember that this is one's own device, for the screen to say so."""
    if own:
        _keep(response, OWN_DEVICE, "1", OWN_DEVICE_DAYS)
    else:
        response.delete_cookie(OWN_DEVICE, samesite="Lax")


def remember_signature(response: HttpResponse, session_id: uuid.UUID, said_by: str) -> None:
    """Remember with what this browser signed in a talk, as long as its seat."""
    _keep(response, SIGNATURE.format(session=session_id.hex), quote(said_by), SEAT_DAYS)


def granted_cookies(request: HttpRequest) -> list[str]:
    """The names of all cookies by which this browser acts in a talk."""
    return [name for name in request.COOKIES if name.startswith("kompas-")]


def _keep(response: HttpResponse, name: str, value: str, days: float | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=None if days is None else int(days * 86400),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
