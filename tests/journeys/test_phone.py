"""What somebody with a phone does: sign, look at the board, lose it, come late, come back."""

import pytest
from playwright.sync_api import expect

from sessions import lifecycle, room

from .people import words_of

pytestmark = pytest.mark.once

GLASS = "De ruiten blijven heel."
PLAY = "Wie bekeken wordt, speelt anders."


@pytest.fixture
def talk(team):
    return team.talk(method="ethiekkompas")


# Whether one sees the whole of it without scrolling: in the window, and not under the bar.
IN_SIGHT = """one => {
    const box = one.getBoundingClientRect();
    const bar = document.querySelector(".phone-action").getBoundingClientRect();
    return scrollY === 0 && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight
        && (box.bottom <= bar.top || box.top >= bar.bottom);
}"""


def typed(phone):
    return phone.page.get_by_label("Jouw argument")


def in_sight(*all_of):
    return [one.evaluate(IN_SIGHT) for one in all_of]


def test_talk_with_functions_from_the_preparation_to_the_report(team, talk, axe):
    leader = team.leading(talk)
    leader.open(f"{leader.talk}voorbereiding/")
    leader.part("naming").get_by_label("Een functie").check()
    expect(leader.page.locator("#far-naming")).to_have_text("Een functie")
    board = team.showing(talk)
    board.sees("komt je functie te staan", "Gewichten en gevoelens blijven anoniem")
    one, other = team.phone(), team.joined(talk)
    one.open(f"/meedoen/{talk.session.code}/")
    one.sees("komt je functie te staan")
    one.press("Meedoen")
    one.sees_title("Je doet mee")
    axe(one.page)
    # when: the talk begins, it stays as it is
    talk.go("question")
    leader.open(f"{leader.talk}voorbereiding/?deel=naming")
    leader.sees("Het gesprek is begonnen, dus dit blijft zo")
    # and when: both write, and sign
    talk.go("arguments")
    talk.open("arguments")
    one.sees("Dan staat je functie erbij.")
    one.page.get_by_label("Voor", exact=True).check()
    typed(one).fill(GLASS)
    one.press("Geef dit argument")
    one.sees("Typ je functie.")
    expect(typed(one)).to_have_value(GLASS)
    axe(one.page)
    one.fills("Je functie", "Conciërge")
    one.press("Geef dit argument")
    one.sees("Je gaf 1 argument")
    expect(one.page.get_by_label("Je functie")).to_have_value("Conciërge")
    other.page.get_by_label("Tegen", exact=True).check()
    typed(other).fill(PLAY)
    other.fills("Je functie", "Leraar")
    other.press("Geef dit argument")
    other.sees("Je gaf 1 argument")
    board.sees_not("Conciërge", "Leraar")
    other.sees_not("Conciërge")
    talk.reveal("arguments")
    for somebody in (board, one, other):
        somebody.sees("– Conciërge", "– Leraar")
    axe(board.page)
    # and when: they weigh, that stays anonymous
    talk.go("weighing")
    talk.open("weighing")
    one.sees("Dit is anoniem, ook in dit gesprek.")
    one.sees_not("Je functie", "Conciërge")
    one.weighs(ruiten=5, bekeken=2)
    talk.reveal("weighing")
    board.sees("– Conciërge")
    # and when: the facilitator changes the words of one, and takes away the name of the other
    leader.open(f"{leader.talk}stap/arguments/")
    leader.sees("– Conciërge", "– Leraar")
    leader.row(PLAY).get_by_role("link", name="Bewerk").click()
    axe(leader.page)
    leader.press("Haal ‘Leraar’ weg")
    leader.sees_not("– Leraar")
    talk.text("outcome", "verdict", "no")
    leader.open(f"{leader.talk}verslag/")
    talk.close()
    leader.reloads()
    report = words_of(leader.downloads())
    assert f"{GLASS} Geschreven door: Conciërge" in report
    assert "Geschreven door: Leraar" not in report
    leader.open(f"{leader.talk}uitleg/")
    leader.sees(GLASS)
    leader.sees_not("Conciërge")


def test_board_tab_while_an_argument_is_being_typed(team, talk, axe):
    talk.go("stakeholders")
    talk.add("stakeholders", name="Leerlingen", interest="Vrij spelen", at_table=False)
    phone, other = team.joined(talk), team.joined(talk)
    phone.has_to("Praat mee")
    phone.looks_at("Bord")
    phone.sees("Vrij spelen")
    axe(phone.page)
    # when: it is asked to write, the tab follows
    talk.go("arguments")
    talk.open("arguments")
    phone.sees("Iedereen schrijft alleen", "0 van 2 klaar")
    phone.looks_at("Nu")
    phone.has_to("Schrijf alleen")
    phone.page.get_by_label("Tegen", exact=True).check()
    typed(phone).fill("Half een gedach")
    phone.looks_at("Bord")
    other.argues("Voor", GLASS)
    other.is_ready()
    phone.sees("1 argument is binnen", "1 van 2 klaar")
    phone.sees_not(GLASS)
    phone.looks_at("Nu")
    expect(typed(phone)).to_have_value("Half een gedach")
    expect(phone.page.get_by_label("Tegen", exact=True)).to_be_checked()
    typed(phone).fill(PLAY)
    phone.press("Geef dit argument")
    phone.sees("Je gaf 1 argument")
    # and when: one's own is being changed
    phone.follow("Verander:")
    typed(phone).fill(f"{PLAY} Echt waar")
    phone.looks_at("Bord")
    phone.looks_at("Nu")
    expect(typed(phone)).to_have_value(f"{PLAY} Echt waar")
    phone.looks_at("Bord")
    talk.reveal("arguments")
    phone.sees(GLASS, PLAY)
    phone.sees_not("Echt waar")


def test_board_tab_without_javascript(team, talk):
    talk.go("question")
    phone = team.joined(talk, java_script_enabled=False)
    phone.looks_at("Bord")
    phone.sees("Stap 1 van 7")
    phone.looks_at("Nu")
    phone.has_to("Praat mee")


def test_lost_phone_is_replaced_and_the_surplus_is_told(team, talk):
    talk.go("arguments")
    talk.open("arguments")
    room.expect(talk.lead, talk.step("arguments"), 2)
    leader, board = team.leading(talk), team.showing(talk)
    lost, other = team.joined(talk), team.joined(talk)
    lost.argues("Voor", GLASS)
    lost.is_ready()
    other.press("Ik sla over")
    other.sees_title("Je slaat dit over")
    leader.sees_ready("2 van 2 klaar")
    # when: one phone is gone, and its owner comes in again with another one
    lost.context.close()
    instead = team.phone()
    instead.join(talk.session.code)
    instead.has_to("Schrijf alleen")
    instead.unfolds("Hulp")
    instead.sees("Wat je op de eerste gaf, telt nog mee.")
    instead.press("Ik sla over")
    instead.sees_title("Je slaat dit over")
    board.sees("3 klaar, 2 verwacht")
    leader.sees("Dat is 1 meer dan je verwacht.")


def test_late_joiner_gives_and_sees_what_the_others_give(team, talk):
    talk.go("arguments")
    talk.open("arguments")
    first = team.joined(talk)
    first.argues("Voor", GLASS)
    late = team.phone()
    late.join(talk.session.code)
    late.has_to("Schrijf alleen")
    late.sees_not(GLASS)
    late.argues("Tegen", PLAY)
    talk.reveal("arguments")
    for phone in (first, late):
        phone.sees(GLASS, PLAY)


def test_closed_tab_and_restarted_browser_find_their_place_and_what_was_typed(team, talk):
    lifecycle.choose_naming(talk.lead, "name")
    talk.go("arguments")
    talk.open("arguments")
    phone = team.phone()
    phone.join(talk.session.code)
    phone.page.get_by_label("Voor", exact=True).check()
    typed(phone).fill("Half een gedach")
    phone.fills("Je naam", "Sam")
    # when: the tab is closed, and the address opened again
    here = phone.page.url
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.page.goto(here)
    expect(typed(phone)).to_have_value("Half een gedach")
    expect(phone.page.get_by_label("Je naam")).to_have_value("Sam")
    phone.sees("Dit vulde je eerder in. Het is nog niet gegeven.")
    typed(phone).fill(GLASS)
    phone.press("Geef dit argument")
    phone.sees("Je gaf 1 argument")
    typed(phone).fill("Nog een halve")
    # and when: the browser is started anew, with what it keeps
    kept = phone.context.storage_state()
    kept["cookies"] = [one for one in kept["cookies"] if one["expires"] > 0]
    phone.context.close()
    again = team.phone(storage_state=kept)
    again.open("/meedoen/")
    again.page.locator("main").get_by_role("link").first.click()
    again.sees("Je gaf 1 argument", GLASS)
    expect(typed(again)).to_have_value("Nog een halve")
    expect(again.page.get_by_label("Je naam")).to_have_value("Sam")
    assert talk.session.seats.count() == 1


def test_what_was_asked_before_something_was_given_does_not_take_it_away(team, talk):
    lifecycle.choose_naming(talk.lead, "name")
    talk.go("arguments")
    talk.open("arguments")
    phone = team.phone()
    phone.join(talk.session.code)
    held = []

    def hold(route):
        if route.request.method == "GET":
            headers = route.request.headers
            headers.pop("if-none-match", None)  # answered whole, as when another gave something
            held.append((route, route.fetch(headers=headers)))
        else:
            route.continue_()

    phone.page.route(phone.page.url, hold)
    # when: the phone asks what is new, and the answer takes longer than what is given meanwhile
    with phone.page.expect_request(lambda one: one.method == "GET"):
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.fills("Je naam", "Sam")
    phone.argues("Voor", GLASS)
    route, answer = held[0]
    with phone.page.expect_request(lambda one: one.method == "GET"):  # it asks again afterwards
        route.fulfill(response=answer)
    # then
    assert phone.page.get_by_label("Je naam").input_value() == "Sam"
    assert phone.page.locator(".phone-own").is_visible()


@pytest.mark.parametrize("size", [(390, 844), (360, 640)])
def test_five_feelings_are_in_sight_at_once(team, talk, size):
    talk.go("question")
    room.open_round(talk.lead, talk.step("question"), "intuition")
    phone = team.joined(talk)
    phone.page.set_viewport_size({"width": size[0], "height": size[1]})
    answers = phone.page.locator(".choice").all()
    assert in_sight(*answers) == [True] * 5
    assert all(one.bounding_box()["height"] >= 44 for one in answers)


def test_what_one_fills_in_is_in_sight_at_once(team, talk):
    lifecycle.choose_naming(talk.lead, "function")
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk)
    signature = phone.page.get_by_label("Je functie")
    assert in_sight(signature, typed(phone)) == [True, True]
    # when: the screen is low, what gets the focus comes out from under the bar
    phone.page.set_viewport_size({"width": 360, "height": 640})
    for field in (signature, typed(phone)):
        field.focus()
        bar = phone.page.locator(".phone-action").bounding_box()
        box = field.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= bar["y"]
    # and when: they weigh, the first argument can be given its weight at once
    phone.page.set_viewport_size({"width": 390, "height": 844})
    talk.add("arguments", side="for", text=f"{GLASS} Dat scheelt geld voor boeken en reisjes.")
    talk.reveal("arguments")
    talk.go("weighing")
    talk.open("weighing")
    phone.reloads()
    phone.page.evaluate("scrollTo(0, 0)")
    assert in_sight(phone.page.locator(".weigh .scale").first) == [True]


def test_letters_can_be_larger(team, talk):
    phone = team.joined(talk)
    before = phone.page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    phone.unfolds("Hulp")
    phone.press("Groter")
    expect(phone.page.locator("html")).to_have_attribute("data-text", "large")
    after = phone.page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert after > before * 1.1
