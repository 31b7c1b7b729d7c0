"""Looking back on a talk: its page, its versions, notes, words to find it by, and what follows."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import access, follow_up, lifecycle
from sessions import notes as written
from sessions.forms import NewTalkForm, NoteForm, TagForm
from sessions.models import Refused
from sessions.screen import MemoryScreen, Screen, VersionsScreen

from . import limits
from .answers import posted, refused, see, speak
from .home import guests_may_start

MEMORY = "sessions/memory/memory.html"


@never_cache
@require_safe
def memory(request, session_id):
    """All there is to know of a talk afterwards, for one who may."""
    found = access.remembered_session(request.actor, session_id)
    speak(request, found.session)
    return render(request, MEMORY, {"screen": MemoryScreen(found, request.actor)})


@never_cache
@require_safe
def versions(request, session_id, before, after):
    """What changed from one version to a later one."""
    found = access.remembered_session(request.actor, session_id)
    both = lifecycle.two_versions(found, before, after)
    if both is None:
        raise Http404
    speak(request, found.session)
    shown = VersionsScreen(found, request.actor, *both)
    return render(request, "sessions/memory/versions.html", {"screen": shown})


# Notes


def _memory_url(session_id, anchor: str) -> str:
    return reverse("sessions:memory", args=[session_id]) + f"#{anchor}"


@require_POST
def notes(request, session_id):
    """Write a note under one's name."""
    found = access.noted_session(request.actor, session_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        note = written.write_note(found, form.cleaned_data["id"], form.cleaned_data["text"])
        return see(_memory_url(session_id, f"aantekening-{note.pk}"))
    return _note_refused(request, found, "", form)


@require_POST
def note(request, session_id, note_id):
    """Change one's own note."""
    found = access.noted_session(request.actor, session_id)
    form = NoteForm.of(written.own_note(found, note_id), request.POST)
    if form.is_valid():
        written.edit_note(found, note_id, form.cleaned_data["text"])
        return see(_memory_url(session_id, f"aantekening-{note_id}"))
    return _note_refused(request, found, str(note_id), form)


def _note_refused(request, found: access.Access, which: str, form: NoteForm):
    shown = MemoryScreen(found, request.actor)
    shown.forms_of_notes[which] = form
    return refused(request, MEMORY, {"screen": shown, "form": form})


@require_POST
def note_removal(request, session_id, note_id):
    written.remove_note(access.noted_session(request.actor, session_id), note_id)
    return see(_memory_url(session_id, f"aantekening-{note_id}"))


@require_POST
def note_restoration(request, session_id, note_id):
    written.restore_note(access.noted_session(request.actor, session_id), note_id)
    return see(_memory_url(session_id, f"aantekening-{note_id}"))


# Words to find it by


@require_POST
def tags(request, session_id):
    found = access.tagged_session(request.actor, session_id)
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            written.add_tag(found, form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return see(_memory_url(session_id, "trefwoorden"))
    shown = MemoryScreen(found, request.actor)
    shown.tag_form = form
    return refused(request, MEMORY, {"screen": shown, "form": form})


@require_POST
def tag_removal(request, session_id):
    found = access.tagged_session(request.actor, session_id)
    written.remove_tag(found, request.POST.get("name", ""))
    return see(_memory_url(session_id, "trefwoorden"))


# The talk that follows


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request, session_id):
    """Begin a talk that asks what happened since."""
    found = access.followed_session(request.actor, session_id)
    guest = found.session.organisation_id is None
    if guest and not guests_may_start(request.actor):
        return render(request, "sessions/start_closed.html", status=403)
    form = NewTalkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if not limits.may_begin(request):
            return limits.too_often(request)
        secret = form.cleaned_data["secret"]
        owner = access.owner_there(request.actor, found.session)
        new = follow_up.begin(found, form.cleaned_data["id"], secret, owner)
        if owner is not None:
            return see(reverse("sessions:prepare", args=[new.pk]))
        response = see(reverse("sessions:links", args=[new.pk]) + "?nieuw")
        access.grant(response, access.FACILITATOR, new.pk, secret)
        return response
    context = {
        "screen": Screen(found),
        "form": form,
        "open": access.among(request.actor, follow_up.open_ones(found.session)),
    }
    if form.errors:
        return refused(request, "sessions/memory/follow.html", context)
    speak(request, found.session)
    return render(request, "sessions/memory/follow.html", context)
