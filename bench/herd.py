"""What one change costs when many phones are told of it at once."""

from __future__ import annotations

import asyncio
import statistics
import time

from . import talk
from .figures import HERD
from .live import ARGUMENTS, Board, Screen
from .wire import Browser, percentile, server

QUIET = 1.0  # seconds in which everybody has asked, and nobody asks more


def measure(report, quick: bool) -> None:
    room = talk.begin(phones=20 if quick else HERD, arguments=ARGUMENTS)
    with server() as port:
        asyncio.run(herd(report, port, room, 2 if quick else 5))


class Phone(Screen):
    """Counts its questions, and remembers when it last had something new."""

    asked = 0
    last = 0.0

    async def look(self, tag: str) -> str:
        self.asked += 1
        return await super().look(tag)

    def saw(self, page: str, at: float) -> None:
        self.last = at


async def herd(report, port: int, room: talk.Talk, turns: int) -> None:
    step = f"{room.path}stap/weighing/"
    lead = await Browser(port, room.leading).connect()
    board = await Board(port, f"{room.path}bord/", room.showing).open()
    phones = [
        await Phone(port, f"{room.path}meedoen/", room.joined(n)).open()
        for n in range(len(room.phones))
    ]
    await act(lead, f"{room.path}kamer/", step="weighing")
    await settle(phones)
    asked = sum(phone.asked for phone in phones)
    alone: list[float] = []
    to_board: list[float] = []
    to_last: list[float] = []
    for _ in range(turns):
        board.at.clear()
        opened = time.perf_counter()
        await act(lead, f"{step}ronde/")
        await board.shows(0)
        to_board.append(time.perf_counter() - opened)
        await settle(phones)
        to_last.append(max(phone.last for phone in phones) - opened)
        # A page of a phone while nothing else happens, in between: the measure of all.
        alone += [await page(port, room, n) for n in range(5)]
        await act(lead, f"{step}onthulling/")
        await settle(phones)
    asked = sum(phone.asked for phone in phones) - asked
    one = statistics.median(alone)
    report("requests", asked / (2 * turns * len(phones)))
    report("board", percentile(to_board, 0.5) / one)
    report("last", percentile(to_last, 0.5) / (one * len(phones)))
    report("last ms", 1000 * percentile(to_last, 0.5))
    for screen in (board, *phones):
        await screen.close()
    await lead.close()


async def act(browser: Browser, path: str, **form: str) -> None:
    answer = await browser.post(path, form)
    assert answer.status == 303, f"{answer.status} for {path}"


async def page(port: int, room: talk.Talk, phone: int) -> float:
    """Seconds that a phone waits for its page."""
    browser = await Browser(port, room.joined(phone)).connect()
    started = time.perf_counter()
    await browser.get(f"{room.path}meedoen/")
    took = time.perf_counter() - started
    await browser.close()
    return took


async def settle(phones: list[Phone]) -> None:
    """Wait until nobody has asked anything for a while."""
    before = -1
    while (now := sum(phone.asked for phone in phones)) != before:
        before = now
        await asyncio.sleep(QUIET)
