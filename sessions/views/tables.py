"""Several tables: making them, looking over them, leading one, and sitting down at one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sessions import access, room
from sessions import tables as acts
from sessions.forms import SecretForm, TableForm, TablesForm
from sessions.models import Refused, Session
from sessions.screen import Screen

from . import limits
from .answers import posted, refused, screen, see, speak
from .home import code_unknown
from .talk import link_url

PAGE, JOIN = "sessions/tables/tables.html", "sessions/tables/join.html"


@require_http_methods(["GET", "HEAD", "POST"])
def tables(request, session_id):
    """Making tables, and once they are there: where each of them is."""
    found = access.led_session(request.actor, session_id)
    shown = Screen(found)
    fewest = max(acts.FEWEST, found.session.table_count)
    form = TablesForm(posted(request), fewest=fewest, most=acts.MOST)
    if request.method == "POST" and form.is_valid():
        acts.make(found, form.cleaned_data["number"])
        return see(reverse("sessions:tables", args=[session_id]))
    context = {
        "screen": shown,
        "form": form,
        "why_not": "" if shown.tables else acts.why_no_tables(found.session),
        "link_form": SecretForm(auto_id=False),
        "most": acts.MOST,
        "outcome": found.session.step_of_kind("outcome"),
    }
    if form.errors:
        return refused(request, PAGE, context)
    return screen(request, found, PAGE, lambda: context)


def _table(found: access.Access, number: int) -> Session:
    table = acts.table_of(found, number)
    if table is None:
        raise Http404
    return table


@require_POST
def enter(request, session_id, number):
    """Let the plenary's leader lead a table, until the night."""
    found = access.led_session(request.actor, session_id)
    table = _table(found, number)
    form = SecretForm(request.POST)
    response = see(reverse("sessions:session", args=[table.pk]))
    try:
        access.led_session(request.actor, table.pk)  # leads it already
    except (access.NoGrant, Http404, Refused):
        if not form.is_valid():
            return see(reverse("sessions:tables", args=[session_id]))
        secret = acts.secret_for(form.cleaned_data["secret"], table, "enter")
        acts.enter(found, table, secret)
        access.grant(response, access.FACILITATOR, table.pk, secret)
    return response


@require_POST
def removal(request, session_id, number):
    """Take away a table at which nothing was given."""
    found = access.led_session(request.actor, session_id)
    acts.take_away(found, number)
    return see(reverse("sessions:tables", args=[session_id]))


@never_cache
@require_POST
def links(request, session_id):
    """For each table, or one of them, a link for who leads it: shown once, to hand over."""
    found = access.led_session(request.actor, session_id)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return see(reverse("sessions:tables", args=[session_id]))
    number = request.POST.get("number", "")
    asked = [one for one in found.session.family if number in ("", str(one.table))]
    if not asked:
        raise Http404
    given = []
    for table in asked:
        secret = acts.secret_for(form.cleaned_data["secret"], table, "lead")
        acts.give_link(found, table, secret)
        given.append((table, link_url(request, table.pk, secret)))
    speak(request, found.session)
    context = {"screen": Screen(found), "given": given}
    return render(request, "sessions/tables/links.html", context)


# -- sitting down -------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, code, number=None):
    """The choice of a table; with a `number`, that one alone."""
    if limits.ROOM_CODES.exceeded(request):
        return limits.too_often(request)
    plenary = access.joinable_session(code)
    if plenary is None or not plenary.table_count:
        limits.ROOM_CODES.count(request)
        return code_unknown(code)
    speak(request, plenary)
    form = TableForm(posted(request), initial={"number": number})
    if request.method == "POST" and form.is_valid():
        table = next((one for one in plenary.family if one.table == _chosen(form)), None)
        if table is None:
            form.add_error("number", _("There is no such table."))
        else:
            try:
                return _sit_down(request, plenary, table, form.cleaned_data["key"])
            except Refused as refusal:
                form.add_error("number", str(refusal))
            except Session.DoesNotExist:  # taken away a moment ago
                return see(reverse("sessions:join_tables", args=[code]))
    seats = _seats(request, plenary)
    context = {
        "form": form,
        "plenary": plenary,
        "tables": [one for one in plenary.family if number in (None, one.table)],
        "here": [table for table, _key in seats],
        "only": number,
    }
    if form.errors:
        return refused(request, JOIN, context)
    return render(request, JOIN, context)


def _chosen(form: TableForm) -> int:
    return form.cleaned_data["number"]


def _seats(request: Any, plenary: Session) -> list[tuple[Session, str]]:
    """The tables at which this browser sits, each with the key of its seat there."""
    return [
        (table, request.actor.secret(access.SEAT, table.pk))
        for table in access.seated_sessions(request.actor)
        if table.plenary_id == plenary.pk
    ]


def _sit_down(request: Any, plenary: Session, table: Session, key: str) -> HttpResponse:
    """A seat at this table; the one at another is given up, unless something waits there."""
    seats = _seats(request, plenary)
    key = room.take_seat(request.actor, table, key)
    response = see(reverse("sessions:phone", args=[table.pk]))
    access.grant(response, access.SEAT, table.pk, key, days=access.SEAT_DAYS)
    for other, own in seats:
        if other != table and room.leave_seat(other, own):
            access.take_back(response, access.SEAT, other.pk)
    return response
