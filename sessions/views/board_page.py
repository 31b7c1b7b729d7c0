"""The board's page: numbers of many talks, each with the way to its talks."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions import access
from sessions import board_page as numbers


@never_cache
@require_safe
@login_required
def board_page(request, slug):
    """What the talks of an organisation come to, in a school year or in all."""
    page = numbers.BoardPage(request.actor, slug, request.GET.get(numbers.YEAR, ""))
    return render(request, "sessions/board_page/page.html", {"page": page, "id": uuid.uuid4()})


@never_cache
@require_safe
@login_required
def talks(request, slug):
    """The talks behind a number, to read or to bundle."""
    page = numbers.BoardPage(request.actor, slug, request.GET.get(numbers.YEAR, ""))
    found = page.listed(request.GET.dict())
    listed, words = found or ([], "")
    shown = Paginator(listed, numbers.ON_PAGE).get_page(request.GET.get("blad"))
    context = {
        "page": page,
        "too_few": found is None,
        "words": words,
        "shown": shown,
        "titles": numbers.titles(shown.object_list),
        "id": uuid.uuid4(),
    }
    return render(request, "sessions/board_page/talks.html", context)


@never_cache
@require_safe
@login_required
def installation(request):
    """How many talks there are over all organisations, for who administers the installation."""
    access.require_installation_administrator(request.actor)
    return render(
        request, "sessions/board_page/installation.html", {"shown": numbers.installation()}
    )
