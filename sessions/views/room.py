"""What the room sees and gives: the board, and each one's own device."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions import access
from sessions import room as acts
from sessions.forms import BallotForm, SeatForm
from sessions.models import Refused, Session, Step, new_secret
from sessions.screen import HEIGHT, Screen, Sheet, StepScreen, screen_of
from sessions.steps import List
from sessions.steps.values import OwnValuesForm

from .answers import refused, screen, see
from .home import SEAT_DAYS

PHONE = "sessions/phone/phone.html"
LATE = ("text", "would_change_if")  # what was typed, and stays when it comes too late


@require_safe
def board(request, session_id):
    """A pure view of where the room is."""
    found = access.shown_session(request.actor, session_id)
    shown = screen_of(found, _where(found.session))
    context = {"screen": shown, "sheet": Sheet(shown, HEIGHT)}
    return screen(request, found, "sessions/board/board.html", lambda: context)


def joined(request, session_id) -> Screen | StepScreen:
    found = access.joined_session(request.actor, session_id)
    return screen_of(found, _where(found.session))


def _where(session: Session) -> Step | None:
    """The step that the room sees: where it is, and of a closed talk what it came to."""
    key = session.step_of_kind("outcome") if session.is_closed else session.room_step
    return session.step(key)


@require_safe
def phone(request, session_id):
    """What one can do now, on one's own device."""
    shown = joined(request, session_id)
    return screen(
        request,
        shown.access,
        PHONE,
        lambda: phone_context(shown, editing=request.GET.get("bewerk", "")),
        keep=False,  # what one gave does not come back once it is shown, or the talk is closed
    )


@require_safe
def preview(request, session_id):
    """What a phone shows now, for who leads: of nobody's phone, and nothing can be given on it."""
    found = access.led_session(request.actor, session_id)
    of_nobody = access.Access(found.session, access.SEAT)
    shown = screen_of(of_nobody, _where(found.session))
    return screen(request, found, "sessions/phone/preview.html", lambda: phone_context(shown))


@require_POST
def own_seat(request, session_id):
    """Who leads takes part too, on this device; what is given on it is as unseen as all else."""
    found = access.led_session(request.actor, session_id)
    form = SeatForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else new_secret()
    key = acts.take_seat(request.actor, found.session, key, leads=True)
    response = see(reverse("sessions:phone", args=[session_id]))
    access.grant(response, access.SEAT, session_id, key, days=SEAT_DAYS)
    return response


def phone_context(shown: Screen, **more: Any) -> dict[str, Any]:
    context = {"screen": shown, "sheet": Sheet(shown), **more}
    if isinstance(shown, StepScreen) and shown.open_round is not None:
        if shown.gives_ballots and "ballot" not in context:
            context["ballot"] = BallotForm(items=shown.items, own=shown.own_weights)
        if shown.kind.picks and shown.gives_rows and "own_values" not in context:
            context["own_values"] = _own_values(shown)
        elif shown.gives_rows and "own_form" not in context:
            one = shown.kind.alone[0]
            # Asked for by its place among one's own: an id in an address would end up in logs.
            numbered = enumerate(shown.own, 1)
            editing = next(
                (row for number, row in numbered if str(number) == context.get("editing")), None
            )
            context["own_list"], context["own_editing"] = one, editing
            context["own_form"] = shown.form(one, instance=editing)
    return context


def _in_time(shown: Screen, step_key: str) -> StepScreen:
    """The step that is asked for, while its round is open; Refused afterwards."""
    if isinstance(shown, StepScreen) and shown.step.key == step_key and shown.waiting_round:
        if shown.open_round:
            return shown
        raise Refused(shown.waiting_round.refusal)
    raise Refused(_("This round is no longer open."))


def _or_too_late(view):
    """Answer a refusal with the phone's page, in which what was typed still stands."""

    @wraps(view)
    def answer(request, session_id, step_key):
        shown = joined(request, session_id)
        try:
            return view(request, _in_time(shown, step_key))
        except Refused as refusal:  # also: revealed between the look and the write
            context = phone_context(
                joined(request, session_id),
                late_text="\n\n".join(filter(None, map(request.POST.get, LATE))),
                late_reason=str(refusal),
            )
            return refused(request, PHONE, context)

    return answer


@require_POST
@_or_too_late
def own_contribution(request, shown):
    """Give something alone, change it, or take it back; its id is in no address."""
    if shown.kind.picks:
        wrong = _choose_alone(request, shown)
        return wrong or _seen(shown)
    if "remove" in request.POST:
        acts.take_back(shown.access, shown.step, _alone(shown), request.POST["remove"])
    elif wrong := _give_alone(request, shown):
        return wrong
    return _seen(shown)


@require_POST
@_or_too_late
def ready(request, shown):
    """Say "I am ready", or "not yet", in a round that collects contributions."""
    _alone(shown)  # in a weighing the ballot itself says so
    is_ready = request.POST.get("ready") != "no"
    if is_ready and not shown.kind.picks and request.POST.get("text", "").strip():
        # Half a sentence may be meant for nobody.
        choice = request.POST.get("typed")
        if choice not in ("give", "leave"):
            return refused(
                request, PHONE, phone_context(shown, asks=True, **_typed(request, shown))
            )
        if choice == "give" and (wrong := _give_alone(request, shown)):
            return wrong
    acts.be_ready(shown.access, shown.step, is_ready)
    return _seen(shown)


@require_POST
@_or_too_late
def ballot(request, shown):
    """This phone's weights, or that it skips; until the reveal they may be given again."""
    if not shown.gives_ballots:
        raise Http404
    form = BallotForm(request.POST, items=shown.items)
    skips = "pass" in request.POST
    if not skips and not form.is_valid():
        return refused(request, PHONE, phone_context(shown, ballot=form))
    acts.give_ballot(shown.access, shown.step, {} if skips else form.weights())
    return _seen(shown)


def _seen(shown: StepScreen) -> HttpResponse:
    return see(reverse("sessions:phone", args=[shown.session.pk]))


def _alone(shown: StepScreen) -> List:
    """The list that each fills alone in this step."""
    one = next(iter(shown.kind.alone), None)
    if one is None:
        raise Http404
    return one


def _own_values(shown: StepScreen, data=None) -> OwnValuesForm:
    return OwnValuesForm(
        data,
        language=shown.session.language,
        most=shown.kind.picks,
        chosen=[str(row) for row in shown.own],
    )


def _choose_alone(request, shown: StepScreen) -> HttpResponse | None:
    """Store what was chosen; the page with what is wrong with it, if something is."""
    form = _own_values(shown, request.POST)
    if not form.is_valid():
        return refused(request, PHONE, phone_context(shown, own_values=form))
    acts.choose_values(shown.access, shown.step, form.chosen())
    return None


def _typed(request, shown: StepScreen) -> dict[str, Any]:
    """The form with what was typed in it, of which nothing is said yet."""
    one = _alone(shown)
    typed = {name: request.POST.get(name, "") for name in (*one.form.base_fields, "id")}
    return {"own_list": one, "own_form": shown.form(one, initial=typed | {"version": ""})}


def _give_alone(request, shown: StepScreen) -> HttpResponse | None:
    """Store what was typed; the page with what is wrong with it, if something is."""
    one = _alone(shown)
    form = one.form(request.POST, session=shown.session, step=shown.step.key)
    if not form.is_valid():
        return refused(request, PHONE, phone_context(shown, own_form=form, own_list=one))
    acts.give_alone(shown.access, shown.step, form)
    return None
