"""What a screen costs above the rendering of its template."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.views import answers

from . import against, inside, talk
from .figures import STEPS

# What is made anew for each page: tokens, ids and keys of forms, and the way back.
FRESH = re.compile(rb'(name="(?:csrfmiddlewaretoken|id|key|secret|next)" value=")[^"]*')
MARGIN = 5.0  # ms that a screen may cost more, however little its template takes


def measure(report, quick: bool) -> None:
    times = 7 if quick else 40
    shown = talk.weighed()
    for step in STEPS:
        compare(report, step, f"{shown.path}stap/{step}/", shown.leading, times)
    for step in ("arguments", "weighing"):
        shown.go(step)
        compare(report, f"board {step}", f"{shown.path}bord/", shown.showing, times)
    # On a phone there is most to do while a round is open.
    for step in ("arguments", "weighing"):
        shown.go(step)
        shown.open(step)
        compare(report, f"phone {step}", f"{shown.path}meedoen/", shown.joined(0), times)
        shown.reveal(step)


def compare(report, key: str, path: str, cookie: str, times: int) -> None:
    """Ask the page and the same from constants in turns."""
    page = remember(path, cookie)
    with CaptureQueriesContext(connection) as asked:
        same = request("/bench/constant/", cookie)
    assert not asked.captured_queries, f"The constant page of {path} asked the database."
    assert FRESH.sub(rb"\1", same) == FRESH.sub(rb"\1", page), f"Not the same page: {path}"
    took: dict[str, list[float]] = {path: [], "/bench/constant/": []}
    for _ in range(times):
        for one, milliseconds in took.items():
            started = time.perf_counter()
            request(one, cookie)
            milliseconds.append(1000 * (time.perf_counter() - started))
    own, constant = map(statistics.median, took.values())
    report(key, own / constant, max(2.0, 1 + MARGIN / constant) if key in STEPS else None)
    report(f"{key} ms", own)


def request(path: str, cookie: str) -> bytes:
    status, body = inside.ask(path, cookie)
    assert status == 200, f"{status} for {path}"
    return body


def remember(path: str, cookie: str) -> bytes:
    """Ask a page, and keep its template and context, with every value asked once, as constants."""
    kept: dict[str, Any] = {}
    original = answers.render

    def render(request: WSGIRequest, template: str, context: dict[str, Any], **options):
        screen = against.Constant(context["screen"])
        kept.update(template=template, context={**context, "screen": screen})
        return original(request, template, kept["context"], **options)

    answers.render = render
    try:
        page = request(path, cookie)
    finally:
        answers.render = original
    against.shown.update(kept)
    return page
