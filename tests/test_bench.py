"""What script/bench says, and that it compares like with like."""

import asyncio
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from bench import figures, idle, inside, kill, lost, step, talk, wire
from bench.proxy import Proxy
from sessions import room
from sessions.access import SEAT, Access
from sessions.document import normalise
from sessions.models import Argument
from tests.cast import Talk
from tests.test_live import run

pytestmark = pytest.mark.once
EVERY = [(part, base) for part, bases, _ in figures.PARTS for base in bases]
WORDS = ["step", "queries", "throughput", "report", "lost", "live", "first load"]
WORDS += ["effort", "words", "room", "herd", "idle", "kill", "register", "board", "bundle"]


def test_every_word_of_the_issue_has_its_figures():
    names = [figure.name for part, base in EVERY for figure in part(base)]
    assert len(set(names)) == len(names)
    assert {re.match(r'"([^"]+)"', name)[1] for name in names} == set(WORDS)


@pytest.mark.parametrize(
    ("value", "bound", "least", "holds"),
    [
        (1.9, 2.0, False, True),
        (2.1, 2.0, False, False),
        (0.9, 0.8, True, True),
        (0.7, 0.8, True, False),
        (5.0, None, False, True),
        (None, 2.0, False, False),
        (None, None, False, False),
        (0, 0, False, True),
    ],
)
def test_figure_holds_within_its_bound_and_when_it_was_measured(value, bound, least, holds):
    figure = figures.Figure("key", '"step" something', "times", bound, least)
    assert figure.entry(value) == {
        "name": '"step" something',
        "value": value,
        "unit": "times",
        "bound": bound,
        "holds": holds,
    }


def test_bound_can_follow_from_the_run():
    assert figures.Figure("key", "name", "times", 2.0).entry(3.0, 3.5)["holds"] is True


def test_table_and_file_hold_every_figure():
    entries = [figure.entry(None) for part, base in EVERY for figure in part(base)]
    assert json.loads(figures.as_json(entries)) == {"figures": entries}
    assert len(figures.table(entries).splitlines()) == len(entries) + 1
    assert figures.table(entries).count("  NO") == len(entries)


@pytest.fixture
def methods(transactional_db):  # whole requests end with their connection
    call_command("load_methods", verbosity=0)


@pytest.mark.usefixtures("methods")
def test_talk_is_of_the_stated_size():
    document = normalise(talk.document())
    sizes = [len(document[name]) for name in ("stakeholders", "values", "arguments")]
    assert sizes == [10, 10, 40]


@pytest.mark.usefixtures("methods")
def test_constant_page_is_the_page(settings, django_assert_num_queries):
    settings.ROOT_URLCONF = "bench.urls"
    shown = talk.weighed(phones=2)
    own = step.remember(f"{shown.path}stap/arguments/", shown.leading)
    with django_assert_num_queries(0):
        status, constant = inside.ask("/bench/constant/", shown.leading)
    assert status == 200
    assert step.FRESH.sub(rb"\1", constant) == step.FRESH.sub(rb"\1", own)


def test_whole_bench_ends_within_twenty_minutes():
    main = __import__("bench.__main__", fromlist=["LONGEST"])
    assert main.LONGEST < 19.5 * 60  # setting up what is there already takes seconds


# Clients and what stands between


async def backend(name: bytes):
    """A server that answers each line with its name."""

    async def answer(reader, writer):
        with suppress(ConnectionError):
            while await reader.readline():
                writer.write(name + b"\n")
        writer.close()

    server = await asyncio.start_server(answer, wire.HOST, 0)
    return server, server.sockets[0].getsockname()[1]


async def said_by(port: int) -> bytes:
    reader, writer = await asyncio.open_connection(wire.HOST, port)
    writer.write(b"?\n")
    try:
        return await reader.readline()
    finally:
        writer.close()


def test_proxy_goes_round_and_passes_by_who_is_down():
    async def scene():
        (one, first), (other, second) = await backend(b"one"), await backend(b"other")
        proxy = await Proxy(first, second).open()
        both = {await said_by(proxy.port) for _ in range(2)}
        one.close()
        left = [await said_by(proxy.port) for _ in range(2)]
        other.close()
        none = await said_by(proxy.port)
        await proxy.close()
        return both, left, none

    assert run(scene()) == ({b"one\n", b"other\n"}, [b"other\n"] * 2, b"")


def test_proxy_lets_a_client_know_that_the_process_is_gone():
    async def scene():
        held = []

        async def silent(reader, writer):
            held.append(writer)

        server = await asyncio.start_server(silent, wire.HOST, 0)
        proxy = await Proxy(server.sockets[0].getsockname()[1]).open()
        reader, writer = await asyncio.open_connection(wire.HOST, proxy.port)
        while not held:
            await asyncio.sleep(0.01)
        held[0].transport.abort()
        ended = await asyncio.wait_for(reader.read(), 2)
        writer.close()
        server.close()
        await proxy.close()
        return ended

    assert run(scene()) == b""


def test_memory_and_processor_time_of_a_process_are_read():
    assert idle.memory(os.getpid()) > 10_000_000
    before = idle.processor(os.getpid())
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert 0.05 <= idle.processor(os.getpid()) - before < 5


def test_share_of_the_values():
    values = [float(value) for value in range(101)]
    assert [wire.percentile(values, share) for share in (0, 0.5, 0.95, 1)] == [0, 50, 95, 100]


@pytest.mark.usefixtures("methods")
def test_row_that_is_gone_and_row_that_is_there_twice_are_counted():
    talk = Talk()
    talk.go("arguments")
    talk.open("arguments")
    phone = talk.phone()
    talk.argue(phone, "Een")
    row = Argument.everything.get(session=talk.id)
    given = SimpleNamespace(session=talk.session)
    assert kill.missing(given, {row.pk}) == 0
    assert kill.missing(given, {row.pk, talk.id}) == 1
    talk.argue(phone, "Een")
    assert kill.missing(given, {row.pk}) == 1


@pytest.mark.usefixtures("methods")
def test_ballot_that_is_not_acknowledged_or_stored_otherwise_is_lost(monkeypatch):
    given = talk.begin(phones=3, arguments=2)
    given.go("weighing")

    def store(phone, weights):
        access = Access(given.session, SEAT, key=given.phones[phone])
        room.give_ballot(access, given.session.step("weighing"), weights)

    async def send(port, of, submitted, flaky):
        def work():
            store(0, submitted[0])
            store(1, {item: 6 - weight or 1 for item, weight in submitted[1].items()})
            connection.close()

        await asyncio.to_thread(work)
        return [True, True, True], 0.5

    def once():
        try:
            return lost.once(0, given, 0)
        finally:
            connection.close()

    monkeypatch.setattr(lost, "send", send)
    monkeypatch.setattr(lost.random, "Random", lambda turn: SimpleNamespace(randint=lambda *_: 2))
    with ThreadPoolExecutor(1) as thread:  # it runs a loop, and so may the browsers in this one
        assert thread.submit(once).result() == (2, 0, 0.5)
