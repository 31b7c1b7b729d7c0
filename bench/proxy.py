"""Stands before several web processes, passes each connection to the next one that answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from .wire import HOST


class Proxy:
    """Passes bytes on, both ways; what it cannot pass on it closes, as a crash would."""

    def __init__(self, *ports: int):
        self.ports = ports
        self.turn = 0
        self.lines: set[asyncio.Task] = set()

    async def open(self) -> Proxy:
        self.server = await asyncio.start_server(self.line, HOST, 0)
        self.port: int = self.server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        self.server.close()
        for line in self.lines:
            line.cancel()
        await asyncio.gather(*self.lines, return_exceptions=True)

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client, until either end closes it."""
        task = asyncio.current_task()
        assert task
        self.lines.add(task)
        try:
            behind = await self.connect()
            if behind:
                ends = [
                    asyncio.create_task(pump(reader, behind[1])),
                    asyncio.create_task(pump(behind[0], writer)),
                ]
                try:
                    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for end in ends:
                        end.cancel()
                    await asyncio.gather(*ends, return_exceptions=True)
                    behind[1].close()
        except asyncio.CancelledError:
            pass  # we close, perhaps while this line was ending
        finally:
            writer.close()
            self.lines.discard(task)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """To the next process in turn, or to another when that one is down."""
        for _ in self.ports:
            self.turn += 1
            with suppress(OSError):
                return await asyncio.open_connection(HOST, self.ports[self.turn % len(self.ports)])
        return None


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until nothing comes any more, or the other end takes nothing."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
