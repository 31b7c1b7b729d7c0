"""How long an organisation keeps its talks, and what can still be put back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

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
        "back": "terug" in request.GET,
        "going": keeping.going(organisation),
        "removed": keeping.removed(organisation),
    }
    return render(request, PAGE, context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def restoration(request, slug, session_id):
    """Put a removed talk back."""
    organisation = keeping.kept_organisation(request.actor, slug)
    talk = keeping.removed_talk(organisation, session_id)
    if talk is None:
        raise Http404
    keeping.restore(talk, request.user)
    return see(reverse("sessions:retention", args=[slug]) + "?terug")
