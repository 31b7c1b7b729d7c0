"""How a talk ends: looking back at what was overlooked, stopping for today, closing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sessions import access, calendars, lifecycle
from sessions.forms import CloseForm, PauseForm, SecretForm
from sessions.screen import EndingScreen, Screen

from .answers import posted, refused, screen, see
from .lead import row_in, row_to_edit

OVERVIEW_PAGE = "sessions/overview.html"
CLOSING = "sessions/closing.html"


@require_safe
def overview(request, session_id):
    """What the group may have overlooked, for whom which value counts, and what is parked."""
    found = access.led_session(request.actor, session_id)
    shown = EndingScreen(found)
    shown.editing, shown.undoing = row_to_edit(request), row_in(request, "weg")
    return screen(request, found, OVERVIEW_PAGE, lambda: {"screen": shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request, session_id):
    """Stop now: keep what was seen, and go on another day or close."""
    found = access.led_session(request.actor, session_id)
    if found.session.is_closed or not found.session.room_step:
        return see(reverse("sessions:session", args=[session_id]))
    form = PauseForm(posted(request), session=found.session)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        id, insight = data["id"], data["insight"]
        if not form.goes_on:
            lifecycle.keep_insight(found, id, insight)
            return see(reverse("sessions:close", args=[session_id]))
        lifecycle.pause(found, id, insight, data["resume_on"], data["begins"], data["ends"])
        return see(reverse("sessions:pause", args=[session_id]))
    context = {"screen": Screen(found), "form": form}
    if form.errors:
        return refused(request, "sessions/pause.html", context)
    return render(request, "sessions/pause.html", context)


@never_cache
@require_safe
def pause_calendar(request, session_id):
    """The day on which the talk goes on, for one's calendar."""
    found = access.led_session(request.actor, session_id)
    session = found.session
    if session.resume_on is None:
        raise Http404
    shown = Screen(found)
    event = calendars.event(
        f"resume-{session.pk}",
        _("We continue: %(title)s") % {"title": shown.title},
        session.resume_on,
        session.begins,
        session.ends,
        place=shown.text("", "place"),
        revision=session.revision,
    )
    response = HttpResponse(calendars.calendar(event), content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="kompas-{session.resume_on}.ics"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request, session_id):
    found = access.led_session(request.actor, session_id)
    if found.session.is_closed:
        return see(reverse("reports:report", args=[session_id]))
    shown = EndingScreen(found)
    form = CloseForm(posted(request), asks=bool(shown.waiting))
    if request.method == "POST" and form.is_valid():
        lifecycle.close(found, form.cleaned_data.get("unrevealed", ""))
        return see(reverse("reports:report", args=[session_id]))
    context = closing_context(shown, form)
    if form.errors:
        return refused(request, CLOSING, context)
    return render(request, CLOSING, context)


def closing_context(shown: EndingScreen, form: CloseForm | None = None) -> dict[str, Any]:
    return {
        "screen": shown,
        "form": form or CloseForm(asks=bool(shown.waiting)),
        "link_form": SecretForm(auto_id=False),
    }
