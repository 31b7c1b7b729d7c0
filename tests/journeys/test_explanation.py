"""The explanation for parents, from the first look to the page that is handed out."""

import pytest
from playwright.sync_api import expect

from tests import cast

from .test_looks import looks  # noqa: F401, a fixture

pytestmark = pytest.mark.once


def test_facilitator_rewords_a_part_and_leaves_one_out(team, looks):  # noqa: F811
    talk = cast.whole()
    leader = team.leading(talk, service_workers="block")
    looks(leader, f"{leader.talk}uitleg/")
    leader.open(f"{leader.talk}uitleg/")
    page = leader.page
    paper = page.locator("#explaining-paper")
    expect(paper).to_contain_text("Er wordt minder gestolen.")
    # While one types, the page beside it follows.
    page.locator("#answer textarea").fill("We hangen hem in de gang. De conciërge let op.")
    expect(paper).to_contain_text("We hangen hem in de gang.")
    expect(page.locator("#state-answer")).to_contain_text(
        "Wie dit leest, weet misschien wie bedoeld is"
    )
    expect(page.locator("#state-answer")).to_contain_text("Wat het gesprek zelf zegt")
    looks(leader)
    page.locator("#against").get_by_role("button", name="Laat dit deel weg").click()
    expect(page.locator("#against")).to_contain_text("Dit deel is weggelaten.")
    expect(paper).not_to_contain_text("Wie bekeken wordt, durft minder.")
    looks(leader)
    expect(page.locator("#answer textarea")).to_have_value(
        "We hangen hem in de gang. De conciërge let op."
    )
    page.locator("#answer").get_by_role("button", name="Neem weer de tekst").click()
    expect(paper).to_contain_text("Alleen in de gang.")
    expect(page.locator("#answer textarea")).to_have_value(
        "Ja, mits. Alleen in de gang.\nNiet iedereen die meepraatte, ziet het zo."
    )
