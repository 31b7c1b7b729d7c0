"""The evening before: from an example question to an invitation, and practising alone."""

import re

import pytest
from django.core.management import call_command
from icalendar import Calendar
from playwright.sync_api import Locator, expect

from sessions.models import Invitee, Session

from .people import Leader
from .test_talk import Keyboard

pytestmark = pytest.mark.once


def part(leader: Leader, title: str) -> Locator:
    """A part of the preparation, unfolded."""
    found = leader.page.locator("details.part").filter(
        has=leader.page.get_by_role("heading", name=title)
    )
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def test_coordinator_prepares_a_talk(team):
    leader = team.leader()
    leader.open("/")
    leader.follow("Alle voorbeeldvragen")
    leader.page.get_by_role("navigation", name="Kies een soort school").get_by_text(
        "Basisschool"
    ).click()
    expect(leader.page.locator(".example").first).to_contain_text("Basisschool")
    leader.follow(re.compile("^Ethiekkompas, .*schoolplein"))
    question = leader.page.get_by_label("Wat is jullie vraag?")
    expect(question).to_have_value(re.compile("^Is het goed dat onze school met een camera"))
    question.fill("Hoe filmen we het schoolplein?")
    leader.sees("Deze vraag zoekt een feit of een manier.")
    question.fill("Is het goed dat onze school met een camera het schoolplein filmt?")
    leader.sees_not("Deze vraag zoekt een feit of een manier.")
    leader.press("Begin dit gesprek")
    leader.follow("Ik heb hem bewaard. Verder met voorbereiden")
    leader.sees_title("Het gesprek voorbereiden")

    check = part(leader, "Is dit een ethische vraag?")
    check.get_by_label("Wie kan er schade van hebben?").fill(
        "Kinderen die liever niet gefilmd zijn"
    )
    leader.sees("1 van 3 ingevuld")  # by itself, when it is saved

    law = part(leader, "Feiten en de wet")
    law.get_by_label(re.compile("Het gaat om persoonsgegevens")).check()
    expect(
        law.get_by_role("heading", name=re.compile("^Eerst naar de functionaris"))
    ).to_be_visible()

    table = part(leader, "Wie er aan tafel zitten")
    expect(table).to_contain_text("een leerling of student")
    table.get_by_label("Wie vragen jullie?").fill("Lid van de leerlingenraad")
    table.get_by_label("Leerling of student", exact=True).check()
    table.get_by_role("button", name="Zet aan tafel").click()
    expect(table.locator(".item")).to_have_count(1)
    expect(table.locator("#missing")).not_to_contain_text("een leerling of student")
    assert Invitee.objects.get().group == "pupil"

    when = part(leader, "Wanneer en waar")
    when.get_by_label("Op welke dag?").fill("2026-12-03")
    when.get_by_label("Vanaf hoe laat?").fill("15:30")
    when.get_by_label("Tot hoe laat?").fill("15:00")
    when.get_by_role("button", name="Bewaar dag en tijd").click()
    leader.sees("Kies een tijd na het begin.")
    when = part(leader, "Wanneer en waar")
    when.get_by_label("Tot hoe laat?").fill("17:15")
    when.get_by_role("button", name="Bewaar dag en tijd").click()
    leader.sees("3 december 2026")

    mandate = part(leader, "Wat er met het antwoord gebeurt")
    mandate.get_by_label("We geven advies").check()
    mandate.get_by_label("Wie beslist uiteindelijk?").fill("de directeur")
    expect(leader.page.locator("#far-mandate")).to_have_text("We geven advies")
    # A day saves itself, like words; one's own change is no news.
    mandate.get_by_label("Uiterlijk op welke dag?").fill("2026-12-18")
    expect(mandate.locator("#by-form [data-say=saved]")).to_be_visible()
    assert str(Session.objects.get().decide_by) == "2026-12-18"
    expect(leader.page.locator("#newer")).to_be_hidden()

    invitation = part(leader, "De uitnodiging")
    words = invitation.get_by_label("De uitnodiging")
    expect(words).to_have_value(re.compile("van 15.30 tot 17.15 uur"))
    expect(words).to_have_value(re.compile("Wie beslist: de directeur"))
    with leader.page.expect_download() as download:
        invitation.get_by_role("link", name="Voor in je agenda").click()
    assert download.value.suggested_filename == "gesprek-2026-12-03.ics"
    (event,) = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert "schoolplein" in str(event["summary"])

    leader.goes_to_talk()
    leader.is_at("Vraag")
    board = team.board()
    talk = Session.objects.get()
    board.context.add_cookies(leader.context.cookies())
    board.open(f"/gesprekken/{talk.pk}/bord/")
    board.sees("We geven advies", "de directeur")


def test_coordinator_prepares_by_keyboard_alone(team):
    talk = team.talk()
    leader = team.leader()
    leader.id = talk.id
    team.grant(leader, talk.leader)
    leader.open(f"{leader.talk}voorbereiding/")
    keys, page = Keyboard(leader.page), leader.page
    keys.type(page.get_by_label("Wat is je gevoel bij deze vraag?"), "Het wringt")
    leader.sees("1 van 3 ingevuld")
    keys.is_somewhere()
    keys.to(page.locator("#table > summary"))
    page.keyboard.press("Enter")
    keys.type(page.get_by_label("Wie vragen jullie?"), "Ouder uit de MR")
    page.keyboard.press("Enter")
    expect(page.locator("#table .item")).to_have_count(1)
    expect(page.get_by_label("Wie vragen jullie?")).to_be_focused()
    keys.to(page.locator("#main").get_by_role("link", name="Naar het gesprek"))
    page.keyboard.press("Enter")
    leader.is_at("Vraag")


def test_coordinator_practises_alone(team):
    call_command("load_examples", verbosity=0)
    leader = team.leader()
    leader.open("/voorbeelden/")
    leader.page.get_by_role("link", name=re.compile("^Oefen met dit gesprek")).first.click()
    leader.press("Begin het oefengesprek")
    leader.sees("Oefengesprek: telt nergens mee")
    leader.press("Begin het gesprek")
    leader.sees("De groep is bij")
    leader.looks_at("Afweging")
    leader.press("Breng de groep hierheen")
    leader.press("Laat iedereen alleen wegen")
    leader.press("Laat drie verzonnen mensen meedoen")
    leader.sees_ready("3 van 3 klaar")
    leader.press("Toon alle gewichten")
    leader.sees("3 mensen hebben gewogen")
    leader.open("/")
    leader.sees("Oefengesprek")
