"""One's own account: name, password, and what one is where."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kompas.accounts import arrivals, openid, second_step
from kompas.accounts.forms import NameForm

from .answers import page, see


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request):
    """Name and roles; a name is saved here."""
    form = NameForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return see(reverse("accounts:account") + "?naam")
    context = {
        "form": form,
        "memberships": request.actor.memberships,
        "named": "naam" in request.GET,
        "welcome": "welkom" in request.GET,
        "new_password": "wachtwoord" in request.GET,
        "second_step": second_step.has(request.user),
        "came_from": [] if request.actor.memberships else arrivals.of(request.user),
        **_services(request),
    }
    return page(request, "accounts/account.html", context, status=422 if form.errors else 200)


def _services(request):
    """By which other services one can log in, and could."""
    names = {one.id: one.name for one in openid.providers()}
    mine = openid.connected(request.user)
    there = {one.provider for one in mine}
    return {
        "connected": [(one.pk, names.get(one.provider, one.provider)) for one in mine],
        "services": [one for one in openid.providers() if one.id not in there],
        "now_connected": "gekoppeld" in request.GET,
        "now_disconnected": "ontkoppeld" in request.GET,
        "of_another": "van-een-ander" in request.GET,
        "without_password": "zonder-wachtwoord" in request.GET,
        "only_way": "enige-weg" in request.GET,
    }
