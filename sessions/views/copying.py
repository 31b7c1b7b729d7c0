"""Edited copies: made text by text, given by a link, opened by who is outside, taken back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas.addresses import public_address
from sessions import access, blackout, copies
from sessions.copies import Making
from sessions.forms import BeginForm, EverywhereForm, LookForm, PublishForm

from . import limits
from .answers import refused, see, speak

COPIES = "sessions/copies/copies.html"
COPY = "sessions/copies/copy.html"
PAGE = "sessions/copies/page.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edited_copies(request, session_id):
    """The copies that were given, until when, and a further one."""
    found = access.shared_session(request.actor, session_id)
    if request.method == "POST":
        form = BeginForm(request.POST)
        if not form.is_valid():
            return see(reverse("sessions:edited_copies", args=[session_id]))
        made = copies.begin(found, form.cleaned_data["id"])
        return see(reverse("sessions:edited_copy", args=[session_id, made.pk]))
    speak(request, found.session)
    return render(request, COPIES, _listed(found))


def _listed(found: access.Access, **more: Any) -> dict[str, Any]:
    listed = copies.of_talk(found)
    return {
        "session": found.session,
        "given": [one for one in listed if one.is_published],
        "begun": [one for one in listed if not one.is_published],
        "closed": found.session.is_closed or found.session.is_reopened,
        "form": BeginForm(initial={"id": uuid.uuid4()}),
        **more,
    }


def _making(request: Any, session_id, copy_id) -> tuple[access.Access, Making | None]:
    """The copy that is being made; None once it was given."""
    found = access.shared_session(request.actor, session_id)
    speak(request, found.session)
    copy = copies.find(found, copy_id)
    return found, None if copy.is_published else Making(copy)


def _context(found: access.Access, making: Making, **more: Any) -> dict[str, Any]:
    return {"session": found.session, "copy": making.copy, "making": making, **more}


def _back(session_id) -> HttpResponse:
    return see(reverse("sessions:edited_copies", args=[session_id]))


@never_cache
@require_safe
def edited_copy(request, session_id, copy_id):
    """One that is being made: what goes everywhere, what was looked at, and giving it."""
    found, making = _making(request, session_id, copy_id)
    if making is None:
        return _back(session_id)
    return render(request, COPY, _whole(found, making))


def _whole(found: access.Access, making: Making, **more: Any) -> dict[str, Any]:
    suspects = making.suspects
    forms = {
        "everywhere": EverywhereForm(known=[word for word, _count in suspects]),
        "form": PublishForm(),
    }
    pages = [(page, making.seen_of(page), len(page.passages)) for page in making.pages]
    return _context(found, making, suspects=suspects, pages=pages, **{**forms, **more})


@never_cache
@require_POST
def everywhere(request, session_id, copy_id):
    """Words that go wherever they stand."""
    found, making = _making(request, session_id, copy_id)
    if making is None:
        return _back(session_id)
    form = EverywhereForm(request.POST, known=[word for word, _count in making.suspects])
    if not form.is_valid():
        return refused(request, COPY, _whole(found, making, everywhere=form))
    count = copies.black_out_everywhere(making.copy, form.phrases())
    return see(
        reverse("sessions:edited_copy", args=[session_id, copy_id]) + f"?teksten={count}#overal"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edited_copy_page(request, session_id, copy_id, number):
    """Some texts to look at, each with the words that go."""
    found, making = _making(request, session_id, copy_id)
    if making is None:
        return _back(session_id)
    page = making.page(number)
    if request.method == "POST":
        form = LookForm(request.POST, [one.key for one in page.passages])
        if form.is_valid():
            copies.look(making.copy, form.chosen(), form.phrases(), form.anew())
            if request.POST.get("then") == "again":  # to see what the typed words did
                address = reverse("sessions:edited_copy_page", args=[session_id, copy_id, number])
                return see(address)
            return see(_next(found, copies.find(found, copy_id), number))
        shown = _shown(page, form.chosen(), form)
        context = _context(found, making, page=page, texts=shown, form=form)
        return refused(request, PAGE, context)
    return render(request, PAGE, _context(found, making, page=page, texts=_shown(page, making.out)))


def _next(found: access.Access, copy: Any, number: int) -> str:
    """The next page with something nobody looked at, or the copy as a whole."""
    making, ids = Making(copy), [found.session.pk, copy.pk]
    unseen = [one for one in making.pages if making.seen_of(one) < len(one.passages)]
    later = next((one for one in unseen if one.number > number), unseen[0] if unseen else None)
    if later is None:
        return reverse("sessions:edited_copy", args=ids) + "#geven"
    return reverse("sessions:edited_copy_page", args=[*ids, later.number])


def _shown(page: copies.Page, out: Any, form: LookForm | None = None) -> list[dict[str, Any]]:
    """Each text of a page in pieces: what stands before a word, the word, whether it goes."""
    shown = []
    for passage in page.passages:
        gone, pieces, at = set(out.get(passage.key, ())), [], 0
        for place, (start, end) in enumerate(passage.spans if passage.tappable else ()):
            pieces.append(
                {
                    "before": passage.text[at:start],
                    "word": passage.text[start:end],
                    "place": place,
                    "out": place in gone,
                    "hint": place in passage.hints,
                }
            )
            at = end
        field = form[f"typed-{passage.key}"] if form else None
        shown.append(
            {
                "passage": passage,
                "pieces": pieces,
                "after": passage.text[at:],
                "left": "" if passage.tappable else blackout.blackout(passage.text, gone),
                "whole": blackout.WHOLE in gone,
                "out": len(gone - {blackout.WHOLE}),
                "field": field,
            }
        )
    return shown


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request, session_id, copy_id):
    """Give the copy: its link is shown once, here, and stored as a hash."""
    found = access.shared_session(request.actor, session_id)
    if request.method != "POST":  # who comes back to the page with the link
        return _back(session_id)
    speak(request, found.session)
    copy = copies.find(found, copy_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        if copy.is_published:
            return _back(session_id)
        return refused(request, COPY, _whole(found, Making(copy), form=form))
    secret = form.cleaned_data["secret"]
    made = copies.publish(found, copy, secret, form.cleaned_data["days"])
    address = public_address(request, reverse("sessions:copy_link", args=[secret]))
    return render(request, COPIES, _listed(found, issued=made, issued_link=address))


@require_POST
def revocation(request, session_id, copy_id):
    """Take it back at once; or throw away what was begun."""
    found = access.shared_session(request.actor, session_id)
    copies.end(found, copies.find(found, copy_id))
    return _back(session_id)


@never_cache
@require_safe
def link(request, secret):
    """Open the link of a copy: remember it, and go on without the secret in the address."""
    if limits.LINKS.exceeded(request):
        return limits.too_often(request)
    copy = access.opened_copy(secret)
    if copy is None or not copy.works:
        limits.LINKS.count(request)
        return copy_page(request, "ended" if copy else "unknown", 410 if copy else 404)
    response = outside(redirect("reports:edited_copy", copy.pk))
    access.grant(response, access.COPY, copy.pk, secret)
    return response


def copy_page(request: HttpRequest, why: str, status: int) -> HttpResponse:
    """There is no copy to read here: "ended", "unknown", "unopened" or "failed"."""
    return outside(render(request, "sessions/copies/none.html", {"why": why}, status=status))


def outside(response: HttpResponse) -> HttpResponse:
    """What leaves the organisation is kept by no browser and found by no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response
