"""What becomes of what people sent when a web process is killed, or the database restarts."""

from __future__ import annotations

import asyncio
import html
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from django.db import connection

from sessions.models import Argument
from tests.postgresql import restart

from . import talk
from .figures import KILLS
from .live import EVENTS
from .proxy import Proxy
from .wire import Browser, Stream, Web

PHONES = 8
OF_ONE_TALK = 5  # kills, so that no phone gets a list longer than a phone has
BETWEEN = (0.2, 0.6)  # seconds between two rows of one phone
RESEND = 0.5  # seconds until what was not acknowledged is sent again
# As static/js/live.js has them, in seconds.
RECONNECT = 3.0
LATEST = 20.0  # seconds after which a phone is given up


def measure(report, quick: bool) -> None:
    with connection.cursor() as cursor:
        # What is measured is ours: this server is told to be hasty elsewhere.
        cursor.execute("ALTER DATABASE app SET synchronous_commit = on")
    connection.close()
    folder = Path(connection.settings_dict["HOST"])
    webs = [Web().start() for _ in range(2)]
    try:
        for one in webs:
            one.wait()
        lost, slowest = 0, 0.0
        for first in range(0, 2 if quick else KILLS, OF_ONE_TALK):
            kills = range(first, min(first + OF_ONE_TALK, 2 if quick else KILLS))
            found = asyncio.run(storm(webs, [kill(webs[number % 2]) for number in kills]))
            lost, slowest = lost + found[0], max(slowest, found[1])
        report("web lost", lost)
        report("web whole", slowest)
        lost, slowest = asyncio.run(storm(webs, [once_more(folder)]))
        report("database lost", lost)
        report("database whole", slowest)
    finally:
        for one in webs:
            one.stop()
            for line in one.complaints():
                print(f"    a server: {line}", file=sys.stderr)


# An accident gives the moment from which all should be whole again, and what mends it.
Accident = Callable[[], Awaitable[tuple[float, Callable[[], object]]]]


def kill(one: Web) -> Accident:
    """A web process is killed, and started again once everybody is whole without it."""

    async def happen() -> tuple[float, Callable[[], object]]:
        one.kill()
        return time.perf_counter(), lambda: one.start().wait()

    return happen


def once_more(folder: Path) -> Accident:
    """The database stops as in a crash, and starts again."""

    async def happen() -> tuple[float, Callable[[], object]]:
        await asyncio.to_thread(restart, folder)
        return time.perf_counter(), lambda: None

    return happen


async def storm(webs: list[Web], accidents: list[Accident]) -> tuple[int, float]:
    """Accidents amid many writes: acknowledged rows that are gone, and seconds until all is whole.

    A phone is whole when it follows the talk again and its page shows the row it gave last.
    """
    proxy = await Proxy(*(one.port for one in webs)).open()
    room = await asyncio.to_thread(begin)
    phones = [Phone(proxy.port, room, number) for number in range(PHONES)]
    tasks = [
        asyncio.create_task(work) for phone in phones for work in (phone.write(), phone.follow())
    ]
    slowest = 0.0
    try:
        for happen in accidents:
            await asyncio.sleep(0.5)  # in the middle of it
            since, mend = await happen()
            took = max(await asyncio.gather(*(phone.is_whole(since) for phone in phones)))
            slowest = max(slowest, took)
            await asyncio.to_thread(mend)
            for task in tasks:
                if task.done():
                    task.result()  # says why it ended
        for phone in phones:
            phone.stops.set()
        await asyncio.gather(*tasks[::2])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await proxy.close()
    acknowledged = {row for phone in phones for row in phone.acknowledged}
    return await asyncio.to_thread(missing, room, acknowledged), slowest


def begin() -> talk.Talk:
    room = talk.begin(phones=PHONES, arguments=12)
    room.go("arguments")
    room.open("arguments")
    connection.close()
    return room


def missing(room: talk.Talk, acknowledged: set[uuid.UUID]) -> int:
    """How many of the acknowledged rows are not there, or there twice."""
    rows = list(
        Argument.everything.filter(session=room.session, round__isnull=False).values_list(
            "pk", "text"
        )
    )
    connection.close()
    print(f"    {len(acknowledged)} rows acknowledged, {len(rows)} stored", file=sys.stderr)
    twice = len(rows) - len({text for _, text in rows})
    return len(acknowledged - {row for row, _ in rows}) + twice


class Phone:
    """Writes one row after the other, each until it is acknowledged; follows as live.js does."""

    def __init__(self, port: int, room: talk.Talk, number: int):
        self.browser = Browser(port, room.joined(number))
        self.port, self.path = port, f"{room.path}meedoen/"
        self.random = random.Random(number)
        self.acknowledged: list[uuid.UUID] = []
        self.stops = asyncio.Event()
        self.follows_since = 0.0  # 0: it does not

    async def write(self) -> None:
        browser = await Browser(self.port, self.browser.cookie).connect()
        while not self.stops.is_set():
            row = uuid.uuid4()
            form = {"id": row, "side": "for", "text": f"Omdat {row}"}
            while not await self.sent(browser, form):
                await asyncio.sleep(RESEND)
                with suppress(OSError):
                    await browser.connect()
            self.acknowledged.append(row)
            await asyncio.sleep(self.random.uniform(*BETWEEN))
        await browser.close()

    async def sent(self, browser: Browser, form: dict) -> bool:
        """Whether the server acknowledged it."""
        try:
            async with asyncio.timeout(LATEST):
                answer = await browser.post(f"{self.path}arguments/inbreng/", form)
        except (OSError, EOFError, TimeoutError):
            return False
        assert answer.status == 303 or answer.status >= 500, f"{answer.status} for a row"
        return answer.status == 303

    async def page(self) -> str:
        """What the phone shows; empty when there is no answer."""
        browser = Browser(self.port, self.browser.cookie)
        try:
            async with asyncio.timeout(LATEST):
                answer = await (await browser.connect()).get(self.path)
                await browser.close()
        except (OSError, EOFError, TimeoutError):
            return ""
        return answer.body.decode() if answer.status == 200 else ""

    async def follow(self) -> None:
        failures = 0
        while True:
            page = await self.page()
            if not page:
                failures += 1
                self.follows_since = 0.0
                wait = RECONNECT * 2 ** (failures - 1)
                await asyncio.sleep(wait * self.random.uniform(0.8, 1.2))
                continue
            failures = 0
            # It asks from now on, and with a stream it is told.
            self.follows_since = self.follows_since or time.perf_counter()
            found = EVENTS.search(page)
            assert found, "The phone has no stream."
            stream = Stream(self.port, html.unescape(found[1]))
            with suppress(OSError, EOFError, RuntimeError):
                await stream.open()
                await stream.task
                await stream.close()
            self.follows_since = 0.0
            await asyncio.sleep(RECONNECT * self.random.uniform(0.3, 1.0))

    async def is_whole(self, since: float) -> float:
        """Seconds after `since` until it follows and shows what it gave last."""
        await asyncio.sleep(0.2)  # that the stream broke is known by then
        while time.perf_counter() - since < LATEST:
            last = self.acknowledged[-1] if self.acknowledged else None
            page = await self.page() if self.follows_since else ""
            if page and (last is None or str(last) in page):
                return time.perf_counter() - since
            await asyncio.sleep(0.1)
        return LATEST
