"""Somebody finds a talk again: searches, filters, turns pages, reads, and comes back."""

import datetime
import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import finding
from tests.cast import Talk, stand, whole

pytestmark = pytest.mark.once


def test_a_talk_is_found_again(server, new_context, axe):
    board = Organisation.objects.create(name="Bestuur (verzonnen)", slug="bestuur")
    school = Organisation.objects.create(name="De Klimop (verzonnen)", slug="klimop", parent=board)
    user = User.objects.create_user("lezer@klimop.example", name="Lezer (verzonnen)")
    Membership.objects.create(user=user, organisation=school, role=Role.SCHOOL_LEADER)
    talks = [whole(), *(Talk(f"Mag robot {n} mee naar de klas?") for n in range(30))]
    day = datetime.date(2024, 1, 1)
    for n, talk in enumerate(talks):
        stand(talk, school, held_on=day + datetime.timedelta(n))
        talk.close()
    finding.keep([talk.id for talk in talks])
    browser = Client()
    browser.force_login(user)
    context = new_context(viewport={"width": 390, "height": 844})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": browser.cookies[name].value, "url": server}])
    page = context.new_page()

    page.goto(f"{server}/register/")
    heading = page.get_by_role("heading", level=2)
    expect(heading).to_have_text("31 gesprekken")
    axe(page)
    page.get_by_role("link", name="Eerdere gesprekken").click()
    expect(page.get_by_role("link", name="De camera")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Latere gesprekken").click()
    expect(page.get_by_role("link", name="Mag robot 29 mee naar de klas?")).to_be_visible()

    for n in (29, 28):
        page.get_by_role("checkbox", name=f"Mag robot {n} mee naar de klas?").check()
    page.get_by_role("button", name="Vergelijk").click()
    expect(page.get_by_role("heading", name="Gesprekken naast elkaar")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Bundel").click()  # what was ticked still is
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    axe(page)
    page.go_back()

    # Without a press: what is found comes at once, and stands in the address.
    search = page.get_by_role("searchbox", name="Zoek in alle gesprekken")
    search.fill("leerlingen camera")
    search.press("Enter")
    expect(heading).to_have_text("1 gesprek")
    expect(page).to_have_url(re.compile(r"\?zoek=leerlingen\+camera"))
    page.get_by_text("Meer filters").click()
    page.get_by_label("Waarde").select_option("Vrijheid")
    expect(page).to_have_url(re.compile("waarde=vrijheid"))
    expect(heading).to_have_text("1 gesprek")
    page.get_by_label("Antwoord in het kort").select_option("Nee")
    expect(heading).to_have_text("Geen gesprekken")
    axe(page)
    page.get_by_label("Antwoord in het kort").select_option("Alle")
    page.get_by_role("link", name="De camera").click()
    expect(page).to_have_url(re.compile(f"/gesprekken/{talks[0].id}/"))
    page.go_back()
    expect(heading).to_have_text("1 gesprek")
    expect(search).to_have_value("leerlingen camera")
    expect(page.get_by_label("Waarde")).to_have_value("vrijheid")
    page.get_by_role("link", name="Toon alles weer").click()
    expect(heading).to_have_text("31 gesprekken")
