"""Answers that belong to no room in particular."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when not."""
    try:
        with connection.cursor() as cursor:
            # A table, since a bare SELECT 1 does not touch SQLite's file.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except Error:
        return JsonResponse({"status": "error", "database": "error"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open too long, or that cookies are off, and what to do."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


# What one can choose of how a page looks; all else is as the device has it.
LOOKS = {"theme": ("light", "dark"), "text": ("large",)}


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark, and how large the text is; remembered for a year."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    for name, known in LOOKS.items():
        chosen = request.POST.get(name)
        if chosen in known:
            response.set_cookie(name, chosen, max_age=365 * 86400, samesite="Lax", httponly=True)
        elif chosen is not None:
            response.delete_cookie(name, samesite="Lax")
    return response


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the offline page when there is no connection; at / for its scope."""
    return render(request, "sw.js", content_type="text/javascript")
