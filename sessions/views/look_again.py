"""What falls due, and whether an answer still stands."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sessions import access, lifecycle
from sessions.forms import StandsForm
from sessions.screen import ClosedScreen, DueScreen

from .answers import posted, refused, see, speak


@never_cache
@require_safe
def due(request):
    """What is due in the talks that one leads, or of one's school."""
    if request.actor.user is None:
        return redirect_to_login(request.get_full_path())
    shown = DueScreen(request.actor, request.GET.get("bewaard"))
    return render(request, "sessions/memory/due.html", {"screen": shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_again(request, session_id):
    """Does the answer still stand? Yes, with a next day; no leads on."""
    found = access.led_session(request.actor, session_id)
    if not found.session.is_closed:
        return see(reverse("sessions:session", args=[session_id]))
    form = StandsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        lifecycle.still_stands(found, form.cleaned_data["review_on"])
        if found.session.owner_id and found.session.owner == request.actor.user:
            return see(reverse("sessions:due") + "?bewaard")
        return see(reverse("reports:report", args=[session_id]))
    context = {"screen": ClosedScreen(found), "form": form}
    if form.errors:
        return refused(request, "sessions/memory/look-again.html", context)
    speak(request, found.session)
    return render(request, "sessions/memory/look-again.html", context)
