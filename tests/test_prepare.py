"""The evening before: the preparation of a talk, its invitation and its place in a calendar."""

import datetime
import re
import uuid

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from sessions import lifecycle
from sessions.document import document
from sessions.invitations import default_invitation
from sessions.models import Invitee, Parked, Session, Text
from sessions.screen import PrepareScreen
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> cast.Talk:
    return cast.Talk()


@pytest.fixture
def evening(talk):
    """The preparation in a browser without JavaScript."""
    browser = cast.Browser()
    browser.client.cookies[talk.leader.cookie] = talk.leader.secret
    return browser.open(f"/gesprekken/{talk.id}/voorbereiding/")


def screen(talk: cast.Talk) -> PrepareScreen:
    return PrepareScreen(talk.lead)


def stands(talk: cast.Talk) -> dict[str, tuple[bool, str]]:
    with translation.override("en"):
        return {one.part.key: (one.done, one.words) for one in screen(talk).stands}


def unfolded(evening: cast.Browser) -> list[str]:
    return re.findall(r'<details class="part" id="(\w+)" open>', evening.text)


# How far one is


def test_nothing_must_be_filled_in(talk, evening):
    assert evening.status == 200
    assert stands(talk) == {
        "question": (True, ""),
        "check": (False, "0 of 3 filled in"),
        "law": (False, "not looked at yet"),
        "when": (False, "no day yet"),
        "table": (False, "nobody yet"),
        "naming": (True, "Nothing: it is anonymous"),
        "mandate": (False, "not chosen yet"),
        "invitation": (False, "first choose a day"),
    }
    assert f'href="/gesprekken/{talk.id}/"' in evening.text


def test_each_part_says_how_far_it_is(talk):
    for prompt in ("emotion", "at_stake", "harm"):
        talk.text("", prompt, "Ja")
    talk.text("", "legal", "clear")
    talk.text("", "mandate", "advice")
    talk.add("invited", function="Leraar")
    talk.add("invited", function="Leerling", group="pupil", number=2)
    Session.objects.filter(pk=talk.id).update(
        held_on=datetime.date(2026, 12, 3), begins=datetime.time(15, 30)
    )
    found = stands(talk)
    assert all(done for done, _words in found.values())
    assert found["table"] == (True, "3 people")
    assert found["mandate"] == (True, "We give advice")
    assert found["invitation"] == (True, "ready to send")


def test_the_first_part_that_is_not_done_is_unfolded(talk, evening):
    assert unfolded(evening) == ["check"]
    evening.open(f"/gesprekken/{talk.id}/voorbereiding/?deel=mandate")
    assert unfolded(evening) == ["mandate"]


def test_the_page_asks_little_however_much_there_is(talk, django_assert_max_num_queries):
    for at in range(20):
        talk.add("invited", function=f"Leraar {at}")
        talk.add("facts", text=f"Feit {at}")
    client = talk.leader.client()
    with django_assert_max_num_queries(12):
        assert client.get(f"/gesprekken/{talk.id}/voorbereiding/").status_code == 200


# What is typed


def test_saving_a_text_comes_back_to_its_part(talk, evening):
    evening.submit("/tekst/-/harm/", body="Leerlingen die opvallen")
    assert evening.url == f"/gesprekken/{talk.id}/voorbereiding/?deel=check#check"
    assert unfolded(evening) == ["check"]
    assert stands(talk)["check"] == (False, "1 of 3 filled in")


def test_the_question_can_be_changed_here_and_gets_advice(talk, evening):
    evening.submit("/tekst/question/question/", body="Hoe gaan we om met AI in de klas?")
    assert evening.url == f"/gesprekken/{talk.id}/voorbereiding/?deel=question#question"
    assert "Deze vraag zoekt een feit of een manier." in evening.text
    evening.submit("/tekst/question/question/", body="")
    assert evening.status == 422
    assert unfolded(evening) == ["question"]


def test_without_an_answer_the_check_says_what_it_is_for(talk, evening):
    words = "Dan is het misschien een praktische vraag."
    assert words in evening.text
    evening.submit("/tekst/-/emotion/", body="Het wringt")
    assert words not in evening.text


@pytest.mark.parametrize(
    ("legal", "words"),
    [
        ("personal_data", "Eerst naar de functionaris gegevensbescherming"),
        ("no_basis", "Stop hier: er is geen wettelijke grondslag"),
        ("forbidden", "Stop hier: de wet verbiedt het"),
    ],
)
def test_the_legal_stop_says_what_to_do_and_stops_nobody(talk, evening, legal, words):
    evening.submit("/tekst/-/legal/", body=legal)
    assert evening.text.count(words) >= 2  # where it is chosen, and where people are invited
    evening.submit("/lijst/genodigden/", function="Leraar")
    assert Invitee.objects.get(session=talk.id).function == "Leraar"


def test_facts_typed_here_stand_in_their_step(talk, evening):
    evening.submit("/stap/facts/lijst/feiten/", text="Er zijn drie dingen weg", kind="fact")
    assert evening.url.startswith(f"/gesprekken/{talk.id}/voorbereiding/?deel=law")
    assert document(talk.session)["facts"] == [{"text": "Er zijn drie dingen weg", "kind": "fact"}]


# Who is at the table


def test_people_are_invited_changed_taken_away_and_put_back(talk, evening):
    evening.submit("/lijst/genodigden/", function="Ouder", group="parent", number="2")
    row = Invitee.objects.get(session=talk.id)
    evening.open(f"{evening.url.partition('?')[0]}?bewerk={row.pk}")
    evening.submit(f"/genodigden/{row.pk}/", function="Ouder uit de MR")
    assert Invitee.objects.get(pk=row.pk).values() == {
        "function": "Ouder uit de MR",
        "group": "parent",
        "number": 2,
        "present": None,
    }
    evening.open(f"{evening.url.partition('?')[0]}?bewerk={row.pk}")
    evening.submit("/verwijdering/")
    assert not Invitee.objects.standing().filter(session=talk.id).exists()
    evening.submit("/herstel/")
    assert Invitee.objects.standing().filter(session=talk.id).exists()


@pytest.mark.parametrize("wrong", [{"function": ""}, {"number": "-1"}, {"number": "veel"}])
def test_what_is_wrong_is_said_and_nothing_changes(talk, evening, wrong):
    typed = {"function": "Ouder", "number": "1"} | wrong
    evening.submit("/lijst/genodigden/", **typed)
    assert evening.status == 422
    assert unfolded(evening) == ["table"]
    assert typed["function"] in evening.text
    assert not Invitee.objects.exists()


def test_who_is_missing_is_told(talk):
    talk.add("stakeholders", name="Buren", at_table=False)
    talk.add("stakeholders", name="Leraren", at_table=True)
    with translation.override("en"):
        assert screen(talk).missing == ["a pupil or student", "a parent", "Buren"]
        talk.add("invited", function="Lid van de leerlingenraad", group="pupil")
        talk.add("invited", function="Ouder", group="parent")
        assert screen(talk).missing == ["Buren"]


def test_who_was_there_is_ticked_on_the_day(talk, evening):
    row = talk.add("invited", function="Ouder")
    assert "/keuze/" not in evening.open(evening.url).text
    talk.go("question")
    evening.open(evening.url).submit("/keuze/", present="yes")
    assert Invitee.objects.get(pk=row.pk).present is True
    evening.submit("/keuze/", present="")
    assert Invitee.objects.get(pk=row.pk).present is None


def test_what_is_parked_is_a_list_of_the_talk_as_a_whole(talk):
    client = talk.leader.client()
    base = f"/gesprekken/{talk.id}/stap/-/lijst"
    data = {"id": str(uuid.uuid4()), "text": "Wie betaalt dit?", "back": "facts"}
    response = client.post(f"{base}/parkeerplaats/", data)
    assert response.status_code == 303
    assert response["Location"] == f"/gesprekken/{talk.id}/stap/facts/#parkeerplaats"
    assert [row.text for row in Parked.objects.filter(session=talk.id, step="")] == [
        "Wie betaalt dit?"
    ]


def test_a_decision_is_not_typed_as_if_it_were_a_list(talk):
    response = talk.leader.client().post(
        f"/gesprekken/{talk.id}/stap/-/lijst/besluiten/", {"result": "adopted"}
    )
    assert response.status_code == 404


# Day and time


def when(evening: cast.Browser, **typed: str) -> cast.Browser:
    return evening.submit("/voorbereiding/", holds={"held_on": ""}, when="yes", **typed)


def test_day_and_time_are_saved(talk, evening):
    when(evening, held_on="2026-12-03", begins="15:30", ends="17:15")
    assert evening.url == f"/gesprekken/{talk.id}/voorbereiding/?deel=when#when"
    session = talk.session
    assert (session.held_on, session.begins, session.ends) == (
        datetime.date(2026, 12, 3),
        datetime.time(15, 30),
        datetime.time(17, 15),
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"begins": "15:30", "ends": "15:30"}, "Kies een tijd na het begin."),
        ({"begins": "half vier"}, "Geef een tijd, bijvoorbeeld 17:30."),
        ({"held_on": "3 december"}, "Geef een datum"),
    ],
)
def test_a_wrong_time_is_said_beside_the_field(talk, evening, typed, words):
    when(evening, **{"held_on": "2026-12-03"} | typed)
    assert evening.status == 422
    assert words in evening.text
    session = talk.session
    assert (session.held_on, session.begins, session.ends) == (None, None, None)
    assert "nog geen dag" in evening.text  # told is what is stored


def test_a_time_that_somebody_else_changed_is_not_overwritten(talk, evening):
    Session.objects.filter(pk=talk.id).update(begins=datetime.time(14, 0))
    when(evening, begins="15:30")
    assert evening.status == 422
    assert "14:00" in evening.text
    assert talk.session.begins == datetime.time(14, 0)


def test_the_day_of_the_decision_is_saved_apart(talk, evening):
    evening.submit("/voorbereiding/", holds={"decide_by": ""}, by="yes", decide_by="2027-01-12")
    assert talk.session.decide_by == datetime.date(2027, 1, 12)
    assert unfolded(evening) == ["mandate"]


# The mandate


def test_the_mandate_stands_on_the_board_before_the_start_and_in_the_first_step(talk):
    talk.text("", "mandate", "advice")
    talk.text("", "decider", "de directeur")
    board = talk.board().client()
    for _where in ("before the start", "in the first step"):
        html = board.get(f"/gesprekken/{talk.id}/bord/").content.decode()
        assert "We geven advies" in html
        assert "de directeur" in html
        talk.go("question")


# The invitation


def test_the_invitation_tells_all_that_is_known(talk):
    talk.text("question", "context", "Er wordt gestolen.")
    talk.text("", "place", "Lokaal 12")
    talk.text("", "mandate", "advice")
    talk.text("", "decider", "de directeur")
    talk.text("", "council", "consent")
    talk.text("", "readers", "het bestuur")
    Session.objects.filter(pk=talk.id).update(
        held_on=datetime.date(2026, 12, 3),
        begins=datetime.time(15, 30),
        ends=datetime.time(17, 15),
        decide_by=datetime.date(2027, 1, 12),
    )
    with translation.override("nl"):
        words = screen(talk).invitation
    for part in (
        cast.QUESTION,
        "Er wordt gestolen.",
        "Wanneer: donderdag 3 december 2026, van 15.30 tot 17.15 uur",
        "Waar: Lokaal 12",
        "Je hoeft niets voor te bereiden.",
        "Met dit gesprek geven we advies.",
        "Wie beslist: de directeur, uiterlijk op 12 januari 2027.",
        "De medezeggenschapsraad moet ermee instemmen.",
        "Wie het verslag leest: het bestuur.",
    ):
        assert part in words


def test_the_invitation_has_no_empty_places(talk):
    with translation.override("nl"):
        words = default_invitation(talk.session, screen(talk).text)
    assert "None" not in words
    assert "\n\n\n" not in words
    assert re.findall(r": *$", words, re.MULTILINE) == [":"]  # before the question


def test_the_text_follows_what_is_filled_in_until_it_is_changed(talk, evening):
    evening.submit("/tekst/-/place/", body="Lokaal 12")
    assert "Waar: Lokaal 12" in evening.text
    evening.submit("/tekst/-/invitation/", body="Kom je?", holds={"version": "0"})
    assert "Waar: Lokaal 12" not in evening.text
    assert stands(talk)["invitation"] == (True, "your own text")
    evening.submit("/tekst/-/invitation/", holds={"body": ""})  # take it over again
    assert "Waar: Lokaal 12" in evening.text
    assert Text.objects.get(session=talk.id, prompt="invitation").body == ""


def test_the_calendar_file_holds_the_talk(talk):
    talk.text("", "place", "Lokaal 12")
    client = talk.leader.client()
    address = f"/gesprekken/{talk.id}/voorbereiding/gesprek.ics"
    refused = client.get(address)
    assert refused.status_code == 403
    assert "Kies eerst een dag." in refused.content.decode()
    Session.objects.filter(pk=talk.id).update(held_on=datetime.date(2026, 12, 3))
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="gesprek-2026-12-03.ics"'
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["summary"]) == cast.QUESTION
    assert str(event["location"]) == "Lokaal 12"
    assert cast.QUESTION in str(event["description"])


def test_a_closed_talk_shows_its_preparation_and_changes_nothing(talk, evening):
    talk.close()
    evening.open(f"/gesprekken/{talk.id}/voorbereiding/")
    assert "Dit gesprek is gesloten." in evening.text
    assert 'name="held_on"' not in evening.text


# An example question


def test_a_talk_begins_with_an_example_question(db):
    cast.method("ethiekkompas")
    browser = cast.Browser().open("/vragen/?sector=so")
    (address,) = (link for link in cast.Forms(browser.text).links if "vraag=" in link)
    browser.open(address).submit(address.partition("?")[0])
    talk = Session.objects.get()
    data = document(talk)
    assert data["question"].startswith("Is het goed dat begeleiders van ons vso")
    assert data["context"].startswith("Leerlingen reizen zelf")


def test_an_unknown_example_question_is_an_empty_start(db):
    cast.method("ethiekkompas")
    browser = cast.Browser().open("/start/ethiekkompas/?vraag=bestaat-niet")
    assert browser.form("/start/ethiekkompas/")["fields"]["question"] == ""


def test_a_start_that_is_sent_twice_is_one_talk_with_its_context(db):
    method, ids = cast.method(), (uuid.uuid4(), "s" * 43)
    first = lifecycle.begin(*ids, method, "nl", "Mag dat?", "Er speelt iets")
    second = lifecycle.begin(*ids, method, "nl", "Mag dat?", "Er speelt iets")
    assert first == second
    assert document(first)["context"] == "Er speelt iets"


def test_advice_is_given_while_typing_and_kept_nowhere(client, db):
    response = client.post("/vragen/advies/", {"question": "Kan dat?", "language": "nl"})
    assert response.status_code == 200
    assert response.content.decode().count("<li>") == 3
    assert client.post("/vragen/advies/", {"body": ""}).content.strip() == b""
    assert not Session.objects.exists()


# What one may overlook


def test_days_and_times_that_cannot_be_meant_are_remarked_and_kept(talk):
    today = timezone.localdate()
    Session.objects.filter(pk=talk.id).update(
        held_on=today - datetime.timedelta(days=1),
        begins=datetime.time(15, 30),
        ends=datetime.time(16, 0),
        decide_by=today - datetime.timedelta(days=3),
    )
    with translation.override("en"):
        shown = screen(talk)
        assert shown.when_remarks == [
            "This day has passed already.",
            "You have 30 minutes. The steps ask for about 70. "
            "Kompas divides the time that there is.",
        ]
        assert shown.by_remarks == ["This day is before the talk."]
    assert stands(talk)["invitation"] == (False, "that day has passed")


def test_days_and_times_that_fit_are_not_remarked(talk):
    day = timezone.localdate() + datetime.timedelta(days=9)
    Session.objects.filter(pk=talk.id).update(
        held_on=day,
        begins=datetime.time(15, 30),
        ends=datetime.time(17, 0),
        decide_by=day,
    )
    assert (screen(talk).when_remarks, screen(talk).by_remarks) == ([], [])


def test_an_end_that_has_passed_today_is_remarked(talk, monkeypatch):
    now = timezone.make_aware(datetime.datetime(2026, 11, 24, 9, 35))
    monkeypatch.setattr(timezone, "now", lambda: now)
    Session.objects.filter(pk=talk.id).update(held_on=now.date(), ends=datetime.time(7, 45))
    assert screen(talk).end_has_passed
    html = talk.leader.client().get(f"/gesprekken/{talk.id}/stap/question/").content.decode()
    assert "Het is vandaag al later dan die eindtijd." in html


def test_after_keeping_the_link_of_a_talk_that_waits_one_goes_on_to_prepare(talk):
    links = f"/gesprekken/{talk.id}/links/"
    leader = talk.leader.client()
    leader.post(f"/gesprekken/{talk.id}/apparaat/", {"own": "yes"})
    assert "Verder met voorbereiden" in leader.get(links).content.decode()
    talk.go("question")
    assert "Verder met voorbereiden" not in leader.get(links).content.decode()
