"""Where one is logged in, and logging out there."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kompas.accounts import logins

from .answers import page, see


@require_safe
@login_required
def mine(request):
    found = logins.of(request.user)
    key = request.session.session_key
    context = {
        "this": next((one for one in found if one.held_id == key), None),
        "others": [one for one in found if one.held_id != key],
        "ended": "uit" in request.GET,
    }
    return page(request, "accounts/logins.html", context)


@require_POST
@login_required
def end(request, login_id):
    """Log out in one other browser; in this one, go out as ever."""
    this = [one.pk for one in logins.of(request.user) if one.held_id == request.session.session_key]
    if login_id in this:
        logout(request)
        return see("/")
    logins.end(request.user, login_id)
    return see(reverse("accounts:logins") + "?uit")


@require_POST
@login_required
def end_others(request):
    logins.end_others(request.user, request.session.session_key)
    return see(reverse("accounts:logins") + "?uit")
