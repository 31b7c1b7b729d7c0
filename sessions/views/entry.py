"""Quick entry: what was written on paper, typed on one page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from sessions import access
from sessions import room as acts
from sessions.entry import EntryForm
from sessions.screen import EntryScreen

from .answers import posted, refused, screen, see

PAGE = "sessions/entry.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request, session_id):
    """Everything that paper worksheets hold; all that was typed is stored, or nothing."""
    found = access.led_session(request.actor, session_id)
    form = EntryForm(posted(request), session=found.session)
    if request.method == "POST" and form.is_valid() and form.store(found):
        return stored(request, found)
    shown = EntryScreen(found, form)
    if form.errors:
        return refused(request, PAGE, {"screen": shown, "weights": shown.weights_form()})
    return screen(
        request,
        found,
        PAGE,
        lambda: {
            "screen": shown,
            "weights": shown.weights_form(),
            "saved": "bewaard" in request.GET,
        },
    )


def stored(request: Any, found: access.Access) -> HttpResponse:
    """Show the page anew, empty, with what was stored."""
    url = reverse("sessions:entry", args=[found.session.pk]) + "?bewaard"
    # The draft on this device is forgotten first, so htmx is told to go there itself.
    return HttpResponseClientRedirect(url) if request.htmx else see(url)


@require_POST
def weights(request, session_id):
    """The weights of paper ballots, as a round that is shown at once."""
    found = access.led_session(request.actor, session_id)
    shown = EntryScreen(found, EntryForm(session=found.session))
    if shown.weighing is None:
        raise Http404
    form = shown.weights_form(request.POST)
    if form.is_valid():
        acts.weigh_on_paper(found, shown.weighing, form.cleaned_data["number"], form.counts)
        return stored(request, found)
    return refused(request, PAGE, {"screen": shown, "weights": form})
