"""What falls due reaches who leads the talk: by mail, through a real server, and in the app."""

import datetime
import logging
import re
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Organisation, Role, User
from sessions import lifecycle, reminders
from sessions.due import due
from sessions.models import Action, Change, Condition, Fact, Reminder, Session
from tests import cast
from tests.documents import publish_methods
from tests.postbox import free_port
from tests.test_memory import url
from tests.test_queries import GET_MOST, TRANSACTION

pytestmark = pytest.mark.django_db

DAY = datetime.date(2027, 3, 10)
ZONE = ZoneInfo("Europe/Amsterdam")


def at(day=DAY, hour=9):
    return datetime.datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def days(number):
    return DAY + datetime.timedelta(days=number)


@pytest.fixture(autouse=True)
def _today(monkeypatch, settings):
    settings.KOMPAS_URL = "https://kompas.example"
    move_to(monkeypatch, DAY)


def move_to(monkeypatch, day, hour=9):
    monkeypatch.setattr(timezone, "now", lambda: at(day, hour))


@pytest.fixture
def school():
    return cast.School()


@pytest.fixture
def talk(school):
    """A closed talk of which one agreement is due on the day itself."""
    return made(school)


def made(school, on=DAY, owner=None, title="De camera"):
    publish_methods()
    talk = school.take(cast.whole(), owner)
    talk.text("", "title", title)
    Action.objects.filter(session=talk.id).update(due=on)
    talk.close()
    return talk


def tick(monkeypatch, day=DAY, hour=9):
    move_to(monkeypatch, day, hour)
    call_command("tick")


# By mail


def test_owner_is_reminded_some_days_before_and_on_the_day_and_no_more(smtp, monkeypatch, talk):
    sent = {}
    for number in range(-6, 5):
        for hour in (8, 9, 15):
            before = len(smtp.mails)
            tick(monkeypatch, days(number), hour)
            sent[number] = sent.get(number, 0) + len(smtp.mails) - before
    assert {number for number, count in sent.items() if count} == {-3, 0}
    assert set(sent.values()) == {0, 1}
    assert {to[0] for to, _mail in smtp.mails} == {"leider@school.example"}


def test_mail_names_the_talk_and_where_to_look_and_says_no_more(smtp, monkeypatch, talk):
    tick(monkeypatch)
    ((_to, message),) = smtp.mails
    words = message.get_body().get_content()
    assert message["Subject"] == "Kompas: 1 ding is aan de beurt"
    assert "“De camera”" in words
    assert "1 afspraak, voor 10 maart 2027" in words
    assert re.findall(r"https?://\S+", words) == ["https://kompas.example/te-doen/"]
    for said in ("Bord kopen", "Conciërge", "Alleen in de gang", cast.QUESTION):
        assert said not in words
    # Who has the mail and no account gets nowhere.
    response = Client().get("/te-doen/")
    assert (response.status_code, "next=/te-doen/" in response["Location"]) == (302, True)


def test_all_that_is_due_is_in_one_mail(smtp, monkeypatch, school, talk):
    other = made(school, days(2), title="De chatbot")
    Session.objects.filter(pk=other.id).update(review_on=days(1))
    third = made(school, days(9), title="Nog lang niet")
    tick(monkeypatch)
    ((_to, message),) = smtp.mails
    words = message.get_body().get_content()
    assert message["Subject"] == "Kompas: 3 dingen zijn aan de beurt"
    assert ("De camera" in words, "De chatbot" in words) == (True, True)
    assert "Klopt het antwoord nog? 11 maart 2027" in words
    assert "Nog lang niet" not in words
    assert third.session.is_closed


def test_what_came_after_the_mail_of_today_waits_until_tomorrow(smtp, monkeypatch, school, talk):
    tick(monkeypatch)
    made(school, DAY, title="Later bedacht")
    tick(monkeypatch, hour=10)
    assert len(smtp.mails) == 1
    tick(monkeypatch, days(1))
    assert "Later bedacht" in smtp.mails[1][1].get_body().get_content()


def test_nobody_is_mailed_at_night(smtp, monkeypatch, talk):
    for hour in (0, 3, 6, 20, 23):
        tick(monkeypatch, hour=hour)
    assert smtp.mails == []
    tick(monkeypatch, hour=7)
    assert len(smtp.mails) == 1


def test_refused_address_is_tried_again_and_the_others_have_their_mail_once(
    smtp, monkeypatch, school, talk, caplog
):
    other = school.member("ander", Role.FACILITATOR)
    made(school, owner=other)
    smtp.refused = {"leider@school.example"}
    with caplog.at_level(logging.WARNING):
        tick(monkeypatch)
        tick(monkeypatch)
    assert [to for to, _mail in smtp.mails] == [["ander@school.example"]]
    assert "leider" not in caplog.text
    smtp.refused = set()
    tick(monkeypatch)
    tick(monkeypatch)
    assert [to for to, _mail in smtp.mails] == [
        ["ander@school.example"],
        ["leider@school.example"],
    ]


def test_server_that_was_down_sends_it_once_when_it_is_up(
    smtp, settings, monkeypatch, talk, caplog
):
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    with caplog.at_level(logging.ERROR):
        tick(monkeypatch)
        tick(monkeypatch)
    assert (smtp.mails, Reminder.objects.count()) == ([], 0)
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    tick(monkeypatch)
    tick(monkeypatch)
    assert len(smtp.mails) == 1


def test_server_that_is_up_a_day_late_still_tells(smtp, monkeypatch, talk):
    tick(monkeypatch, days(4))
    assert "1 afspraak, voor 10 maart 2027" in smtp.mails[0][1].get_body().get_content()
    tick(monkeypatch, days(5))
    assert len(smtp.mails) == 1


def test_killed_between_writing_and_sending_nobody_is_mailed_twice(smtp, monkeypatch, talk):
    def killed(_mails):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sessions.reminders.mail.send", killed)
        with pytest.raises(KeyboardInterrupt):
            reminders.remind(at())
    assert Reminder.objects.count() == 2
    tick(monkeypatch)
    assert smtp.mails == []


def test_without_a_server_nothing_is_written_down(monkeypatch, settings, talk):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tick(monkeypatch)
    assert not Reminder.objects.exists()


# Who and what not


def left(school, talk):
    school.owner.memberships.all().delete()


def other_role_only(school, talk):
    school.owner.memberships.update(role=Role.BOARD_READER)


def no_longer_logs_in(school, talk):
    User.objects.filter(pk=school.owner.pk).update(is_active=False)


def school_that_ended(school, talk):
    Organisation.objects.filter(pk=school.organisation.pk).update(ended_on=DAY)


def archived(school, talk):
    Session.objects.filter(pk=talk.id).update(archived_on=DAY)


def removed(school, talk):
    Session.objects.filter(pk=talk.id).update(removed_on=DAY)


def open_again(school, talk):
    talk.reopen()


def practice(school, talk):
    Session.objects.filter(pk=talk.id).update(kind="practice")


def told(school, talk):
    row = Action.objects.get(session=talk.id)
    lifecycle.keep_promise(talk.lead, row, "done", None, row.version)


def guests(school, talk):
    Session.objects.filter(pk=talk.id).update(organisation=None, owner=None)


def long_ago(school, talk):
    Action.objects.filter(session=talk.id).update(due=days(-60))


@pytest.mark.parametrize("how", [left, no_longer_logs_in])
def test_who_administers_is_told_of_a_talk_that_nobody_leads(how, smtp, monkeypatch, school, talk):
    administrator = school.member("beheer", Role.ADMINISTRATOR, at=school.board)
    for when in (days(-4), days(-3)):  # on the first nothing is due, and it can be found
        tick(monkeypatch, when)
    told = [(to, mail["Subject"]) for to, mail in smtp.mails]
    assert told == [(["leider@school.example"], "Kompas: 1 ding is aan de beurt")]
    mine = cast.logged_in(administrator).get("/gesprekken/").content.decode()
    assert "Er is iets te doen" not in mine
    how(school, talk)
    for hour in (9, 10):
        tick(monkeypatch, hour=hour)
    ((to, message),) = smtp.mails[1:]
    words = message.get_body().get_content()
    assert (to, message["Subject"]) == (["beheer@school.example"], told[0][1])
    assert "- School school: 1 gesprek" in words.splitlines()
    assert re.findall(r"https?://\S+", words) == ["https://kompas.example/gesprekken/"]
    # Of what was said, and of what is due when, an administrator reads nothing.
    assert not [one for one in ("De camera", "afspraak", "maart") if one in words]
    mine = cast.logged_in(administrator).get("/gesprekken/").content.decode()
    assert "Er is iets te doen" in mine


@pytest.mark.parametrize(
    "how",
    [
        *(left, other_role_only, no_longer_logs_in, school_that_ended, archived, removed),
        *(open_again, practice, told, guests, long_ago),
    ],
)
def test_nobody_is_reminded_of(how, smtp, monkeypatch, school, talk):
    how(school, talk)
    tick(monkeypatch)
    assert (smtp.mails, Reminder.objects.count()) == ([], 0)


def test_who_takes_the_talk_over_is_reminded_and_who_had_it_is_not(smtp, monkeypatch, school, talk):
    tick(monkeypatch, days(-3))
    other = school.member("ander", Role.FACILITATOR)
    school.take(talk, other)
    tick(monkeypatch)
    assert [to[0] for to, _mail in smtp.mails] == [
        "leider@school.example",
        "ander@school.example",
    ]


def test_what_somebody_sees_to_is_due_and_what_nobody_promised_is_not(school):
    talk = school.take(cast.whole())
    for model in (Action, Condition, Fact):
        model.objects.filter(session=talk.id).update(due=DAY)
    talk.close()
    assert sorted(one.list.name for one in due(Session.objects.all(), DAY)) == [
        "actions",
        "conditions",
    ]
    Fact.objects.filter(session=talk.id).update(kind="unknown")
    assert len(due(Session.objects.all(), DAY)) == 3
    assert due(Session.objects.all(), days(-1)) == []
    assert due(Session.objects.all(), days(5), since=days(1)) == []


def test_tick_asks_a_constant_number_of_queries_of_what_was_told(smtp, monkeypatch, school):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            reminders.remind(at())
        return sum(not TRANSACTION.match(query["sql"]) for query in queries)

    made(school)
    reminders.remind(at())
    before = asked()
    for _ in range(3):
        made(school)
    assert asked() == before


# In the app


def page(user, query=""):
    response = cast.logged_in(user).get(reverse("sessions:due") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_list_has_what_is_due_now_and_soon_and_no_more(school, talk):
    made(school, days(7), title="Straks")
    made(school, days(40), title="Veel later")
    text = page(school.owner)
    assert text.index("De camera") < text.index("Straks")
    assert "Veel later" not in text
    assert "Bord kopen" in text


def test_list_is_of_ones_own_talks_and_of_the_school_that_one_leads(school, talk):
    leader = school.member("directeur", Role.SCHOOL_LEADER)
    others = {
        "collega": school.member("collega", Role.FACILITATOR),
        "beheer": school.member("beheer", Role.ADMINISTRATOR),
        "lezer": school.member("lezer", Role.BOARD_READER, school.board),
        "elders": cast.School("elders").member("directeur", Role.SCHOOL_LEADER),
    }
    for user in (school.owner, leader):
        assert "De camera" in page(user)
    for user in others.values():
        assert "De camera" not in page(user)
    school.owner.memberships.all().delete()
    assert "De camera" not in page(school.owner)


def tapped(client, state, text=None):
    """Tap one of the three buttons under the first agreement of the list."""
    text = text or client.get(reverse("sessions:due")).content.decode()
    form = next(
        one for one in cast.Forms(text).found if re.search(r"/afspraken/\w+/", one["action"])
    )
    return client.post(form["action"], form["fields"] | {"state": state})


@pytest.mark.parametrize(
    ("state", "word"),
    [("done", "Gedaan"), ("changed", "Anders gedaan"), ("dropped", "Niet gedaan")],
)
def test_what_became_of_it_is_said_in_one_tap_and_can_be_undone(state, word, school, talk):
    client = cast.logged_in(school.owner)
    response = tapped(client, state)
    assert response.status_code == 303
    assert Action.objects.get(session=talk.id).state == state
    text = client.get(response["Location"]).content.decode()
    assert f"<strong>{word}</strong>" in text
    assert "De komende twee weken is er niets te doen." in text
    tapped(client, "", text)
    assert Action.objects.get(session=talk.id).state == ""


def test_school_leader_says_it_too_and_a_colleague_does_not(school, talk):
    leader = cast.logged_in(school.member("directeur", Role.SCHOOL_LEADER))
    text = leader.get(reverse("sessions:due")).content.decode()
    colleague = cast.logged_in(school.member("collega", Role.FACILITATOR))
    assert tapped(colleague, "done", text).status_code == 403
    assert tapped(leader, "done", text).status_code == 303
    assert Change.objects.filter(session=talk.id).last().role == "school_leader"


def test_word_of_another_school_is_not_shown_as_just_saved(school, talk):
    told(school, talk)
    row = Action.objects.get(session=talk.id)
    query = f"?bewaard=afspraken.{row.pk}"
    assert "Bord kopen" in page(school.owner, query)
    assert "Bord kopen" not in page(cast.School("elders").owner, query)
    for wrong in ("?bewaard=afspraken.x", "?bewaard=niets.1", "?bewaard=%00"):
        assert page(school.owner, wrong)


def test_list_takes_as_many_queries_whatever_is_due(school, talk):
    client = cast.logged_in(school.owner)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("sessions:due")).status_code == 200
        return sum(not TRANSACTION.match(query["sql"]) for query in queries)

    Session.objects.filter(pk=talk.id).update(review_on=DAY)
    before = asked()
    for number in range(3):
        made(school, days(number))
    assert asked() == before <= GET_MOST


# Does the answer still stand?


def look(client, talk, **data):
    return client.post(url("look_again", talk), data)


def test_answer_that_still_stands_gets_a_next_day(school, talk):
    Session.objects.filter(pk=talk.id).update(review_on=DAY)
    client = cast.logged_in(school.owner)
    assert url("look_again", talk) in cast.Forms(page(school.owner)).links
    for _ in range(2):
        assert look(client, talk, months="6").status_code == 303
    session = talk.session
    assert (session.review_on, session.is_closed) == (datetime.date(2027, 9, 10), True)
    assert Change.objects.filter(session=talk.id, action="review").count() == 1
    text = client.get(url("memory", talk)).content.decode()
    assert "het antwoord klopt nog. Volgende keer: 10 september 2027" in text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"months": ""}, "Kies eerst een dag."),
        ({"months": "", "day": "2027-03-10"}, "Kies een dag die nog komt."),
        ({"months": "", "day": "2035-01-01"}, "Kies een dag binnen twee jaar."),
        ({"months": "", "day": "morgen"}, "Geef een datum"),
        ({"months": "5"}, "5"),
    ],
)
def test_day_that_is_none_is_refused(data, words, school, talk):
    response = look(cast.logged_in(school.owner), talk, **data)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert talk.session.review_on is None


def test_answer_that_does_not_stand_leads_on(school, talk):
    client = cast.logged_in(school.owner)
    links = cast.Forms(client.get(url("look_again", talk)).content.decode()).links
    assert {url("follow", talk), url("reopen", talk)} <= set(links)
    guest = talk.leader.client()
    assert look(guest, talk, months="3")["Location"] == reverse("reports:report", args=[talk.id])


def test_only_who_leads_says_that_it_stands(school, talk):
    for role in (Role.FACILITATOR, Role.SCHOOL_LEADER):
        client = cast.logged_in(school.member(f"een-{role}", role))
        assert look(client, talk, months="3").status_code == 403
    talk.reopen()
    response = look(cast.logged_in(school.owner), talk, months="3")
    assert response["Location"] == url("session", talk)
    assert talk.session.review_on is None


# All of it, on a phone


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_from_the_mail_to_done_in_three_taps(server, smtp, new_context, axe, school, talk):
    client = cast.logged_in(school.owner)
    context = new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}]
    )
    reminders.remind(at())
    words = smtp.mails[0][1].get_body().get_content()
    path = re.search(r"https://kompas\.example(/\S+)", words)[1]
    phone = context.new_page()
    phone.goto(server + path)  # the first tap, in the mail
    button = phone.get_by_role("button", name=re.compile("^Gedaan"))
    assert button.bounding_box()["height"] >= 44
    button.click()  # and the second
    phone.get_by_role("status").get_by_text("Bewaard:").wait_for()
    assert Action.objects.get(session=talk.id).state == "done"
    scroll = new_context(viewport={"width": 390, "height": 844})
    scroll.add_cookies(context.cookies())
    shown = scroll.new_page()
    for name in ("memory", "look_again", "follow"):
        shown.goto(server + url(name, talk))
        axe(shown)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    shown.goto(server + path)
    axe(shown)
