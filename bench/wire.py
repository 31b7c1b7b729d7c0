"""The real server, and clients so light that two cores are left for it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from .talk import CSRF

HOST = "127.0.0.1"


class Web:
    """Serves as script/server does, in one process, or as in production in several."""

    def __init__(self, application: str = "kompas.asgi:application", workers: int = 1):
        with socket.create_server((HOST, 0)) as probe:
            self.port = probe.getsockname()[1]
        self.command = [sys.executable, "-m", "uvicorn", application]
        self.command += ["--host", HOST, "--port", str(self.port)]
        self.command += ["--timeout-graceful-shutdown", "3", "--no-access-log"]
        self.command += ["--log-level", "warning"]
        self.environment = os.environ | {"WEB_CONCURRENCY": str(workers)}
        # What it complains of is for who looks for it: the first lines, not thousands.
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115

    def start(self) -> Web:
        self.process = subprocess.Popen(self.command, env=self.environment, stderr=self.log)
        return self

    def wait(self) -> Web:
        """Wait until it answers."""
        for _ in range(300):
            if self.answers():
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("The server did not start.")

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def complaints(self) -> list[str]:
        """The first lines of its log, of a traceback what it says."""
        self.log.seek(0)
        lines = [line.rstrip() for line in self.log if line.strip(" |\n")]
        self.log.close()
        said = [line for line in lines if line[0] not in " |+" and "Traceback" not in line]
        # A page that nobody waits for any more may be made when it stops.
        usual = ("graceful", "Exception in ASGI application")
        return [line for line in said if not any(word in line for word in usual)][:5]


@contextmanager
def web(application: str = "kompas.asgi:application", workers: int = 1) -> Iterator[Web]:
    one = Web(application, workers).start()
    try:
        yield one.wait()
    finally:
        one.stop()
        for line in one.complaints():
            print(f"    the server: {line}", file=sys.stderr)


@contextmanager
def server(application: str = "kompas.asgi:application", workers: int = 1) -> Iterator[int]:
    """Serve; yields the port."""
    with web(application, workers) as one:
        yield one.port


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tag(self) -> str:
        return self.headers.get("etag", "")


class Browser:
    """One kept connection with one Cookie header."""

    def __init__(self, port: int, cookie: str = ""):
        self.port = port
        self.cookie = cookie

    async def connect(self) -> Browser:
        self.reader, self.writer = await asyncio.open_connection(HOST, self.port)
        return self

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()

    def request(self, method: str, path: str, form: dict | None = None, tag: str = "") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", "Accept-Language: nl"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if tag:
            lines.append(f"If-None-Match: {tag}")
        body = b""
        if form is not None:
            body = urlencode({"csrfmiddlewaretoken": CSRF, **form}).encode()
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def get(self, path: str, tag: str = "") -> Answer:
        return await self.ask(self.request("GET", path, tag=tag))

    async def post(self, path: str, form: dict) -> Answer:
        return await self.ask(self.request("POST", path, form))

    async def ask(self, request: bytes) -> Answer:
        if self.reader.at_eof():  # the server closes what is idle for some seconds
            await self.connect()
        try:
            return await self._ask(request)
        except (EOFError, ConnectionError):
            if not request.startswith(b"GET"):
                raise
            await self.connect()  # closed just then: a browser asks again too
            return await self._ask(request)

    async def _ask(self, request: bytes) -> Answer:
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        pairs = [line.partition(":") for line in lines]
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        status = int(first.split()[1])
        body = b""
        if status not in (204, 304):
            if "content-length" in headers:
                body = await self.reader.readexactly(int(headers["content-length"]))
            else:
                body = await self._chunks()
        return Answer(status, headers, body)

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)


class Stream:
    """One open event stream; `rung` is set at each nudge, `at` says when the last one came."""

    def __init__(self, port: int, path: str):
        self.browser = Browser(port)
        self.path = path
        self.rung = asyncio.Event()
        self.at = 0.0
        self.nudges = 0

    async def open(self) -> Stream:
        await self.browser.connect()
        self.browser.writer.write(self.browser.request("GET", self.path))
        head = await self.browser.reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"No stream: {head[:80]!r}")
        self.task = asyncio.create_task(self._listen())
        return self

    async def _listen(self) -> None:
        while line := await self.browser.reader.readline():
            if line.startswith(b"event: nudge"):
                self.at = time.perf_counter()
                self.nudges += 1
                self.rung.set()

    async def close(self) -> None:
        self.task.cancel()
        await self.browser.close()


def percentile(values: list[float], share: float) -> float:
    """The value that a share (0-1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
