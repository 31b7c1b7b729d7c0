"""The time there is: an end that changes, a talk that stops early, something for later."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import Session

pytestmark = pytest.mark.once


def later(minutes: int) -> str:
    return (timezone.localtime() + datetime.timedelta(minutes=minutes)).strftime("%H:%M")


def test_team_has_to_go_earlier_and_divides_what_is_left(team):
    talk = team.talk()
    talk.go("question")
    leader, board = team.leading(talk), team.showing(talk)
    # given: they have an hour and a half
    leader.unfolds("Kies een eindtijd")
    leader.page.get_by_label("Hoe laat moeten jullie klaar zijn?").fill(later(90))
    leader.press("Zet de eindtijd")
    leader.sees(f"Klaar om {Session.objects.get(pk=talk.id).ends:%H:%M}")
    expect(leader.page.locator("#rail .step").last).to_contain_text(f"tot {later(90)[:3]}")
    board.sees("tot ±")
    # when: they come to the arguments, and somebody has to go sooner
    leader.brings_group_to("Betrokkenen")
    leader.brings_group_to("Argumenten")
    leader.unfolds("Klaar om")
    field = leader.page.get_by_label("Hoe laat moeten jullie klaar zijn?")
    # then: what is past is refused, and stays in the field
    field.fill(later(-5))
    leader.press("Zet de eindtijd")
    leader.sees("Die tijd is al voorbij. Kies een latere.")
    expect(field).to_have_value(later(-5))
    # and: what is left is divided over the three steps that are left
    end = later(30)
    field.fill(end)
    leader.press("Zet de eindtijd")
    expect(leader.page.locator("#step-time")).to_contain_text("ongeveer 10 minuten, tot")
    expect(leader.page.locator("#rail .step").last).to_contain_text(f"tot {end}")
    expect(leader.page.locator("#rail .step").first).not_to_contain_text("tot")


def test_team_stops_early_keeps_its_insight_and_goes_on_another_day(team):
    talk = team.talk()
    talk.go("arguments")
    leader, board, phone = team.leading(talk), team.showing(talk), team.joined(talk)
    leader.press("Laat iedereen alleen schrijven")
    phone.argues("Voor", "Minder diefstal")
    # when: the bell rings
    leader.unfolds("Kies een eindtijd")
    leader.follow("Stop nu, en ga een andere dag verder")
    leader.page.get_by_label("Wat zien jullie nu wat jullie eerst niet zagen?").fill(
        "We weten niet wie er meekijkt."
    )
    leader.page.get_by_label("Op welke dag gaan jullie verder?").fill("2099-01-31")
    leader.press("Bewaar het en ga die dag verder")
    # then: everybody knows when they go on
    leader.sees_title("Jullie gaan verder op zaterdag 31 januari")
    board.sees("We gaan verder op zaterdag 31 januari")
    phone.sees("Jullie gaan verder op zaterdag 31 januari")
    with leader.page.expect_download() as download:
        leader.follow("Zet de dag in je agenda")
    assert download.value.suggested_filename.endswith(".ics")
    assert b"20990131" in download.value.path().read_bytes()
    leader.open("/")
    leader.sees("gaat verder op 31 januari")
    # and when: they go on, what was given alone is still there, unseen
    leader.open(leader.talk)
    board.sees_not("Minder diefstal")
    leader.press("Ga nu verder met Argumenten")
    board.sees_step("Argumenten")
    leader.press("Toon alle argumenten")
    leader.sees_arguments("for", "Minder diefstal")
    # and: the insight stands as the answer, to be changed
    leader.looks_at("Antwoord en afspraken")
    expect(leader.text("answer").get_by_role("textbox")).to_have_value(
        "We weten niet wie er meekijkt."
    )


def test_clock_runs_on_every_screen_and_moves_nothing(team):
    talk = team.talk()
    talk.go("arguments")
    leader, board, phone = team.leading(talk), team.showing(talk), team.joined(talk)
    leader.unfolds("Zet een klok")
    leader.page.get_by_label("Hoeveel minuten?").fill("0")
    leader.press("Laat hem lopen")
    leader.sees("Geef minstens één minuut.")
    leader.page.get_by_label("Hoeveel minuten?").fill("5")
    leader.press("Laat hem lopen")
    for somebody in (leader, board, phone):
        expect(somebody.page.locator("#clock .clock-left")).to_have_text(re.compile(r"^4:5\d$"))
    # when: it gets some more, and stands still
    leader.press("Eén minuut erbij")
    expect(board.page.locator("#clock .clock-left")).to_have_text(re.compile(r"^5:\d\d$"))
    leader.press("Zet stil")
    for somebody in (leader, board, phone):
        expect(somebody.page.locator("#clock")).to_contain_text("staat stil")
    shown = board.page.locator("#clock .clock-left").inner_text()
    board.reloads()
    expect(board.page.locator("#clock .clock-left")).to_have_text(shown)
    # and when: it runs out
    with talk.writing() as write:
        write.session.clock_left = None
        write.session.clock_ends = timezone.now() + datetime.timedelta(seconds=2)
        write.touch()
    for somebody in (leader, board, phone):
        expect(somebody.page.locator("#clock .clock-left")).to_have_text("De tijd is om")
        expect(somebody.page.locator("#voice")).to_have_text("De tijd is om")
    board.sees_step("Argumenten")
    # then: it goes along with what it was for
    leader.brings_group_to("Afweging")
    for somebody in (leader, board, phone):
        expect(somebody.page.locator("#clock")).to_have_count(0)


def test_facilitator_parks_something_in_passing(team):
    talk = team.talk()
    talk.go("question")
    leader = team.leading(talk)
    for step, words in (("Vraag", "Telefoons in de pauze"), ("Betrokkenen", "De leerlingenraad")):
        leader.looks_at(step)
        field = leader.page.get_by_label("Parkeer voor later")
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_value("")
        expect(field).to_be_focused()
        leader.is_at(step)
    leader.sees("2 dingen geparkeerd")
    leader.follow("2 dingen geparkeerd")
    leader.sees("Telefoons in de pauze", "De leerlingenraad")
    leader.follow(re.compile("^Bewerk.*De leerlingenraad"))
    leader.page.locator("#edit").get_by_role("textbox").fill("De leerlingenraad vragen")
    leader.press("Bewaar de wijziging")
    leader.sees("De leerlingenraad vragen")
    leader.open(f"{leader.talk}sluiting/")
    leader.unfolds("Wat geparkeerd is")
    leader.sees("De leerlingenraad vragen")
