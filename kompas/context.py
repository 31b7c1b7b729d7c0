"""What every page knows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kompas.navigation import places


def page(request: HttpRequest) -> dict[str, Any]:
    return {"release": settings.KOMPAS_RELEASE, "places": partial(places, request)}
