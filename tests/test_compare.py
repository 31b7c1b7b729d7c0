"""Talks side by side, and how others weighed the same."""

import uuid

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from kompas.accounts.models import Membership, Role
from sessions import access, comparison, reading
from sessions.document import document, load
from sessions.models import Refused, Session
from tests import cast, staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]


# What belongs together


def told(**more):
    return {"question": "Mag er een camera in de klas?", "status": "closed", **more}


def argument(text, weights=(), side="for", **more):
    return {"side": side, "text": text, "weights": list(weights), **more}


def test_question_is_much_the_same_by_its_words():
    one = "Mag er een camera in de klas hangen?"
    assert comparison.resembles(one, "mag er een CAMERA in de  klas hangen?")
    assert comparison.resembles(one, "Willen we een camera in elke klas hangen?")
    assert not comparison.resembles(one, "Mag een leerling een telefoon in de klas?")
    # Words that stand in most questions make no two alike.
    assert not comparison.resembles("Mogen wij dit willen?", "Mogen wij dat willen?")
    assert comparison.resembles("Mag dit?", "Mag  dit?")
    assert not comparison.resembles("", "Mag dit?")


def test_arguments_stand_together_by_words_then_value_then_stakeholder_and_once():
    first = told(
        values=[{"name": "Privacy", "core": "autonomie"}],
        arguments=[
            argument("Iedereen voelt zich bekeken.", (1, 2, 3), value="Privacy"),
            argument("Beelden kunnen lekken.", value="Privacy"),
            argument("Het helpt zieke leerlingen.", stakeholder="Leerlingen"),
            argument("Het kost geld."),
        ],
    )
    second = told(
        values=[{"name": "privacy"}],
        arguments=[
            argument("iedereen voelt zich  bekeken.", (5,), value="Privacy"),
            argument("Wie kijkt er mee?", side="against", value="privacy"),
            argument("Zij missen minder les.", stakeholder="leerlingen"),
        ],
    )
    found = comparison.compare([first, second])
    groups = [
        (one.by, one.name, one.core, [[row.text for row in cell] for cell in one.cells])
        for one in found.alike
    ]
    assert groups == [
        (
            "words",
            "Iedereen voelt zich bekeken.",
            "",
            [["Iedereen voelt zich bekeken."], ["iedereen voelt zich  bekeken."]],
        ),
        ("value", "Privacy", "autonomie", [["Beelden kunnen lekken."], ["Wie kijkt er mee?"]]),
        (
            "stakeholder",
            "Leerlingen",
            "",
            [["Het helpt zieke leerlingen."], ["Zij missen minder les."]],
        ),
    ]
    assert [[one.text for one in cell] for cell in found.apart] == [["Het kost geld."], []]
    assert found.alike[0].cells[0][0].counts == {1: 1, 2: 1, 3: 1}


def test_values_that_most_talks_name_come_first_and_each_says_what_it_did_with_them():
    documents = [
        told(values=[{"name": "Rust"}, {"name": "Vrijheid", "core": "autonomie", "chosen": True}]),
        told(values=[{"name": "vrijheid"}]),
    ]
    rows = comparison.compare(documents).values
    assert [(row.name, row.core, row.count) for row in rows] == [
        ("Vrijheid", "autonomie", 2),
        ("Rust", "", 1),
    ]
    assert [bool(cell and cell.get("chosen")) for cell in rows[0].cells] == [True, False]
    assert rows[1].cells[1] is None


def test_what_tables_brought_in_is_taken_together():
    tables = [
        told(table=1, arguments=[argument("Een")], values=[{"name": "Rust"}]),
        told(table=2, arguments=[argument("Twee")], values=[{"name": "rust", "chosen": True}]),
    ]
    found = comparison.compare([told(tables=tables), told()])
    assert [one.text for one in found.columns[0].arguments] == ["Een", "Twee"]
    assert found.values[0].cells[0] == {"name": "Rust", "chosen": True}


# Who reads which document


class School:
    """A board with two schools, everybody who is something there, and a talk that was shared."""

    def __init__(self):
        self.board = staff.organisation("Bestuur")
        self.school = staff.organisation("Zon", self.board)
        self.other = staff.organisation("Maan", self.board)
        here = self.school
        self.owner = staff.person("Olga", (here, Role.FACILITATOR))
        self.colleague = staff.person("Coen", (here, Role.FACILITATOR))
        self.leader = staff.person("Lara", (here, Role.SCHOOL_LEADER))
        self.reader = staff.person("Rob", (self.board, Role.BOARD_READER))
        self.administrator = staff.person("Ad", (self.board, Role.ADMINISTRATOR))
        self.elsewhere = staff.person("Els", (self.other, Role.FACILITATOR))
        self.talk = self.closed(self.school, self.owner)

    @property
    def people(self):
        names = "owner colleague leader reader administrator elsewhere"
        return {name: getattr(self, name) for name in names.split()}

    def closed(self, where, owner, answer=""):
        talk = staff.settle(cast.whole(), where, owner)
        if answer:
            talk.text("outcome", "answer", answer)
        talk.close("discard")
        return talk


@pytest.fixture
def school():
    return School()


def one_by_one(actor, ids):
    """What `readable_sessions` gives, asked of the single door."""
    found = {}
    for id in ids:
        try:
            one = access.readable_session(actor, id)
        except (Http404, Refused, access.NoGrant):
            continue
        found[id] = (one.role, one.version)
    return found


def test_several_at_once_are_told_as_each_alone_is(school):
    closed = school.talk
    running = staff.settle(cast.whole(), school.school, school.owner)
    again = school.closed(school.school, school.owner)
    staff.share(again, school.board)
    again.reopen()
    removed = school.closed(school.school, school.owner)
    Session.objects.filter(pk=removed.id).update(removed_on=timezone.localdate())
    guest = cast.whole()
    example = load(document(guest.session), kind=Session.Kind.EXAMPLE)
    decider = guest.decider()
    ids = [one.id for one in (closed, running, again, removed, guest)]
    ids += [example.pk, uuid.uuid4()]
    actors = {name: staff.actor(user) for name, user in school.people.items()}
    actors |= {"nobody": staff.actor(None), "guest": guest.leader.actor, "decider": decider.actor}
    for name, actor in actors.items():
        together = {
            one.session.pk: (one.role, one.version) for one in access.readable_sessions(actor, ids)
        }
        assert (name, together) == (name, one_by_one(actor, ids))
        assert list(together) == [id for id in ids if id in together]


def test_each_reads_the_document_that_is_theirs(school):
    talk = school.talk
    staff.share(talk, school.board)
    talk.reopen()
    talk.text("outcome", "answer", "Nu overal.")
    answers = {}
    for name, user in school.people.items():
        found = access.readable_sessions(staff.actor(user), [talk.id])
        documents = reading.readable_documents(found)
        answers[name] = [one["outcome"]["answer"] for one in documents.values()]
    then, now = ["Alleen in de gang."], ["Nu overal."]
    assert answers == {
        "owner": now,
        "colleague": then,
        "leader": then,
        "reader": then,
        "administrator": [],
        "elsewhere": [],
    }
    talk.close()
    found = access.readable_sessions(staff.actor(school.colleague), [talk.id])
    assert reading.readable_document(found[0])["outcome"]["answer"] == "Nu overal."
    # What was shared stays what is read for the board.
    found = access.readable_sessions(staff.actor(school.reader), [talk.id])
    assert reading.readable_document(found[0])["outcome"]["answer"] == "Alleen in de gang."


def test_school_that_went_to_another_board_is_not_read_by_the_former(school):
    staff.share(school.talk, school.board)
    further = staff.organisation("Ander bestuur")
    Membership.objects.create(user=school.reader, organisation=further, role=Role.BOARD_READER)
    assert access.readable_sessions(staff.actor(school.reader), [school.talk.id])
    school.school.parent = further
    school.school.save()
    assert not access.readable_sessions(staff.actor(school.reader), [school.talk.id])


def test_glimpse_is_of_what_is_read(school):
    talk = school.talk
    talk.reopen()
    talk.text("", "title", "Een nieuwe naam")
    titles = {
        name: [
            one.title
            for one in reading.glimpses(access.readable_sessions(staff.actor(user), [talk.id]))
        ]
        for name, user in school.people.items()
        if name in ("owner", "colleague")
    }
    assert titles == {"owner": ["Een nieuwe naam"], "colleague": ["De camera"]}


# The page


def compare(client, *ids, **query):
    return client.get(reverse("sessions:compare"), {"gesprek": [str(id) for id in ids], **query})


def test_talks_stand_side_by_side(school):
    second = school.closed(school.school, school.owner, "Helemaal nergens.")
    page = compare(staff.client(school.colleague), school.talk.id, second.id).content.decode()
    for words in ("Alleen in de gang.", "Helemaal nergens.", "Een bord bij de ingang", "Vrijheid"):
        assert words in page
    assert page.count("2 gewichten: 1× gewicht 5, 1× gewicht 4.") >= 2
    assert "weggelaten" not in page


def test_what_one_may_not_read_is_left_out_and_said(school):
    own = school.closed(school.other, school.elsewhere)
    second = school.closed(school.other, school.elsewhere)
    client = staff.client(school.elsewhere)
    page = compare(client, own.id, second.id, school.talk.id).content.decode()
    assert "1 gesprek is weggelaten." in page
    assert str(school.talk.id) not in page.split("<main")[1].split("actions no-print")[0]


def test_left_with_one_talk_one_is_asked_to_choose(school):
    client = staff.client(school.colleague)
    response = compare(client, school.talk.id, uuid.uuid4())
    page = response.content.decode()
    assert response.status_code == 200
    assert "1 gesprek is weggelaten." in page
    assert "Kies er minstens twee." in page
    [form] = [one for one in cast.Forms(page).found if "gesprek" in one["names"]]
    assert form["fields"]["gesprek"] == str(school.talk.id)


def test_more_than_four_and_what_is_no_id(school):
    client = staff.client(school.colleague)
    more = [school.closed(school.school, school.owner).id for _ in range(4)]
    page = compare(client, school.talk.id, "geen-id", *more, school.talk.id).content.decode()
    assert "Je ziet de eerste 4." in page
    assert page.count('class="compare-letter"') == 4


def test_nobody_in_particular_is_told_nothing_of_a_talk(school):
    pages = [compare(Client(), id).content.decode() for id in (school.talk.id, uuid.uuid4())]
    assert "De camera" not in pages[0]
    assert "weggelaten" in pages[0]


def test_chooser_offers_what_one_reads_and_nothing_else(school):
    hidden = school.closed(school.other, school.elsewhere)
    Session.objects.filter(pk=hidden.id).update(organisation=school.other)
    page = compare(staff.client(school.colleague)).content.decode()
    assert str(school.talk.id) in page
    assert str(hidden.id) not in page
    # Who manages reads nothing, and is offered nothing.
    assert str(school.talk.id) not in compare(staff.client(school.administrator)).content.decode()


def queries(client, url, data=None):
    with CaptureQueriesContext(connection) as made:
        assert client.get(url, data).status_code == 200
    return len(made)


def test_number_of_queries_stays_whatever_is_compared(school):
    client, url = staff.client(school.owner), reverse("sessions:compare")
    ids = [str(school.talk.id)]
    for _ in range(3):
        talk = staff.settle(cast.whole(), school.school, school.owner)
        ids.append(str(talk.id))
    few = queries(client, url, {"gesprek": ids[:3]})
    many = queries(client, url, {"gesprek": ids})
    choosing = queries(client, url)
    assert (few == many, few <= 15, choosing <= 15) == (True, True, True), (few, many, choosing)


# How others weighed this


def others(client, talk):
    return client.get(reverse("sessions:others", args=[talk.id]))


def weighed(school, where, owner, phones, question=cast.QUESTION):
    talk = staff.settle(cast.Talk(question), where, owner)
    value = talk.add("values", name="vrijheid", core="autonomie")
    talk.add("arguments", text="Niemand wil gefilmd worden.", side="against", value=value)
    seats = [talk.phone() for _ in range(phones)]
    talk.go("weighing")
    talk.open("weighing")
    for seat in seats:
        talk.weigh(seat, 4)
    talk.reveal("weighing")
    talk.text("outcome", "verdict", "no")
    talk.close()
    return talk


def test_others_are_found_by_question_and_by_value(school):
    same = weighed(school, school.school, school.colleague, 3)
    value = weighed(school, school.school, school.colleague, 3, "Iets heel anders vandaag?")
    page = others(staff.client(school.owner), school.talk).content.decode()
    assert str(same.id) in page
    assert str(value.id) in page
    assert page.count("Ongeveer dezelfde vraag") == 1
    assert "Niemand wil gefilmd worden." in page
    assert "3 gewichten: 3× gewicht 4." in page


def test_fewer_than_three_weights_are_not_shown(school):
    weighed(school, school.school, school.colleague, 2)
    page = others(staff.client(school.owner), school.talk).content.decode()
    assert "Niemand wil gefilmd worden." in page
    assert "× gewicht" not in page


def test_others_are_only_those_that_one_reads(school):
    elsewhere = weighed(school, school.other, school.elsewhere, 3)
    running = staff.settle(cast.whole(), school.school, school.colleague)
    for user in (school.owner, school.leader):
        page = others(staff.client(user), school.talk).content.decode()
        assert "nog geen ander gesloten gesprek" in page
    staff.share(school.talk, school.board)
    client = staff.client(school.reader)
    assert str(elsewhere.id) not in others(client, school.talk).content.decode()
    staff.share(elsewhere, school.board)
    page = others(client, school.talk).content.decode()
    assert str(elsewhere.id) in page
    assert str(running.id) not in page


def test_who_does_not_read_the_talk_does_not_read_of_others(school):
    answers = {
        name: others(staff.client(user), school.talk).status_code
        for name, user in school.people.items()
    }
    assert answers == {
        "owner": 200,
        "colleague": 200,
        "leader": 200,
        "reader": 404,
        "administrator": 403,
        "elsewhere": 404,
    }
    # A link is for one talk.
    assert others(school.talk.leader.client(), school.talk).status_code == 403
    assert others(Client(), school.talk).status_code == 403


def test_others_wait_until_the_talk_is_closed(school):
    talk = staff.settle(cast.whole(), school.school, school.owner)
    response = others(staff.client(school.owner), talk)
    assert response.status_code == 403
    assert "zodra het gesprek gesloten is" in response.content.decode()


def test_number_of_queries_stays_however_many_others_there_are(school):
    client = staff.client(school.owner)
    url = reverse("sessions:others", args=[school.talk.id])
    weighed(school, school.school, school.colleague, 1)
    few = queries(client, url)
    for _ in range(2):
        school.closed(school.school, school.colleague)
    assert queries(client, url) == few <= 15


def test_others_are_bounded_and_the_newest(school, monkeypatch):
    monkeypatch.setattr("sessions.views.comparing.NEWEST", 2)
    talks = [school.closed(school.school, school.colleague) for _ in range(3)]
    for days, talk in enumerate(talks):
        at = timezone.now() - timezone.timedelta(days=days)
        talk.session.versions.update(closed_at=at)
    page = others(staff.client(school.owner), school.talk).content.decode()
    assert [str(talk.id) in page for talk in talks] == [True, True, False]


def test_report_leads_there_who_may(school):
    url = reverse("reports:report", args=[school.talk.id])
    link = reverse("sessions:others", args=[school.talk.id])
    with translation.override("nl"):
        assert link in cast.Forms(staff.client(school.owner).get(url).content.decode()).links
        assert link in cast.Forms(staff.client(school.colleague).get(url).content.decode()).links
        page = school.talk.leader.client().get(url).content.decode()
        back = cast.Forms(others(staff.client(school.owner), school.talk).content.decode()).links
        beside = reverse("sessions:compare")
        heads = [one.get(beside).content.decode() for one in (staff.client(school.owner), Client())]
    assert reverse("sessions:memory", args=[school.talk.id]) in back
    assert [reverse("sessions:questions") in cast.Forms(head).links for head in heads] == [
        False,
        True,
    ]
    assert link not in cast.Forms(page).links
    assert f"{reverse('sessions:compare')}?gesprek={school.talk.id}" in cast.Forms(page).links
