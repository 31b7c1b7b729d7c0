"""The register: every talk that one may find."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions.forms import RegisterForm
from sessions.register import MOST_COUNTED, Register


@never_cache
@require_safe
@login_required
def register(request):
    """What is found; who belongs to no school is told how to come in."""
    seen = Register(request.actor)
    if not seen.is_open:
        return render(request, "sessions/register/none.html")
    form = RegisterForm(request.GET, seen)
    page = seen.page(
        form.asked, later=request.GET.get("na", ""), earlier=request.GET.get("voor", "")
    )
    context = {"register": seen, "form": form, "page": page, "most": MOST_COUNTED}
    response = render(request, "sessions/register/register.html", context)
    if request.htmx:  # the address that one can keep: without what is not looked for
        response["HX-Push-Url"] = f"{request.path}?{form.query}" if form.query else request.path
    return response
