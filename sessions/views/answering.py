"""Answering an inquiry, and reading what was done with it: by its code, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas import throttle
from sessions import access, inquiries
from sessions.forms import CodeForm, VoiceForm
from sessions.models import Inquiry, Refused
from sessions.screen import AnsweringScreen, link_of

from . import limits
from .answers import posted, see, speak

# A whole school answers from one address, in one lesson.
GIVEN = (600, 600)

PAGE = "sessions/beforehand/answering.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request):
    """Type the code of an inquiry. It is posted here, so that it stands in no address."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = _found(request, form.cleaned_data["code"])
        if isinstance(found, Inquiry):
            return see(link_of(found))
        if found.status_code != 404:
            return found
        form.add_error("code", _("This code is not in use. Look at the card once more."))
    status = 422 if form.errors else 200
    return render(request, "sessions/beforehand/code.html", {"form": form}, status=status)


def _found(request: HttpRequest, code: str) -> Inquiry | HttpResponse:
    """The inquiry of a code, or what somebody is told who has none; guessing is slowed."""
    if limits.INQUIRY_CODES.exceeded(request):
        return limits.too_often(request)
    found = access.asked_inquiry(code)
    if found is not None:
        return found
    limits.INQUIRY_CODES.count(request)
    # One page for every code that is not in use, whether it ever was.
    context = {"form": CodeForm(), "unknown": True}
    return render(request, "sessions/beforehand/code.html", context, status=404)


@never_cache
@require_safe
def answering(request, code):
    """What is asked and the field to answer; behind the same link, what was done with it."""
    found = _found(request, code)
    if isinstance(found, HttpResponse):
        return found
    speak(request, found.session)
    given = "dank" in request.GET
    return render(
        request,
        PAGE,
        {"screen": AnsweringScreen(found), "form": VoiceForm(), "given": given},
    )


@never_cache
@require_POST
def voice(request):
    """Give one answer, under an address that tells nothing."""
    found = _found(request, request.POST.get("code", ""))
    if isinstance(found, HttpResponse):
        return found
    speak(request, found.session)
    form = VoiceForm(request.POST)
    if form.is_valid():
        if not throttle.allowed("voice", throttle.client_address(request), *GIVEN):
            return limits.too_often(request)
        data = form.cleaned_data
        try:
            inquiries.give(found, data["id"], data["text"], data["role"])
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            return see(f"{reverse('sessions:inquiry_code', args=[found.code])}?dank")
    return render(
        request, PAGE, {"screen": AnsweringScreen(found), "form": form, "refused": True}, status=422
    )
