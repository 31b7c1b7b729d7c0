"""Nothing that carries a page needs a browser that is newer than the oldest that we serve."""

import re

import pytest
from django.conf import settings

from .old_browsers import SCRIPT, Sheet

CSS = settings.BASE_DIR / "static/css"
# Sheets that our own PDF maker reads, and no browser.
PAPER = {"card.css", "pack.css", "report-print.css", "worksheet.css"}
# What an old browser may miss: how lines break, what a tick and a scroll bar look like, and that an
# outline shows for keys alone.
EXTRA = re.compile(r"\{ (accent-color|scrollbar-width|text-wrap): |^[^{,]*:focus-visible\)?[^{,]*$")


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_sheet_needs_no_newer_browser(path):
    if path.name not in PAPER:
        assert [one for one in Sheet(path.read_text()).lost if not EXTRA.search(one)] == []


@pytest.mark.parametrize(
    "path",
    [
        *sorted((settings.BASE_DIR / "static/js").glob("*.js")),
        settings.BASE_DIR / "templates/sw.js",
    ],
    ids=lambda path: path.name,
)
def test_script_needs_no_newer_browser(path):
    words = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    assert SCRIPT.search(words) is None


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("p { color: red; inset: 0 }", "p { color: red }"),
        ("p { height: 100vh; height: 100dvh }", "p { height: 100vh }"),
        ("p { color: color-mix(in srgb, red, blue) }", "p {  }"),
        ("p { width: min(1rem, 2vw) }", "p { width: min(1rem, 2vw) }"),
        ("p { display: flex; gap: 1rem }", "p { display: flex }"),
        ("p { display: grid; flex: 1; gap: 1rem }", "p { display: grid; flex: 1; gap: 1rem }"),
        ("p { color: red; & b { color: blue } }", "p { color: red }"),
        ("p:has(b), i { color: red }", ""),
        ("p:not(.a, .b) { color: red }", ""),
        ("@layer a { p { color: red } }", ""),
        ("@container (width > 1px) { p { color: red } }", ""),
        ("@supports (gap: 1px) { p { color: red } }", ""),
        ("@media print { p:is(b) { color: red } b { top: 0 } }", "@media print { b { top: 0 } }"),
    ],
)
def test_old_browser_drops_what_it_does_not_know(css, kept):
    assert Sheet(css).css == kept


@pytest.mark.parametrize(
    ("script", "old"),
    [
        ("a.replaceAll('b', 'c')", False),
        ("list.at(-1)", False),
        ("/(?<=a)b/", False),
        ("var a = 1;\nawait b()", False),
        ("crypto.randomUUID()", False),
        ("a.replace(/b/g, 'c'); (a || {}).b", True),
    ],
)
def test_newer_script_is_told_from_old(script, old):
    assert (SCRIPT.search(script) is None) is old
