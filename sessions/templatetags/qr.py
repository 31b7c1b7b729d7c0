"""The address of a page as one gives it to others: in words, and as a QR code drawn here."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString

from kompas import qr as codes
from kompas.addresses import public_address

register = template.Library()

# Names of this very machine: no phone gets there.
OWN_NAMES = ("localhost", "127.", "[::1]")


@register.simple_tag(takes_context=True)
def address(context, path: str) -> str:
    """The whole address of `path`, to open or to copy."""
    return public_address(context["request"], path)


@register.simple_tag(takes_context=True)
def spoken_address(context, path: str) -> str:
    """The address of `path` as one reads it aloud: without scheme and last slash."""
    return public_address(context["request"], path).split("://", 1)[-1].rstrip("/")


@register.simple_tag(takes_context=True)
def only_here(context) -> bool:
    """Whether the address works on this computer alone."""
    return public_address(context["request"], "/").split("://", 1)[-1].startswith(OWN_NAMES)


@register.simple_tag(takes_context=True)
def qr(context, path: str) -> SafeString:
    """The QR code of the whole address of `path`, as inline SVG with attributes only."""
    return drawn(public_address(context["request"], path))


@lru_cache(maxsize=256)
def drawn(text: str, title: str | None = None) -> SafeString:
    """The same of any text, drawn once; see `kompas.qr`."""
    return codes.drawn(text, title)
