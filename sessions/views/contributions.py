"""The rows of a list, typed for the table: add, change, remove, bring back, move, merge."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions import access
from sessions import room as acts
from sessions.forms import MergeForm
from sessions.models import Contribution, Refused
from sessions.screen import StepScreen
from sessions.steps import WHOLE_LISTS, List, kind_of
from sessions.steps.forms import marks_form
from sessions.steps.weighing import DialogueForm

from .answers import refused, see
from .lead import STEP, led_step, led_step_of, step_url


def _list(shown: StepScreen, slug: str) -> List:
    one = shown.kind.list(slug)
    if one is None:
        raise Http404
    return one


@require_POST
def contributions(request, session_id, step_key, slug):
    """Add one row to a list, for the table."""
    shown = led_step(request, session_id, step_key)
    one = _list(shown, slug)
    quick = one.quick if "line" in request.POST else None
    form = (quick or one.form)(request.POST, session=shown.session, step=step_key)
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            form.contribution().add(write)
        return see(step_url(shown, slug))
    shown.forms[slug] = form if quick else shown.form(one, request.POST)
    return refused(request, STEP, {"screen": shown})


@require_POST
def contribution(request, session_id, step_key, slug, row_id):
    """Change one row."""
    shown = led_step(request, session_id, step_key)
    one = _list(shown, slug)
    row = acts.row(shown.access, one, step_key, row_id)
    form, conflict = one.form(request.POST, session=shown.session, step=step_key), None
    data = request.POST.copy()
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step_key, row_id)
            taken = row.edit(write, form.changes(), form.cleaned_data["version"] or 0)
        if taken:
            return see(step_url(shown, f"rij-{row.pk}"))
        conflict, data["version"] = row, row.version
    form = shown.form(one, data)
    form.instance, form.conflict = row, conflict
    shown.editing, shown.forms[str(row.pk)] = row.pk, form
    response = refused(request, STEP, {"screen": shown})
    response["HX-Replace-Url"] = "false"  # the address of the page stays in place
    return response


def undo_url(shown: StepScreen, slug: str, row: Contribution) -> str:
    """The list without this row, with the way back beside it."""
    return f"{step_url(shown)}?weg={row.pk}#{slug}"


def _row_action(act):
    """A POST to a noun of one row: do it in the one write, and show the list again."""

    @require_POST
    def view(request, session_id, step_key, slug, row_id):
        shown = led_step(request, session_id, step_key)
        one = _list(shown, slug)
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step_key, row_id)
            act(request, shown.rows(one), write, row)
        return see(step_url(shown, f"rij-{row.pk}") if row.stands else undo_url(shown, slug, row))

    return view


@_row_action
def removal(request, rows, write, row):
    row.remove(write)


@_row_action
def restoration(request, rows, write, row):
    row.restore(write)


@_row_action
def place(request, rows, write, row):
    """One place up or down; an argument among those of its own side."""
    by = -1 if request.POST.get("to") == "up" else 1
    standing = [other for other in rows if other.stands]
    at = standing.index(row)
    beyond = standing[at + 1 :] if by > 0 else standing[:at][::-1]
    side = getattr(row, "side", None)
    for distance, other in enumerate(beyond, 1):
        if getattr(other, "side", None) == side:
            row.move(write, by * distance)
            break


@_row_action
def merger(request, rows, write, row):
    form = MergeForm(request.POST)
    chosen = form.cleaned_data["into"] if form.is_valid() else None
    into = next((other for other in rows if other.pk == chosen), None)
    if into is None:
        raise Refused(_("Choose another one of the same list."))
    row.merge(write, into)


@require_POST
def choice(request, session_id, step_key, slug, row_id):
    """Set what is chosen of a row and not typed: each of the list's marks that the form holds.

    `back` names the step whose screen asked it, if that is another; `-` is the talk as a whole.
    `veeg` goes back to the sweep along the arguments.
    """
    found = access.led_session(request.actor, session_id)
    whole = step_key == "-"
    lists = WHOLE_LISTS if whole else kind_of(led_step_of(found, step_key)).lists
    one = next((one for one in lists if one.slug == slug), None)
    form = marks_form(one.model, one.marks, request.POST, found.session) if one else None
    if one is None or form is None or not form.fields:
        raise Http404
    if not form.is_valid():
        raise Refused(_("Choose one of what is offered here."))
    if whole:
        back = reverse("sessions:prepare", args=[session_id])
    else:
        step = led_step_of(found, request.POST.get("back") or step_key)
        back = reverse("sessions:step", args=[session_id, step.key])
    with found.session.writing(found) as write:
        row = acts.row(found, one, "" if whole else step_key, row_id)
        row.mark(write, **form.cleaned_data)
    return see(f"{back}?veeg={row.pk}#sweep" if "veeg" in request.POST else f"{back}#rij-{row.pk}")


@require_POST
def dialogue(request, session_id, step_key, slug, row_id):
    """Keep what was said about one argument; `back` names the step that showed its weights."""
    found = access.led_session(request.actor, session_id)
    shown = StepScreen(found, led_step_of(found, request.POST.get("back") or step_key))
    one = _list(StepScreen(found, led_step_of(found, step_key)), slug)
    if one.model is not DialogueForm.Meta.model:
        raise Http404
    row = acts.row(found, one, step_key, row_id)
    form, data = DialogueForm(request.POST, session=found.session, step=step_key), request.POST
    if form.is_valid():
        with found.session.writing(found) as write:
            row = acts.row(found, one, step_key, row_id)
            taken = row.edit(write, form.changes(), form.cleaned_data["version"] or 0)
        if taken:
            return see(f"{step_url(shown)}?rij={row.pk}#rij-{row.pk}")
        data = request.POST.copy()
        data["version"] = row.version
    kept = DialogueForm(data, session=found.session, step=step_key)
    kept.instance, kept.conflict = row, row if form.is_valid() else None
    shown.focus, shown.forms["dialogue"] = row.pk, kept
    return refused(request, STEP, {"screen": shown})
