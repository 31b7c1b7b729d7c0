"""The event stream: a plain coroutine without Django's request, and without database."""

import asyncio
import time
from urllib.parse import parse_qs

from kompas.live import hub, presence, rights

# Seconds; keeps proxies from closing a quiet line, and tells the screen that it is not held up
# on the way: so the first comes at once. As an event, since a comment is kept from the page.
HEARTBEAT = 15
PATIENCE = 10  # seconds that a client may take to accept a line, before it is let go
# What changed is not in it: a screen asks, and is told what it may see.
BEAT = b"event: beat\ndata: 1\n\n"
NUDGE = b"event: nudge\ndata: 1\n\n"
END = b"event: end\ndata: 1\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def stream(scope, receive, send) -> None:
    """Answer `/events/?token=…`: an `event: nudge` for each change, an `event: end` at the end.

    403 when the token is not ours or has ended, 405 for other methods, 503 when full.
    """
    if scope["method"] not in ("GET", "HEAD"):
        return await refuse(send, 405, "Only GET.")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    right = rights.read(query.get("token", [""])[0])
    if right is None:
        return await refuse(
            send, 403, "This address to listen at has ended: ask for the page again."
        )
    topic, end = right
    bell = asyncio.Event()
    switchboard = hub.here()
    try:
        switchboard.join(topic, bell)
    except hub.Full:
        return await refuse(send, 503, "Too many screens listen: ask for the page now and then.")
    client = asyncio.create_task(gone(receive, bell))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if scope["method"] == "HEAD":
            return await send({"type": "http.response.body", "body": b""})
        await say(send, b"retry: 2000\n\n" + BEAT)
        while not client.done() and (left := end - time.time()) > 0:
            if presence.takes_turn():
                await asyncio.to_thread(presence.store_aside)
            try:
                async with asyncio.timeout(min(HEARTBEAT, left)):
                    await bell.wait()
            except TimeoutError:
                await say(send, BEAT)
                continue
            bell.clear()  # however often it rang meanwhile, one nudge is enough
            if not client.done():
                await say(send, NUDGE)
        if not client.done():
            await say(send, END, more=False)
    except TimeoutError:
        pass  # a client that does not read is let go; its browser comes back when it can
    except asyncio.CancelledError:
        # The server stops, and has given us time to: the line ends as lines do.
        await say(send, b"", more=False)
    finally:
        client.cancel()
        switchboard.leave(topic, bell)


async def gone(receive, bell: asyncio.Event) -> None:
    """End, and ring, when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bell.set()


async def say(send, text: bytes, more: bool = True) -> None:
    async with asyncio.timeout(PATIENCE):
        await send({"type": "http.response.body", "body": text, "more_body": more})


async def refuse(send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
