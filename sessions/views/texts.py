"""The facilitator's texts: one answer to one prompt, saved while it is typed."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions import access, lifecycle
from sessions.forms import TextForm
from sessions.models import Prompt, Step, Text, choices_of
from sessions.screen import EndingScreen, PrepareScreen, Screen, screen_of
from sessions.steps.whole import LEGAL, TEXTS, Asked

from .answers import see
from .ending import CLOSING, closing_context
from .lead import STEP, led_step_of
from .prepare import PREPARE
from .talk import details_context


@require_POST
def text(request, session_id, step_key, prompt):
    """Save the answer to one prompt; `-` stands for the talk as a whole.

    `back` names the screen on which it was asked, where that is another: a step, or `-`.
    """
    found = access.written_session(request.actor, session_id)
    step_key = "" if step_key == "-" else step_key
    asked = _prompt(found, step_key, prompt)
    back = request.POST.get("back", "")
    prepared = _is_prepared(back, asked)
    on = found.session.step(back or step_key)  # the step on whose screen it was typed
    if on is None or not _is_of_a_step(step_key, prompt, asked):
        found = access.led_session(request.actor, session_id)
    form = TextForm(request.POST, step=step_key, prompt=prompt, asked=asked)
    fixed = found.session.fixed_by_tables
    if fixed and found.session.is_of_plenary(step_key, prompt) and form.is_valid():
        form.add_error("body", fixed)
    if form.is_valid():
        after_closing = isinstance(asked, Asked) and asked.after_closing
        with found.session.writing(found, closed=after_closing) as write:
            stored, taken = Text.put(
                write, step_key, prompt, form.cleaned_data["body"], form.cleaned_data["version"]
            )
        if taken:
            form.saved, form.stored_version = True, stored.version
            if not request.htmx:
                return see(_text_page(found, on, prompt, asked, prepared=prepared))
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
    shown: Screen
    context: dict[str, Any]
    if prepared:
        shown = PrepareScreen(found, showing=prompt)
        template, context = PREPARE, {"screen": shown}
    elif _at_the_end(asked):
        shown = ending = EndingScreen(found)
        template, context = CLOSING, closing_context(ending)
    else:
        shown = screen_of(found, on)
        template = STEP if on else "sessions/details.html"
        context = {"screen": shown} if on else details_context(shown)
    shown.forms[f"{step_key}/{prompt}"] = form
    return render(request, template, context, status=status)


def _is_of_a_step(step_key: str, prompt: str, asked: Prompt | Asked) -> bool:
    """Whether this stands on the screen of a step, for who types along too."""
    return prompt in LEGAL if not step_key else not _at_the_end(asked)


def _at_the_end(asked: Prompt | Asked) -> bool:
    """Whether this is asked when the talk is about to be closed."""
    return isinstance(asked, Prompt) and bool(asked.part)


def _prompt(found: access.Access, step_key: str, prompt: str) -> Prompt | Asked:
    """What is asked there; 404 for what neither the method nor a talk as a whole asks."""
    if not step_key:
        if prompt not in TEXTS:
            raise Http404
        return TEXTS[prompt]
    asked = next((one for one in led_step_of(found, step_key).answers if one.key == prompt), None)
    if asked is None:
        raise Http404
    return asked


def _is_prepared(back: str, asked: Prompt | Asked) -> bool:
    """Whether this was written on the page of the preparation; `back` may name another page."""
    at_home = isinstance(asked, Asked) and asked.page == "sessions:prepare"
    return back == "-" or (at_home and not back)


def _text_page(
    found: access.Access, on: Step | None, prompt: str, asked: Prompt | Asked, *, prepared: bool
) -> str:
    """Where this text is written."""
    if prepared:
        return PrepareScreen(found).address_of(prompt)
    if _at_the_end(asked):
        return reverse("sessions:close", args=[found.session.pk])
    if on is not None:
        return reverse("sessions:step", args=[found.session.pk, on.key])
    page = asked.page if isinstance(asked, Asked) else "sessions:session"
    return reverse(page, args=[found.session.pk])


@never_cache
@require_safe
def earlier(request, session_id, step_key, prompt):
    """What stood in a text before."""
    found = access.written_session(request.actor, session_id)
    step_key = "" if step_key == "-" else step_key
    asked, on = _prompt(found, step_key, prompt), found.session.step(step_key)
    if not _is_of_a_step(step_key, prompt, asked):
        found = access.led_session(request.actor, session_id)
    context = {
        "screen": screen_of(found, on),
        "asked": asked.text,
        "back": _text_page(found, on, prompt, asked, prepared=_is_prepared("", asked)),
        "changes": lifecycle.earlier_texts(found, step_key, prompt),
        "choices": choices.choices if (choices := choices_of(step_key, prompt)) else [],
    }
    return render(request, "sessions/lead/earlier.html", context)
