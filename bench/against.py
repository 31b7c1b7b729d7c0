"""What the product is measured against: the same work without what is ours."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from kompas import live

# The template and context that `constant` shows.
shown: dict[str, Any] = {}


class Constant:
    """Answers as another object does, and asks it everything only once."""

    def __init__(self, of: object):
        self._of = of

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._of, name)
        self.__dict__[name] = value
        return value


def constant(request):
    """A page of which everything is known: no access check, no query, no work but the template."""
    return render(request, shown["template"], shown["context"])


def publish(request, topic):
    """The least that can be asked of the server that reaches a screen: one change, nothing else."""
    with transaction.atomic():
        live.changed(topic)
    return HttpResponse(status=204)
