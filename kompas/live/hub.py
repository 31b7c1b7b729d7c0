"""Who listens to what in this process, and where changes come from.

One hub per event loop (a process has one; tests have several). While streams are open it has one
source: on PostgreSQL a connection that listens, on SQLite a look at one number, four times a
second.
"""

import asyncio
import logging
import resource
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connections

log = logging.getLogger(__name__)

CHANNEL = "kompas_live"
POLL = 0.25  # seconds between two looks at SQLite's number
AT_ONCE = 10  # streams of one topic that are nudged in one instant
APART = 0.005  # seconds between the others: less than a page takes
LONGEST_PAUSE = 2.0  # seconds between two attempts to reach PostgreSQL
# Half of the files that this process may have open: the rest is for pages.
MOST_STREAMS = min(4000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)

hubs: dict[asyncio.AbstractEventLoop, "Hub"] = {}
lock = threading.Lock()


class Full(Exception):
    """This process has as many streams as it can bear."""


class Hub:
    """The streams of one event loop; all but `nudge_here` runs on that loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.streams: dict[str, set[asyncio.Event]] = {}
        self.count = 0
        self.source: asyncio.Task | None = None
        # What this process wrote itself and has told already, by number.
        self.own: set[int] = set()

    def join(self, topic: str, bell: asyncio.Event) -> None:
        if self.count >= MOST_STREAMS:
            raise Full
        self.streams.setdefault(topic, set()).add(bell)
        self.count += 1
        if self.source is None:
            self.source = self.loop.create_task(self.follow())

    def leave(self, topic: str, bell: asyncio.Event) -> None:
        bells = self.streams[topic]
        bells.remove(bell)
        if not bells:
            del self.streams[topic]
        self.count -= 1
        if self.count == 0:
            if self.source:
                self.source.cancel()
            self.source = None
            with lock:
                hubs.pop(self.loop, None)

    def nudge(self, topic: str) -> None:
        """Ring the bells of a topic: the first few at once, the others as fast as pages are made.

        A hundred phones that ask in one instant would stand in the way of the board, and of
        one another; the last of them has its page no later for it.
        """
        for place, bell in enumerate(tuple(self.streams.get(topic, ()))):
            if place < AT_ONCE:
                bell.set()
            else:
                self.loop.call_later((place - AT_ONCE + 1) * APART, bell.set)

    def nudge_all(self) -> None:
        """Nudge everyone: something may have been missed."""
        for topic in self.streams:
            self.nudge(topic)

    def nudge_own(self, topic: str, number: int) -> None:
        self.own.add(number)
        self.nudge(topic)

    async def follow(self) -> None:
        """Bring changes here until cancelled, and start again after every failure."""
        source = listen if connections["default"].vendor == "postgresql" else poll
        pause = 0.1
        while True:
            try:
                async for _ in source(self):
                    pause = 0.1
            except (psycopg.Error, sqlite3.Error, OSError) as error:
                log.warning("No news from the database (%s); trying again.", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def here() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    with lock:
        return hubs.setdefault(loop, Hub(loop))


def listeners() -> dict[str, int]:
    """How many streams each topic has in this process; asked from whatever thread."""
    with lock:
        present = list(hubs.values())
    found: dict[str, int] = {}
    for hub in present:
        for topic, bells in list(hub.streams.items()):
            found[topic] = found.get(topic, 0) + len(bells)
    return found


def nudge_here(topic: str, number: int) -> None:
    """Nudge this process's streams from whatever thread."""
    with lock:
        present = list(hubs.values())
    for hub in present:
        try:
            hub.loop.call_soon_threadsafe(hub.nudge_own, topic, number)
        except RuntimeError:  # that loop has ended, with streams open
            with lock:
                hubs.pop(hub.loop, None)


async def listen(hub: Hub):
    """Follow PostgreSQL's notifications; yields when the line is open."""
    parameters = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    # Nothing is ever sent on this line, so only this tells that the other end has gone.
    parameters = {"keepalives_idle": 30, "keepalives_interval": 10, **parameters}
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        hub.nudge_all()  # what happened before we listened
        yield
        async for notice in connection.notifies():
            hub.nudge(notice.payload)


async def poll(hub: Hub):
    """Follow what other processes write into the SQLite file; yields after each look."""
    name = connections["default"].settings_dict["NAME"]
    if not Path(name).is_file():  # in memory: there are no other processes
        await asyncio.Event().wait()
    seen: int | None = None
    while True:
        last, rows = await asyncio.to_thread(look, name, seen)
        if seen is None or last - seen != len(rows):
            hub.nudge_all()  # what happened before we looked, or was deleted before we saw it
        for number, topic in rows:
            if number not in hub.own:
                hub.nudge(topic)
        hub.own = {number for number in hub.own if number > last}
        seen = last
        yield
        await asyncio.sleep(POLL)


def look(name: str | Path, seen: int | None) -> tuple[int, list[tuple[int, str]]]:
    """The number of the last change in an SQLite file, and the changes after the one seen.

    The file is opened anew each time (a third of a millisecond), so that a replaced one is noticed.
    """
    with closing(sqlite3.connect(f"file:{quote(str(name))}?mode=rw", uri=True)) as file:
        file.execute("BEGIN")
        found = file.execute("SELECT seq FROM sqlite_sequence WHERE name = 'live_change'")
        last = (found.fetchone() or (0,))[0]
        if seen is None or last == seen:
            return last, []
        return last, file.execute(
            "SELECT id, topic FROM live_change WHERE id > ? ORDER BY id", [seen]
        ).fetchall()
