"""A talk that is open again: what its links show, and what the next report says of it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.kept import report_of
from sessions import lifecycle
from sessions.models import Action, Session, Version
from tests import cast
from tests.test_after import decision, url

pytestmark = pytest.mark.django_db

REASON = "De ouders waren niet gehoord."


@pytest.fixture
def talk():
    """A talk that was closed, opened again, and changed since."""
    talk = cast.whole()
    talk.go("facts")
    with talk.writing() as write:
        write.session.begins, write.session.ends = datetime.time(19), datetime.time(21)
        write.session.planned_from, write.session.planned_at = "facts", timezone.now()
        write.record("edit", "session", "begins")
    talk.close()
    talk.decider_, talk.promiser_ = talk.decider(), talk.promiser()
    talk.reopen(REASON)
    talk.text("outcome", "answer", "Toch nergens.")
    talk.text("question", "question", "Een andere vraag?")
    talk.add("actions", what="Nieuwe afspraak")
    return talk


def report(talk):
    return reverse("reports:report", args=[talk.id])


# Who decides


def test_who_decides_reads_the_last_version_and_why_a_new_one_comes(talk):
    response = talk.decider_.client().get(url("session", talk), follow=True)
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == report(talk)
    assert "Het gesprek is weer open" in page
    assert REASON in page
    assert "Alleen in de gang." in page
    assert "Toch nergens." not in page
    assert "Een andere vraag?" not in page
    assert url("decision", talk) not in cast.Forms(page).links


@pytest.mark.parametrize("name", ["report_pdf", "report_docx", "explanation_pdf"])
def test_papers_of_who_decides_are_those_of_the_last_version(talk, name, monkeypatch):
    made = []
    monkeypatch.setattr("reports.kept.make", lambda paper, _format="": made.append(paper) or b"%")
    monkeypatch.setattr("reports.views.make", lambda paper, _format="": made.append(paper) or b"%")
    address = reverse(f"reports:{name}", args=[talk.id])
    assert talk.decider_.client().get(address).status_code == 200
    assert made[0].document["outcome"]["answer"] == "Alleen in de gang."


def test_nobody_decides_about_an_answer_that_may_change(talk):
    client = talk.decider_.client()
    for response in (
        client.get(url("decision", talk)),
        client.post(url("decision", talk), decision_on(talk)),
    ):
        assert response.status_code == 403
        assert "Het gesprek is weer open. Je kunt een besluit" in response.content.decode()


def decision_on(talk):
    return {"result": "adopted", "version": 1, "decided_on": timezone.localdate().isoformat()}


def test_talk_that_was_never_closed_shows_its_links_nothing():
    talk = cast.whole()
    assert talk.session.is_reopened is False
    for person in (decider(talk), promiser(talk)):
        for address in (report(talk), url("promises", talk)):
            assert person.client().get(address).status_code == 403


def decider(talk):
    from sessions.models import new_secret

    secret = new_secret()
    lifecycle.new_link(talk.lead, "decider", secret)
    return cast.Person(talk.id, "decider", secret)


def promiser(talk):
    from sessions.models import new_secret

    secret = new_secret()
    lifecycle.new_link(talk.lead, "promises", secret)
    return cast.Person(talk.id, "promises", secret)


# Who promised something


def test_agreements_stand_as_they_were_kept_and_cannot_be_ticked(talk):
    for person in (talk.promiser_, talk.decider_, talk.leader):
        page = person.client().get(url("promises", talk)).content.decode()
        assert "Het gesprek is weer open" in page
        assert "Bord kopen" in page
        assert "Alleen in de gang." in page
        assert "Nieuwe afspraak" not in page
        assert "Toch nergens." not in page
        assert "Een andere vraag?" not in page
        assert not [one for one in cast.Forms(page).found if "/afspraken/" in one["action"]]
    row = Action.objects.filter(session=talk.id).first()
    tap = {"state": "done", "version": row.version}
    response = talk.promiser_.client().post(url("promise", talk, "afspraken", row.pk), tap)
    assert response.status_code == 403
    assert "Het gesprek is weer open." in response.content.decode()


def test_what_became_of_an_agreement_before_stays_in_view(talk):
    Action.objects.filter(session=talk.id, what="Bord kopen").update(state="done", result="Hangt.")
    page = talk.promiser_.client().get(url("promises", talk)).content.decode()
    assert "Gedaan" in page
    assert "Hangt." in page


def test_calendar_waits_too(talk):
    Session.objects.filter(pk=talk.id).update(review_on=datetime.date(2027, 6, 1))
    for person in (talk.promiser_, talk.decider_):
        assert person.client().get(url("review_calendar", talk)).status_code == 403


# The next report


def first_page(talk):
    page = report_of(talk.session, lifecycle.last_version(talk.session)).html()
    return page.partition('class="report-rest"')[0]


def test_reason_stands_on_the_first_page_of_the_next_report(talk):
    talk.close()
    page = first_page(talk)
    assert "Opnieuw geopend na versie 1, omdat:" in page
    assert REASON in page


def test_reason_stays_where_a_decision_follows(talk):
    talk.close()
    client = talk.decider_.client()
    assert client.post(url("decision", talk), decision(talk)).status_code == 303
    assert Version.objects.filter(session=talk.id).last().reason == ""
    assert REASON in first_page(talk)


def test_reason_does_not_stand_in_the_report_before(talk):
    first = Version.objects.get(session=talk.id)
    assert "Opnieuw geopend" not in report_of(talk.session, first).html()


# Where it goes on


def test_talk_goes_on_at_the_answer_without_the_times_of_that_day(talk):
    session = talk.session
    assert session.room_step == "outcome"
    assert (session.begins, session.ends, session.planned_from) == (None, None, "")
    response = talk.leader.client().get(url("session", talk))
    assert response["Location"] == url("step", talk, "outcome")


@pytest.mark.parametrize("step", ["facts", "weighing", "outcome"])
def test_talk_that_is_open_again_can_be_closed_from_every_step(talk, step):
    page = talk.leader.client().get(url("step", talk, step)).content.decode()
    room = page.partition('id="room"')[2]
    assert url("close", talk) in cast.Forms(room).links


# The day of a decision


@pytest.mark.parametrize(
    ("days", "words"), [(1, "Deze dag moet nog komen."), (-1, "Deze dag ligt voor het antwoord.")]
)
def test_day_on_which_nobody_could_decide_is_refused(talk, days, words):
    talk.close()
    day = timezone.localdate() + datetime.timedelta(days=days)
    response = talk.decider_.client().post(
        url("decision", talk), decision(talk, decided_on=day.isoformat(), reasons="Getypt.")
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Getypt." in page


def test_decision_of_the_evening_of_a_talk_that_was_closed_later_is_taken():
    talk = cast.whole()
    held_on = timezone.localdate() - datetime.timedelta(days=3)
    Session.objects.filter(pk=talk.id).update(held_on=held_on)
    talk.close()
    data = decision(talk, decided_on=held_on.isoformat())
    assert talk.decider().client().post(url("decision", talk), data).status_code == 303
