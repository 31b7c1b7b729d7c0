"""A talk that looks back on another: what it begins with, and what shifted."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kompas.accounts.models import Event, Membership, Role
from reports.kept import report_of
from sessions import follow_up, lifecycle
from sessions.document import document, load, normalise
from sessions.follow_up import shifted, summary
from sessions.models import Action, Condition, Link, Method, Refused, Session, new_secret
from tests import cast
from tests.documents import publish_methods
from tests.test_memory import url
from tests.test_queries import GET_MOST, TRANSACTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    """A closed guest's talk, of which something came."""
    publish_methods()
    talk = cast.whole()
    talk.close()
    keep(talk, Condition, "done", "Het hangt er")
    keep(talk, Action, "dropped")
    return talk


@pytest.fixture
def school():
    return cast.School()


def keep(talk, model, state, result=None):
    row = model.objects.get(session=talk.id)
    lifecycle.keep_promise(talk.lead, row, state, result, row.version)


def begun(client, talk, **more):
    """The talk that the page makes; sent twice."""
    page = client.get(url("follow", talk)).content.decode()
    form = next(one for one in cast.Forms(page).found if one["action"] == url("follow", talk))
    answers = [client.post(form["action"], form["fields"] | more) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    return Session.objects.get(pk=form["fields"]["id"]), answers[0]


# Beginning


def test_guest_begins_one_talk_however_often_the_button_is_pressed(talk):
    client = talk.leader.client()
    new, response = begun(client, talk)
    assert Session.objects.filter(follows=talk.id).count() == 1
    assert (new.follows_id, new.status, new.method.slug) == (talk.id, "draft", "terugkijken")
    assert (new.organisation, new.owner) == (None, None)
    assert response["Location"] == reverse("sessions:links", args=[new.pk]) + "?nieuw"
    # The cookie leads the new one.
    assert client.get(reverse("sessions:step", args=[new.pk, "question"])).status_code == 200
    assert talk.session.is_closed


def test_colleague_begins_one_of_their_own_at_the_same_school(school, talk):
    school.take(talk)
    colleague = school.member("collega", Role.FACILITATOR)
    client = cast.logged_in(colleague)
    new, response = begun(client, talk)
    assert (new.organisation, new.owner) == (school.organisation, colleague)
    assert Link.objects.filter(session=new).count() == 0
    assert response["Location"] == reverse("sessions:prepare", args=[new.pk])
    assert client.get(response["Location"]).status_code == 200
    event = Event.objects.get(action="follow")
    assert (event.actor, event.thing_id) == (colleague.trail_id, str(new.pk))
    assert Event.objects.count() == 1


def test_owner_with_a_link_too_begins_it_by_account(school, talk):
    school.take(talk)
    client = cast.logged_in(school.owner)
    client.cookies[talk.leader.cookie] = talk.leader.secret
    new, _response = begun(client, talk)
    assert (new.organisation, new.owner) == (school.organisation, school.owner)
    assert Link.objects.filter(session=new).count() == 0


def test_board_and_phone_ask_in_the_words_of_looking_back():
    publish_methods()
    talk = cast.Talk(of=Method.latest("terugkijken"))
    talk.go("question")
    board, phone = talk.board().client(), talk.phone().client()
    shown = board.get(url("board", talk)).content.decode()
    assert "bijgebleven" in shown
    assert "Wat betekent deze vraag" not in shown
    talk.open("question")
    for page in (board.get(url("board", talk)), phone.get(url("phone", talk))):
        assert "vóór we terugkijken" in page.content.decode()
        assert "eerste gevoel" not in page.content.decode()


def test_who_leads_by_a_link_begins_it_for_the_owner(school, talk):
    school.take(talk)
    new, _response = begun(talk.leader.client(), talk)
    assert (new.organisation, new.owner) == (school.organisation, school.owner)


def test_same_id_for_another_talk_is_another_talk(talk):
    other = cast.whole()
    other.close()
    id, secret = uuid.uuid4(), "s" * 43
    one = follow_up.begin(talk.lead, id, secret)
    two = follow_up.begin(other.lead, id, "t" * 43)
    assert (one.follows_id, two.follows_id) == (talk.id, other.id)


def test_open_talk_and_a_table_are_not_looked_back_on(talk):
    talk.reopen()
    response = talk.leader.client().post(url("follow", talk), {})
    assert response.status_code == 403
    with pytest.raises(Refused):
        follow_up.begin(talk.lead, uuid.uuid4(), "s" * 43)
    assert not Session.objects.filter(follows=talk.id).exists()


def test_talk_that_looks_back_is_offered_while_it_is_open(talk):
    client = talk.leader.client()
    new, _response = begun(client, talk)
    page = client.get(url("follow", talk)).content.decode()
    assert reverse("sessions:session", args=[new.pk]) in cast.Forms(page).links
    # Who has no link to it does not hear of it.
    other = talk.with_link("facilitator").client()
    assert str(new.pk) not in other.get(url("follow", talk)).content.decode()


def test_erasing_the_first_leaves_what_followed(talk):
    new = follow_up.begin(talk.lead, uuid.uuid4(), "s" * 43)
    talk.session.erase()
    new.refresh_from_db()
    assert (new.follows, follow_up.shift_of(new, None)) == (None, None)


# What it begins with


def test_it_begins_with_the_question_the_answer_and_what_became_of_it(talk):
    new = follow_up.begin(talk.lead, uuid.uuid4(), "s" * 43)
    told = document(new)
    assert (told["question"], told["title"]) == (cast.QUESTION, "Terugkijken: De camera")
    assert "Ja, mits. Alleen in de gang." in told["context"]
    assert "- Een bord bij de ingang (gedaan: Het hangt er)" in told["context"]
    assert "- Bord kopen (niet gedaan)" in told["context"]
    assert [one["text"] for one in told["arguments"]] == [
        "Wie bekeken wordt, durft minder.",
        "Er wordt minder gestolen.",
        "Het kalmeert.",
    ]
    assert not any("weights" in one for one in told["arguments"])
    assert not told.keys() & {"outcome", "actions", "rounds", "facts"}
    assert normalise(told) == told


def test_it_begins_in_the_language_of_the_first_talk(talk):
    data = document(talk.session) | {"language": "en"}
    english = load(data)
    told = summary(data, datetime.date(2026, 5, 12))
    assert english.language == "en"
    assert "12 mei 2026" in told


def test_method_for_looking_back_is_not_offered_by_itself(talk):
    page = talk.leader.client().get(reverse("sessions:home")).content.decode()
    assert "/start/terugkijken/" not in page


# What shifted


def answered(talk, verdict="no", weights=(1, 1, 5)):
    """A talk that looks back, weighed once and closed."""
    secret = new_secret()
    made = follow_up.begin(talk.lead, uuid.uuid4(), secret)
    new = cast.Talk.__new__(cast.Talk)
    new.id, new.leader = made.pk, cast.Person(made.pk, "facilitator", secret)
    phone = new.phone()
    new.go("weighing")
    new.open("weighing")
    new.weigh(phone, *weights)
    new.reveal("weighing")
    new.text("outcome", "verdict", verdict)
    new.text("outcome", "answer", "Toch niet meer.")
    new.close()
    return new


def shift_of(talk):
    return follow_up.shift_of(talk.session, lifecycle.last_version(talk.session))


def test_shift_is_told_of_both_documents(talk):
    shift = shift_of(answered(talk))
    assert (shift.verdicts, shift.stands) == (("yes_if", "no"), False)
    assert shift.answers == ("Alleen in de gang.", "Toch niet meer.")
    assert shift.conditions == [("Een bord bij de ingang", "gedaan: Het hangt er")]
    assert [(words, then, now) for words, _side, then, now in shift.weights] == [
        ("Wie bekeken wordt, durft minder.", [4, 5], [1]),
        ("Er wordt minder gestolen.", [2, 4], [1]),
        ("Het kalmeert.", [1], [5]),
    ]


def test_shift_stays_as_it_was_when_the_second_talk_was_closed(talk):
    new = answered(talk)
    before = shift_of(new)
    keep(talk, Condition, "dropped", "Weggewaaid")
    talk.reopen()
    talk.text("outcome", "verdict", "no")
    talk.close()
    assert shift_of(new) == before


def test_feelings_are_compared_as_each_talk_ended():
    then = {"question": "Mag dat?", "intuition": {"first": [1], "last": [2, 5]}}
    now = {"question": "Mag dat?", "intuition": {"first": [4, 3]}}
    assert shifted(then, now).feelings == ([2, 5], [3, 4])


def test_nothing_shifted_where_nothing_was_answered():
    shift = shifted({}, {})
    assert (shift.stands, shift.weights, shift.conditions) == (True, [], [])


def test_report_of_the_second_talk_says_what_shifted(talk):
    new = answered(talk)
    page = new.leader.client().get(reverse("reports:report", args=[new.id])).content.decode()
    assert "Wat er verschoof" in page
    assert "gedaan: Het hangt er" in page
    html = report_of(new.session, lifecycle.last_version(new.session)).html()
    assert "Toen: Ja, mits" in html
    # It is no part of what is exported.
    assert "Ja, mits" not in str(document(new.session)["outcome"])


def test_both_pages_show_what_shifted(school, talk):
    school.take(talk)
    new = school.take(answered(talk))
    client = cast.logged_in(school.owner)
    for one in (talk, new):
        page = client.get(url("memory", one)).content.decode()
        assert "Het antwoord in het kort is anders." in page
        assert "Een bord bij de ingang" in page


def test_reader_who_may_not_find_the_second_talk_sees_nothing_of_it(school, talk):
    school.take(talk)
    answered(talk)
    # Taken to another school, it is no longer theirs.
    elsewhere = cast.School("elders")
    Session.objects.filter(follows=talk.id).update(
        organisation=elsewhere.organisation, owner=elsewhere.owner
    )
    new = Session.objects.get(follows=talk.id)
    assert follow_up.shift_of(new, lifecycle.last_version(new)) is None
    # Also where the reader manages that other school, and so knows of both.
    Membership.objects.create(
        user=school.owner, organisation=elsewhere.organisation, role=Role.ADMINISTRATOR
    )
    page = cast.logged_in(school.owner).get(url("memory", talk)).content.decode()
    assert ("Toch niet meer." in page, "Het antwoord in het kort" in page) == (False, False)


def test_pages_of_both_take_as_many_queries_whatever_there_is(school, talk):
    school.take(talk)
    new = school.take(answered(talk))
    client = cast.logged_in(school.owner)

    def asked(one):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("memory", one)).status_code == 200
        return sum(not TRANSACTION.match(query["sql"]) for query in queries)

    before = asked(talk), asked(new)
    school.take(answered(talk))
    assert (asked(talk), asked(new)) == before
    assert max(before) <= GET_MOST + 5  # what was promised, what came of it, notes, words
