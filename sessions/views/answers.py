"""How screens are answered: only when something changed, and never from a shared cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from kompas import live
from sessions.access import SEAT, Access
from sessions.models import Session
from sessions.timing import is_behind


def screen_tag(request: HttpRequest, access: Access, seen: object = "") -> str:
    """The ETag of whatever this actor sees of this talk now.

    `seen` is what the page shows besides and what does not move the talk's revision.
    Read before the rows are: a page may then be newer than its tag, never older.
    """
    session = access.session
    get_token(request)
    parts = [
        settings.KOMPAS_RELEASE,
        str(session.pk),
        str(session.revision),
        str(session.unseen_revision),
        access.role,
        str(access.has("lead") and is_behind(session, timezone.now())),
        str(access.seat.pk if access.seat else access.link.pk if access.link else ""),
        str(live.window()),
        str(get_language()),
        request.META.get("CSRF_COOKIE", ""),
        request.COOKIES.get("theme", ""),
        request.COOKIES.get("text", ""),
        request.get_full_path(),
        str(seen),
    ]
    parts += [f"{one.pk}:{one.revision}:{one.unseen_revision}" for one in session.family]
    if session.plenary is not None:  # whose code, door and voices a table shows
        parts.append(str(session.plenary.revision))
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def speak(request: HttpRequest, session: Session) -> None:
    """A talk's screens are in the talk's own language, unless this browser chose another."""
    if not getattr(request, "chose_language", False):
        translation.activate(session.language)


def screen(
    request: HttpRequest,
    access: Access,
    template: str,
    build: Callable[[], dict[str, Any]],
    *,
    keep: bool = True,
    seen: object = "",
) -> HttpResponse:
    """The page, or 304 when this browser has it already; `build` is not called then.

    `seen`: see `screen_tag`. `keep`: whether the browser may keep it, to show it when somebody
    goes back.
    """
    speak(request, access.session)
    if access.role == SEAT:
        live.asked(access.session.topic, request.headers.get(live.HEADER, ""))
    tag = screen_tag(request, access, seen)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = render(request, template, {**build(), "tag": tag.strip('"')})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache" if keep else "private, no-store"
    response["Vary"] = "Cookie"
    return response


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when that is nothing; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def refused(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page again, with what was typed and what is wrong with it."""
    if "screen" in context:
        speak(request, context["screen"].session)
    response = render(request, template, context, status=422)
    response["Cache-Control"] = "no-store"
    return response


def see(url: str) -> HttpResponse:
    """After a POST: see what has become of it, there."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
