"""Who leads together, types along, looks with the eyes of a phone, or closes the input."""

import re

from playwright.sync_api import expect

from sessions.models import Argument, Round, Seat, Text

from .people import LAPTOP, Leader


def typing_along(team, talk, person) -> Leader:
    """Somebody behind a second laptop."""
    somebody = team.leader()
    somebody.id = talk.id
    team.grant(somebody, person)
    somebody.open(somebody.talk)
    return somebody


def test_two_lead_and_a_scribe_types(team, axe):
    talk = team.talk()
    talk.go("arguments")
    first = team.leading(talk)
    second = typing_along(team, talk, talk.with_link("facilitator"))
    scribe = typing_along(team, talk, talk.scribe())
    board, phone = team.showing(talk), team.joined(talk)
    scribe.sees("Je bent notulist")
    # when: both type, each on a side of their own, and in the end on the same side
    first.argues("for", "Minder diefstal")
    scribe.sees_arguments("for", "Minder diefstal")
    scribe.argues("for", "Rust op het plein")
    scribe.argues("against", "Bekeken worden")
    for somebody in (first, second, scribe, board):
        somebody.sees_arguments("for", "Minder diefstal", "Rust op het plein")
        somebody.sees_arguments("against", "Bekeken worden")
    # and when: the second moves the group
    second.brings_group_to("Afweging")
    for somebody in (first, scribe):
        expect(somebody.page.locator("#room .room-where")).to_contain_text("Afweging")
    board.sees_step("Afweging")
    phone.sees("Afweging")
    scribe.follow("Ga naar Afweging")
    scribe.is_at("Afweging")
    axe(scribe.page)
    # then: whoever types along has nothing to lead with
    expect(scribe.page.locator("#room form")).to_have_count(0)
    expect(scribe.page.locator("#room button")).to_have_count(0)


def go_on_at_once(leader, other):
    """Both go on in the same answer, and `other` is later; her field."""
    leader.writes("answer", "Alleen in de gang")
    field = other.text("answer").get_by_role("textbox")
    expect(field).to_have_value("Alleen in de gang")
    other.loses_connection()
    field.fill("Alleen in de gang, en met een bord")
    leader.writes("answer", "Alleen in de gang, een jaar lang")
    other.gets_connection()
    expect(other.text("answer")).to_contain_text("Iemand anders heeft dit intussen veranderd")
    return field


def test_two_in_one_text_lose_neither(team):
    talk = team.talk()
    talk.go("outcome")
    leader = team.leading(talk)
    scribe = typing_along(team, talk, talk.scribe())
    # when
    field = go_on_at_once(leader, scribe)
    # then: who was later is shown both, and decides
    expect(scribe.text("answer")).to_contain_text("Alleen in de gang, een jaar lang")
    expect(field).to_have_value("Alleen in de gang, en met een bord")
    # and: nothing of hers goes by itself, neither what waits to be sent nor what she types on
    scribe.page.evaluate("window.dispatchEvent(new Event('online'))")
    field.press_sequentially(" erbij")
    scribe.page.wait_for_timeout(2000)
    expect(scribe.text("answer")).to_contain_text("Alleen in de gang, een jaar lang")
    assert Text.objects.get(session=talk.id, prompt="answer").body.endswith("een jaar lang")
    # and: the laptop has heard that its text is what stands; until then it keeps what was typed
    expect(leader.text("answer").locator("textarea")).to_have_text(
        "Alleen in de gang, een jaar lang"
    )
    scribe.text("answer").get_by_role("button", name="Bewaar").click()
    expect(leader.text("answer").get_by_role("textbox")).to_have_value(
        "Alleen in de gang, en met een bord erbij"
    )
    expect(scribe.text("answer")).not_to_contain_text("Iemand anders heeft dit")


def test_talk_is_closed_while_somebody_has_a_text_of_their_own(team):
    talk = team.talk()
    talk.go("outcome")
    leader = team.leading(talk)
    other = typing_along(team, talk, talk.with_link("facilitator"))
    field = go_on_at_once(leader, other)
    # when
    talk.close()
    # then: it is said, the connection is there, and the text can still be copied
    other.sees("Dit gesprek is gesloten.")
    expect(other.page.locator("#connection")).to_contain_text("Verbonden")
    expect(other.page.locator("#offline")).to_be_hidden()
    expect(field).to_have_value("Alleen in de gang, en met een bord")


def test_input_is_closed_while_somebody_types(team, axe):
    talk = team.talk()
    talk.go("arguments")
    leader, board = team.leading(talk), team.showing(talk)
    giver, typing = team.joined(talk), team.joined(talk)
    leader.press("Laat iedereen alleen schrijven")
    giver.argues("Voor", "Minder diefstal")
    typing.page.get_by_label("Tegen", exact=True).check()
    typing.fills("Jouw argument", "Bekeken worden")
    # when: the facilitator closes the input
    leader.press("Sluit de invoer")
    board.sees("De invoer is gesloten", "1 argument is binnen")
    giver.sees_title("De invoer is gesloten")
    giver.sees("Wat je gaf, is binnen. Niemand ziet het nog.", "Minder diefstal")
    for somebody in (leader, board, giver):
        axe(somebody.page)
    # then: what is being typed stays, and is refused with a reason
    typing.sees("De invoer is gesloten. Kopieer wat je wilt bewaren.")
    expect(typing.page.get_by_label("Jouw argument")).to_have_value("Bekeken worden")
    typing.press("Geef dit argument")
    typing.sees("De invoer is nu gesloten. De gespreksleider kan hem weer openen.")
    expect(typing.page.get_by_label("Je tekst")).to_have_value("Bekeken worden")
    axe(typing.page)
    assert Argument.everything.filter(session=talk.id).count() == 1
    # and when: it is opened again, it stands in the field once more
    leader.press("Open de invoer weer")
    expect(typing.page.get_by_label("Jouw argument")).to_have_value("Bekeken worden")
    typing.press("Geef dit argument")
    typing.sees("Je gaf 1 argument")
    # and when: it is closed and shown
    leader.press("Sluit de invoer")
    typing.sees_title("De invoer is gesloten")
    leader.press("Toon alle argumenten")
    board.sees_arguments("against", "Bekeken worden")
    # and when: one does not belong there, it is gone at once, and can come back
    leader.press(re.compile("^Haal weg.*Bekeken worden"))
    board.sees_arguments("against")
    giver.sees_not("Bekeken worden")
    leader.press("Maak ongedaan")
    board.sees_arguments("against", "Bekeken worden")
    assert Round.objects.get(session=talk.id).state == "revealed"


def test_what_a_phone_shows_is_followed_from_the_laptop(team, axe):
    talk = team.talk()
    talk.go("arguments")
    leader, phone = team.leading(talk), team.joined(talk)
    leader.press("Laat iedereen alleen schrijven")
    leader.unfolds("Telefoons en jijzelf")
    with leader.page.expect_popup() as popup:
        leader.follow(re.compile("^Zo ziet een telefoon het"))
    preview = popup.value
    expect(preview.locator(".preview-mark")).to_contain_text("Zo ziet een telefoon het nu.")
    expect(preview.get_by_label("Jouw argument")).to_be_disabled()
    expect(preview.get_by_role("button", name="Geef dit argument")).to_be_disabled()
    axe(preview)
    # when: somebody gives something, nothing of it shows
    phone.argues("Voor", "Minder diefstal")
    leader.sees("1 argument is binnen")
    # and when: the input is closed, and the group goes on, the preview goes along
    leader.press("Sluit de invoer")
    expect(preview.get_by_role("heading", name="De invoer is gesloten")).to_be_visible()
    expect(preview.locator("body")).not_to_contain_text("Minder diefstal")
    leader.press("Toon alle argumenten")
    expect(preview.get_by_role("heading", name="Dit zijn alle argumenten")).to_be_visible()


def test_facilitator_takes_part_on_the_same_device(team):
    talk = team.talk()
    talk.go("arguments")
    leader = team.leading(talk)
    leader.press("Laat iedereen alleen schrijven")
    leader.unfolds("Telefoons en jijzelf")
    with leader.page.expect_popup() as popup:
        leader.press(re.compile("^Doe zelf mee op dit apparaat"))
    own = popup.value
    own.set_viewport_size(LAPTOP)
    own.get_by_label("Voor", exact=True).check()
    own.get_by_label("Jouw argument").fill("Minder diefstal")
    own.get_by_role("button", name="Geef dit argument").click()
    expect(own.locator(".phone-own")).to_contain_text("Minder diefstal")
    leader.sees("1 argument is binnen", "1 telefoon doet mee")
    leader.sees_not("Minder diefstal")
    # and when: pressed once more, it is the same seat
    with leader.page.expect_popup() as popup:
        leader.press(re.compile("^Doe zelf mee op dit apparaat"))
    expect(popup.value.locator(".phone-own")).to_contain_text("Minder diefstal")
    assert Seat.objects.filter(session=talk.id).count() == 1
