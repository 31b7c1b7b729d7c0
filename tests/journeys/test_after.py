"""After the talk: handed over, decided about by another, and ticked off by a third."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from sessions.models import Action, Decision, Session, Version

from .people import PHONE
from .test_looks import looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.once


@pytest.fixture
def talk(team):
    """A talk of the team that is about to close, with something agreed."""
    talk = team.talk("Mag de camera blijven hangen?")
    talk.go("outcome")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.add("actions", what="Een bord ophangen", who="Conciërge")
    talk.add("conditions", text="Ouders weten ervan", owner="Directeur")
    Action.objects.filter(session=talk.id).update(due=datetime.date(2027, 1, 15))
    Session.objects.filter(pk=talk.id).update(review_on=datetime.date(2027, 6, 1))
    talk.close()
    return talk


def holding(team, person, page, **options):
    """Who got a link, which is quicker than giving it, at a page of the talk."""
    somebody = team.somebody(**options)
    team.grant(somebody, person)
    somebody.open(f"/gesprekken/{person.session_id}/{page}/")
    return somebody


def test_answer_is_decided_about_and_what_was_agreed_is_done(team, talk, looks):  # noqa: F811
    leader = team.leading(talk, service_workers="block")
    # given: the facilitator hands over from the report
    leader.sees("Over dit antwoord is nog niets besloten.")
    leader.follow("Draag over aan wie besluit")
    leader.sees_title("Draag het antwoord over")
    looks(leader)
    director = team.somebody(service_workers="block")
    # when: the director opens the link in another browser, and reads
    director.open(leader.link_for("decider"))
    looks(leader)
    expect(director.page).to_have_url(re.compile("/verslag/$"))
    director.sees("Lees het verslag.", "Alleen in de gang.")
    looks(director)
    director.follow("Leg het besluit vast")
    director.sees("Ja, mits", "Alleen in de gang.")
    looks(director)
    # and: forgets to say why
    director.page.get_by_label("Deels overgenomen").check()
    director.press("Leg dit besluit vast")
    director.sees("Zeg waarom. Wie meedeed, wil het begrijpen.")
    looks(director)
    director.page.get_by_label("Waarom?").fill("Eerst een jaar proberen.")
    # and: presses twice
    director.page.get_by_role("button", name="Leg dit besluit vast").dblclick()
    expect(director.page).to_have_url(re.compile("/verslag/#besluit$"))
    director.sees("Deels overgenomen", "Eerst een jaar proberen.")
    assert Decision.objects.filter(session=talk.id).count() == 1
    assert Version.objects.filter(session=talk.id).count() == 2
    looks(director)
    # then: the facilitator sees it
    leader.open(f"{leader.talk}verslag/")
    leader.sees("Deels overgenomen", "Eerst een jaar proberen.")
    looks(leader)
    leader.open(f"{leader.talk}stap/outcome/")
    leader.page.locator("#room").get_by_text("Deels overgenomen").wait_for()
    # and: the caretaker ticks off what was promised, on a phone
    caretaker = team.somebody(viewport=PHONE, has_touch=True)
    caretaker.open(leader.link_for("promises"))
    expect(caretaker.page).to_have_url(re.compile("/afspraken/$"))
    row = caretaker.page.locator(".promise", has_text="Een bord ophangen")
    row.get_by_role("button", name="Gedaan", exact=True).tap()
    expect(row.get_by_role("button", name="Gedaan", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    row.get_by_label("Wat kwam ervan?", exact=True).fill("Het hangt bij de ingang.")
    row.get_by_role("button", name="Bewaar deze woorden").tap()
    expect(row.locator("textarea")).to_have_value("Het hangt bij de ingang.")
    looks(caretaker)
    other = caretaker.page.locator(".promise", has_text="Ouders weten ervan")
    other.get_by_role("button", name="Niet gedaan").tap()
    other.get_by_role("button", name="Maak ongedaan").tap()
    expect(other.get_by_role("button", name="Maak ongedaan")).to_have_count(0)
    # and: takes its day along into a calendar
    day = caretaker.saves_file("Kijk opnieuw op 1 juni 2027")
    assert day.suggested_filename == "opnieuw-kijken.ics"
    assert b"DTSTART;VALUE=DATE:20270601" in day.path().read_bytes()
    # and: everybody who reads the report sees what became of it
    director.reloads()
    director.sees("Van 1 van de 2 afspraken", "Het hangt bij de ingang.")


def test_decision_that_is_pressed_again_after_going_back_is_one(team, talk):
    director = holding(team, talk.decider(), "verslag")
    director.follow("Leg het besluit vast")
    for _ in range(2):
        director.page.get_by_label("Overgenomen", exact=True).check()
        director.page.get_by_label("Waarom?").fill("Goed doordacht.")
        director.press("Leg dit besluit vast")
        expect(director.page).to_have_url(re.compile("/verslag/#besluit$"))
        director.goes_back()
    assert Decision.objects.filter(session=talk.id).count() == 1


def test_promise_is_ticked_without_javascript(team, talk):
    helper = holding(team, talk.promiser(), "afspraken", java_script_enabled=False)
    row = helper.page.locator(".promise", has_text="Een bord ophangen")
    row.get_by_role("button", name="Anders gedaan").click()
    expect(helper.page).to_have_url(re.compile("#afspraak-"))
    expect(row.get_by_role("button", name="Anders gedaan")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_second_decision_about_a_report_that_changed_keeps_what_was_typed(team, talk, looks):  # noqa: F811
    director = holding(team, talk.decider(), "besluit", service_workers="block")
    director.page.get_by_label("Terug naar de groep").check()
    director.page.get_by_label("Waarom?").fill("Vraag het de leerlingen.")
    talk.reopen()
    talk.text("outcome", "answer", "Nergens meer.")
    talk.close()
    director.press("Leg dit besluit vast")
    director.sees("Er is een nieuwere versie van het verslag dan je las.", "Nergens meer.")
    expect(director.page.get_by_label("Waarom?")).to_have_value("Vraag het de leerlingen.")
    looks(director)
    director.press("Leg dit besluit vast")
    director.sees("Terug naar de groep")
    leader = team.leading(talk)
    leader.open(f"{leader.talk}verslag/")
    leader.sees("Wie besluit, vraagt jullie om verder te praten.")
    looks(leader)


def test_pages_where_no_mail_is_set_up(team, talk, looks, settings):  # noqa: F811
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    leader = team.leading(talk, service_workers="block")
    looks(leader, f"{leader.talk}overdracht/")
    leader.sees_not("E-mailadres")
    leader.link_for("decider")
    looks(leader)
    looks(leader, f"{leader.talk}links/")
    leader.page.get_by_text("Trek in").last.click()
    leader.press("Trek deze link nu in")
    expect(leader.page.get_by_text("Wie besluit", exact=True)).to_have_count(0)


def test_refused_decision_does_not_stand_in_the_way_of_going_back(team, talk):
    # given: a director who forgot to choose
    director = holding(team, talk.decider(), "verslag")
    director.follow("Leg het besluit vast")
    director.press("Leg dit besluit vast")
    director.sees("Kies wat er met het antwoord gebeurt.", "Zeg waarom.")
    # and: who then records it
    director.page.get_by_label("Overgenomen", exact=True).check()
    director.press("Leg dit besluit vast")
    expect(director.page).to_have_url(re.compile("/verslag/#besluit$"))
    # when: the director goes back
    director.goes_back()
    # then: the form stands there, and not a fault of the browser
    director.sees("Leg het besluit vast", "Al vastgelegd", "komt in de plaats van dit besluit")


def test_talk_is_opened_again_and_comes_to_another_answer(team, talk, looks):  # noqa: F811
    leader = team.leading(talk, service_workers="block")
    director = holding(team, talk.decider(), "besluit", service_workers="block")
    promiser = talk.promiser()
    director.page.get_by_label("Overgenomen", exact=True).check()
    director.press("Leg dit besluit vast")
    # when: the talk is opened again
    leader.open(f"{leader.talk}verslag/")
    leader.unfolds("Meer")
    leader.follow("Open het gesprek weer")
    leader.page.get_by_label("Waarom").fill("De ouders waren niet gehoord.")
    leader.press("Open het gesprek weer")
    # then: it goes on at its answer, and can be closed from every step
    expect(leader.page).to_have_url(re.compile("/stap/outcome/$"))
    leader.open(f"{leader.talk}stap/question/")
    leader.sees("Dit gesprek is weer open.")
    looks(leader)
    # and: both links still show what was closed
    director.reloads()
    director.sees("Het gesprek is weer open", "Alleen in de gang.", "De ouders waren niet gehoord.")
    looks(director)
    phone = {"viewport": PHONE, "service_workers": "block"}
    caretaker = holding(team, promiser, "afspraken", **phone)
    caretaker.sees("Het gesprek is weer open", "Een bord ophangen")
    expect(caretaker.page.get_by_role("button", name="Gedaan", exact=True)).to_have_count(0)
    looks(caretaker)
    # and: once it is closed, the old decision is one about the former answer
    talk.text("outcome", "answer", "Nergens meer.")
    talk.close()
    director.reloads()
    director.sees("Over dit antwoord is nog niets besloten.", "Opnieuw geopend na versie 2, omdat:")
    looks(director)


def test_agreements_of_one_person_are_shown_alone(team, talk, looks):  # noqa: F811
    phone = {"viewport": PHONE, "service_workers": "block"}
    helper = holding(team, talk.promiser(), "afspraken", **phone)
    helper.page.get_by_role("link", name="Directeur").click()
    expect(helper.page.locator(".promise")).to_have_count(1)
    looks(helper)
    row = helper.page.locator(".promise")
    row.locator("summary").click()
    row.get_by_label("Wat kwam ervan?", exact=True).fill("De brief is weg.")
    row.get_by_role("button", name="Bewaar deze woorden").click()
    expect(row.locator(".promise-saved")).to_have_text("Opgeslagen")
    looks(helper)
