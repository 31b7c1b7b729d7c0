"""Before the door: whoever has no grant gets one and the same page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions.forms import JoinForm


def gate(request: HttpRequest, *, expired: bool = False, wrong_link: bool = False) -> HttpResponse:
    """Offer log-in, the room code and "I have a link", for every id alike."""
    context = {"form": JoinForm(), "expired": expired, "wrong_link": wrong_link}
    response = render(request, "sessions/gate.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response
