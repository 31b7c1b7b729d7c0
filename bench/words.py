"""How much there is to read on the laptop before one can act, step by step."""

from __future__ import annotations

import re
import uuid
from typing import Any

from sessions import lifecycle
from sessions.models import new_secret

MOST = 80
WORD = re.compile(r"[^\W\d][\w’'-]*")  # a number is seen, and not read

# What is drawn: not what is folded away, hidden, or there for a screen reader only.
DRAWN = """work => {
    const hidden = [...work.querySelectorAll(".visually-hidden")];
    hidden.forEach(one => one.style.display = "none");
    const words = work.innerText;
    hidden.forEach(one => one.style.display = "");
    return words;
}"""


def words_on(work: Any) -> list[str]:
    """The words that are drawn in a part of a page (a Locator of Playwright)."""
    return WORD.findall(work.evaluate(DRAWN))


def measure(report, quick: bool) -> None:
    from playwright.sync_api import sync_playwright

    from .first_load import ARGUMENTS, chromium
    from .wire import HOST, server

    method, secret = lifecycle.newest_method("ethiekkompas"), new_secret()
    assert method is not None
    talk = lifecycle.begin(uuid.uuid4(), secret, method, "nl", "Mag het?")
    with server() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_context(locale="nl-NL").new_page()
        base = f"http://{HOST}:{port}/gesprekken/{talk.pk}/"
        page.goto(f"{base}link/{secret}/")
        for step in talk.steps:
            page.goto(f"{base}stap/{step.key}/")
            report(step.kind, len(words_on(page.locator("#main"))))
        browser.close()
