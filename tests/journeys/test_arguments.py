"""From arguments to an answer, on the facilitator's laptop and the board."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from sessions import lifecycle, room
from tests import cast

pytestmark = pytest.mark.once


def test_arguments_get_their_place_by_keys_alone(team):
    talk = team.talk()
    talk.add("stakeholders", name="Ouders")
    talk.add("arguments", text="Het stelt gerust")
    talk.add("arguments", text="Het maakt onvrij", side="against")
    leader = team.leading(talk, "arguments")
    leader.follow("Geef ze een plek")
    leader.sees("Nog 2 van de 2")
    keys = leader.page.keyboard
    expect(leader.page.locator("#sweep-card")).to_be_focused()
    leader.page.wait_for_load_state()  # keys count from then on
    keys.press("1")
    expect(leader.page.get_by_role("button", name="Ouders")).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.press("2")  # the next question: did they say this themselves?
    expect(leader.page.get_by_role("button", name="Door ons bedacht")).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.press("ArrowRight")
    expect(leader.page.locator(".sweep-words")).to_have_text("Het maakt onvrij")
    keys.press("ArrowLeft")
    expect(leader.page.locator(".sweep-words")).to_have_text("Het stelt gerust")


def test_what_says_the_same_is_merged_in_two_clicks_and_brought_back_in_one(team):
    talk = team.talk()
    for text in ("Minder diefstal", "Er wordt minder gestolen"):
        talk.add("arguments", text=text)
    leader = team.leading(talk, "arguments")
    board = team.showing(talk)
    talk.go("arguments")
    board.sees_arguments("for", "Minder diefstal", "Er wordt minder gestolen")
    leader.follow(re.compile("^Voeg samen.*Er wordt minder gestolen"))
    leader.press(re.compile("^Voeg samen met dit argument"))
    leader.sees("Samengevoegd: Er wordt minder gestolen")
    board.sees_arguments("for", "Minder diefstal")
    leader.press("Maak ongedaan")
    board.sees_arguments("for", "Minder diefstal", "Er wordt minder gestolen")


def test_what_deserves_weighing_is_ticked_and_talked_about(team):
    talk = team.talk()
    for text in ("Minder diefstal", "Bekeken worden"):
        talk.add("arguments", text=text)
    talk.go("weighing")
    leader, board = team.leading(talk, "weighing"), team.showing(talk)
    leader.press("Bekeken worden")
    leader.sees("1 gekozen")
    leader.press("Laat iedereen alleen wegen")
    phones = [team.joined(talk) for _ in range(2)]
    for phone, weight in zip(phones, (1, 5), strict=True):
        phone.weighs(Bekeken=weight)
    leader.press("Toon alle gewichten")
    board.sees("Hier verschillen jullie het meest. Begin hier.")
    leader.page.get_by_label("Wat zei dit gesprek erover?").fill("De een is vaker op de gang.")
    leader.press("Bewaar wat het gesprek zei")
    expect(leader.page.locator("#dialogue [data-say=saved]")).to_be_visible()
    leader.reloads()
    expect(leader.page.get_by_label("Wat zei dit gesprek erover?")).to_have_value(
        "De een is vaker op de gang."
    )


def test_who_sees_it_otherwise_says_so_alone_and_is_read_back(team):
    talk = cast.Talk(of=lifecycle.newest_method("ethiekkompas"))
    talk.text("outcome", "verdict", "yes")
    talk.go("outcome")
    leader, board, phone = team.leading(talk, "outcome"), team.showing(talk), team.joined(talk)
    leader.press("Vraag wie het anders ziet")
    phone.page.get_by_label("Zo zie ik het").fill("Niet bij de kleedkamers.")
    phone.page.get_by_label("Hierdoor zou ik van gedachten veranderen").fill("Een gordijn.")
    phone.press("Geef dit")
    phone.sees("Dit gaf je")
    # then: it is ready like anybody who agrees, and the board tells no more than that
    phone.sees_title("Je bent klaar")
    board.sees_ready("1 van 1 klaar")
    board.sees_not("kleedkamers", "standpunt")
    leader.press("Toon wie het anders ziet")
    board.sees("Niet bij de kleedkamers.", "Een gordijn.")
    leader.press(re.compile("^Teruggelezen"))
    expect(leader.page.get_by_role("button", name=re.compile("^Teruggelezen"))).to_have_attribute(
        "aria-pressed", "true"
    )
    leader.page.locator("[id^=withdraw-] > summary").click()
    leader.press("Wis dit minderheidsstandpunt")
    board.sees_not("kleedkamers")


def test_meanwhile_is_asked_as_soon_as_the_answer_is_not_yet(team):
    talk = cast.Talk(of=lifecycle.newest_method("ethiekkompas"))
    leader = team.leading(talk, "outcome")
    meanwhile = leader.page.get_by_label("Wat gebeurt er zolang")
    expect(meanwhile).to_have_count(0)
    leader.chooses_verdict("Nog niet")
    expect(meanwhile).to_be_visible()


def test_board_and_laptop_bear_two_hundred_arguments(team, axe):
    talk = team.talk()
    for at in range(100):
        for side in ("for", "against"):
            talk.add("arguments", text=f"Argument {at} dat ergens op rust", side=side)
    talk.go("arguments")
    leader, board = team.leading(talk, "arguments"), team.showing(talk)
    leader.argues("for", "Nog een")
    # the board shows the newest, legible from afar, and tells how many came before
    expect(board.page.locator(".argument", has_text="Nog een")).to_be_visible()
    shown = board.page.locator(".argument").count()
    told = [int(words.split()[0]) for words in board.page.locator(".board-left").all_inner_texts()]
    assert (shown + sum(told), shown < 60) == (201, True)
    leader.open(f"{leader.talk}stap/arguments/?veeg")
    leader.sees("Nog 201 van de 201")
    talk.go("weighing")
    room.open_round(talk.lead, talk.step("weighing"))
    board.sees_step("Afweging")
    board.page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    axe(board.page)
