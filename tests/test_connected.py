"""How many phones are connected: a number for the facilitator, and never which."""

import asyncio
import json
import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kompas import backup, live
from kompas.live import hub, presence
from kompas.live.models import Connected
from kompas.signals import tick
from tests.cast import Talk
from tests.test_live import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_yet(monkeypatch):
    monkeypatch.setattr(presence, "pages", {})
    monkeypatch.setattr(presence, "last_turn", float("-inf"))
    monkeypatch.setattr(presence, "stored", ({}, float("-inf")))


@pytest.fixture
def talk():
    talk = Talk()
    talk.go("question")
    return talk


@pytest.fixture
def several(monkeypatch):
    monkeypatch.setattr(presence, "several", lambda: True)


@pytest.fixture
def alone(monkeypatch):
    monkeypatch.setattr(presence, "several", lambda: False)


def later(monkeypatch, seconds):
    now = time.monotonic()
    monkeypatch.setattr(presence.time, "monotonic", lambda: now + seconds)


def looks(phone, talk, page="a" * 20, how="asks"):
    url = reverse("sessions:phone", args=[talk.id])
    return phone.client().get(url, headers={"Kompas-Page": f"{page} {how}"})


def says(talk):
    url = reverse("sessions:connected", args=[talk.id])
    return talk.leader.client().get(url)


def test_facilitator_is_told_how_many_are_connected(talk):
    for page in ("a" * 20, "b" * 20):
        looks(talk.phone(), talk, page)
    response = says(talk)
    assert response.content.decode() == "2 telefoons zijn verbonden"
    assert "no-store" in response["Cache-Control"]
    looks(talk.phone(), talk, "c" * 20)
    assert says(talk).content.decode() == "3 telefoons zijn verbonden"


def test_one_phone_is_told_in_the_singular(talk):
    looks(talk.phone(), talk)
    assert says(talk).content.decode() == "1 telefoon is verbonden"


def test_page_that_asks_again_counts_once(talk):
    phone = talk.phone()
    for _ in range(3):
        looks(phone, talk)
    assert live.connected(talk.session.topic) == 1


def test_page_that_listens_from_now_on_is_counted_by_its_stream_alone(talk):
    phone = talk.phone()
    looks(phone, talk)
    looks(phone, talk, how="listens")
    assert live.connected(talk.session.topic) == 0


def test_page_that_asks_no_more_is_forgotten(talk, monkeypatch):
    looks(talk.phone(), talk)
    later(monkeypatch, presence.PATIENCE + 1)
    assert live.connected(talk.session.topic) == 0
    assert presence.pages == {}


@pytest.mark.parametrize("header", ["", "asks", "kort asks", "a" * 20, "<script>12 asks", "é" * 9])
def test_page_that_says_nothing_sensible_is_not_counted(talk, header):
    live.asked(talk.session.topic, header)
    assert live.connected(talk.session.topic) == 0


def test_only_so_many_pages_are_remembered(talk, monkeypatch):
    monkeypatch.setattr(presence, "MOST_PAGES", 2)
    for page in "abc":
        live.asked("talk", page * 20 + " asks")
    assert live.connected("talk") == 2


def test_stream_is_counted_while_it_is_open(monkeypatch):
    async def silence(self):
        await asyncio.Event().wait()

    monkeypatch.setattr(hub.Hub, "follow", silence)

    async def scene():
        bell = asyncio.Event()
        hub.here().join("talk", bell)
        during = presence.here()
        hub.here().leave("talk", bell)
        return during, presence.here()

    assert run(scene()) == ({"talk": 1}, {})


# What it changes, and what it tells


def test_number_changes_no_page(talk):
    phone, leader = talk.phone().client(), talk.leader.client()
    pages = [
        (leader, reverse("sessions:step", args=[talk.id, "question"])),
        (phone, reverse("sessions:phone", args=[talk.id])),
    ]
    tags = [client.get(url)["ETag"] for client, url in pages]
    live.asked(talk.session.topic, "b" * 20 + " asks")
    assert live.connected(talk.session.topic) == 1
    for (client, url), tag in zip(pages, tags, strict=True):
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_phones_and_board_are_not_told(talk):
    url = reverse("sessions:connected", args=[talk.id])
    for person in (talk.phone(), talk.board()):
        assert person.client().get(url).status_code == 403


def test_asking_without_a_stream_costs_two_questions(talk, alone):
    phone = talk.phone().client()
    url = reverse("sessions:phone", args=[talk.id])
    tag = phone.get(url)["ETag"]
    headers = {"If-None-Match": tag, "Kompas-Page": "a" * 20 + " asks"}
    with CaptureQueriesContext(connection) as asked:
        response = phone.get(url, headers=headers)
    assert (response.status_code, response.content) == (304, b"")
    assert len(asked.captured_queries) <= 2


def test_nothing_ties_a_page_to_a_seat(talk, several):
    """What is remembered and stored of a page is a topic, a word of its own, and a number."""
    phone = talk.phone()
    looks(phone, talk)
    [(topic, known)] = presence.pages.items()
    assert (topic, list(known)) == (talk.session.topic, ["a" * 20])
    row = Connected.objects.get()
    assert json.loads(row.numbers) == {talk.session.topic: 1}
    kept = f"{presence.pages} {row.__dict__}"
    seat = phone.access.seat
    for secret in (phone.secret, seat.key_hash, str(seat.pk), seat.pk.hex):
        assert secret not in kept
    assert {field.name for field in Connected._meta.fields} == {"process", "numbers", "until"}


# Several processes


def other(numbers, until=None):
    until = int(time.time()) + 30 if until is None else until
    return Connected.objects.create(process="ander", numbers=json.dumps(numbers), until=until)


def test_numbers_of_all_processes_are_added_up(talk, several):
    looks(talk.phone(), talk)
    other({talk.session.topic: 4, "elsewhere": 9})
    assert says(talk).content.decode() == "5 telefoons zijn verbonden"


def test_number_of_a_process_that_ended_counts_no_more(several):
    other({"talk": 4}, until=int(time.time()) - 1)
    assert live.connected("talk") == 0
    tick.send(sender=None)
    assert not Connected.objects.exists()


def test_process_stores_its_numbers_now_and_then_and_when_they_changed(several, monkeypatch):
    live.asked("talk", "a" * 20 + " asks")
    live.asked("talk", "b" * 20 + " asks")  # in the same seconds
    assert json.loads(Connected.objects.get().numbers) == {"talk": 1}
    later(monkeypatch, presence.PAUSE + 1)
    live.asked("talk", "b" * 20 + " asks")
    assert json.loads(Connected.objects.get().numbers) == {"talk": 2}
    Connected.objects.all().delete()
    later(monkeypatch, 2 * presence.PAUSE + 2)
    live.asked("talk", "a" * 20 + " asks")  # nothing changed, and it does not end soon
    assert not Connected.objects.exists()


def test_process_alone_stores_nothing(alone):
    live.asked("talk", "a" * 20 + " asks")
    assert live.connected("talk") == 1
    assert not Connected.objects.exists()


@pytest.mark.parametrize(("workers", "expected"), [("", False), ("1", False), ("2", True)])
def test_workers_and_other_machines_are_several_processes(monkeypatch, workers, expected):
    monkeypatch.setenv("WEB_CONCURRENCY", workers)
    assert presence.several() is (expected or connection.vendor == "postgresql")


def test_numbers_are_in_no_backup():
    assert Connected not in backup.kept()


def test_room_column_has_a_place_for_it(talk):
    page = talk.leader.client().get(reverse("sessions:step", args=[talk.id, "question"]))
    found = re.search(r'<p[^>]* id="connected" data-ask="([^"]+)" data-own hidden></p>', page.text)
    assert found[1] == reverse("sessions:connected", args=[talk.id])
