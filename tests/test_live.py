import asyncio
import os
import queue
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from django.db import connection, transaction

from kompas import live
from kompas.live import hub, presence, rights
from kompas.live import stream as streams
from kompas.live.changes import forget
from kompas.signals import tick

ROOT = Path(__file__).resolve().parent.parent


class Screen:
    """A client that listens; `next()` waits for one block of its stream."""

    def __init__(self, lines):
        self.blocks: queue.Queue[str] = queue.Queue()
        self.thread = threading.Thread(target=self.read, args=[lines], daemon=True)
        self.thread.start()

    def read(self, lines):
        block = []
        with suppress(httpx.RemoteProtocolError):  # how a line ends that we close
            for line in lines:
                if line:
                    block.append(line)
                else:
                    self.blocks.put("\n".join(block))
                    block = []

    def next(self, timeout=5.0):
        """The next block that says something: a heartbeat only says that the line works."""
        while (block := self.blocks.get(timeout=timeout)) == BEAT:
            pass
        return block

    def hears_nothing(self, seconds=0.4):
        with pytest.raises(queue.Empty):
            self.next(seconds)

    def settle(self):
        """Take in what the start of the source may have said: that something may be missed."""
        assert self.next() == "retry: 2000"
        assert self.next() == NUDGE


NUDGE = "event: nudge\ndata: 1"
BEAT = "event: beat\ndata: 1"


@contextmanager
def listening(server, topic):
    with (
        httpx.Client(timeout=20) as client,
        client.stream("GET", server + live.events_url(topic)) as response,
    ):
        assert response.status_code == 200
        screen = Screen(response.iter_lines())
        try:
            yield screen
        finally:
            # The thread that reads must not outlive the connection that it reads from.
            response.extensions["network_stream"].get_extra_info("socket").shutdown(2)
            screen.thread.join(5)


@pytest.fixture
def listen(server):
    return lambda topic: listening(server, topic)


# The right to listen


def test_address_is_the_same_within_a_window_and_another_in_the_next(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_200_000_000)
    first = live.events_url("talk")
    monkeypatch.setattr(time, "time", lambda: 1_200_000_000 + rights.WINDOW - 1)
    assert live.events_url("talk") == first
    monkeypatch.setattr(time, "time", lambda: 1_200_000_000 + rights.WINDOW)
    assert live.events_url("talk") != first
    assert live.window() == 1_200_000_000 // rights.WINDOW + 1


def token(topic="talk"):
    return httpx.URL(live.events_url(topic)).params["token"]


def test_token_names_its_topic_and_ends_within_twenty_five_minutes():
    topic, end = rights.read(token("talk"))
    assert topic == "talk"
    assert 10 * 60 <= end - time.time() <= 25 * 60


def test_token_of_one_topic_is_no_right_to_another():
    assert rights.read(token("talk").replace("talk", "tale")) is None


def test_token_ends(monkeypatch):
    old = token()
    later = time.time() + 25 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert rights.read(old) is None


@pytest.mark.parametrize("query", ["", "?token=", "?token=talk.99999999999:x", "?token=%ff%00"])
def test_stream_without_a_right_is_refused(server, query):
    response = httpx.get(f"{server}/events/{query}")
    assert (response.status_code, response.headers["cache-control"]) == (403, "no-store")


def test_only_get_and_head_are_answered(server):
    assert httpx.post(server + live.events_url("talk")).status_code == 405
    head = httpx.head(server + live.events_url("talk"))
    assert (head.status_code, head.content) == (200, b"")


def test_stream_is_neither_kept_nor_held_up(server):
    with httpx.stream("GET", server + live.events_url("talk")) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-cache, no-store"
        assert response.headers["x-accel-buffering"] == "no"


# From a change to the screens


def test_change_nudges_the_screens_of_its_topic_alone(listen):
    with listen("talk") as board, listen("talk") as phone, listen("other") as other:
        for screen in (board, phone, other):
            assert screen.next() == "retry: 2000"
        assert board.next() == NUDGE  # the source has started
        phone.blocks.queue.clear()
        time.sleep(0.3)
        for screen in (board, phone, other):
            screen.blocks.queue.clear()
        with transaction.atomic():
            live.changed("talk")
        assert board.next() == NUDGE
        assert phone.next() == NUDGE
        board.hears_nothing()
        other.hears_nothing(0.1)


def test_one_change_of_two_topics_nudges_both(listen):
    with listen("talk") as board, listen("leading") as laptop:
        board.settle()
        assert laptop.next() == "retry: 2000"
        time.sleep(0.3)
        laptop.blocks.queue.clear()
        live.changed("talk", "leading")
        assert board.next() == NUDGE
        assert laptop.next() == NUDGE


def test_change_is_told_after_commit(listen):
    with listen("talk") as board:
        board.settle()
        with transaction.atomic():
            live.changed("talk")
            board.hears_nothing()
        assert board.next() == NUDGE


def test_change_that_is_rolled_back_is_not_told(listen):
    with listen("talk") as board:
        board.settle()
        with transaction.atomic():
            live.changed("talk")
            transaction.set_rollback(True)
        board.hears_nothing()


def change_elsewhere(topic):
    """Report a change from another process that has the same database."""
    database = connection.settings_dict
    environment = dict(os.environ)
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{database['NAME']}"
    else:
        environment["DATABASE_URL"] = f"postgresql:/{database['NAME']}"
    code = f"import django; django.setup(); from kompas.live import changed; changed('{topic}')"
    environment["DJANGO_SETTINGS_MODULE"] = "kompas.settings"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)


def test_change_in_another_process_nudges_too(listen):
    with listen("talk") as board, listen("other") as other:
        board.settle()
        assert other.next() == "retry: 2000"
        time.sleep(0.3)
        other.blocks.queue.clear()
        change_elsewhere("talk")
        assert board.next() == NUDGE
        board.hears_nothing()
        other.hears_nothing(0.1)


def test_changes_are_heard_while_the_upkeep_forgets_them(listen):
    with listen("talk") as board:
        board.settle()
        for _ in range(3):
            live.changed("talk")
            forget()
            assert board.next() == NUDGE


@pytest.mark.sqlite
def test_change_deleted_before_it_was_seen_still_nudges(listen):
    with listen("talk") as board:
        board.settle()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO live_change (topic) VALUES ('talk')")
            tick.send_robust(sender=None)
            cursor.execute("DELETE FROM live_change")
        assert board.next() == NUDGE


@pytest.mark.postgresql
def test_listener_comes_back_and_nudges_everyone(listen):
    with listen("talk") as board:
        board.settle()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = 'LISTEN kompas_live' AND datname = current_database()"
            )
            assert cursor.fetchall() == [(True,)]
        assert board.next() == NUDGE
        live.changed("talk")
        assert board.next() == NUDGE


@pytest.mark.postgresql
def test_streams_hold_one_connection_together(server):
    def connections():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            )
            return cursor.fetchone()[0]

    before = connections()
    with listening(server, "talk") as board:
        board.settle()
        alone = connections()
        with httpx.Client(limits=httpx.Limits(max_connections=None)) as client:
            request = client.build_request("GET", server + live.events_url("talk"))
            opened = [client.send(request, stream=True) for _ in range(40)]
            assert connections() == alone
            for response in opened:
                response.close()
    assert alone == before + 1


# One stream, without a server


class Wire:
    """What a server passes to a stream: what was sent, when it may go on, when the client left."""

    def __init__(self, method="GET", query=None):
        self.scope = {
            "type": "http",
            "method": method,
            "query_string": (query or f"token={token()}").encode(),
        }
        self.sent = []
        self.open = asyncio.Event()
        self.open.set()
        self.left = asyncio.Event()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        await self.open.wait()
        self.sent.append(message.get("status") or message["body"].decode())

    async def run(self):
        await streams.stream(self.scope, self.receive, self.send)


@pytest.fixture
def quiet_source(monkeypatch):
    async def silence(self):
        await asyncio.Event().wait()

    monkeypatch.setattr(hub.Hub, "follow", silence)
    monkeypatch.setattr(presence, "takes_turn", lambda: False)  # there is no database to tell


def run(scene):
    """Run a coroutine in a thread of its own: the browser tests' loop has this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


def test_quiet_stream_has_a_heartbeat(monkeypatch, quiet_source):
    monkeypatch.setattr(streams, "HEARTBEAT", 0.01)

    async def scene():
        wire = Wire()
        task = asyncio.create_task(wire.run())
        await asyncio.sleep(0.05)
        wire.left.set()
        await task
        return wire.sent

    assert run(scene())[:3] == [200, f"retry: 2000\n\n{BEAT}\n\n", f"{BEAT}\n\n"]


def test_many_changes_are_one_nudge_to_a_slow_client(quiet_source):
    async def scene():
        wire = Wire()
        task = asyncio.create_task(wire.run())
        await asyncio.sleep(0.01)
        wire.open.clear()
        for _ in range(100):
            hub.here().nudge("talk")
            await asyncio.sleep(0)
        wire.open.set()
        await asyncio.sleep(0.01)
        wire.left.set()
        await task
        return wire.sent[2:]

    assert run(scene()) == ["event: nudge\ndata: 1\n\n"] * 2


def test_many_screens_of_one_topic_are_nudged_one_after_the_other(monkeypatch, quiet_source):
    monkeypatch.setattr(hub, "APART", 0.02)

    async def scene():
        bells = [asyncio.Event() for _ in range(hub.AT_ONCE + 3)]
        here = hub.here()
        for bell in bells:
            here.join("talk", bell)
        here.nudge("talk")
        at_once = sum(bell.is_set() for bell in bells)
        await asyncio.wait_for(asyncio.gather(*(bell.wait() for bell in bells)), 2)
        for bell in bells:
            here.leave("talk", bell)
        return at_once

    assert run(scene()) == hub.AT_ONCE


def test_client_that_reads_nothing_is_let_go(monkeypatch, quiet_source):
    monkeypatch.setattr(streams, "PATIENCE", 0.02)

    async def scene():
        wire = Wire()
        task = asyncio.create_task(wire.run())
        await asyncio.sleep(0.01)
        wire.open.clear()
        hub.here().nudge("talk")
        await asyncio.wait_for(task, 1)
        return hub.hubs

    assert run(scene()) == {}


def test_stream_ends_with_its_right(monkeypatch, quiet_source):
    async def scene():
        wire = Wire(query="token=" + rights.signer.sign(f"talk.{int(time.time()) + 1}"))
        await asyncio.wait_for(wire.run(), 2)
        return wire.sent[-1]

    assert run(scene()) == "event: end\ndata: 1\n\n"
    assert hub.hubs == {}


def test_stream_above_the_most_is_refused(monkeypatch, quiet_source):
    monkeypatch.setattr(hub, "MOST_STREAMS", 1)

    async def scene():
        first, second = Wire(), Wire()
        task = asyncio.create_task(first.run())
        await asyncio.sleep(0.01)
        await second.run()
        first.left.set()
        await task
        return second.sent[0]

    assert run(scene()) == 503


def test_client_that_leaves_is_forgotten(quiet_source):
    async def scene():
        wire = Wire()
        task = asyncio.create_task(wire.run())
        await asyncio.sleep(0.01)
        assert hub.here().count == 1
        wire.left.set()
        await task
        return hub.hubs

    assert run(scene()) == {}


def test_loop_that_ended_with_streams_open_is_forgotten(quiet_source):
    async def scene():
        hub.here().join("talk", asyncio.Event())

    run(scene())
    assert len(hub.hubs) == 1
    hub.nudge_here("talk", 1)
    assert hub.hubs == {}
