"""What was written on paper is typed in by keyboard: nothing typed is lost, nothing half stored."""

import pytest
from playwright.sync_api import expect

from sessions.document import document
from sessions.lifecycle import newest_method
from tests.cast import Talk

pytestmark = pytest.mark.once


def test_paper_is_typed_in(team, axe):
    talk = Talk("Mag het?", newest_method("ethiekkompas"))
    leader = team.leading(talk)
    page = leader.page
    leader.open(f"{leader.talk}invoer/")
    axe(page)

    # By keyboard: Enter to the next line, Tab to the next list.
    page.get_by_label("Opties", exact=True).focus()
    page.keyboard.type("Een kast op slot")
    page.keyboard.press("Tab")
    page.keyboard.type("+~ Minder diefstal @Leraren &Een\n- Altijd bekeken #Privacy\nzonder kant")
    page.reload()  # the draft comes back
    expect(page.get_by_label("Argumenten", exact=True)).to_have_value(
        "+~ Minder diefstal @Leraren &Een\n- Altijd bekeken #Privacy\nzonder kant"
    )
    page.get_by_role("button", name="Bewaar alles wat ik typte").click()
    wrong = page.get_by_role("link", name="Argumenten: Regel 3")
    expect(wrong).to_be_visible()
    assert "arguments" not in document(talk.session)
    axe(page)

    wrong.click()
    page.get_by_label("Argumenten", exact=True).fill(
        "+~ Minder diefstal @Leraren &Een\n- Altijd bekeken #Privacy"
    )
    page.get_by_role("button", name="Bewaar alles wat ik typte").click()
    expect(page.get_by_text("Het is bewaard.")).to_be_visible()
    expect(page.get_by_label("Argumenten", exact=True)).to_have_value("")
    expect(page.get_by_text("Minder diefstal").first).to_be_visible()
    page.reload()
    expect(page.get_by_label("Argumenten", exact=True)).to_have_value("")  # no draft is left of it

    # The numbers that were circled on paper.
    page.get_by_label("Minder diefstal").fill("3 4 5")
    page.get_by_label("Altijd bekeken").fill("112")
    axe(page)
    page.get_by_role("button", name="Bewaar en toon alle gewichten").click()
    expect(page.get_by_label("Minder diefstal")).to_have_value("")
    stored = document(talk.session)
    assert [one["weights"] for one in stored["arguments"]] == [[3, 4, 5], [1, 1, 2]]
    assert stored["stakeholders"] == [{"name": "Leraren"}]

    # Undone in its step, row by row.
    leader.open(f"{leader.talk}stap/stakeholders/")
    expect(page.get_by_text("Leraren").first).to_be_visible()
