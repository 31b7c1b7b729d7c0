"""A reader for the board: from the numbers to a file with their reports."""

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from reports.models import Bundle
from tests.looking_back import board, decided_by, talk

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_reader_for_the_board_follows_a_number_and_takes_its_reports(server, new_context, axe):
    there = board()
    for number in range(4):
        talk(
            there.school,
            f"Mag het {number}?",
            shared=there.board,
            **decided_by("autonomie", "Vrijheid"),
            actions=[{"what": "Bellen"}],
            stakeholders=[{"name": "Ouders", "at_table": False}],
        )
    browser = Client()
    browser.force_login(there.reader)
    context = new_context(viewport={"width": 390, "height": 844})
    [cookie] = [one for name, one in browser.cookies.items() if name == "sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server}])
    page = context.new_page()

    page.goto(f"{server}/organisaties/verzonnen/overzicht/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("row", name="Ouders").get_by_role("link").click()
    axe(page)
    page.get_by_role("checkbox", name="Mag het 1?").check()
    page.get_by_role("checkbox", name="Mag het 2?").check()
    page.get_by_role("button", name="Bundel wat ik aanvinkte").click()

    expect(page.get_by_role("status").first).to_contain_text("0 van de 2 verslagen")
    axe(page)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    take = page.get_by_role("link", name="Download het bestand")
    expect(take).to_be_visible()  # without asking for the page again
    axe(page)
    with page.expect_download() as taken:
        take.click()
    assert taken.value.suggested_filename.startswith("verslagen-van-gesprekken-verzonnen")
    assert Bundle.objects.get().parts.count() == 2
