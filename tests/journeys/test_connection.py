"""What the sign of the connection says, and that nothing depends on having seen an event."""

import asyncio
import re

import pytest
from playwright.sync_api import expect

from kompas.live import hub
from kompas.live import stream as streams

pytestmark = pytest.mark.once

ON, SLOW = "Verbonden", "Verbonden, iets trager"


def says(somebody, words):
    expect(somebody.page.locator("#connection")).to_have_text(words, use_inner_text=True)


@pytest.fixture
def held_up(monkeypatch):
    """Something on the way takes in what a stream says, and passes nothing on."""

    async def keep(send, text, more=True):
        if not more:
            await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr(streams, "say", keep)


@pytest.fixture
def blocked(monkeypatch):
    """Something on the way lets no stream through."""

    async def refuse(scope, receive, send):
        await streams.refuse(send, 403, "No.")

    monkeypatch.setattr("kompas.asgi.stream", refuse)


@pytest.fixture
def deaf(monkeypatch):
    """No event is ever told."""
    monkeypatch.setattr(hub.Hub, "nudge", lambda self, topic: None)


def everybody(team):
    talk = team.talk()
    talk.go("question")
    return talk, team.leading(talk, "question"), team.showing(talk), team.joined(talk)


def test_every_screen_says_that_it_is_connected_and_the_laptop_how_many_phones_are(team):
    talk, leader, board, phone = everybody(team)
    for somebody in (leader, board, phone):
        says(somebody, ON)
    leader.reloads()  # asks at once
    expect(leader.page.locator("#connected")).to_have_text("1 telefoon is verbonden")
    # and: it stays when the column is renewed
    talk.phone()
    leader.sees("2 telefoons doen mee")
    expect(leader.page.locator("#connected")).to_be_visible()


@pytest.mark.parametrize("hindrance", ["held_up", "blocked"])
def test_screens_follow_by_asking_where_no_stream_comes_through(team, request, hindrance):
    request.getfixturevalue(hindrance)
    talk, leader, board, phone = everybody(team)
    # then: each says that it is slower, in words, and to who hears the page
    for somebody in (leader, board, phone):
        says(somebody, SLOW)
        expect(somebody.page.locator("#voice")).to_have_text(SLOW)
    # and: still follows
    talk.go("arguments")
    board.sees_step("Argumenten")
    phone.sees("Argumenten")
    # and: is counted
    leader.reloads()
    expect(leader.page.locator("#connected")).to_have_text("1 telefoon is verbonden")


def test_screens_are_right_within_one_question_when_every_event_is_lost(team, deaf):
    talk = team.talk()
    talk.go("question")
    board, phone = team.showing(talk), team.joined(talk)
    for somebody in (board, phone):
        says(somebody, ON)
    for somebody in (board, phone):
        somebody.page.clock.install()
        somebody.reloads()
        says(somebody, ON)
        somebody.page.wait_for_timeout(500)
    talk.go("arguments")
    board.page.wait_for_timeout(500)
    expect(board.page.locator(".board-step")).not_to_have_text("Argumenten")
    for somebody in (board, phone):
        somebody.page.clock.fast_forward("01:15")
    board.sees_step("Argumenten")
    phone.sees("Argumenten")


def test_stream_that_comes_through_again_is_noticed(team, monkeypatch):
    said = streams.say

    async def keep(send, text, more=True):
        await asyncio.sleep(0)

    monkeypatch.setattr(streams, "say", keep)
    talk = team.talk()
    talk.go("question")
    phone = team.joined(talk)
    says(phone, SLOW)
    monkeypatch.setattr(streams, "say", said)
    says(phone, ON)
    expect(phone.page.locator("#voice")).to_have_text(ON)


def test_phone_in_a_pocket_asks_nothing(team):
    """A page that nobody sees has no stream and asks for nothing."""
    talk = team.talk()
    talk.go("question")
    phone = team.joined(talk)
    says(phone, ON)
    phone.page.wait_for_timeout(1500)  # its stream is open, and it asked once more
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", {value: true, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    talk.go("arguments")
    phone.page.wait_for_timeout(7000)
    assert asked == []
    assert hub.listeners() == {}
    # and: seen again it is right at once
    phone.page.evaluate(
        """() => {
            delete document.hidden;
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    phone.sees("Argumenten")


def test_phone_that_is_connected_asks_about_once_a_minute(team):
    talk = team.talk()
    talk.go("question")
    phone = team.joined(talk)
    says(phone, ON)
    phone.page.wait_for_timeout(1000)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.wait_for_timeout(12_000)
    assert [url for url in asked if not re.search("/events/", url)] == []
