"""Before the talk: its preparation, part by part, and the day in a calendar file."""

from __future__ import annotations

from copy import copy

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import access, calendars, lifecycle
from sessions.forms import DecideByForm, NamingForm, WhenForm
from sessions.models import Refused
from sessions.screen import PrepareScreen

from .answers import refused, screen, see, speak
from .lead import row_in, row_to_edit

PREPARE = "sessions/prepare.html"
DATES = {"when": WhenForm, "by": DecideByForm}


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request, session_id):
    """The preparation, with one part unfolded; its dates are saved here."""
    found = access.led_session(request.actor, session_id)
    shown = PrepareScreen(found, at=request.GET.get("deel", ""))
    shown.editing, shown.undoing = row_to_edit(request), row_in(request, "weg")
    if request.method != "POST":
        return screen(request, found, PREPARE, lambda: {"screen": shown})
    name = "by" if "by" in request.POST else "when"
    # A form fills its instance also when it is wrong; the page shows what is stored.
    form = DATES[name](request.POST, instance=copy(found.session))
    if form.is_valid():
        conflicts = lifecycle.save_dates(found, form)
        if not conflicts:
            return see(shown.address_of(name))
        for field, message in conflicts:
            form.add_error(field, message)
    shown.forms[name], shown.at = form, shown.part_of(name)
    return refused(request, PREPARE, {"screen": shown})


@require_POST
def naming(request, session_id):
    """Choose what stands beside what people write alone."""
    found = access.led_session(request.actor, session_id)
    form, shown = NamingForm(request.POST), PrepareScreen(found, at="naming")
    if form.is_valid():
        lifecycle.choose_naming(found, form.cleaned_data["naming"])
        return see(shown.address_of("naming"))
    shown.forms["naming"] = form
    return refused(request, PREPARE, {"screen": shown})


@never_cache
@require_safe
def calendar(request, session_id):
    """The talk as a file for any calendar."""
    found = access.led_session(request.actor, session_id)
    speak(request, found.session)
    shown = PrepareScreen(found)
    place = shown.text("", "place")
    event = calendars.talk(found.session, shown.title, place=place, words=shown.invitation)
    if event is None:
        raise Refused(_("Choose a day first. Then there is something for a calendar."))
    response = HttpResponse(calendars.calendar(event), content_type=calendars.CONTENT_TYPE)
    name = f"gesprek-{found.session.held_on:%Y-%m-%d}.ics"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
