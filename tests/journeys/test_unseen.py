"""What is given alone reaches no other screen before the reveal: all that browsers get is read."""

import contextlib
import re

import pytest
from playwright.sync_api import Error, Page, Route, expect

from sessions.models import Weight

from .people import Somebody

HIDDEN = "Verborgen zebrapad"
CHANGED = "Verborgen viaduct"
# What differs at every rendering.
RANDOM = re.compile(
    r'name="(?:csrfmiddlewaretoken|id|secret|key)" value="[^"]*"|data-(?:tag|events)="[^"]*"'
)

pytestmark = pytest.mark.once


def screens(*people: Somebody) -> list[str]:
    """What each is shown after a reload, without what differs every time."""
    shown = []
    for somebody in people:
        response = somebody.page.reload()
        assert response is not None
        shown.append(RANDOM.sub("", response.text()))
    return shown


class Record:
    """Everything that a browser receives: bodies, headers, addresses and events."""

    def __init__(self, page: Page):
        self.received: list[tuple[str, str]] = []
        page.route("**/*", self.pass_on)
        page.on("websocket", lambda socket: self.received.append((socket.url, "a websocket")))
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("Network.enable")
        self.wire.on(
            "Network.eventSourceMessageReceived",
            lambda event: self.received.append(("event", f"{event['eventName']} {event['data']}")),
        )

    def pass_on(self, route: Route) -> None:
        if "/events/" in route.request.url or "/static/" in route.request.url:
            route.continue_()
            return
        try:
            response = route.fetch(max_redirects=0)
            words = f"{response.headers} {response.text()}"
        except Error:
            # The page asked, and went elsewhere before the answer came. What was not read here
            # does not go on to the page either.
            with contextlib.suppress(Error):
                route.abort()
            return
        self.received.append((route.request.url, words))
        with contextlib.suppress(Error):  # gone in the meantime
            route.fulfill(response=response)

    def words(self) -> str:
        return "\n".join(f"{url} {text}" for url, text in self.received)


def test_no_other_screen_gets_what_is_given_alone(team):
    talk = team.talk()
    talk.add("arguments", text="Dit mag ieder zien", side="against")
    talk.go("arguments")
    # Without a service worker every request comes by here.
    leader = team.leading(talk, service_workers="block")
    board = team.showing(talk, service_workers="block")
    giver, other = team.joined(talk), team.joined(talk, service_workers="block")
    records = [Record(somebody.page) for somebody in (leader, board, other)]
    for somebody in (leader, board, other):
        somebody.reloads()
    leader.press("Laat iedereen alleen schrijven")
    # when: one gives an argument, changes it, and says that that is all
    giver.argues("Voor", HIDDEN)
    giver.follow(f"Verander: {HIDDEN}")
    giver.page.get_by_label("Jouw argument").fill(CHANGED)
    giver.press("Bewaar deze wijziging")
    giver.sees("Je gaf 1 argument", CHANGED)
    giver.is_ready()
    leader.sees_ready("1 van 2 klaar")
    board.sees_ready("1 van 2 klaar")
    other.argues("Voor", "Wat de ander geeft")
    leader.sees("2 argumenten zijn binnen")
    # and: the facilitator looks everywhere
    for path in ("verslag/", "links/", "gegevens/", "sluiting/", "bord/", "stap/weighing/"):
        leader.open(leader.talk + path)
    leader.open(f"{leader.talk}stap/arguments/")
    # then: nobody received it
    for record in records:
        assert "Dit mag ieder zien" in record.words() or record is records[2]
        for words in ("zebrapad", "viaduct"):
            assert words not in record.words()
    assert any(url == "event" for record in records for url, _ in record.received)
    # and: with the reveal everybody does
    leader.press("Toon alle argumenten")
    for somebody in (leader, board, other):
        somebody.sees(CHANGED)
        somebody.sees_not(HIDDEN)


def test_no_other_screen_tells_one_weight_from_another(team):
    talk = team.talk()
    talk.add("arguments", text="Minder diefstal")
    talk.go("weighing")
    talk.open("weighing")
    leader, board = team.leading(talk), team.showing(talk)
    giver, other = team.joined(talk), team.joined(talk)
    giver.weighs(Minder=5)
    leader.sees_ready("1 van 2 klaar")

    before = screens(leader, board, other)
    giver.unfolds("Bekijk of verander mijn gewichten")
    giver.weigh("Minder").get_by_role("radio", name=re.compile("^1")).check()
    giver.press("Bewaar mijn gewichten")
    expect(giver.page.locator("#again[open]")).to_have_count(0)
    assert Weight.objects.get(ballot__round__session=talk.id).weight == 1
    assert screens(leader, board, other) == before


def test_no_other_screen_tells_one_first_feeling_from_another(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("question")
    talk.open("question")
    leader, board = team.leading(talk), team.showing(talk)
    giver, other = team.joined(talk), team.joined(talk)
    giver.feels("Nee")
    leader.sees_ready("1 van 2 klaar")
    board.sees("Ieder zegt alleen wat het eerste gevoel is")

    before = screens(leader, board, other)
    giver.unfolds("Bekijk of verander mijn antwoord")
    giver.page.get_by_label("Eerder ja", exact=True).check()
    giver.press("Bewaar mijn antwoord")
    expect(giver.page.locator("#again[open]")).to_have_count(0)
    assert Weight.objects.get(ballot__round__session=talk.id).weight == 4
    assert screens(leader, board, other) == before
    # and: when the group goes on it is kept, and nothing of it shows
    leader.press("Naar Feiten")
    for somebody in (board, giver, other):
        somebody.sees("Feiten")
        somebody.sees_not("Eerder ja", "eerste gevoel is")


def test_no_other_screen_gets_which_values_are_chosen_alone(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("values")
    leader = team.leading(talk, service_workers="block")
    board = team.showing(talk, service_workers="block")
    giver, other = team.joined(talk), team.joined(talk, service_workers="block")
    records = [Record(somebody.page) for somebody in (leader, board, other)]
    for somebody in (leader, board, other):
        somebody.reloads()
    leader.press("Laat ieder drie waarden kiezen")
    # when: one chooses, with one word too many at first
    giver.chooses_values("Zorg", "Contact", "Respect", own=HIDDEN)
    giver.sees("Kies hoogstens 3 waarden. Je koos er 4.")
    giver.page.get_by_role("checkbox", name="Respect").uncheck()
    giver.press("Geef mijn waarden")
    giver.sees_title("Je waarden zijn binnen")
    leader.sees_ready("1 van 2 klaar")
    board.sees_ready("1 van 2 klaar")
    for record in records:
        assert "zebrapad" not in record.words()
    # and: with the reveal everybody sees it
    leader.press("Toon alle waarden")
    for somebody in (leader, board, other):
        somebody.sees(HIDDEN, "1 keer gekozen")
