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
    shown = Screen(found, found.session.step(found.session.room_step))
    return screen(request, found, "sessions/board/board.html", lambda: {"screen": shown})


def joined(request, session_id) -> Screen:
    found = access.joined_session(request.actor, session_id)
    return Screen(found, found.session.step(found.session.room_step))


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
            editing = next(
                (row for row in shown.own if str(row.pk) == context.get("editing")), None
            )
            context["own_list"], context["own_editing"] = one, editing
            context["own_form"] = shown.form(one, instance=editing)
    return context


def _open(shown: Screen, step_key: str):
    """The open round of the step that the form was of; what came too late keeps its text."""
    if shown.step is None or shown.step.key != step_key or shown.open_round is None:
        raise Refused(_("This round is no longer open."))
    return shown.open_round


@require_POST
def own_contribution(request, session_id, step_key):
    """Give something alone, change it, or take it back; its id is in no address."""
    shown = joined(request, session_id)
    one = next(iter(shown.kind.alone), None) if shown.kind else None
    if one is None:
        raise Http404
    _open(shown, step_key)
    url = reverse("sessions:phone", args=[session_id])
    if "remove" in request.POST:
        acts.take_back(shown.access, shown.step, one, request.POST["remove"])
        return see(url)
    form = one.form(request.POST, session=shown.session, step=step_key)
    if form.is_valid():
        acts.give_alone(shown.access, shown.step, form)
        return see(url)
    return refused(request, PHONE, phone_context(shown, own_form=form, own_list=one))


@require_POST
def ready(request, session_id, step_key):
    """ "I am done", or "not yet", in a round that collects contributions."""
    shown = joined(request, session_id)
    _open(shown, step_key)
    acts.be_ready(shown.access, shown.step, request.POST.get("ready") != "no")
    return see(reverse("sessions:phone", args=[session_id]))


@require_POST
def ballot(request, session_id, step_key):
    """This phone's weights; until the reveal they may be given again."""
    shown = joined(request, session_id)
    _open(shown, step_key)
    if not shown.kind.weighs:
        raise Http404
    form = BallotForm(request.POST, items=shown.items)
    if form.is_valid():
        acts.give_ballot(shown.access, shown.step, form.weights())
        return see(reverse("sessions:phone", args=[session_id]))
    return refused(request, PHONE, phone_context(shown, ballot=form))
