"""What the facilitator does: type for the table, move the room, ask each alone, reveal."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import access, lifecycle
from sessions import room as acts
from sessions.forms import BallotForm, CardsForm, ExpectedForm, MergeForm, TextForm
from sessions.models import Refused, Text, Verdict
from sessions.screen import Screen

from .answers import posted, refused, screen, see

STEP = "sessions/lead/step.html"


def led_step(request, session_id, step_key) -> Screen:
    """The screen of a step of a talk that this actor leads; 404 if the method has no such step."""
    found = access.led_session(request.actor, session_id)
    return Screen(found, _step(found, step_key))


def _step(found: access.Access, step_key: str):
    step = found.session.step(step_key)
    if step is None:
        raise Http404
    return step


def _list(shown: Screen, slug: str):
    one = shown.kind.list(slug)
    if one is None:
        raise Http404
    return one


def step_url(shown: Screen, anchor: str = "") -> str:
    url = reverse("sessions:step", args=[shown.session.pk, shown.step.key])
    return f"{url}#{anchor}" if anchor else url


@require_safe
def step(request, session_id, step_key):
    """One step on the facilitator's laptop; `?bewerk=ID` opens one row for editing."""
    shown = led_step(request, session_id, step_key)
    shown.editing = _uuid(request.GET.get("bewerk", ""))
    return screen(request, shown.access, STEP, lambda: {"screen": shown})


def _uuid(text: str):
    import uuid

    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# -- texts --------------------------------------------------------------------------------------


@require_POST
def text(request, session_id, step_key, prompt):
    """Save the answer to one prompt; `-` stands for the talk as a whole."""
    found = access.led_session(request.actor, session_id)
    step_key = "" if step_key == "-" else step_key
    asked = _prompt(found, step_key, prompt)
    form = TextForm(request.POST, step=step_key, prompt=prompt, asked=asked)
    if form.is_valid():
        with found.session.writing(found) as write:
            stored, taken = Text.put(
                write, step_key, prompt, form.cleaned_data["body"], form.cleaned_data["version"]
            )
        if taken:
            form.saved, form.stored_version = True, stored.version
            if not request.htmx:
                return see(_text_page(found, step_key))
        else:
            form.conflict, form.stored_version = stored, stored.version
    status = 200 if form.saved else 409 if form.conflict else 422
    if request.htmx:
        return render(
            request,
            "sessions/lead/text_state.html",
            {"form": form, "session": found.session},
            status=status,
        )
    shown = Screen(found, found.session.step(step_key))
    shown.forms[f"{step_key}/{prompt}"] = form
    template = STEP if step_key else "sessions/details.html"
    context = {"screen": shown}
    if not step_key:
        context |= lifecycle.details_context(shown)
    return render(request, template, context, status=status)


def _prompt(found: access.Access, step_key: str, prompt: str):
    """What is asked there; 404 for what neither the method nor a talk as a whole asks."""
    if not step_key:
        if prompt not in lifecycle.TALK_PROMPTS:
            raise Http404
        return None
    asked = next((one for one in _step(found, step_key).answers if one.key == prompt), None)
    if asked is None:
        raise Http404
    return asked


def _text_page(found: access.Access, step_key: str) -> str:
    if step_key:
        return reverse("sessions:step", args=[found.session.pk, step_key])
    return reverse("sessions:details", args=[found.session.pk])


@never_cache
@require_safe
def earlier(request, session_id, step_key, prompt):
    """What stood in a text before."""
    found = access.led_session(request.actor, session_id)
    step_key = "" if step_key == "-" else step_key
    asked = _prompt(found, step_key, prompt)
    context = {
        "screen": Screen(found, found.session.step(step_key)),
        "asked": asked.text if asked else lifecycle.TALK_PROMPTS[prompt],
        "back": _text_page(found, step_key),
        "changes": lifecycle.earlier_texts(found, step_key, prompt),
        "choices": Verdict.choices if prompt == "verdict" else [],
    }
    return render(request, "sessions/lead/earlier.html", context)


# -- contributions ------------------------------------------------------------------------------


@require_POST
def contributions(request, session_id, step_key, slug):
    """Add one row to a list, for the table."""
    shown = led_step(request, session_id, step_key)
    one = _list(shown, slug)
    form = one.form(request.POST, session=shown.session, step=step_key)
    if form.is_valid():
        with shown.session.writing(shown.access) as write:
            form.contribution().add(write)
        return see(step_url(shown, slug))
    shown.forms[slug] = shown.form(one, request.POST)
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
            taken = row.edit(write, form.contribution(), form.cleaned_data["version"] or 0)
        if taken:
            return see(step_url(shown, f"rij-{row.pk}"))
        conflict, data["version"] = row, row.version
    form = shown.form(one, data)
    form.instance, form.conflict = row, conflict
    shown.editing, shown.forms[str(row.pk)] = row.pk, form
    response = refused(request, STEP, {"screen": shown})
    response["HX-Replace-Url"] = "false"  # the address of the page stays in place
    return response


def _row_action(act):
    """A POST to a noun of one row: do it in the one write, and show the list again."""

    @require_POST
    def view(request, session_id, step_key, slug, row_id):
        shown = led_step(request, session_id, step_key)
        one = _list(shown, slug)
        with shown.session.writing(shown.access) as write:
            row = acts.row(shown.access, one, step_key, row_id)
            act(request, shown.rows(one), write, row)
        return see(step_url(shown, f"rij-{row.pk}" if row.stands else slug))

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


# -- the room -----------------------------------------------------------------------------------


@require_POST
def room(request, session_id):
    """Bring the room to a step, and show that step here."""
    found = access.led_session(request.actor, session_id)
    step = _step(found, request.POST.get("step", ""))
    acts.move_room(found, step.key)
    return see(reverse("sessions:step", args=[session_id, step.key]))


def _round_action(act):
    @require_POST
    def view(request, session_id, step_key):
        shown = led_step(request, session_id, step_key)
        if not shown.kind.has_rounds:
            raise Http404
        act(shown.access, shown.step)
        return see(step_url(shown))

    return view


round = _round_action(acts.open_round)
reveal = _round_action(acts.reveal_round)
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
    if not shown.kind.weighs:
        raise Http404
    if shown.open_round is None:
        return see(step_url(shown))
    form = CardsForm(posted(request), weighed=shown.cards)
    if request.method == "POST" and form.is_valid():
        acts.raise_cards(shown.access, shown.step, form.counts())
        return see(step_url(shown))
    context = {"screen": shown, "form": form}
    if form.errors:
        return refused(request, "sessions/lead/cards.html", context)
    return screen(request, shown.access, "sessions/lead/cards.html", lambda: context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passed(request, session_id, step_key):
    """One blank ballot after another on a device that goes round; nothing of the former shows."""
    shown = led_step(request, session_id, step_key)
    if not shown.kind.weighs:
        raise Http404
    if shown.open_round is None:
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
