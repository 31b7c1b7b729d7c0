"""A study day: one question, three tables, and the answers beside each other."""

import re
from copy import copy
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from sessions.models import Session

from .people import Leader, Phone, words_of

pytestmark = pytest.mark.once


def opens(leader: Leader, button: Locator) -> Leader:
    """The tab in which the plenary's leader leads one table."""
    with leader.page.expect_popup() as tab:
        button.click()
    other = copy(leader)
    other.page = tab.value
    other.page.wait_for_load_state()
    return other


def opens_table(leader: Leader, number: int) -> Leader:
    return opens(leader, leader.page.locator(f"#table-{number}").get_by_role("button").first)


def sits_at(phone: Phone, code: str, number: int) -> None:
    phone.open("/meedoen/")
    phone.page.get_by_label("Code").fill(code)
    phone.press("Meedoen")
    phone.sees_title("Aan welke tafel zit je?")
    phone.press(re.compile(f"^Tafel {number}"))
    expect(phone.page).to_have_url(re.compile("/gesprekken/.*/meedoen/$"))
    phone.sees(f"Tafel {number}")


def test_three_tables_answer_and_one_report_keeps_them_apart(team):
    talk = team.talk("Mag er een camera op het plein?")
    leader = team.leading(talk)
    leader.open(f"{leader.talk}voorbereiding/")
    leader.follow("Meer tafels tegelijk")
    leader.fills("Hoeveel tafels?", "1")
    leader.press("Maak de tafels")
    leader.sees("Typ een getal van 2 tot en met 20.")
    leader.fills("Hoeveel tafels?", "3")
    leader.press("Maak de tafels")
    expect(leader.page.locator(".table-one")).to_have_count(3)
    code = talk.session.code
    plenary = team.showing(talk)
    plenary.sees("Tafel 3", f"{code[:3]} {code[3:]}")
    # Each table has a phone; one goes straight there, and one changes its mind.
    phones = [team.phone() for _ in range(3)]
    sits_at(phones[0], code, 1)
    sits_at(phones[1], code, 1)
    sits_at(phones[1], code, 2)
    phones[2].open(f"/meedoen/{code}/tafels/3/")
    phones[2].press(re.compile("^Tafel 3"))
    phones[2].sees("Tafel 3")
    assert [table.seats_taken for table in talk.session.family] == [1, 1, 1]
    plenary.sees("1 telefoon")
    # A link to hand over opens one table and nothing else.
    leader.press("Links maken om te geven")
    link = leader.page.locator("#link-2").inner_text()
    guest = team.leader()
    guest.open(urlsplit(link).path)
    expect(guest.page.locator(".bar .table-name")).to_have_text("Tafel 2")
    guest.open(f"/gesprekken/{talk.id}/tafels/")
    guest.sees_not("Breng het bij elkaar")
    leader.follow("Ik heb ze bewaard. Naar alle tafels")
    # The plenary's leader goes to a table, and sees it move from where all come together.
    first = opens_table(leader, 1)
    first.press("Begin het gesprek")
    first.is_at("Vraag")
    expect(plenary.page.locator(".board-table").first).to_contain_text("1. Vraag")
    expect(leader.page.locator("#table-1 .table-where")).to_contain_text("Vraag")
    tables = list(talk.session.family)
    first.open(f"/gesprekken/{tables[0].pk}/stap/arguments/")
    first.argues("against", "Kinderen spelen anders.")
    first.open(f"/gesprekken/{tables[0].pk}/stap/weighing/")
    first.press("Laat iedereen alleen wegen")
    phones[0].weighs(Kinderen=5)
    first.sees_ready("1 van 1 klaar")
    plenary.sees_not("Kinderen spelen anders.")
    first.press("Toon alle gewichten")
    first.open(f"/gesprekken/{tables[0].pk}/stap/outcome/")
    first.chooses_verdict("Ja, mits")
    first.writes("answer", "Alleen 's avonds.")
    second = opens_table(leader, 2)
    second.open(f"/gesprekken/{tables[1].pk}/stap/outcome/")
    second.chooses_verdict("Nee")
    second.opens_part("minderheid")
    second.adds("add-minderheid", "list-minderheid", text="Het kan best.")
    leader.sees("2 van de 3 tafels hebben een antwoord.", "Ja, mits")
    leader.press("Zet de antwoorden naast elkaar")
    plenary.sees("Alleen 's avonds.", "Kinderen spelen anders.", "Het kan best.", "Nee")
    leader.is_at("Antwoord en afspraken")
    of_tables = leader.page.locator("#answers-of-tables")
    expect(of_tables).to_contain_text("Tafel 3: nog geen antwoord")
    of_tables.get_by_text("Tafel 1:").click()
    expect(of_tables.get_by_text("Alleen 's avonds.")).to_be_visible()
    leader.chooses_verdict("Nog niet")
    plenary.sees("Nog niet", "Tafel 1: Ja, mits")
    # The plenary waits for its tables.
    leader.open(f"{leader.talk}sluiting/")
    leader.sees("Sluit eerst deze tafels")
    third = opens(leader, leader.page.get_by_role("button", name=re.compile("^Tafel 3 openen")))
    for tab, table in zip((first, second, third), tables, strict=True):
        tab.open(f"/gesprekken/{table.pk}/sluiting/")
        tab.press("Sluit het gesprek af")
        expect(tab.page).to_have_url(re.compile("/verslag/$"))
    phones[0].sees("Lees het verslag van deze tafel")
    phones[0].sees_not("Het gezamenlijke antwoord")
    leader.follow("Kijk opnieuw of alles gesloten is")
    leader.press("Sluit het gesprek af")
    expect(leader.page).to_have_url(re.compile("/verslag/$"))
    assert Session.objects.get(pk=talk.id).is_closed
    phones[0].sees("Het gezamenlijke antwoord", "Nog niet", "Ja, mits")
    phones[0].follow("Lees het verslag van alle tafels")
    expect(phones[0].page).to_have_url(re.compile(f"{talk.id}/verslag/$"))
    phones[0].sees("Het kan best.")
    chapters = leader.page.locator(".report-chapter > h2")
    expect(chapters).to_have_text(["Tafel 1", "Tafel 2", "Tafel 3"])
    said = words_of(leader.downloads())
    for words in ("De tafels naast elkaar", "Ja, mits", "Het kan best.", "Nog niet"):
        assert words in said
