"""From an invitation by mail to leading a talk, and out again."""

import re

import pytest
from playwright.sync_api import expect

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions.models import Session
from tests import cast

from .test_looks import looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.once

PASSWORD = "een lang genoeg wachtwoord"


def test_facilitator_is_invited_comes_in_and_leaves(team, smtp, looks):  # noqa: F811
    board = Organisation.objects.create(name="Stichting Voorbeeld", slug="voorbeeld")
    user = User.objects.create_user("beheer@school.nl", PASSWORD, name="Marieke Verzonnen")
    Membership.objects.create(user=user, organisation=board, role=Role.ADMINISTRATOR)
    # given: an administrator who logs in, and makes a school
    manager = team.somebody(service_workers="block")
    manager.open("/organisaties/voorbeeld/")
    manager.sees_title("Log in")
    looks(manager)
    manager.fills("E-mailadres", "Beheer@school.nl")
    manager.fills("Wachtwoord", PASSWORD)
    manager.press(re.compile("^Log in$"))
    manager.sees_title("Stichting Voorbeeld")
    looks(manager)
    manager.unfolds("Maak een school")
    manager.page.locator("#scholen").get_by_label("Naam").fill("De Linde")
    manager.page.get_by_role("button", name="Maak deze school").dblclick()
    manager.sees_title("De Linde")
    assert Organisation.objects.filter(name="De Linde").count() == 1
    # when: she invites a facilitator, after a mistake
    manager.follow("Nodig iemand uit")
    manager.press("Mail de uitnodiging")
    manager.sees("Typ een e-mailadres.", "Kies een rol.")
    looks(manager)
    manager.fills("E-mailadres", "fatima@school.nl")
    manager.page.get_by_label("Gespreksleider").check()
    manager.page.get_by_role("button", name="Mail de uitnodiging").dblclick()
    manager.sees("De uitnodiging is gemaild.", "fatima@school.nl")
    looks(manager)
    ((to, message),) = smtp.mails
    assert to == ["fatima@school.nl"]
    link = re.search(r"https?://\S+/uitnodiging/\S+", message.get_body().get_content())[0]
    # then: the facilitator makes an account with the link, and is in
    leader = team.somebody(viewport={"width": 390, "height": 844})
    leader.page.goto(link)
    expect(leader.page).to_have_url(re.compile("/uitnodiging/$"))
    leader.sees_title("Je bent uitgenodigd bij De Linde")
    looks(leader)
    leader.fills("Je naam", "Fatima Verzonnen")
    leader.fills("Kies een wachtwoord", PASSWORD)
    leader.fills("Het wachtwoord nog een keer", PASSWORD)
    leader.page.get_by_role("button", name="Maak mijn account").dblclick()
    leader.sees("Welkom. Je bent binnen.", "gespreksleider")
    looks(leader)
    assert User.objects.filter(email="fatima@school.nl").count() == 1
    # and: logs out and in, and leads a talk of the school
    leader.press("Uitloggen")
    leader.follow("Log in")
    leader.fills("E-mailadres", "fatima@school.nl")
    leader.fills("Wachtwoord", PASSWORD)
    leader.press(re.compile("^Log in$"))
    talk = team.talk("Mag de camera blijven hangen?")
    fatima = User.objects.get(name="Fatima Verzonnen")
    school = Organisation.objects.get(name="De Linde")
    cast.stand(talk, school, fatima)
    leader.open(f"/gesprekken/{talk.id}/")
    leader.sees("Mag de camera blijven hangen?")
    # when: the role is ended
    manager.open(f"/organisaties/{school.slug}/")
    manager.unfolds("Wijzig rollen")
    looks(manager)
    manager.press("Niet meer gespreksleider")
    manager.sees_not("Fatima Verzonnen")
    # then: she is out, and the talk stays with the school
    leader.page.goto("about:blank")  # the page would go by itself, too
    leader.open(f"/gesprekken/{talk.id}/")
    leader.sees_not("Mag de camera blijven hangen?")
    leader.open("/account/")
    leader.sees("Je hebt in geen enkele organisatie een rol.")
    assert Session.objects.get(pk=talk.id).owner is None
    manager.follow("Logboek")
    manager.sees("Marieke Verzonnen beëindigde een rol van Fatima Verzonnen: gespreksleider.")
    looks(manager)
    manager.open("/organisaties/")
    looks(manager)
