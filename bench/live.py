"""How long after a POST on a phone the board shows it, against the bare way through the server."""

from __future__ import annotations

import asyncio
import html
import random
import re
import sys
import time
from contextlib import suppress

from kompas import live

from . import talk
from .figures import MANY, ROOMS
from .lost import ballot
from .wire import Browser, Stream, percentile, server

EVENTS = re.compile(r'data-events="([^"]+)"')
READY = re.compile(r"(\d+) van (\d+) klaar")
TOPIC = "bench"
ARGUMENTS = 12  # more than any of the worked cases has: what one evening gives
# Within how many seconds a whole room gives its ballots: people are not machines.
WINDOWS = {8: 2.5, 30: 9.0, 100: 30.0}
BALLOTS = 60  # of each room, at least
MANY_ROOMS, MANY_WINDOW = 50, 40.0
# Seconds before the first of them: in these all screens fetch the round, and people read it.
READING = 1.0


def measure(report, quick: bool) -> None:
    with server() as port:
        for people in ROOMS:
            room = talk.begin(phones=people, arguments=ARGUMENTS)
            window = min(WINDOWS[people], 9.0 if quick else 60.0)
            turns = min(-(-BALLOTS // people), 2 if quick else 60)
            took, bare = asyncio.run(Room(port, room, window).sit(turns))
            tell(report, str(people), took, bare)
            over = percentile(took, 0.95), percentile(bare, 0.95)
            report(f"{people}", over[0] / over[1])
            report(f"{people} ms", 1000 * over[0])
            report(f"{people} bare", 1000 * over[1])
    rooms = [talk.begin(phones=8, arguments=ARGUMENTS) for _ in range(5 if quick else MANY_ROOMS)]
    with server(workers=2) as port:  # one for each core, as in production
        tell(report, MANY, *asyncio.run(many(port, rooms, quick)))


def tell(report, key: str, took: list[float], bare: list[float]) -> None:
    show(took, "to the board")
    show(bare, "bare")
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        report(f"{key} {name}", percentile(took, share) / percentile(bare, share))


async def many(port: int, talks: list[talk.Talk], quick: bool) -> tuple[list[float], list[float]]:
    """Many rooms at once, each as one room is; bare trips are made beside them all."""
    rooms = [Room(port, one, 4.0 if quick else MANY_WINDOW) for one in talks]
    # One after the other: the teams do not come in at the same instant.
    for room in rooms:
        await room.enter()
    bell = await Stream(port, live.events_url(TOPIC)).open()
    for room in rooms:
        await room.ask()
    took, bare = await beside(port, bell, rooms)
    await bell.close()
    for room in rooms:
        await room.leave()
    return took, bare


async def beside(port: int, bell: Stream, rooms: list[Room]) -> tuple[list[float], list[float]]:
    """All weigh; seconds from each POST to the board, and of bare round trips.

    Both in the same seconds, so that what else the server and the machine do touches both.
    """
    weighed = asyncio.Event()
    trips = asyncio.create_task(publish(port, bell, weighed))
    found = await asyncio.gather(*(room.weigh() for room in rooms))
    weighed.set()
    return [seconds for of_room in found for seconds in of_room], await trips


def show(seconds: list[float], what: str) -> None:
    shares = ", ".join(f"{1000 * percentile(seconds, share):.0f}" for share in (0.1, 0.5, 0.9, 1))
    print(f"    {what}: 10, 50, 90, 100 % within {shares} ms", file=sys.stderr)


class Screen:
    """Asks for its state when it is nudged, as static/js/live.js does."""

    def __init__(self, port: int, path: str, cookie: str):
        self.browser = Browser(port, cookie)
        self.path = path

    async def open(self, follow: bool = True) -> Screen:
        await self.browser.connect()
        first = await self.look("")
        address = EVENTS.search(first)
        assert address, f"{self.path} has no stream."
        self.stream = await Stream(self.browser.port, html.unescape(address[1])).open()
        self.task = asyncio.create_task(self.follow()) if follow else None
        return self

    async def look(self, tag: str) -> str:
        answer = await self.browser.get(self.path, tag)
        assert answer.status in (200, 304), f"{answer.status} for {self.path}"
        self.tag = answer.tag
        return answer.body.decode()

    async def follow(self) -> None:
        while True:
            await self.stream.rung.wait()
            self.stream.rung.clear()
            page = await self.look(self.tag)
            if page:
                self.saw(page, time.perf_counter())

    def saw(self, page: str, at: float) -> None:
        """A new state was received."""

    async def close(self) -> None:
        if self.task:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
        await self.stream.close()
        await self.browser.close()


class Board(Screen):
    """Remembers when it first showed how many are ready."""

    def __init__(self, *where: object):
        super().__init__(*where)
        self.ready = -1
        self.at: dict[int, float] = {}

    def saw(self, page: str, at: float) -> None:
        found = READY.search(re.sub(r"<[^>]+>", "", page))
        self.ready = int(found[1]) if found else -1
        for count in range(1, self.ready + 1):
            self.at.setdefault(count, at)

    async def shows(self, ready: int) -> None:
        async with asyncio.timeout(20):
            while self.ready != ready:
                if self.task and self.task.done():
                    self.task.result()  # says why it ended
                await asyncio.sleep(0.02)


class Room:
    """A board, a laptop and phones, all with their streams open."""

    def __init__(self, port: int, room: talk.Talk, window: float):
        """`window`: seconds within which all give their ballots."""
        self.port, self.talk, self.window = port, room, window
        self.random = random.Random(3)

    async def enter(self) -> None:
        """Open every screen, where the group weighs."""
        self.step = f"{self.talk.path}stap/weighing/"
        self.lead = await Browser(self.port, self.talk.leading).connect()
        await self.act(self.lead, f"{self.talk.path}kamer/", step="weighing")
        self.board = await Board(self.port, f"{self.talk.path}bord/", self.talk.showing).open()
        self.laptop = await Screen(self.port, self.step, self.talk.leading).open()
        self.phones = [
            await Screen(self.port, f"{self.talk.path}meedoen/", self.talk.joined(n)).open()
            for n in range(len(self.talk.phones))
        ]

    async def leave(self) -> None:
        for screen in (self.board, self.laptop, *self.phones):
            await screen.close()
        await self.lead.close()

    async def ask(self) -> None:
        await self.act(self.lead, f"{self.step}ronde/")
        await self.board.shows(0)

    async def reveal(self) -> None:
        await self.act(self.lead, f"{self.step}onthulling/")
        await self.board.shows(-1)

    async def sit(self, turns: int) -> tuple[list[float], list[float]]:
        """Seconds from each POST to the board, and of each bare round trip."""
        await self.enter()
        bell = await Stream(self.port, live.events_url(TOPIC)).open()
        took: list[float] = []
        bare: list[float] = []
        # The first turn warms up, and is not counted; in a large room the others have done so.
        warm = turns > 1
        for turn in range(turns + warm):
            await self.ask()
            own, bare_here = await beside(self.port, bell, [self])
            await self.reveal()
            if turn or not warm:
                took += own
                bare += bare_here
        await self.leave()
        await bell.close()
        return took, bare

    async def act(self, browser: Browser, path: str, **form: str) -> None:
        """Something that the facilitator does, and that is not refused."""
        answer = await browser.post(path, form)
        assert answer.status == 303, f"{answer.status} for {path}"

    async def weigh(self) -> list[float]:
        """Everyone gives a ballot somewhere within the window; seconds from each to the board."""
        board, phones = self.board, self.phones
        board.at.clear()
        items = await asyncio.to_thread(self.items)

        async def give(phone: Screen) -> tuple[float, float]:
            """When it was sent, and when it was acknowledged."""
            form = ballot({item: self.random.randint(1, 5) for item in items})
            browser = await Browser(self.port, phone.browser.cookie).connect()
            await asyncio.sleep(READING + self.random.uniform(0, self.window))
            sent = time.perf_counter()
            answer = await browser.post(f"{self.talk.path}meedoen/weighing/stembriefje/", form)
            acknowledged = time.perf_counter()
            assert answer.status == 303, f"{answer.status} for a ballot"
            await browser.get(phone.path)  # where it is sent on to
            await browser.close()
            return acknowledged, sent

        given = sorted(await asyncio.gather(*map(give, phones)))
        await board.shows(len(phones))
        # The board counts; which ballot was the n-th, the order of the acknowledgements tells.
        return [board.at[n] - sent for n, (_, sent) in enumerate(given, 1)]

    def items(self) -> list:
        """What is weighed now."""
        return list(self.talk.open("weighing").items.values_list("pk", flat=True))


async def publish(port: int, bell: Stream, weighed: asyncio.Event) -> list[float]:
    """Change after change that is nobody's, each from the request to the nudge."""
    random_ = random.Random(5)
    took: list[float] = []
    browser = await Browser(port).connect()
    while not weighed.is_set():
        bell.rung.clear()
        sent = time.perf_counter()
        await browser.get(f"/bench/publish/{TOPIC}/")
        async with asyncio.timeout(20):
            await bell.rung.wait()
        took.append(bell.at - sent)
        await asyncio.sleep(random_.uniform(0.1, 0.3))
    await browser.close()
    return took
