"""The rows of a list, typed for the table: add, change, remove, bring back, move, merge."""

from __future__ import annotations

from copy import copy

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions import access
from sessions import room as acts
from sessions.forms import MergeForm
from sessions.models import Argument, Refused
from sessions.screen import OVERVIEW, EndingScreen, ListsScreen, PrepareScreen, StepScreen
from sessions.steps import TYPED_LISTS, List, kind_of
from sessions.steps.forms import marks_form
from sessions.steps.weighing import DialogueForm
from sessions.steps.whole import PARKED

from .answers import refused, see
from .ending import OVERVIEW_PAGE
from .lead import STEP, led_step_of
from .prepare import PREPARE


def _listed(request, session_id, step_key, slug) -> tuple[ListsScreen, List, str]:
    """The screen that shows a list, the list, and the step that it is of; `-` is the whole talk.

    `back` names the step whose screen asked, if that is another. Who types along does so on the
    screen of a step, and parks there what has to wait.
    """
    whole, back = step_key == "-", request.POST.get("back") or step_key
    on_a_step = back not in (OVERVIEW, "-") and (not whole or slug == PARKED.slug)
    may = access.written_session if on_a_step else access.led_session
    found = may(request.actor, session_id)
    lists = TYPED_LISTS if whole else kind_of(led_step_of(found, step_key)).lists
    one = next((one for one in lists if one.slug == slug), None)
    if one is None:
        raise Http404
    if back == OVERVIEW:
        return EndingScreen(found), one, "" if whole else step_key
    if back == "-":
        return PrepareScreen(found, showing=slug), one, "" if whole else step_key
    return StepScreen(found, led_step_of(found, back)), one, "" if whole else step_key


def _refused(request, shown: ListsScreen) -> HttpResponse:
    template = OVERVIEW_PAGE if shown.key == OVERVIEW else STEP if shown.step else PREPARE
    return refused(request, template, {"screen": shown})


@require_POST
def contributions(request, session_id, step_key, slug):
    """Add one row to a list, for the table."""
    shown, one, step = _listed(request, session_id, step_key, slug)
    quick = one.quick if "line" in request.POST else None
    form = (quick or one.form)(request.POST, session=shown.session, step=step)
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            form.contribution().add(write)
        return see(shown.address(one, slug))
    shown.forms[slug] = form if quick else shown.form(one, request.POST)
    return _refused(request, shown)


@require_POST
def contribution(request, session_id, step_key, slug, row_id):
    """Change one row."""
    shown, one, step = _listed(request, session_id, step_key, slug)
    row = acts.row(shown.access, one, step, row_id)
    form, conflict = one.form(request.POST, session=shown.session, step=step), None
    data = request.POST.copy()
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step, row_id)
            taken = row.edit(write, form.changes(), form.cleaned_data["version"] or 0)
        if taken:
            return see(shown.address(one, f"rij-{row.pk}"))
        # Of what stands, a copy: the form writes what was typed into its own.
        conflict, data["version"] = copy(row), row.version
    form = shown.form(one, data)
    form.instance, form.conflict = row, conflict
    shown.editing, shown.forms[str(row.pk)] = row.pk, form
    response = _refused(request, shown)
    response["HX-Replace-Url"] = "false"  # the address of the page stays in place
    return response


def _row_action(act):
    """A POST to a noun of one row: do it in the one write, and show the list again."""

    @require_POST
    def view(request, session_id, step_key, slug, row_id):
        shown, one, step = _listed(request, session_id, step_key, slug)
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step, row_id)
            act(request, shown.rows(one, step), write, row)
        if row.stands:
            return see(shown.address(one, f"rij-{row.pk}"))
        return see(shown.address(one, slug, weg=row.pk))

    return view


@_row_action
def removal(request, rows, write, row):
    row.remove(write)


@_row_action
def restoration(request, rows, write, row):
    row.restore(write)


@_row_action
def unsigning(request, rows, write, row):
    """Take away who said it, at that person's wish."""
    row.take_name_away(write)


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

    `veeg` goes back to the sweep along the arguments.
    """
    shown, one, step = _listed(request, session_id, step_key, slug)
    if one.model is Argument and "chosen" in request.POST:
        access.led_session(request.actor, session_id)  # it says what a round asks
    form = marks_form(one.model, one.marks, request.POST, shown.session)
    if not form.fields:
        raise Http404
    if not form.is_valid():
        raise Refused(_("Choose one of what is offered here."))
    with shown.session.writing(shown.access) as write:
        row = acts.row(shown.access, one, step, row_id)
        row.mark(write, **form.cleaned_data)
    if "veeg" in request.POST:
        return see(shown.address(one, "sweep", veeg=row.pk))
    return see(shown.address(one, f"rij-{row.pk}"))


@require_POST
def dialogue(request, session_id, step_key, slug, row_id):
    """Keep what was said about one argument; `back` names the step that showed its weights."""
    shown, one, step = _listed(request, session_id, step_key, slug)
    if one.model is not DialogueForm.Meta.model or not isinstance(shown, StepScreen):
        raise Http404
    row = acts.row(shown.access, one, step, row_id)
    form, data = DialogueForm(request.POST, session=shown.session, step=step), request.POST
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step, row_id)
            taken = row.edit(write, form.changes(), form.cleaned_data["version"] or 0)
        if taken:
            return see(shown.address(one, f"rij-{row.pk}", rij=row.pk))
        data = request.POST.copy()
        data["version"] = row.version
    kept = DialogueForm(data, session=shown.session, step=step)
    kept.conflict = row if form.is_valid() else None
    shown.focus, shown.forms["dialogue"] = row.pk, kept
    return _refused(request, shown)
