"""What a PDF costs above WeasyPrint's own work, and what keeping it saves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from io import BytesIO

from pypdf import PdfReader

from reports import pdf
from sessions import lifecycle

from . import inside, talk


def measure(report, quick: bool) -> None:
    shown = talk.weighed()
    path = f"{shown.path}verslag.pdf"

    def whole() -> bytes:
        status, content = inside.ask(path, shown.leading)
        assert status == 200, f"{status} for the PDF"
        return content

    page = remember(whole)

    def alone() -> bytes:
        fonts, sheets = pdf.look()
        made = pdf.HTML(string=page, url_fetcher=pdf.OwnFiles())
        return made.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1")

    took: dict[Callable[[], bytes], list[float]] = {whole: [], alone: []}
    for _ in range(2 if quick else 5):
        for make, seconds in took.items():
            seconds.append(timed(make))
    rendering, weasyprint = map(statistics.median, took.values())
    report("whole", rendering / weasyprint)
    report("page", rendering / len(PdfReader(BytesIO(whole())).pages))
    growth(report, quick)
    lifecycle.close(shown.access, "")
    whole()  # the first one who asks has it made and kept
    kept = statistics.median(timed(whole) for _ in range(20))
    report("kept", rendering / kept)


def growth(report, quick: bool) -> None:
    """A report of two hundred arguments, and what each of them costs beside one of forty."""
    took: dict[int, list[float]] = {40: [], 200: []}
    paths = {}
    for arguments in took:
        shown = talk.weighed(arguments=arguments)
        paths[arguments] = f"{shown.path}verslag.pdf", shown.leading
    for _ in range(1 if quick else 3):
        for arguments, seconds in took.items():
            seconds.append(timed(lambda path=paths[arguments]: inside.ask(*path)[1]))
    small, large = (statistics.median(seconds) for seconds in took.values())
    report("large", large)
    report("growth", (large / 200) / (small / 40))


def timed(make: Callable[[], bytes]) -> float:
    started = time.perf_counter()
    assert make().startswith(b"%PDF")
    return time.perf_counter() - started


def remember(make: Callable[[], bytes]) -> str:
    """The HTML that a report is made from, as WeasyPrint is given it."""
    given: list[str] = []
    original = pdf.HTML

    def html(*, string: str, **options):
        given.append(string)
        return original(string=string, **options)

    pdf.HTML = html
    try:
        make()
    finally:
        pdf.HTML = original
    return given[0]
