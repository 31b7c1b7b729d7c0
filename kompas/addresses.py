"""Addresses as one gives them to others."""

from django.conf import settings
from django.http import HttpRequest


def public_address(request: HttpRequest, path: str) -> str:
    """The whole address of `path`, as others reach it."""
    if settings.KOMPAS_URL:
        return settings.KOMPAS_URL.rstrip("/") + path
    return request.build_absolute_uri(path)
