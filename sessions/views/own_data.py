"""One's own data: to take along, and to erase."""

from __future__ import annotations

import json

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kompas import throttle
from sessions import own_data
from sessions.forms.own_data import EraseAccountForm

from .answers import see

PAGE = "sessions/keeping/own_data.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def data(request):
    """What is kept of me, and the way out."""
    form = EraseAccountForm(request.POST if request.method == "POST" else None, user=request.user)
    stays, status = own_data.why_not(request.user), 200
    if request.method == "POST":
        if not throttle.allowed("erase-account", str(request.user.pk), 10, 3600):
            form.add_error(None, _("You tried this too often. Try again in an hour."))
        if not stays and form.is_valid():
            own_data.erase_account(request.user)
            logout(request)
            return see(reverse("sessions:account_gone"))
        status = 422
    context = {
        "form": form,
        "stays": stays,
        "talks": len(own_data.talks(request.user)),
        "memberships": request.actor.memberships,
    }
    return render(request, PAGE, context, status=status)


@never_cache
@require_safe
@login_required
def file(request):
    """All that is kept of me, as a file."""
    whole = json.dumps(own_data.export(request.user), ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(whole, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{_("my-data")}.json"'
    return response


@require_safe
def gone(request):
    """That an account was erased."""
    return render(request, "sessions/keeping/account_gone.html")
