"""How long an organisation keeps its talks, and how it takes them along."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions import moving
from sessions import retention as keeping
from sessions.forms.retention import RetentionForm

from .answers import see

PAGE = "sessions/keeping/retention.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def retention(request, slug):
    """For how many months weights and talks are kept; first seen what goes, then chosen."""
    organisation = keeping.kept_organisation(request.actor, slug)
    form, shown = RetentionForm.of(organisation), None
    if request.method == "POST":
        form = RetentionForm(request.POST)
        if form.is_valid():
            keeping.choose(organisation, request.user, **form.cleaned_data)
            return see(reverse("sessions:retention", args=[slug]) + "?bewaard")
    elif "keep_weights" in request.GET:
        form = RetentionForm(request.GET)
        if form.is_valid():
            shown = keeping.preview(organisation, **form.cleaned_data)
    context = {
        "organisation": organisation,
        "form": form,
        "preview": shown,
        "chosen": form.cleaned_data if shown else {},
        "saved": "bewaard" in request.GET,
        "schools": keeping.schools(organisation),
        "going": keeping.going(organisation),
        "removed": keeping.removed(organisation),
    }
    return render(request, PAGE, context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def taking_along(request, slug):
    """What is in the file of a whole organisation, and asking for it."""
    organisation = keeping.kept_organisation(request.actor, slug)
    if request.method == "POST":
        moving.ask(organisation, request.user)
        return see(reverse("sessions:taking_along", args=[slug]))
    asked = moving.asked_on(organisation)
    context = {"organisation": organisation, "asked": asked, "today": timezone.localdate()}
    return render(request, "sessions/keeping/taking_along.html", context)
