"""How many screens are connected to a topic: a number, and never which.

A screen that listens is counted by its stream; one that only asks now and then by a random word
that its page made up, which ends a few questions later. Both are in the memory of one process.
Where there may be several processes, each stores its numbers with an end, and all are added up.
"""

import json
import logging
import os
import re
import secrets
import threading
import time

from django.db import Error, connection

from kompas.live import hub

log = logging.getLogger(__name__)

HEADER = "Kompas-Page"  # "WORD asks" from a page without a stream, "WORD listens" from one with
ASKS, LISTENS = "asks", "listens"
WORD = re.compile(r"[a-z0-9]{8,32}")
PATIENCE = 15  # seconds after its last question that a page without a stream still counts
MOST_PAGES = 1000  # of one topic that are remembered
PAUSE = 5  # seconds between two times that a process stores its numbers
LASTS = 45  # seconds that they count: three heartbeats of a stream

PROCESS = secrets.token_hex(8)

STORE = """
    INSERT INTO live_connected (process, numbers, until) VALUES (%s, %s, %s)
    ON CONFLICT (process) DO UPDATE SET numbers = excluded.numbers, until = excluded.until
"""

lock = threading.Lock()
pages: dict[str, dict[str, float]] = {}  # topic -> word of a page -> when it ends
last_turn = float("-inf")
stored: tuple[dict[str, int], float] = {}, float("-inf")  # and until when they count


def asked(topic: str, header: str) -> None:
    """Note what a page that asks for its state says of itself; nothing when it says nothing."""
    word, _, how = header.partition(" ")
    if not WORD.fullmatch(word) or how not in (ASKS, LISTENS):
        return
    now = time.monotonic()
    with lock:
        known = pages.setdefault(topic, {})
        known.pop(word, None)
        if how == ASKS and len(known) < MOST_PAGES:
            known[word] = now + PATIENCE
        _forget_pages(topic, now)
    if how == ASKS and takes_turn():
        store()


def _forget_pages(topic: str, now: float) -> None:
    """Leave out the pages that have ended."""
    known = {word: end for word, end in pages.get(topic, {}).items() if end > now}
    if known:
        pages[topic] = known
    else:
        pages.pop(topic, None)


def here() -> dict[str, int]:
    """How many are connected to this process, by topic."""
    now = time.monotonic()
    numbers = hub.listeners()
    with lock:
        for topic in list(pages):
            _forget_pages(topic, now)
        for topic, known in pages.items():
            numbers[topic] = numbers.get(topic, 0) + len(known)
    return numbers


def connected(*topics: str) -> int:
    """How many screens are connected to these topics, over all processes."""
    found = [here()]
    if several():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT numbers FROM live_connected WHERE process <> %s AND until > %s",
                [PROCESS, int(time.time())],
            )
            found += [json.loads(numbers) for (numbers,) in cursor.fetchall()]
    return sum(numbers.get(topic, 0) for numbers in found for topic in topics)


def several() -> bool:
    """Whether other processes may serve the same talks: workers, or other machines."""
    workers = os.environ.get("WEB_CONCURRENCY", "")
    return connection.vendor == "postgresql" or workers not in ("", "1")


def takes_turn() -> bool:
    """Whether it is time for this process to store its numbers; says so to one who asks."""
    global last_turn
    if not several():
        return False
    with lock:
        now = time.monotonic()
        if now < last_turn + PAUSE:
            return False
        last_turn = now
        return True


def store() -> None:
    """Put this process's numbers where the others find them, if they changed or soon end."""
    global stored
    numbers, now = here(), time.monotonic()
    if numbers == stored[0] and now < stored[1] - LASTS / 2:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(STORE, [PROCESS, json.dumps(numbers), int(time.time()) + LASTS])
    except Error:  # no page and no stream is worse off for it
        log.warning("How many are connected was not stored; trying again.")
    else:
        stored = numbers, now + LASTS


def store_aside() -> None:
    """The same from a thread that keeps no connection."""
    try:
        store()
    finally:
        connection.close()


def forget(**kwargs) -> None:
    """Delete the numbers of processes that have ended."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_connected WHERE until <= %s", [int(time.time())])
