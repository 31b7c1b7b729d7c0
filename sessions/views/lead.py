"""What the facilitator does with the room: move it, ask each alone, reveal."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from kompas import live
from sessions import access
from sessions import room as acts
from sessions.clock import Clock
from sessions.forms import BallotForm, CardsForm, ClockForm, EndForm, ExpectedForm
from sessions.models import Step
from sessions.screen import StepScreen

from .answers import posted, refused, screen, see, speak

STEP = "sessions/lead/step.html"


def led_step(request, session_id, step_key) -> StepScreen:
    """The screen of a step of a talk that this actor leads; 404 if the method has no such step."""
    found = access.led_session(request.actor, session_id)
    return StepScreen(found, led_step_of(found, step_key))


def written_step(request, session_id, step_key) -> StepScreen:
    """The screen of a step of a talk in which this actor types for the table."""
    found = access.written_session(request.actor, session_id)
    return StepScreen(found, led_step_of(found, step_key))


def led_step_of(found: access.Access, step_key: str) -> Step:
    """A step of the talk's method; 404 where it has none."""
    step = found.session.step(step_key)
    if step is None:
        raise Http404
    return step


def step_url(shown: StepScreen, anchor: str = "") -> str:
    url = reverse("sessions:step", args=[shown.session.pk, shown.step.key])
    return f"{url}#{anchor}" if anchor else url


@require_safe
def step(request, session_id, step_key):
    """One step on the laptop of who leads or types; the address may name a row that is worked on.

    `bewerk` opens it for editing, `samen` looks for one that says the same, `weg` was just taken
    away, `rij` is talked about; `veeg` gives the arguments their places, one by one; `leeg` asks
    whether to show what nobody gave.
    """
    shown = written_step(request, session_id, step_key)
    shown.editing = row_to_edit(request)
    shown.merging, shown.undoing = row_in(request, "samen"), row_in(request, "weg")
    shown.focus = row_in(request, "rij") or row_in(request, "veeg")
    shown.sweeps, shown.asks_empty = "veeg" in request.GET, "leeg" in request.GET
    return screen(request, shown.access, STEP, lambda: {"screen": shown})


def row_to_edit(request: HttpRequest) -> uuid.UUID | None:
    """The row that the address asks to edit."""
    return row_in(request, "bewerk")


def row_in(request: HttpRequest, name: str) -> uuid.UUID | None:
    """The row that the address names so."""
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@require_POST
def room(request, session_id):
    """Bring the room to a step, and show that step here."""
    found = access.led_session(request.actor, session_id)
    step = led_step_of(found, request.POST.get("step", ""))
    acts.move_room(found, step.key)
    return see(reverse("sessions:step", args=[session_id, step.key]))


@never_cache
@require_safe
def connected(request, session_id):
    """How many phones are connected at this moment, in words; never which."""
    session = access.led_session(request.actor, session_id).session
    speak(request, session)
    phones = (topic for one in (session, *session.family) for topic in one.phone_topics)
    number = live.connected(*phones)
    words = ngettext("%(n)s phone is connected", "%(n)s phones are connected", number)
    return HttpResponse(words % {"n": number}, content_type="text/plain; charset=utf-8")


@require_POST
def time_plan(request, session_id, step_key):
    """Divide the time that is left anew, from this step on."""
    shown = led_step(request, session_id, step_key)
    acts.divide_time(shown.access, shown.step)
    return see(step_url(shown))


@require_POST
def end_time(request, session_id, step_key):
    """Change when the talk ends, from the screen of a step."""
    shown = led_step(request, session_id, step_key)
    form = EndForm(request.POST, session=shown.session, now=shown.now)
    if form.is_valid():
        acts.set_end(shown.access, form.cleaned_data["ends"])
        return see(step_url(shown))
    shown.forms["ends"] = form
    return refused(request, STEP, {"screen": shown})


@require_POST
def clock(request, session_id, step_key):
    """Set the clock, give it more time, hold it, let it go on, or take it away."""
    shown = led_step(request, session_id, step_key)
    now, stamp, act = shown.now, request.POST.get("clock", ""), request.POST.get("act", "")
    if act == "set":
        form = ClockForm(request.POST)
        if not form.is_valid():
            shown.forms["clock"] = form
            return refused(request, STEP, {"screen": shown})
        minutes = datetime.timedelta(minutes=form.cleaned_data["minutes"])
        acts.set_clock(shown.access, lambda _none: Clock(ends=now + minutes), stamp)
        return see(step_url(shown))
    change = CLOCK_ACTS.get(act)
    if change is None:
        raise Http404
    only = stamp if act == "more" else None  # the others do the same however often
    acts.set_clock(shown.access, lambda one: change(one, now) if one else None, only)
    return see(step_url(shown))


CLOCK_ACTS: dict[str, Callable[[Clock, datetime.datetime], Clock | None]] = {
    "more": lambda clock, now: clock.more(datetime.timedelta(minutes=1), now),
    "hold": Clock.held,
    "go": Clock.going_on,
    "stop": lambda _clock, _now: None,
}


@require_POST
def door(request, session_id, step_key):
    """Lock the room, open it again, or give it another code."""
    shown = led_step(request, session_id, step_key)
    act = request.POST.get("act", "")
    if act in ("lock", "unlock"):
        acts.lock_room(shown.access, act == "lock")
    elif act == "code":
        acts.change_code(shown.access, request.POST.get("code", ""))
    else:
        raise Http404
    return see(step_url(shown, "door"))


def _round_action(act):
    @require_POST
    def view(request, session_id, step_key):
        shown = led_step(request, session_id, step_key)
        if not shown.kind.has_rounds:
            raise Http404
        act(shown.access, shown.step)
        return see(step_url(shown))

    return view


@require_POST
def round(request, session_id, step_key):
    """Ask each alone; `purpose` says what, in a step that asks several things."""
    shown = led_step(request, session_id, step_key)
    acts.open_round(shown.access, shown.step, request.POST.get("purpose", ""))
    return see(step_url(shown))


made_up = _round_action(acts.let_made_up_people_in)


@require_POST
def seal(request, session_id, step_key):
    """Close the input of what is asked, before it is shown; or `open` it again."""
    shown = led_step(request, session_id, step_key)
    if not shown.kind.has_rounds:
        raise Http404
    act = acts.unseal_round if "open" in request.POST else acts.seal_round
    act(shown.access, shown.step)
    return see(step_url(shown))


@require_POST
def reveal(request, session_id, step_key):
    """Show what was given alone, and bring it into view; where nothing was, ask first."""
    shown = led_step(request, session_id, step_key)
    if not shown.kind.has_rounds:
        raise Http404
    try:
        ended = acts.reveal_round(shown.access, shown.step, empty="empty" in request.POST)
    except acts.NothingGiven:
        return see(f"{step_url(shown)}?leeg#nothing-given")
    return see(step_url(shown, shown.anchor_of(ended)))


discard = _round_action(acts.discard_round)


@require_POST
def expectation(request, session_id, step_key):
    """How many ballots are awaited."""
    shown = led_step(request, session_id, step_key)
    form = ExpectedForm(request.POST)
    if form.is_valid():
        acts.expect(shown.access, shown.step, form.cleaned_data["expected"])
        return see(step_url(shown))
    shown.forms["expected"] = form
    return refused(request, STEP, {"screen": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request, session_id, step_key):
    """Cards raised, counted by the facilitator: the same data as phones give."""
    shown = led_step(request, session_id, step_key)
    if not shown.weighing_round:
        return see(step_url(shown))
    form = CardsForm(
        posted(request),
        weighed=shown.cards,
        given=shown.weighing_given,
        expected=shown.weighing_round.expected,
    )
    if request.method == "POST" and form.is_valid() and not form.is_odd:
        acts.raise_cards(shown.access, shown.step, form.counts())
        # Slips that were kept are typed in where the group is by now.
        back = step_url(shown)
        if shown.kept and shown.room_step:
            back = reverse("sessions:step", args=[session_id, shown.room_step.key]) + "#feelings"
        # A whole other page follows, so htmx is told to go there and not to put it in this one.
        return HttpResponseClientRedirect(back) if request.htmx else see(back)
    context = {"screen": shown, "form": form}
    if request.method == "POST":
        return refused(request, "sessions/lead/cards.html", context)
    return screen(request, shown.access, "sessions/lead/cards.html", lambda: context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passed(request, session_id, step_key):
    """One blank ballot after another on a device that goes round; nothing of the former shows."""
    shown = led_step(request, session_id, step_key)
    if shown.input_closed:  # the device may be in somebody's hands
        return see(reverse("sessions:passed_on", args=[session_id, step_key]))
    if not shown.gives_ballots:
        return see(step_url(shown))
    form = BallotForm(posted(request), items=shown.items)
    if request.method == "POST" and form.is_valid():
        acts.give_passed(shown.access, shown.step, form.cleaned_data["id"], form.weights())
        return see(reverse("sessions:passed_on", args=[session_id, step_key]))
    context = {"screen": shown, "form": form}
    if form.errors:
        return refused(request, "sessions/lead/passed.html", context)
    return render(request, "sessions/lead/passed.html", context)


@never_cache
@require_safe
def passed_on(request, session_id, step_key):
    """Between two ballots: pass the device on."""
    shown = led_step(request, session_id, step_key)
    return render(request, "sessions/lead/passed_on.html", {"screen": shown})
