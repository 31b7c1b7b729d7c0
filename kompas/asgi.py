"""The server's two doors: streams of events, and Django's pages through WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kompas.settings")

from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from kompas.live.stream import stream

# A thread holds one database connection, and Python runs one at a time: more threads only help
# while others wait for the disk or render a report.
THREADS = 8
# Room for a whole upload and its form around it; Django says no to less, with a page.
LARGEST_BODY = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024

pages: Any = get_wsgi_application()


class Application:
    """Send `/events/` to its coroutine, all else to Django in threads that the server keeps."""

    def __init__(self) -> None:
        self.wsgi: Any = None

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/events/":
            await stream(scope, receive, send)
        else:
            await self.page(scope, receive, send)

    async def lifespan(self, receive, send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        if self.wsgi:
            self.wsgi.executor.shutdown()
            self.wsgi = None
        await send({"type": "lifespan.shutdown.complete"})

    async def page(self, scope, receive, send) -> None:
        body = await whole_body(receive)
        if body is None:  # the client left half-way: a text cut short must not be stored
            return
        if len(body) > LARGEST_BODY:
            await refuse_body(send)
            return
        if self.wsgi is None:
            # A long queue, so that a slow phone that fetches a large file does not hold a thread.
            self.wsgi = WSGIMiddleware(pages, workers=THREADS, send_queue_size=64)
        headers = [(name, value) for name, value in scope["headers"] if name not in LENGTH]
        if body:
            headers.append((b"content-length", str(len(body)).encode()))
        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive_whole():
            return next(sent, None) or await receive()

        await self.wsgi({**scope, "headers": headers}, receive_whole, send)


LENGTH = (b"content-length", b"transfer-encoding")


async def whole_body(receive) -> bytes | None:
    """Take in the body before a thread is asked for, so that a slow phone holds none.

    None when the client left before the end; at most a little more than LARGEST_BODY.
    """
    body = bytearray()
    while len(body) <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


async def refuse_body(send) -> None:
    text = "Dit bestand is te groot. · This file is too large.".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text})


application = Application()
