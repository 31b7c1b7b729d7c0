"""One's own phone: it counts along, asks before something is lost, and shows nothing old."""

import pytest
from playwright.sync_api import expect

from sessions import lifecycle
from tests import cast

pytestmark = pytest.mark.once


@pytest.fixture
def talk():
    return cast.Talk(of=lifecycle.newest_method("ethiekkompas"))


def test_phone_counts_along_and_has_no_room_for_a_fourth_value(team, talk):
    talk.go("values")
    talk.open("values")
    phone = team.joined(talk)
    counted = phone.page.locator("[data-picked]")
    expect(counted).to_have_text("0 van 3 gekozen")
    phone.press("Geef mijn waarden")
    phone.sees("Kies ten minste één waarde.")
    first = phone.page.locator("#core-autonomie")
    boxes = first.get_by_role("checkbox")
    for n in range(3):
        boxes.nth(n).check()
    phone.sees_not("Kies ten minste één waarde.")
    expect(counted).to_have_text("3 van 3 gekozen")
    expect(first.locator("summary")).to_contain_text("(3)")
    boxes.nth(3).click()
    expect(boxes.nth(3)).not_to_be_checked()
    expect(counted).to_have_text("Je hebt er 3. Haal er eerst één weg.")
    # and when: the page is loaded again
    phone.reloads()
    expect(first).to_have_attribute("open", "")
    expect(counted).to_have_text("3 van 3 gekozen")
    phone.press("Geef mijn waarden")
    phone.sees_title("Je waarden zijn binnen")
    phone.unfolds("Verander mijn waarden")
    expect(phone.page.locator("#core-autonomie")).to_have_attribute("open", "")


@pytest.mark.parametrize("scripts", [True, False])
def test_phone_asks_what_to_do_with_what_is_still_typed(team, talk, scripts):
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk, java_script_enabled=scripts)
    phone.page.get_by_label("Voor", exact=True).check()
    phone.page.get_by_label("Jouw argument").fill("Half een gedach")
    phone.press("Ik sla over")
    phone.sees("Je hebt nog iets getypt.")
    expect(phone.page.get_by_label("Jouw argument")).to_have_value("Half een gedach")
    phone.press("Laat het weg")
    phone.sees_title("Je slaat dit over")
    expect(phone.page.get_by_label("Jouw argument")).to_have_value("")
    phone.reloads()
    phone.sees_title("Je slaat dit over")
    expect(phone.page.get_by_label("Jouw argument")).to_have_value("")
    phone.argues("Tegen", "Een hele gedachte")
    phone.sees("Je gaf 1 argument")


def test_going_back_shows_nothing_of_before(team, talk):
    talk.open("question")
    phone = team.joined(talk)
    phone.feels("Eerder nee")
    talk.close("reveal")
    phone.follow("Lees het verslag")
    phone.page.wait_for_url("**/verslag/")
    phone.goes_back()
    phone.sees_title("Bedankt voor het meedenken.")
    phone.sees_not("Eerder nee")


def test_wrong_code_can_be_gone_back_to(team, talk):
    talk.go("question")
    phone = team.phone()
    phone.open("/meedoen/")
    phone.page.get_by_label("Code").fill("FOUT99")
    phone.press("Meedoen")
    phone.sees("Deze code is niet in gebruik.")
    phone.join(talk.session.code)
    phone.goes_back()
    phone.sees("Je doet al mee in een gesprek")
    phone.page.locator("main").get_by_role("link").first.click()
    expect(phone.page).to_have_url(f"{phone.server}/gesprekken/{talk.id}/meedoen/")
