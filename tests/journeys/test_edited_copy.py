"""A copy is made on a laptop, read in another browser, and taken back; and talks side by side."""

import re

import pytest
from playwright.sync_api import expect

from kompas.accounts.models import Role
from sessions.models import EditedCopy
from tests import staff

from .people import PHONE, found, words_of
from .test_looks import looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.once


@pytest.fixture
def owner():
    school = staff.organisation("De Zon")
    return staff.person("Olga", (school, Role.FACILITATOR))


def closed(team, owner, answer):
    """A closed talk at the owner's school."""
    talk = team.talk("Mag de camera in de gang blijven hangen?")
    talk.text("", "note", "Vraag het juf Anna. Mail anna@voorbeeld.nl, niet Bea.")
    talk.add("arguments", text="Er wordt minder gestolen.")
    value = talk.add("values", name="Vrijheid", core="autonomie")
    talk.add("arguments", text="Niemand wil bekeken worden.", side="against", value=value)
    talk.text("outcome", "answer", answer)
    talk.close()
    return staff.settle(talk, owner.memberships.get().organisation, owner)


def test_copy_goes_outside_and_comes_back(team, owner, looks):  # noqa: F811
    talk = closed(team, owner, "Alleen als Anna het weet.")
    other = closed(team, owner, "Nee, nooit.")
    laptop = team.leader(service_workers="block")
    session = staff.client(owner).cookies["sessionid"].value
    laptop.context.add_cookies([{"name": "sessionid", "value": session, "url": team.server}])
    # given: who answers for the talk begins a copy from the report
    laptop.open(f"/gesprekken/{talk.id}/verslag/")
    laptop.unfolds("Meer")
    laptop.follow("Bewerkte kopie voor buiten")
    looks(laptop)
    laptop.press("Begin een bewerkte kopie")
    laptop.sees_title("Een bewerkte kopie maken")
    laptop.sees("0 van de")
    laptop.page.get_by_role("checkbox", name="juf Anna").check()
    laptop.page.get_by_label("Andere woorden die overal weg moeten").fill("anna")
    laptop.press("Maak deze overal zwart")
    laptop.sees("Ze zijn zwart, overal waar ze staan.")
    looks(laptop)
    # when: one word more goes, with a press on it
    laptop.follow("Bekijk de eerste teksten")
    laptop.page.get_by_role("checkbox", name="Bea", exact=True).check()
    looks(laptop)
    # and: every text is looked at
    while "geven" not in laptop.page.url:
        with laptop.page.expect_navigation():
            laptop.press("Ik heb deze teksten gezien. Verder")
    laptop.follow("Lees het voorbeeld")
    laptop.sees("Dit is een bewerkte kopie.", "Alleen als ████ het weet.")
    looks(laptop)
    laptop.follow("Het klopt: geef de kopie")
    laptop.page.get_by_label("Een week").check()
    looks(laptop)
    laptop.page.get_by_role("button", name="Maak de link").dblclick()
    laptop.sees("Hier is de link.")
    looks(laptop)
    link = found(r"https?://[^/]+(/kopie/\S+/)", laptop.page.locator("#issued-link").inner_text())
    assert EditedCopy.objects.exclude(published_at=None).count() == 1
    # then: somebody outside reads it, and nothing of what went
    reader = team.somebody(viewport=PHONE, service_workers="block")
    reader.open(link)
    expect(reader.page).to_have_url(re.compile("/kopie/lezen/[0-9a-f-]{36}/$"))
    reader.sees("Alleen als ████ het weet.", "Bewerkte kopie")
    reader.sees_not("Anna", "anna@", "Bea")
    looks(reader)
    written = words_of(reader.saves_file("PDF").path().read_bytes())
    assert "Bewerkte kopie" in written
    assert [gone for gone in ("Anna", "anna", "Bea") if gone in written] == []
    # and: it is taken back at once
    laptop.open(f"/gesprekken/{talk.id}/bewerkte-kopie/")
    laptop.unfolds("Trek in")
    laptop.press("Trek deze kopie nu in")
    laptop.sees("ingetrokken op")
    reader.reloads()
    reader.sees_title("Deze kopie is er niet meer")
    looks(reader)
    # Beside another talk
    laptop.open(f"/gesprekken/{talk.id}/verslag/")
    laptop.unfolds("Meer")
    laptop.follow("Hoe wogen anderen dit?")
    laptop.sees("Ongeveer dezelfde vraag", "Niemand wil bekeken worden.")
    looks(laptop)
    laptop.page.get_by_role("checkbox").first.check()
    laptop.press(re.compile("^Leg ze naast dit gesprek"))
    laptop.sees_title("Gesprekken naast elkaar")
    laptop.sees("Alleen als Anna het weet.", "Nee, nooit.")
    looks(laptop)
    laptop.follow("Kies andere gesprekken")
    looks(laptop)
    assert str(other.id) in laptop.page.content()
