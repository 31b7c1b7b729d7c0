"""A QR code as inline SVG, with attributes only."""

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn(text: str, title: str | None = None) -> SafeString:
    """The code of `text`; `title`, in words of ours, is what a reader of a PDF hears."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=1, dark="#000", svgclass=None, title=title)
    return mark_safe(svg)  # noqa: S308 - drawn by segno: paths only, none of the text is in it
