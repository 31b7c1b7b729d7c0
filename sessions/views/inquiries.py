"""Asking beforehand: the facilitator's pages of it."""

from __future__ import annotations

import uuid

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kompas.addresses import public_address
from sessions import access
from sessions import inquiries as acts
from sessions.forms import CardForm, InquiryForm, ToldForm
from sessions.models import Argument, Refused, Voice
from sessions.screen import InquiriesScreen, InquiryScreen, link_of

from .answers import refused, screen, see
from .lead import led_step_of

ALL, ONE = "sessions/beforehand/inquiries.html", "sessions/beforehand/inquiry.html"


@require_http_methods(["GET", "HEAD", "POST"])
def inquiries(request, session_id):
    """All that is asked beforehand, and the form to ask something more."""
    found = access.led_session(request.actor, session_id)
    shown = InquiriesScreen(found, for_children="kinderen" in request.GET)
    if request.method != "POST":
        seen = acts.voices_given(found.session)
        return screen(request, found, ALL, lambda: {"screen": shown}, seen=seen)
    form = InquiryForm(request.POST)
    if form.is_valid():
        try:
            made = acts.ask(found, form.cleaned_data["id"], form.words())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see(_page(session_id, made.pk))
    shown.forms["new"] = form
    return refused(request, ALL, {"screen": shown})


def _page(session_id, inquiry_id, anchor: str = "") -> str:
    url = reverse("sessions:inquiry", args=[session_id, inquiry_id])
    return f"{url}#{anchor}" if anchor else url


def _inquiry(request, session_id, inquiry_id) -> InquiryScreen:
    found = access.led_session(request.actor, session_id)
    inquiry = acts.inquiry_of(found, inquiry_id)
    return InquiryScreen(found, inquiry, public_address(request, link_of(inquiry)))


def _again(request, shown: InquiryScreen, status: int = 422):
    response = refused(request, ONE, {"screen": shown})
    response.status_code = status
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request, session_id, inquiry_id):
    """One inquiry: its link, its card, what was answered; its words are changed here."""
    shown = _inquiry(request, session_id, inquiry_id)
    if request.method != "POST":
        seen = acts.voices_given(shown.session)
        return screen(request, shown.access, ONE, lambda: {"screen": shown}, seen=seen, keep=False)
    form = InquiryForm(request.POST, inquiry=shown.inquiry)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        if acts.reword(shown.access, shown.inquiry, form.words(), version):
            return see(_page(session_id, inquiry_id))
        return _conflict(request, shown, "words", InquiryForm)
    shown.forms["words"] = form
    return _again(request, shown)


def _conflict(request, shown: InquiryScreen, name: str, form_class, **options):
    """What stands there now, and what was typed with its version: saving again is a decision."""
    stored = acts.inquiry_of(shown.access, shown.inquiry.pk)
    data = request.POST.copy()
    data["version"] = stored.version
    form = form_class(data, **options)
    form.conflict = shown.inquiry = stored
    shown.forms[name] = form
    return _again(request, shown, 409)


@require_POST
def told(request, session_id, inquiry_id):
    """What was done with the answers; also once the talk is closed."""
    shown = _inquiry(request, session_id, inquiry_id)
    form = ToldForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        if acts.tell(shown.access, shown.inquiry, data["answer"], data["version"]):
            return see(_page(session_id, inquiry_id, "told"))
        return _conflict(request, shown, "told", ToldForm)
    shown.forms["told"] = form
    return _again(request, shown)


@require_POST
def inquiry_door(request, session_id, inquiry_id):
    """Let nobody answer any more, or let them again."""
    shown = _inquiry(request, session_id, inquiry_id)
    act = request.POST.get("act", "")
    if act not in ("open", "shut"):
        raise Http404
    acts.set_open(shown.access, shown.inquiry, act == "open")
    return see(_page(session_id, inquiry_id, "door"))


@require_POST
def inquiry_removal(request, session_id, inquiry_id):
    """Take away a question that nobody answered."""
    found = access.led_session(request.actor, session_id)
    acts.take_away(found, acts.inquiry_of(found, inquiry_id))
    return see(reverse("sessions:inquiries", args=[session_id]))


@require_POST
def cards_typed(request, session_id, inquiry_id):
    """One paper card, typed."""
    shown = _inquiry(request, session_id, inquiry_id)
    form = CardForm(request.POST, for_children=shown.inquiry.for_children)
    if form.is_valid():
        data = form.cleaned_data
        try:
            acts.give(shown.inquiry, data["id"], data["text"], data.get("role", ""), paper=True)
        except acts.Full as full:
            form.add_error("text", str(full))
        else:
            return see(_page(session_id, inquiry_id, "cards"))
    shown.forms["card"] = form
    return _again(request, shown)


STATES = {"show": Voice.State.SHOWN, "hide": Voice.State.HIDDEN}


@require_POST
def voice(request, session_id, inquiry_id, voice_id):
    """Show a voice to all, do not show it, or erase it."""
    shown = _inquiry(request, session_id, inquiry_id)
    act = request.POST.get("act", "")
    if act == "erase":
        acts.erase(shown.access, shown.inquiry, voice_id)
    elif act in STATES:
        acts.moderate(shown.access, shown.inquiry, voice_id, STATES[act])
    else:
        raise Http404
    return see(_page(session_id, inquiry_id, "voices"))


@require_POST
def voices(request, session_id, inquiry_id):
    """Show all that stood on the page and waits."""
    shown = _inquiry(request, session_id, inquiry_id)
    try:
        ids = [uuid.UUID(id) for id in request.POST.getlist("voice")]
    except ValueError:
        raise Http404 from None
    acts.show_read(shown.access, shown.inquiry, ids)
    return see(_page(session_id, inquiry_id, "voices"))


@require_POST
def take_over(request, session_id, step_key, voice_id):
    """Make a shown voice an interest, or an argument, and open that for editing."""
    found = access.led_session(request.actor, session_id)
    step = led_step_of(found, step_key)
    as_ = request.POST.get("as", "")
    fits = [acts.INTEREST] if step.kind == "stakeholders" else []
    fits += Argument.Side.values if step.kind == "arguments" else []
    if as_ not in fits:
        raise Http404
    row = acts.take_over(found, step, voice_id, as_)
    url = reverse("sessions:step", args=[session_id, step_key])
    return see(f"{url}?bewerk={row.pk}#rij-{row.pk}")
