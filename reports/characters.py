"""Which characters can be printed, and what stands for the others.

A glyph that no font has prints as an empty box, reads as nothing and makes a PDF inaccessible.
So such a character is printed as its code, [U+1234].
See docs/decisions/fonts-and-missing-characters.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).parent / "fonts"

# What shapes or orders other characters and has no shape of its own.
INVISIBLE = frozenset(
    (
        *(0x00AD, 0x034F, 0x061C, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0020, 0xE0080),
        *range(0xE0100, 0xE01F0),
    )
)


@cache
def digit_shape(digit: int, height: float) -> str:
    """The outline of a digit in the report's typeface, as SVG path data, centred on x = 0.

    In a figure a digit is drawn and not written, so that no loose digits stand between the
    words when somebody copies the text of a PDF.
    """
    with TTFont(
        settings.BASE_DIR / "static/fonts/atkinson-hyperlegible-next-regular.woff2"
    ) as font:
        glyphs, name = font.getGlyphSet(), font.getBestCmap()[ord(str(digit))]
        scale = height / font["head"].unitsPerEm
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.1f}")
        middle = glyphs[name].width * scale / 2
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, -middle, 0)))
    return pen.getCommands()


_LINE_ENDS = re.compile("[\u2028\u2029]")


def font_files() -> list[Path]:
    """Every font that a report may use."""
    own = sorted((settings.BASE_DIR / "static" / "fonts").glob("*-regular.woff2"))
    return [*own, *sorted(FONTS.glob("*.ttf"))]


@cache
def _unprintable() -> re.Pattern[str]:
    """Matches each character that no font has a glyph for."""
    known: set[int] = {ord("\t"), ord("\n"), *INVISIBLE}
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            known.update(font.getBestCmap())
    ranges: list[list[int]] = []
    for code in sorted(known):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    inside = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
    return re.compile(f"[^{inside}]")


def printable(text: str) -> str:
    """`text` with the code in the place of each character that cannot be printed."""
    if text.isascii():
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _unprintable().sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


# A word of thousands of letters is laid out anew for every line of it; in pieces, each once.
_TEXT = re.compile(r">([^<]{1000,})<")
_LONG_WORD = re.compile(r"[!-\u024f]{1000,}")
_PIECES = re.compile(r"(?:&#?\w+;|.){1,60}")


def in_pieces(html: str) -> str:
    """`html` with each unbroken word of a thousand letters cut in pieces, each its own line."""

    def pieces(word: re.Match[str]) -> str:
        return "".join(f'<span class="piece">{piece}</span>' for piece in _PIECES.findall(word[0]))

    return _TEXT.sub(lambda text: f">{_LONG_WORD.sub(pieces, text[1])}<", html)


def direction(text: str) -> str:
    """The direction in which `text` runs, by its first strong character: "ltr" or "rtl"."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return "ltr"
