"""Questions to begin with, and advice on one that is being typed."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions import catalogues, lifecycle
from sessions.advice import question_advice

from .home import guests_may_start


@require_safe
def questions(request):
    """Questions that schools have; `sector` shows those of one, `methode` is begun with."""
    language = get_language()
    sector = request.GET.get("sector", "")
    if sector not in catalogues.SECTORS:
        sector = ""
    methods = lifecycle.methods(language)
    # With the one that was being started, or else with any.
    fit = [one for one in methods if one["slug"] == request.GET.get("methode", "")]
    known = catalogues.questions(language)
    context = {
        "questions": [one for one in known if sector in ("", one.sector)],
        "sectors": catalogues.SECTORS,
        "chosen": sector,
        "methods": fit or methods,
        "methode": fit[0]["slug"] if fit else "",
        "guests": guests_may_start(request.actor),
    }
    return render(request, "sessions/questions.html", context)


@never_cache
@require_POST
def advice(request):
    """What is advised on a question that is being typed; it is kept nowhere."""
    typed = request.POST.get("question") or request.POST.get("body") or ""
    hints = question_advice(typed, request.POST.get("language", ""))
    return render(request, "sessions/prepare/hints.html", {"hints": hints})
