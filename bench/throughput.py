"""Pages per second, against Django's own handler, and with many streams open."""

from __future__ import annotations

import asyncio
import statistics
import time

from kompas import live

from . import talk
from .wire import Browser, Stream, server

CLIENTS = 8
STREAMS = 500


def measure(report, quick: bool) -> None:
    shown = talk.weighed()
    with server() as own, server("bench.django_asgi:application") as handler:
        asyncio.run(compare(report, shown, own, handler, quick))


async def compare(report, shown: talk.Talk, own: int, handler: int, quick: bool) -> None:
    """In turns, so that what else the machine does touches all alike."""
    seconds, turns = (1.5, 2) if quick else (2.5, 6)
    for port in (own, handler):
        await pages(port, shown, 1.0)  # warm up
    rates: dict[str, list[float]] = {"alone": [], "handler": [], "streams": []}
    for turn in range(turns):
        for what in list(rates)[:: -1 if turn % 2 else 1]:
            streams = await listen(own, shown) if what == "streams" else []
            port = handler if what == "handler" else own
            rates[what].append(await pages(port, shown, seconds))
            await asyncio.gather(*(stream.close() for stream in streams))
    alone = rates["alone"]
    report("pages", statistics.median(alone))
    report("handler", statistics.median(map(ratio, alone, rates["handler"])))
    report("streams", statistics.median(map(ratio, rates["streams"], alone)))


def ratio(one: float, other: float) -> float:
    return one / other


async def listen(port: int, shown: talk.Talk) -> list[Stream]:
    path = live.events_url(shown.session.topic)
    streams: list[Stream] = []
    while len(streams) < STREAMS:
        streams += await asyncio.gather(*(Stream(port, path).open() for _ in range(50)))
    await asyncio.sleep(0.5)
    return streams


async def pages(port: int, shown: talk.Talk, seconds: float) -> float:
    """Whole pages per second, that many clients asking one after the other."""
    end = time.perf_counter() + seconds

    async def ask() -> int:
        browser = await Browser(port, shown.leading).connect()
        request = browser.request("GET", f"{shown.path}stap/arguments/")
        got = 0
        while time.perf_counter() < end:
            answer = await browser.ask(request)
            assert answer.status == 200, f"{answer.status} for the arguments step"
            got += 1
        await browser.close()
        return got

    started = time.perf_counter()
    got = sum(await asyncio.gather(*(ask() for _ in range(CLIENTS))))
    return got / (time.perf_counter() - started)
