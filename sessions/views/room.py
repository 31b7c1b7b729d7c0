"""What the room sees and gives: the board, and each one's own device."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions import access
from sessions import room as acts
from sessions.forms import BallotForm
from sessions.models import Refused
from sessions.screen import Screen

from .answers import refused, screen, see

PHONE = "sessions/phone/phone.html"


@require_safe
def board(request, session_id):
    """A pure view of where the room is."""
    found = access.shown_session(request.actor, session_id)
    shown = Screen(found, _where(found.session))
    return screen(request, found, "sessions/board/board.html", lambda: {"screen": shown})


def joined(request, session_id) -> Screen:
    found = access.joined_session(request.actor, session_id)
    return Screen(found, _where(found.session))


def _where(session):
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
    )


def phone_context(shown: Screen, **more):
    context = {"screen": shown, **more}
    if shown.open_round is not None:
        if shown.kind.weighs and "ballot" not in context:
            context["ballot"] = BallotForm(items=shown.items, own=shown.own_weights)
        if shown.kind.alone and "own_form" not in context:
            one = shown.kind.alone[0]
            # Asked for by its place among one's own: an id in an address would end up in logs.
            numbered = enumerate(shown.own, 1)
            editing = next(
                (row for number, row in numbered if str(number) == context.get("editing")), None
            )
            context["own_list"], context["own_editing"] = one, editing
            context["own_form"] = shown.form(one, instance=editing)
    return context


def _too_late(request, shown: Screen, step_key: str):
    """The answer to what comes after the reveal: refused, with the text kept; None if in time."""
    if shown.step is not None and shown.step.key == step_key and shown.open_round is not None:
        return None
    return _late(request, shown, _("This round is no longer open."))


def _late(request, shown: Screen, reason: str):
    late = request.POST.get("text", "")
    return refused(request, PHONE, phone_context(shown, late_text=late, late_reason=reason))


@require_POST
def own_contribution(request, session_id, step_key):
    """Give something alone, change it, or take it back; its id is in no address."""
    shown = joined(request, session_id)
    if late := _too_late(request, shown, step_key):
        return late
    try:
        if "remove" in request.POST:
            acts.take_back(shown.access, shown.step, _alone(shown), request.POST["remove"])
        elif wrong := _give_alone(request, shown):
            return wrong
    except Refused as refusal:  # revealed between the look and the write
        return _late(request, joined(request, session_id), str(refusal))
    return see(reverse("sessions:phone", args=[session_id]))


def _alone(shown: Screen):
    """The list that each fills alone in this step."""
    one = next(iter(shown.kind.alone), None)
    if one is None:
        raise Http404
    return one


def _give_alone(request, shown: Screen):
    """Store what was typed; the page with what is wrong with it, if something is."""
    one = _alone(shown)
    form = one.form(request.POST, session=shown.session, step=shown.step.key)
    if not form.is_valid():
        return refused(request, PHONE, phone_context(shown, own_form=form, own_list=one))
    acts.give_alone(shown.access, shown.step, form)
    return None


@require_POST
def ready(request, session_id, step_key):
    """Say "I am ready", or "not yet", in a round that collects contributions."""
    shown = joined(request, session_id)
    if late := _too_late(request, shown, step_key):
        return late
    _alone(shown)  # in a weighing the ballot itself says so
    is_ready = request.POST.get("ready") != "no"
    try:
        # What was typed and not given yet goes along.
        if is_ready and request.POST.get("text", "").strip():
            if wrong := _give_alone(request, shown):
                return wrong
        acts.be_ready(shown.access, shown.step, is_ready)
    except Refused as refusal:
        return _late(request, joined(request, session_id), str(refusal))
    return see(reverse("sessions:phone", args=[session_id]))


@require_POST
def ballot(request, session_id, step_key):
    """This phone's weights, or that it skips; until the reveal they may be given again."""
    shown = joined(request, session_id)
    if late := _too_late(request, shown, step_key):
        return late
    if not shown.kind.weighs:
        raise Http404
    form = BallotForm(request.POST, items=shown.items)
    skips = "pass" in request.POST
    if not skips and not form.is_valid():
        return refused(request, PHONE, phone_context(shown, ballot=form))
    try:
        acts.give_ballot(shown.access, shown.step, {} if skips else form.weights())
    except Refused as refusal:
        return _late(request, joined(request, session_id), str(refusal))
    return see(reverse("sessions:phone", args=[session_id]))
