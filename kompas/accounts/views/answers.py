"""How pages of accounts and organisations are answered: nothing of them is kept anywhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def see(url: str) -> HttpResponse:
    """After a POST: see what has become of it, there."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response
