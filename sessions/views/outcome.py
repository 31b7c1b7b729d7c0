"""What only the step of the outcome asks: a day to look again, raised hands, words withdrawn."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_POST

from sessions import access, lifecycle
from sessions import room as acts
from sessions.forms import MovedForm, ReviewForm
from sessions.models import MinorityView
from sessions.screen import StepScreen

from .answers import refused, see
from .lead import STEP, led_step, led_step_of, step_url


@require_POST
def review(request, session_id):
    """Set the day on which the group looks again, or so many months from the talk."""
    found = access.led_session(request.actor, session_id)
    shown = StepScreen(found, led_step_of(found, found.session.step_of_kind("outcome")))
    form = ReviewForm(request.POST, instance=found.session)
    if form.is_valid():
        conflicts = lifecycle.save_dates(found, form)
        if not conflicts:
            return see(step_url(shown, "part-review"))
        for name, message in conflicts:
            form.add_error(name, message)
    shown.forms["review"] = form
    return refused(request, STEP, {"screen": shown})


@require_POST
def moved(request, session_id, step_key):
    """How many see it differently now, as raised hands said."""
    shown = led_step(request, session_id, step_key)
    if shown.kind.intuition != "last":
        raise Http404
    form = MovedForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        acts.tell_moved(shown.access, shown.step, said["moved"], said["asked"])
        return see(step_url(shown, "feelings"))
    shown.forms["moved"] = form
    return refused(request, STEP, {"screen": shown})


@require_POST
def withdrawal(request, session_id, step_key, slug, row_id):
    """Forget a minority view, as who holds it asks."""
    found = access.led_session(request.actor, session_id)
    one = StepScreen(found, led_step_of(found, step_key)).kind.list(slug)
    if one is None or one.model is not MinorityView:
        raise Http404
    with found.session.writing(found) as write:
        row = acts.row(found, one, step_key, row_id)
        if isinstance(row, MinorityView):
            row.withdraw(write)
    return see(reverse("sessions:step", args=[session_id, step_key]) + f"#{slug}")
