"""Who cannot be at the table is heard before, and reads afterwards what was done with it."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from sessions import inquiries
from sessions.models import Argument, Inquiry, Stakeholder, Voice

from .people import PHONE, Somebody
from .test_looks import looks  # noqa: F401

pytestmark = pytest.mark.once


def asks(leader, whom: str, question: str, *, for_children: bool = False) -> str:
    """Ask somebody beforehand; gives the path of the link."""
    leader.open(f"{leader.talk}vooraf/")
    leader.fills("Aan wie vraag je het?", whom)
    leader.fills("Wat vraag je hun?", question)
    if for_children:
        leader.page.get_by_label("Dit is voor kinderen").check()
    leader.press("Maak de link en de kaart")
    leader.sees_title(whom)
    return "/vooraf/" + leader.page.locator("#inquiry-link").inner_text().split("/vooraf/")[1]


def moderates(leader, words: str, button: str) -> None:
    voice = leader.page.locator("#voices .item").filter(has_text=words)
    voice.get_by_role("button", name=button, exact=True).click()


def test_parent_and_child_are_heard_before_and_read_what_was_done(
    team,
    new_context,
    server,
    looks,  # noqa: F811
):
    talk = team.talk()
    leader, board = team.leading(talk), team.showing(talk)

    # given: parents and children are asked something each
    looks(leader, f"{leader.talk}vooraf/")
    to_parents = asks(leader, "Ouders van groep 5", "Wat zou dit voor je kind betekenen?")
    to_children = asks(leader, "Groep 5", "Vind je dit fijn?", for_children=True)

    # when: a parent answers behind the link, and once without a connection
    parent = Somebody(new_context(viewport=PHONE, service_workers="block"), server)
    looks(parent, to_parents)
    parent.press("Verstuur")
    parent.sees("Typ eerst je antwoord.")
    looks(parent)
    parent.fills("Jouw antwoord", "Mijn kind speelt daar elke dag.")
    parent.page.get_by_label("Ouder").check()
    parent.loses_connection()
    parent.press("Verstuur")
    parent.sees("Nog niet verstuurd: er is geen verbinding.")
    parent.gets_connection()
    parent.sees("Het is verstuurd", "Kom later terug op deze zelfde link.")
    looks(parent)
    parent.follow("Stuur nog iets")
    expect(parent.page.get_by_label("Jouw antwoord")).to_have_value("")
    parent.fills("Jouw antwoord", "Juf Anna is te streng.")
    parent.press("Verstuur")
    parent.sees("Het is verstuurd")

    # and: a child types the code of a card, and one card comes back on paper
    code = Inquiry.objects.get(for_children=True).code
    child = Somebody(new_context(viewport=PHONE, service_workers="block"), server)
    looks(child, "/vooraf/")
    child.page.get_by_label("Code").fill(f"{code[:5].lower()} {code[5:]}")
    child.press("Naar de vraag")
    child.sees_title("Vind je dit fijn?")
    looks(child)
    assert child.page.url.endswith(to_children)
    child.page.get_by_label("Wat vind jij?").fill("dan durf ik niet te voetballen")
    child.press("Verstuur")
    child.sees("Het is nu bij hen")

    leader.open(f"{leader.talk}vooraf/")
    leader.sees("2 om te lezen", "1 om te lezen")
    leader.follow(re.compile("^Groep 5$"))
    card = leader.page.get_by_label("Wat staat er op de kaart?")
    card.fill("ik wil gewoon spelen")
    card.press("Enter")
    leader.sees("van een kaart")
    card.fill("saai")
    card.press("Enter")
    expect(leader.page.locator("#voices .item")).to_have_count(3)

    # then: the facilitator reads them, and shows what can be shown
    moderates(leader, "voetballen", "Toon het")
    expect(leader.page.locator("#voices")).to_contain_text("1 getoond")
    moderates(leader, "saai", "Toon niet")
    leader.open(f"{leader.talk}vooraf/")
    leader.follow("Ouders van groep 5")
    looks(leader)
    moderates(leader, "speelt daar", "Toon het")
    unwanted = leader.page.locator("#voices .item").filter(has_text="Anna")
    unwanted.locator("summary").click()
    unwanted.get_by_role("button", name="Ja, wis het").click()
    leader.sees_not("Anna")
    assert not Voice.objects.filter(text__contains="Anna")

    # and: they stand on the board, and become an interest and an argument
    talk.go("stakeholders")
    board.sees("Van henzelf gehoord", "Mijn kind speelt daar elke dag.", "niet te voetballen")
    board.sees_not("gewoon spelen", "saai")
    looks(board)
    leader.open(f"{leader.talk}stap/stakeholders/")
    leader.unfolds("Van henzelf gehoord")
    looks(leader)
    heard = leader.page.locator("#heard .item").filter(has_text="speelt daar")
    heard.get_by_role("button", name="Noteer het als hun belang").click()
    expect(leader.page.locator(".edit textarea")).to_have_value("Mijn kind speelt daar elke dag.")
    assert Stakeholder.objects.get(session=talk.id).origin == "heard"
    talk.go("arguments")
    leader.open(f"{leader.talk}stap/arguments/")
    leader.unfolds("Van henzelf gehoord")
    heard = leader.page.locator("#heard .item").filter(has_text="voetballen")
    heard.get_by_role("button", name="Maak er een argument tegen van").click()
    board.sees("dan durf ik niet te voetballen")
    assert Argument.objects.get(session=talk.id).side == "against"
    looks(board)

    # when: the talk is closed, with an answer
    talk.text("outcome", "verdict", "no")
    talk.text("outcome", "answer", "Het plein blijft van de kinderen.")
    parent.open(to_parents)
    parent.sees_not("Het plein blijft")
    talk.close()
    leader.open(f"{leader.talk}vooraf/")
    leader.follow("Ouders van groep 5")
    leader.fills("Wat deden jullie ermee?", "Door jullie kozen we voor een hek.")
    leader.press("Zet het achter de link")
    expect(leader.page.locator("#told .saved:visible")).to_have_text("Opgeslagen")
    looks(leader)

    # then: it stands behind the same link
    parent.open(to_parents)
    parent.sees_title("Wat ermee gedaan is")
    parent.sees("Je kunt hier niet meer antwoorden", "Door jullie kozen we voor een hek.")
    parent.sees("Nee", "Het plein blijft van de kinderen.")
    looks(parent)
    child.open(to_children)
    child.sees("Nog niet.", "Het plein blijft van de kinderen.")


def test_long_answer_never_runs_over_the_foot_of_the_board(team):
    talk = team.talk()
    board = team.showing(talk)
    long = "Ik vind het goed als de leraar dit als tweede paar ogen gebruikt. " * 30
    for whom, text in (("Ouders van groep 7 en 8", long), ("Kinderen van groep 7 en 8", "Stom.")):
        words = {"question": "?", "asked": whom, "for_children": False, "until": None}
        inquiry = inquiries.ask(talk.lead, uuid.uuid4(), words)
        inquiries.give(inquiry, uuid.uuid4(), text, "parent")
        voice = Voice.objects.get(inquiry=inquiry)
        inquiries.moderate(talk.lead, inquiry, voice.pk, "shown")
        inquiries.take_over(talk.lead, talk.step("stakeholders"), voice.pk, inquiries.INTEREST)
    inquiries.give(inquiry, uuid.uuid4(), "Een kaart: onzeker door een cijfer.", paper=True)
    waiting = Voice.objects.get(state="waiting")
    inquiries.moderate(talk.lead, inquiry, waiting.pk, "shown")
    talk.go("stakeholders")
    board.open(f"/gesprekken/{talk.id}/bord/")
    board.sees("Een kaart: onzeker door een cijfer.", "Van henzelf gehoord")
    foot = board.page.locator(".board-foot").bounding_box()["y"]
    for box in board.page.locator(".board-card, .board-voice").all():
        place = box.bounding_box()
        assert place["y"] + place["height"] <= foot
