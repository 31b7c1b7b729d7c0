"""What a browser that was never here before fetches for its first page, counted on the wire."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from . import talk
from .wire import HOST, server

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def measure(report, quick: bool) -> None:
    shown = talk.weighed()
    shown.go("arguments")
    shown.open("arguments")

    def board(page: Page, base: str) -> None:
        page.goto(f"{base}{shown.path}link/{shown.board}/")

    def laptop(page: Page, base: str) -> None:
        page.goto(f"{base}{shown.path}link/{shown.lead}/")

    def phone(page: Page, base: str) -> None:
        # From the QR on the board to the screen on which one takes part.
        page.goto(f"{base}/meedoen/{shown.session.code}/")
        page.locator("form.join button").click()
        page.wait_for_url("**/gesprekken/**")

    with server() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, visit in (("board", board), ("laptop", laptop), ("phone", phone)):
            size, hosts = load(browser, port, visit)
            report(name, size / 1000)
            report(f"{name} hosts", hosts)
        browser.close()


def chromium() -> str:
    names = [os.environ.get("KOMPAS_BROWSER"), str(ROOT / "var/browser/chromium")]
    names += ["chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "No Chromium was found: script/setup test installs one."
    return found


def load(browser: Browser, port: int, visit) -> tuple[int, int]:
    """Bytes over the wire, both ways, and how many other hosts were asked."""
    others: set[str] = set()

    def asked(request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != HOST:
            others.add(address.hostname or "")

    with counted(port) as (through, size), browser.new_context(locale="nl-NL") as context:
        context.on("request", asked)
        page = context.new_page()
        visit(page, f"http://{HOST}:{through}")
        page.wait_for_load_state("load")
        page.wait_for_timeout(2000)  # the stream stays open, and a service worker comes after
        assert page.locator("h1, h2").count(), f"Nothing to be seen at {page.url}"
        return size[0], len(others)


@contextmanager
def counted(port: int) -> Iterator[tuple[int, list[int]]]:
    """A way to the server that counts every byte; yields its port and the count."""
    size = [0]
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    listening: list[asyncio.Server] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                size[0] += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(HOST, port)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

    async def listen() -> None:
        listening.append(await asyncio.start_server(pass_on, HOST, 0))
        ready.set()

    def run() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield listening[0].sockets[0].getsockname()[1], size
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
