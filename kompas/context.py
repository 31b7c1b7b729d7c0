"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict:
    theme = request.COOKIES.get("theme", "")
    return {
        "release": settings.KOMPAS_RELEASE,
        "theme": theme if theme in ("light", "dark") else "",
    }
