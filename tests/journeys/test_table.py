"""Typing for the table: a line and Enter, one click for the rest, nothing typed gets lost."""

import re

import pytest
from playwright.sync_api import expect

from sessions.models import Fact, Stakeholder, Value

pytestmark = pytest.mark.once


def rows(model, talk, *fields):
    return list(model.objects.filter(session=talk.id).values_list(*fields))


def test_who_is_touched_is_typed_line_by_line(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("stakeholders")
    leader, board = team.leading(talk), team.showing(talk)
    field = leader.page.locator("#add-betrokkenen input[name=line]")
    field.click()
    for line in ("Leerlingen: fouten mogen maken", "Leraren"):
        leader.page.keyboard.type(line)
        leader.page.keyboard.press("Enter")
        expect(field).to_have_value("")
        expect(field).to_be_focused()
    leader.sees("fouten mogen maken")
    expect(leader.page.locator("#list-betrokkenen .item")).to_have_count(2)
    # and: one click adds who is often touched, and a second one who is often forgotten
    leader.press("Ouders")
    expect(leader.page.get_by_role("button", name="Ouders", exact=True)).to_have_count(0)
    leader.unfolds("Vaak vergeten")
    leader.press("Leverancier")
    expect(leader.page.locator("#forgotten[open]")).to_have_count(1)
    # and: where they are, and who says so, is one click each; the other way round a second
    pupils = leader.page.locator("li.item", has_text="Leerlingen")
    pupils.get_by_role("button", name="Niet aan tafel").click()
    pupils.get_by_role("button", name="Door ons bedacht").click()
    away = pupils.get_by_role("button", name="Niet aan tafel")
    expect(away).to_have_attribute("aria-pressed", "true")
    board.sees("Niet aan tafel: Leerlingen", "Door ons bedacht")
    teachers = leader.page.locator("li.item", has_text="Leraren")
    teachers.get_by_role("button", name=re.compile("^Aan tafel")).click()
    expect(teachers.get_by_role("button", name=re.compile("^Aan tafel"))).to_be_focused()
    there = board.page.locator(".board-card", has_text="Leraren")
    expect(there).to_contain_text("Aan tafel")
    teachers.get_by_role("button", name=re.compile("^Aan tafel")).click()
    expect(teachers.locator("[aria-pressed=true]")).to_have_count(0)
    expect(there).not_to_contain_text("Aan tafel")
    leader.reloads()
    expect(leader.page.locator("#list-betrokkenen [aria-pressed=true]")).to_have_count(2)
    assert rows(Stakeholder, talk, "name", "interest", "at_table", "origin") == [
        ("Leerlingen", "fouten mogen maken", False, "imagined"),
        ("Leraren", "", None, ""),
        ("Ouders", "", None, ""),
        ("Leverancier", "", None, ""),
    ]


def test_facts_are_typed_column_by_column(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("facts")
    leader, board = team.leading(talk), team.showing(talk)
    for kind, words in (
        ("fact", "Er hangt een camera"),
        ("fact", "Hij neemt op"),
        ("assumption", "Het helpt"),
    ):
        field = leader.page.locator(f"#add-{kind} textarea")
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_value("")
    ask = leader.page.locator("#add-unknown")
    ask.get_by_role("textbox").first.fill("Mag het?")
    ask.get_by_label("Wie zoekt het uit?").fill("De directeur")
    ask.get_by_label("Wie zoekt het uit?").press("Enter")
    leader.sees("De directeur")
    board.sees("Hij neemt op", "Het helpt", "Mag het?")
    assert sorted(rows(Fact, talk, "text", "kind", "owner")) == [
        ("Er hangt een camera", "fact", ""),
        ("Het helpt", "assumption", ""),
        ("Hij neemt op", "fact", ""),
        ("Mag het?", "unknown", "De directeur"),
    ]
    # and: the law is looked at here, and what stands in the way shows at once
    leader.page.locator("#legal > summary").press("Enter")  # it may still move down
    leader.page.get_by_label("De wet verbiedt het").check()
    for somebody in (leader, board):
        expect(somebody.page.locator(".legal-stop")).to_contain_text("Stop hier.")


def test_five_values_are_chosen_together(team):
    talk = team.talk(method="ethiekkompas")
    talk.go("values")
    leader, board = team.leading(talk), team.showing(talk)
    leader.unfolds("Waarden om uit te kiezen")
    for name in ("Privacy", "Zorg"):
        leader.page.locator(f"#known button[value='{name}']").click()
    leader.page.locator("#add-waarden input[name=line]").fill("Stilte: even geen scherm")
    leader.page.locator("#add-waarden input[name=line]").press("Enter")
    leader.sees("even geen scherm")
    # when: two of them go on
    for name in ("Privacy", "Stilte"):
        row = leader.page.locator("#list-waarden li.item", has_text=name)
        row.get_by_role("button", name="Deze nemen we mee").click()
        expect(row.locator("[aria-pressed=true]")).to_have_count(1)
    leader.sees("2 van 5 gekozen")
    # and: what is typed of a value stays when another choice is made in between
    row = leader.page.locator("#list-waarden li.item", has_text="Privacy")
    row.get_by_label("Wat betekent die waarde hier?").fill("Niet alles hoeft gezien")
    row.get_by_role("button", name="Komt onder druk").click()
    expect(row.locator("[aria-pressed=true]")).to_have_count(2)
    row.get_by_label("Wat betekent die waarde hier?").press("Enter")
    board.sees("2 van 5 gekozen", "Niet alles hoeft gezien", "Komt onder druk", "Ook genoemd")
    expect(leader.page.locator("#newer")).to_be_hidden()
    assert sorted(rows(Value, talk, "name", "meaning", "chosen", "effect")) == [
        ("Privacy", "Niet alles hoeft gezien", True, "pressure"),
        ("Stilte", "even geen scherm", True, ""),
        ("Zorg", "", None, ""),
    ]
