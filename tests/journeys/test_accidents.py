"""What goes wrong in a room: two tabs, impatient fingers, lost WiFi, dead links."""

import re
import time
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, Route, expect

from sessions.models import Argument, Ballot, Link, Round, Session, Text
from tests.cast import Talk

UNSENT = "Niet verstuurd: er is geen verbinding."
UNSENT_PHONE = "Nog niet verstuurd: er is geen verbinding."
# Without a service worker every request can be held up or lost on its way.
NO_WORKER = {"service_workers": "block"}


class Held:
    """Requests that wait on their way until they are let go."""

    def __init__(self, page: Page, pattern: str):
        self.routes: list[Route] = []
        self.page = page
        page.route(pattern, self.hold)

    def hold(self, route: Route) -> None:
        if route.request.method == "POST":
            self.routes.append(route)
        else:
            route.continue_()

    def wait(self) -> None:
        while not self.routes:
            self.page.wait_for_timeout(50)

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()
        self.routes = []


def words_of(talk: Talk, side: str = "for") -> list[str]:
    rows = Argument.objects.filter(session=talk.id, side=side)
    return [row.text for row in rows.order_by("position")]


# Two tabs


def test_two_tabs_in_one_text_show_both_and_lose_neither(team):
    talk = team.talk()
    talk.text("question", "context", "Eerst stond er dit.")
    one = team.leading(talk, "question")
    other = team.leading(talk, "question", **NO_WORKER)
    held = Held(other.page, "**/tekst/**")
    # given: the other types, and the WiFi is slow
    other.text("context").get_by_role("textbox").fill("De tekst van de ander.")
    held.wait()
    # when: one saves in the meantime
    one.writes("context", "De tekst van de een.")
    held.let_go()
    # then: the other sees both
    other.text("context").get_by_text("Iemand anders heeft dit intussen veranderd").wait_for()
    expect(other.text("context")).to_contain_text("De tekst van de een.")
    field = other.text("context").get_by_role("textbox")
    expect(field).to_have_value("De tekst van de ander.")
    assert Text.objects.get(session=talk.id, prompt="context").body == "De tekst van de een."
    # and when: the other decides
    other.text("context").get_by_role("button", name="Bewaar").click()
    held.wait()
    held.let_go()
    other.has_saved("context")
    assert Text.objects.get(session=talk.id, prompt="context").body == "De tekst van de ander."
    # then: what was there before can still be read
    other.reloads()
    other.text("context").get_by_role("link", name="Eerdere teksten").click()
    other.sees("Eerst stond er dit.", "De tekst van de een.", "De tekst van de ander.")
    # and: the first tab goes along
    expect(one.text("context").get_by_role("textbox")).to_have_value("De tekst van de ander.")


def test_tab_that_types_is_told_and_not_overwritten(team):
    talk = team.talk()
    leader = team.leading(talk, "arguments")
    field = leader.side("for").get_by_role("textbox")
    field.fill("Half getyp")
    talk.add("arguments", text="Van de andere tab")
    leader.sees_arguments("for", "Van de andere tab")
    expect(field).to_have_value("Half getyp")


# Impatient fingers


def test_double_click_starts_one_talk(team):
    leader = team.leader()
    leader.open("/start/kort-kompas/")
    leader.page.get_by_label("Wat is jullie vraag?").fill("Mag het?")
    leader.page.get_by_role("button", name="Begin dit gesprek").dblclick()
    leader.sees_title("Je gesprek staat klaar. Bewaar eerst deze link.")
    assert Session.objects.count() == 1
    # and: the next one begins with an empty page
    leader.open("/start/kort-kompas/")
    expect(leader.page.get_by_label("Wat is jullie vraag?")).to_have_value("")


def test_double_click_gives_one_row_and_one_round(team):
    talk = team.talk()
    talk.go("arguments")
    leader = team.leading(talk, "arguments")
    leader.side("for").get_by_role("textbox").fill("Minder diefstal")
    leader.side("for").get_by_role("button", name="Voeg toe").dblclick()
    leader.sees_arguments("for", "Minder diefstal")
    leader.page.get_by_role("button", name="Laat iedereen alleen schrijven").dblclick()
    leader.sees("Iedereen schrijft alleen")
    assert Round.objects.filter(session=talk.id).count() == 1
    phone = team.joined(talk)
    phone.page.get_by_label("Tegen", exact=True).check()
    phone.page.get_by_label("Jouw argument").fill("Bekeken worden")
    phone.page.get_by_role("button", name="Geef dit argument").dblclick()
    phone.sees("Je gaf 1 argument")
    leader.page.get_by_role("button", name="Toon alle argumenten").dblclick()
    leader.sees_arguments("against", "Bekeken worden")
    assert Argument.objects.filter(session=talk.id).count() == 2


def test_double_click_is_one_click_whatever_comes_in_its_place(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("stakeholders")
    row = talk.add("stakeholders", name="Ouders")
    talk.add("arguments", text="Het stelt gerust")
    leader = team.leading(talk, "stakeholders")
    toggle = leader.row("Ouders").get_by_role("button", name="Niet aan tafel")
    toggle.dblclick()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    leader.page.get_by_role("button", name=re.compile("^Naar Waarden$")).dblclick()
    leader.is_at("Waarden")
    leader.page.wait_for_timeout(500)  # in which a second click would bring the group on
    leader.is_at("Waarden")
    leader.open(f"{leader.talk}stap/arguments/?veeg")
    card = leader.page.locator("#sweep-card")
    card.get_by_role("button", name="Ouders", exact=True).dblclick()
    leader.reloads()
    expect(card.locator("[aria-pressed=true]")).to_have_text(["Ouders"])
    row.refresh_from_db()
    assert row.at_table is False


def test_five_rows_typed_without_waiting_all_come_in_order(team):
    rows = ["Minder diefstal", "Het stelt gerust", "De politie vraagt het", "Het is goedkoop", "Zo"]
    talk = team.talk()
    leader = team.leading(talk, "arguments", **NO_WORKER)

    def slow(route: Route) -> None:
        time.sleep(0.15)
        route.continue_()

    leader.page.route("**/lijst/**", slow)
    leader.side("for").get_by_role("textbox").click()
    for row in rows:
        leader.page.keyboard.type(row)
        leader.page.keyboard.press("Enter")
    leader.sees_arguments("for", *rows)
    assert words_of(talk) == rows
    leader.page.unroute_all(behavior="wait")
    leader.reloads()
    leader.sees_arguments("for", *rows)


def test_reload_and_back_change_nothing(team):
    talk = team.talk()
    leader = team.leading(talk, "question")
    leader.writes("context", "Drie diefstallen.")
    leader.reloads()
    expect(leader.text("context").get_by_role("textbox")).to_have_value("Drie diefstallen.")
    leader.press("Begin het gesprek")
    leader.sees("De groep is bij")
    leader.brings_group_to("Betrokkenen")
    leader.brings_group_to("Argumenten")
    leader.argues("for", "Minder diefstal")
    leader.sees_arguments("for", "Minder diefstal")
    leader.reloads()
    leader.sees_arguments("for", "Minder diefstal")
    leader.goes_back()
    leader.is_at("Betrokkenen")
    leader.page.go_forward()
    leader.is_at("Argumenten")
    leader.press("Laat iedereen alleen schrijven")
    leader.sees("Iedereen schrijft alleen")
    phone = team.joined(talk)
    phone.argues("Tegen", "Bekeken worden")
    phone.reloads()
    phone.sees("Je gaf 1 argument", "Bekeken worden")
    leader.reloads()
    leader.press("Toon alle argumenten")
    leader.sees_arguments("against", "Bekeken worden")
    leader.goes_back()
    leader.sees_arguments("against", "Bekeken worden")
    assert Round.objects.filter(session=talk.id).count() == 1
    assert Argument.objects.filter(session=talk.id).count() == 2


# WiFi


def test_text_typed_without_wifi_is_kept_said_and_sent_later(team):
    talk = team.talk()
    leader = team.leading(talk, "question")
    leader.loses_connection()
    leader.has_lost_connection()
    leader.text("context").get_by_role("textbox").fill("Getypt zonder WiFi.")
    expect(leader.text("context").get_by_text(UNSENT)).to_be_visible()
    assert not Text.objects.filter(session=talk.id, prompt="context").exists()
    leader.gets_connection()
    leader.has_saved("context")
    leader.has_connection()
    assert Text.objects.get(session=talk.id, prompt="context").body == "Getypt zonder WiFi."


def test_rows_added_without_wifi_are_kept_said_and_sent_later_in_order(team):
    talk = team.talk()
    leader = team.leading(talk, "arguments")
    leader.loses_connection()
    leader.argues("for", "Eerste")
    leader.argues("for", "Tweede")
    expect(leader.side("for").get_by_text(UNSENT)).to_be_visible()
    leader.gets_connection()
    leader.sees_arguments("for", "Eerste", "Tweede")
    assert words_of(talk) == ["Eerste", "Tweede"]


def test_what_was_not_sent_survives_a_reload_without_wifi(team):
    talk = team.talk()
    leader = team.leading(talk, "arguments")
    leader.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    leader.loses_connection()
    leader.argues("for", "Eerste")
    leader.side("against").get_by_role("textbox").fill("Half getyp")
    leader.reloads()
    leader.sees_title("Er is geen verbinding")
    leader.gets_connection()
    leader.follow("Probeer het opnieuw")
    leader.is_at("Argumenten")
    leader.sees_arguments("for", "Eerste")
    expect(leader.side("against").get_by_role("textbox")).to_have_value("Half getyp")
    expect(leader.side("against").get_by_text("Dit heb je eerder getypt.")).to_be_visible()


def test_text_that_was_not_saved_survives_a_reload(team):
    talk = team.talk()
    leader = team.leading(talk, "question")
    leader.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    leader.loses_connection()
    leader.text("context").get_by_role("textbox").fill("Getypt zonder WiFi.")
    leader.reloads()
    leader.gets_connection()
    leader.follow("Probeer het opnieuw")
    field = leader.text("context").get_by_role("textbox")
    expect(field).to_have_value("Getypt zonder WiFi.")
    leader.text("context").get_by_role("button", name="Bewaar").click()
    leader.has_saved("context")
    assert Text.objects.get(session=talk.id, prompt="context").body == "Getypt zonder WiFi."


def test_phone_without_wifi_keeps_argument_and_ballot_and_sends_them_later(team):
    talk = team.talk()
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk)
    phone.loses_connection()
    phone.has_lost_connection()
    phone.page.get_by_label("Voor", exact=True).check()
    phone.page.get_by_label("Jouw argument").fill("Minder diefstal")
    phone.press("Geef dit argument")
    phone.sees(UNSENT_PHONE)
    expect(phone.page.get_by_label("Jouw argument")).to_have_value("Minder diefstal")
    phone.gets_connection()
    phone.sees("Je gaf 1 argument")
    phone.has_connection()
    talk.reveal("arguments")
    talk.go("weighing")
    talk.open("weighing")
    phone.sees_title("Hoe zwaar telt elk argument voor jou?")
    phone.loses_connection()
    phone.weigh("Minder").get_by_role("radio", name=re.compile("^4")).check()
    phone.press("Geef mijn gewichten")
    phone.sees(UNSENT_PHONE)
    phone.gets_connection()
    phone.sees_title("Je gewichten zijn binnen")
    assert Ballot.objects.filter(round__session=talk.id, round__step="weighing").count() == 1
    assert words_of(talk) == ["Minder diefstal"]


def test_phone_that_comes_too_late_keeps_its_words(team):
    talk = team.talk()
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk)
    phone.page.get_by_label("Voor", exact=True).check()
    phone.page.get_by_label("Jouw argument").fill("Net te laat")
    phone.loses_connection()
    talk.reveal("arguments")
    phone.press("Geef dit argument")
    phone.sees(UNSENT_PHONE)
    phone.gets_connection()
    phone.sees("Deze ronde is niet meer open.")
    expect(phone.page.get_by_label("Je tekst")).to_have_value("Net te laat")


def test_screens_without_a_stream_ask_by_themselves(team):
    talk = team.talk()
    board = team.board(**NO_WORKER)
    phone = team.phone(**NO_WORKER)
    for screen, person, path in ((board, talk.board(), "bord"), (phone, talk.phone(), "meedoen")):
        team.grant(screen, person)
        screen.page.route("**/events/**", lambda route: route.abort())
        screen.open(f"/gesprekken/{talk.id}/{path}/")
    talk.go("stakeholders")
    board.sees_step("Betrokkenen")
    phone.sees("Betrokkenen")


def test_what_is_typed_before_the_scripts_are_there_is_saved(team):
    talk = team.talk()
    talk.go("question")
    leader = team.leader(**NO_WORKER)
    leader.id = talk.id
    team.grant(leader, talk.leader)
    held: list[Route] = []
    leader.page.route("**/js/keep.js", lambda route: held.append(route))
    leader.page.goto(f"{team.server}{leader.talk}stap/question/", wait_until="commit")
    leader.text("context").get_by_role("textbox").fill("Vroeg getypt")
    assert len(held) == 1
    held[0].continue_()
    leader.has_saved("context")
    assert Text.objects.get(session=talk.id, prompt="context").body == "Vroeg getypt"


def test_what_changes_before_the_stream_is_open_is_shown(team):
    talk = team.talk()
    board = team.board(**NO_WORKER)
    team.grant(board, talk.board())
    held: list[Route] = []
    board.page.route("**/events/**", lambda route: held.append(route))
    board.open(f"/gesprekken/{talk.id}/bord/")
    board.page.wait_for_timeout(100)
    # when: the group goes on while the stream is still on its way
    talk.go("stakeholders")
    assert len(held) == 1
    held[0].continue_()
    board.sees_step("Betrokkenen")


# Links and devices


@pytest.fixture
def issued(team) -> Callable[..., tuple[Talk, str]]:
    """A talk and the address of a new link to it."""

    def issue(role: str) -> tuple[Talk, str]:
        talk = team.talk()
        person = talk.board() if role == Link.Role.BOARD else talk.leader
        return talk, f"/gesprekken/{talk.id}/link/{person.secret}/"

    return issue


def test_link_leaves_no_secret_in_the_address(team, issued):
    talk, address = issued(Link.Role.BOARD)
    board = team.board()
    board.open(address)
    expect(board.page).to_have_url(f"{team.server}/gesprekken/{talk.id}/bord/")


def test_link_that_is_wrong_expired_or_revoked_says_so_and_offers_the_code(team, issued):
    talk, address = issued(Link.Role.BOARD)
    somebody = team.board()
    somebody.open(address[:-4] + "AAA/")
    somebody.sees_title("Deze link werkt niet")
    Link.objects.filter(session=talk.id, role=Link.Role.BOARD).update(expires_at=timezone.now())
    somebody.open(address)
    somebody.sees_title("Deze link is verlopen")
    somebody.page.get_by_label("Code").fill(talk.session.code)
    somebody.press("Meedoen")
    somebody.sees_title("Je doet mee")


def test_revoked_link_ends_at_once_also_where_it_is_open(team):
    talk = team.talk()
    mine = team.leading(talk, "question")
    mine.open(f"{mine.talk}links/")
    mine.press("Maak een nieuwe link voor een gespreksleider")
    address = mine.page.locator("#issued-link").inner_text()
    other = team.leader()
    other.id = talk.id
    other.page.goto(address)
    other.is_at("Vraag")
    # when: the other revokes the link that the first uses
    other.open(f"{mine.talk}links/")
    row = other.page.locator(".item").filter(has_not_text="deze gebruik je nu")
    row.locator("summary").click()
    row.get_by_role("button", name="Trek deze link nu in").click()
    expect(other.page.locator(".item")).to_have_count(1)
    # then: the first is out
    mine.open(f"{mine.talk}stap/question/")
    mine.sees_title("Deze link is verlopen")


def test_board_link_shows_the_board_and_changes_nothing(team):
    talk = team.talk()
    board = team.showing(talk)
    board.open(f"/gesprekken/{talk.id}/stap/question/")
    board.sees("Met deze link kun je alleen het bord bekijken.")
    expect(board.page.locator("form[action*=gesprekken]")).to_have_count(0)


def test_closing_tells_that_something_typed_was_not_added(team):
    talk = team.talk()
    talk.go("outcome")
    leader = team.leading(talk)
    leader.open(f"{leader.talk}stap/outcome/")
    leader.page.locator("summary", has_text="Afspraken").click()
    leader.page.locator("#add-afspraken textarea").fill("Vraag de uitgever")
    leader.open(f"{leader.talk}sluiting/")
    leader.sees("Er is nog iets niet bewaard")


def test_clearing_the_computer_takes_rights_and_drafts(team):
    talk = team.talk()
    leader = team.leading(talk, "arguments")
    leader.side("for").get_by_role("textbox").fill("Nog niet verstuurd")
    assert leader.page.evaluate("localStorage.length") == 1
    leader.page.get_by_text("Menu").click()
    leader.press("Wis deze computer")
    leader.sees_title("Dit apparaat is gewist")
    leader.page.wait_for_load_state()
    assert leader.page.evaluate("localStorage.length") == 0
    assert [one for one in leader.context.cookies() if one["name"].startswith("kompas-")] == []
    leader.goes_back()
    leader.sees_title("Deze pagina hoort bij een gesprek")


def test_right_to_lead_stays_only_on_ones_own_device(team):
    leader = team.leader()
    leader.start("Mag het?")

    def lasts() -> bool:
        name = f"kompas-facilitator-{leader.id.hex}"
        return next(one for one in leader.context.cookies() if one["name"] == name)["expires"] > 0

    assert not lasts()
    leader.open(f"{leader.talk}links/")
    leader.press("Dit is mijn eigen apparaat: bewaar de link")
    leader.sees("De link blijft 90 dagen in deze browser.")
    assert lasts()
    leader.press("Het is niet van mij: vergeet de link als de browser sluit")
    leader.sees("Deze browser vergeet de link zodra je hem sluit.")
    assert not lasts()


def test_words_that_are_typed_back_at_once_stand(team):
    talk = team.talk()
    talk.go("question")
    talk.text("question", "context", "Een.")
    leader, board = team.leading(talk), team.showing(talk)
    leader.writes("context", "Twee.")
    # when: what stood there first is typed again, before this screen heard of its own change
    leader.writes("context", "Een.")
    board.sees("Een.")
    expect(leader.text("context").get_by_role("textbox")).to_have_value("Een.")
    expect(leader.page.locator("#newer")).to_be_hidden()


def is_choice(response: Response) -> bool:
    return "/keuze/" in response.url and response.request.method == "POST"


def test_clicks_that_were_waiting_when_the_page_was_left_are_sent(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("stakeholders")
    row = talk.add("stakeholders", name="Leerlingen", interest="Zich vrij voelen")
    leader = team.leading(talk)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    # given: the first click does not get through, so that the second one waits
    leader.page.route("**/keuze/", hold_first)
    leader.toggles("Leerlingen", "Niet aan tafel", "Door ons bedacht")
    # when: the facilitator goes on
    answers: list[Response] = []
    leader.page.on("response", lambda one: answers.append(one) if is_choice(one) else None)
    leader.brings_group_to("Waarden")
    # then: both are sent from there
    board = team.showing(talk)
    board.sees("Niet aan tafel: Leerlingen")
    # and: that these are answered with another page changes nothing of this one
    for answer in answers:
        answer.request.redirected_to.response().finished()
    expect(leader.page.get_by_role("button", name="Laat ieder drie waarden kiezen")).to_be_visible()
    expect(leader.page.locator("#step-time")).to_contain_text("Stap 4 van")
    leader.looks_at("Betrokkenen")
    expect(leader.page.locator("#list-betrokkenen [aria-pressed=true]")).to_have_count(2)
    row.refresh_from_db()
    assert (row.at_table, row.origin) == (False, "imagined")


@pytest.mark.parametrize("press", ["mouse", "space bar"])
def test_press_counts_when_the_screen_is_renewed_under_it(team, press):
    talk = team.talk(method="ethiekkompas")
    talk.go("stakeholders")
    row = talk.add("stakeholders", name="Leerlingen")
    leader = team.leading(talk)
    button = leader.row("Leerlingen").get_by_role("button", name="Niet aan tafel")
    button.focus()
    button.hover()
    device = leader.page.mouse if press == "mouse" else leader.page.keyboard
    device.down() if press == "mouse" else device.down("Space")
    # when: something new comes in before the button is let go
    talk.add("stakeholders", name="Ouders")
    leader.sees("Ouders")
    expect(leader.page.locator("#list-betrokkenen li.item")).to_have_count(2)
    device.up() if press == "mouse" else device.up("Space")
    # then: it was pressed, and once
    expect(button).to_have_attribute("aria-pressed", "true")
    leader.reloads()
    expect(button).to_have_attribute("aria-pressed", "true")
    row.refresh_from_db()
    assert row.at_table is False
