"""Everybody's way from an invitation to a report, and out again: one talk, in every role."""

import re
import uuid
from io import BytesIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from pypdf import PdfReader

from kompas.accounts.models import Organisation, Role, User
from reports.models import Bundle
from sessions import access, finding
from sessions.models import Action, Session, Text
from tests import looking_back, staff

from .people import PHONE, found
from .test_looks import looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.once

PASSWORD = "een lang genoeg wachtwoord"
QUESTION = "Mag de camera in de gang blijven hangen?"
ELSEWHERE = "Mag de robot mee naar gym?"
DRAFT = "Mogen wij meelezen?"


def logs_in(somebody, email):
    somebody.fills("E-mailadres", email)
    somebody.fills("Wachtwoord", PASSWORD)
    somebody.press(re.compile("^Log in$"))


def makes(somebody, label, name, button):
    """An organisation, with two presses, of which comes one."""
    somebody.page.locator("form", has_text=button).get_by_label(label).fill(name)
    somebody.page.get_by_role("button", name=button).dblclick()
    somebody.sees_title(name)
    assert Organisation.objects.filter(name=name).count() == 1


def invites(somebody, email, role):
    somebody.follow("Nodig iemand uit")
    somebody.fills("E-mailadres", email)
    somebody.page.get_by_label(role).check()
    somebody.page.get_by_role("button", name="Mail de uitnodiging").dblclick()
    somebody.sees("De uitnodiging is gemaild.", email)


def opens_invitation(somebody, smtp, email, where):
    """By the link in the one mail to this address."""
    [message] = [message for to, message in smtp.mails if to == [email]]
    somebody.page.goto(found(r"(https?://\S+/uitnodiging/\S+)", message.get_content()))
    somebody.sees_title(f"Je bent uitgenodigd bij {where}")
    expect(somebody.page).to_have_url(re.compile("/uitnodiging/$"))  # without the secret


def comes_in(somebody, smtp, name, email, where):
    """Make an account with an invitation."""
    opens_invitation(somebody, smtp, email, where)
    somebody.fills("Je naam", name)
    somebody.fills("Kies een wachtwoord", PASSWORD)
    somebody.fills("Het wachtwoord nog een keer", PASSWORD)
    somebody.page.get_by_role("button", name="Maak mijn account").dblclick()
    somebody.sees("Welkom. Je bent binnen.")
    assert User.objects.filter(email=email).count() == 1


def goes_to(somebody, place):
    head = somebody.page.locator(".account-nav")
    if head.locator(".account-menu summary").is_visible():
        head.locator(".account-menu summary").click()
    head.get_by_role("link", name=place).locator("visible=true").click()


def takes(somebody, link="Verslag: PDF"):
    """The title of the PDF that somebody takes along."""
    pdf = somebody.saves_file(link).path().read_bytes()
    assert pdf.startswith(b"%PDF")
    return PdfReader(BytesIO(pdf)).metadata.title


def comes_to_an_answer(talk, user):
    """What other journeys type."""
    lead = access.find(staff.actor(user), talk, "lead")
    with lead.session.writing(lead) as write:
        Text.put(write, "outcome", "verdict", "yes_if", 0)
        Text.put(write, "outcome", "answer", "Alleen als er een bord hangt.", 0)
        Action(step="outcome", what="Een bord ophangen", who="Conciërge").add(write)


def test_everybody_comes_in_reads_and_goes(team, smtp, looks, axe):  # noqa: F811
    # given: the administrator of the installation makes an organisation, and invites its own
    User.objects.create_superuser("installatie@kompas.nl", PASSWORD, name="Ies Verzonnen")
    root = team.somebody(service_workers="block")
    root.open("/organisaties/")
    root.sees_title("Log in")
    looks(root)
    logs_in(root, "Installatie@Kompas.nl")
    root.sees("Er is nog geen organisatie.")
    root.follow("Maak een organisatie")
    root.sees_title("Maak een organisatie")
    axe(root.page)
    makes(root, "Naam", "Stichting Voorbeeld", "Maak deze organisatie")
    root.sees("Nodig eerst de beheerder uit.")
    invites(root, "marieke@school.nl", "Beheerder:")

    # when: she makes a school, and invites who works there, after a mistake
    manager = team.somebody(service_workers="block")
    comes_in(manager, smtp, "Marieke Verzonnen", "marieke@school.nl", "Stichting Voorbeeld")
    goes_to(manager, "Organisatie")
    manager.sees_title("Stichting Voorbeeld")
    invites(manager, "lena@bestuur.nl", "Lezer voor het bestuur")
    manager.unfolds("Maak een school")
    makes(manager, "Naam", "De Linde", "Maak deze school")
    linde = Organisation.objects.get(name="De Linde")
    femke = staff.person("Femke", (linde, Role.FACILITATOR))
    manager.follow("Nodig iemand uit")
    manager.press("Mail de uitnodiging")
    manager.sees("Typ een e-mailadres.", "Kies een rol.")
    looks(manager)
    manager.follow("De Linde")
    invites(manager, "sanne@school.nl", "Schoolleider")
    invites(manager, "fatima@school.nl", "Gespreksleider")
    manager.unfolds("Wijzig rollen: Femke")
    looks(manager)

    # then: the facilitator holds a talk with a phone, closes it and shares it
    leader = team.leader(service_workers="block")
    opens_invitation(leader, smtp, "fatima@school.nl", "De Linde")
    looks(leader)
    comes_in(leader, smtp, "Fatima Verzonnen", "fatima@school.nl", "De Linde")
    looks(leader)
    leader.page.locator(".wordmark").click()
    leader.follow("Begin met Kort kompas")
    leader.fills("Wat is jullie vraag?", QUESTION)
    leader.press("Begin dit gesprek")
    leader.goes_to_talk()
    leader.id = uuid.UUID(leader.page.url.split("/gesprekken/")[1][:36])
    phone = team.phone(service_workers="block")
    phone.join(leader.code)
    comes_to_an_answer(leader.id, User.objects.get(name="Fatima Verzonnen"))
    leader.press("Begin het gesprek")
    leader.looks_at("Antwoord en afspraken")
    leader.press("Breng de groep hierheen")
    leader.closes()
    # and: who took part reads it on the phone
    phone.follow("Lees het verslag")
    phone.sees("Alleen als er een bord hangt.")
    assert QUESTION in takes(phone)
    leader.follow("Beheer dit gesprek")
    leader.press("Deel versie 1 met Stichting Voorbeeld")
    leader.sees("Leest versie 1")
    looks(leader)

    # There is more than this one
    board = Organisation.objects.get(name="Stichting Voorbeeld")
    beuk = Organisation.objects.create(name="De Beuk", slug="de-beuk", parent=board)
    for school, question in ((linde, "Mag het 1?"), (beuk, ELSEWHERE)):
        looking_back.talk(school, question, shared=board)
    draft = staff.settle(team.talk(DRAFT), linde, femke)
    finding.keep([draft.id])

    # The installation's administrator knows that they are there, and reads nothing
    goes_to(root, "Register")
    root.sees("De Linde", "De Beuk")
    root.sees_not(QUESTION, ELSEWHERE, DRAFT)
    axe(root.page)

    # The school leader reads of her own school only, and sees what was promised
    head = team.somebody(service_workers="block")
    comes_in(head, smtp, "Sanne Verzonnen", "sanne@school.nl", "De Linde")
    head.page.get_by_role("main").get_by_role("link", name="Register").click()
    head.sees(QUESTION, "3 gesprekken")
    head.sees_not(ELSEWHERE, DRAFT)
    head.follow(QUESTION)
    head.page.locator(".memory-facts").get_by_role("link").click()
    head.sees("Een bord ophangen", "Conciërge")
    head.follow("Lees het verslag")
    assert QUESTION in takes(head)

    # The reader for the board goes from a number to its talks, and bundles them
    reader = team.somebody(viewport=PHONE, service_workers="block")
    comes_in(reader, smtp, "Lena Verzonnen", "lena@bestuur.nl", "Stichting Voorbeeld")
    goes_to(reader, "In cijfers")
    reader.sees_title("Wat onze gesprekken opleveren")
    axe(reader.page)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.page.locator(".board-total a").click()
    reader.sees(QUESTION, ELSEWHERE)
    reader.sees_not(DRAFT)
    axe(reader.page)
    for ticked in (QUESTION, ELSEWHERE):
        reader.page.get_by_role("checkbox", name=ticked).check()
    reader.press("Bundel wat ik aanvinkte")
    reader.sees("0 van de 2 verslagen")
    axe(reader.page)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    reader.sees("Klaar, met 2 verslagen erin.")  # without asking for the page again
    axe(reader.page)
    assert takes(reader, "Download het bestand") == "Verslagen van gesprekken: Stichting Voorbeeld"
    assert Bundle.objects.get().parts.count() == 2

    # when: the school leader's role ends
    manager.open("/organisaties/de-linde/")
    manager.unfolds("Wijzig rollen: Sanne Verzonnen")
    manager.press("Niet meer schoolleider")
    manager.sees_not("Sanne Verzonnen")
    # then: what she has open is closed to her
    head.reloads()
    head.sees_title("Deze pagina is er niet")
    # and: who led the talk leaves, and it is handed over to who leads it next
    manager.unfolds("Wijzig rollen: Fatima Verzonnen")
    manager.press("Niet meer gespreksleider")
    manager.sees_not("Fatima Verzonnen")
    leader.reloads()
    leader.sees_not(QUESTION)
    goes_to(leader, "Fatima Verzonnen")
    leader.sees("Je hebt in geen enkele organisatie een rol.")
    goes_to(manager, "Mijn gesprekken")
    manager.sees("Zonder gespreksleider")
    axe(manager.page)
    manager.page.locator(f"a[href*='{leader.id}']").click()
    manager.sees_not(QUESTION)
    manager.page.get_by_label("Wie leidt dit gesprek vanaf nu?").select_option("Femke")
    manager.press("Draag dit gesprek over")
    manager.sees("Femke leidt dit gesprek vanaf nu.")
    assert Session.objects.get(pk=leader.id).owner.name == "Femke"
    goes_to(manager, "Organisatie")
    manager.sees_title("Stichting Voorbeeld")
    looks(manager)
    manager.open("/organisaties/de-linde/logboek/")
    manager.sees("Marieke Verzonnen beëindigde een rol van Fatima Verzonnen: gespreksleider.")
    looks(manager)
