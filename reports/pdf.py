"""From the HTML of a report to an accessible PDF (PDF/UA-1); nothing is fetched from elsewhere."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings

from .characters import FONTS, in_pieces, printable


@contextmanager
def _own_fonts() -> Iterator[None]:
    """Let fontconfig read our fonts and no others, while it reads its configuration."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


with _own_fonts():  # read at import
    from weasyprint import CSS, HTML
    from weasyprint.document import Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

STATIC = (Path(settings.BASE_DIR) / "static").resolve()
SHEETS = (
    *("fonts.css", "report.css", "report-print.css", "worksheet.css", "pack.css", "card.css"),
    "bundle.css",
)

# One at a time: rendering is CPU and memory, and fonts are shared.
_lock = threading.Lock()


class OwnFiles(URLFetcher):
    """Opens what lies in our own static files, and nothing else."""

    def fetch(self, url, headers=None):
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme != "file" or not path.is_relative_to(STATIC):
            raise ValueError("A report fetches nothing from elsewhere.")
        return super().fetch(url, headers)


def _tokens() -> str:
    """The light look in numbers; what is for screens only means nothing on paper."""
    whole = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.search(r":root \{.*?^\}", whole, re.DOTALL | re.MULTILINE)
    assert found, "tokens.css has no :root"  # noqa: S101
    return found[0]


@cache
def look() -> tuple[FontConfiguration, list[CSS]]:
    """Fonts and style sheets, read once per process."""
    with _own_fonts():
        fonts = FontConfiguration()
    fetcher = OwnFiles()
    sheets = [CSS(string=_tokens(), font_config=fonts, url_fetcher=fetcher)]
    for name in SHEETS:
        path = STATIC / "css" / name
        sheets.append(CSS(filename=path, font_config=fonts, url_fetcher=fetcher))
    return fonts, sheets


# The sign that ends a line within a word (report.css), as WeasyPrint says which letter it is.
# Nobody types it, and its glyph is that of a hyphen. A reader of the PDF is told that it is a
# soft hyphen, so that the word is whole when it is searched, copied or read aloud.
_HYPHEN, _SOFT = "<02d7>", "<00ad>"


def _soften(_document: Any, made: Any) -> None:
    """Tell what a hyphen at the end of a line is, in every font's table of letters."""
    for part in made.objects:
        lines: list[Any] = getattr(part, "stream", None) or []
        for place, line in enumerate(lines):
            if isinstance(line, bytes) and line.endswith(f" {_HYPHEN}".encode()):
                lines[place] = line.replace(_HYPHEN.encode(), _SOFT.encode())


def render(*sizes: str, forms: bool = False) -> bytes:
    """The PDF of a whole HTML page; its texts are complete, also those that no font can show.

    Given the same page in several sizes, of the first that fits on one; else of the last.
    With `forms` its fields can be filled in on a screen.
    """
    with _lock:
        options = {**_AS_UA, "pdf_forms": forms}
        return _fitting(sizes, options).write_pdf(finisher=_soften, **options)


def count_pages(*sizes: str) -> int:
    """How many pages that PDF has."""
    with _lock:
        return len(_fitting(sizes, _AS_UA).pages)


_AS_UA: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}


def _fitting(sizes: tuple[str, ...], options: dict[str, Any]) -> Document:
    for html in sizes:
        document = _laid_out(html, options)
        if len(document.pages) == 1:
            break
    return document


def _laid_out(html: str, options: dict[str, Any]) -> Document:
    fonts, sheets = look()
    page = HTML(string=in_pieces(printable(html)), url_fetcher=OwnFiles())
    return page.render(stylesheets=sheets, font_config=fonts, **options)
