"""What phones cost that wait, and nothing happens."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from kompas import live

from . import talk
from .figures import WAITING
from .wire import Browser, Stream, Web, web

TICKS = os.sysconf("SC_CLK_TCK")


def measure(report, quick: bool) -> None:
    room = talk.begin(phones=1, arguments=12)
    with web() as one:
        asyncio.run(wait(report, one, room, 100 if quick else WAITING, 4 if quick else 16))


async def wait(report, one: Web, room: talk.Talk, phones: int, seconds: float) -> None:
    # What a process takes for itself at its first page is not for the phones that come later.
    browser = await Browser(one.port, room.joined(0)).connect()
    for _ in range(20):
        await browser.get(f"{room.path}meedoen/")
    await browser.close()
    path = live.events_url(room.session.topic)
    streams = [await Stream(one.port, path).open()]
    await asyncio.sleep(1)
    before = memory(one.process.pid)
    while len(streams) <= phones:
        streams += await asyncio.gather(*(Stream(one.port, path).open() for _ in range(50)))
    await asyncio.sleep(2)
    report("memory", (memory(one.process.pid) - before) / (len(streams) - 1))
    # A heartbeat of each is in it.
    used, started = processor(one.process.pid), time.perf_counter()
    await asyncio.sleep(seconds)
    share = (processor(one.process.pid) - used) / (time.perf_counter() - started)
    report("processor", 100 * share)
    await asyncio.gather(*(stream.close() for stream in streams))


def memory(pid: int) -> int:
    """The bytes of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("The server has ended.")


def processor(pid: int) -> float:
    """The seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
