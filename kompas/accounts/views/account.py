"""One's own account: name, password, and what one is where."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.views.decorators.http import require_http_methods

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
    }
    return page(request, "accounts/account.html", context, status=422 if form.errors else 200)
