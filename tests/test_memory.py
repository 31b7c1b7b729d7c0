"""A talk's page: what it came to, what happened, its versions, notes, words to find it by."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kompas.accounts.models import Role
from reports.kept import report_of
from sessions import lifecycle, notes
from sessions.access import Access, Actor
from sessions.document import as_json, document
from sessions.models import Action, Note, Session, Share, Tag, Version
from sessions.screen import MemoryScreen
from tests import cast
from tests.documents import publish_methods
from tests.test_queries import GET_MOST, TRANSACTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return cast.School()


@pytest.fixture
def talk(school):
    """A closed talk of the school."""
    publish_methods()
    talk = school.take(cast.whole())
    talk.close()
    return talk


def url(name, talk, *parts):
    return reverse(f"sessions:{name}", args=[talk.id, *parts])


def page(user, talk, name="memory", *parts):
    response = cast.logged_in(user).get(url(name, talk, *parts))
    return response.status_code, response.content.decode()


def share(talk, organisation, number=None):
    versions = Version.objects.filter(session=talk.id).order_by("number")
    version = versions.get(number=number) if number else versions.last()
    return Share.objects.create(version=version, organisation=organisation)


# Who


def test_page_is_for_those_of_the_school(school, talk):
    colleague = school.member("collega", Role.FACILITATOR)
    leader = school.member("directeur", Role.SCHOOL_LEADER)
    administrator = school.member("beheer", Role.ADMINISTRATOR)
    stranger = cast.School("elders").owner
    answers = {
        str(user): page(user, talk)[0]
        for user in (school.owner, colleague, leader, administrator, stranger)
    }
    assert answers == {
        "Leider": 200,
        "Collega": 200,
        "Directeur": 200,
        "Beheer": 403,
        str(stranger): 404,
    }


def test_talk_that_was_never_closed_is_with_its_facilitator(school):
    talk = school.take(cast.Talk())
    colleague = school.member("collega", Role.FACILITATOR)
    leader = school.member("directeur", Role.SCHOOL_LEADER)
    assert page(school.owner, talk)[0] == 200
    for user, status in ((colleague, 404), (leader, 403)):
        told, text = page(user, talk)
        assert (told, cast.QUESTION in text) == (status, False)


def test_page_says_nothing_of_what_was_never_closed_but_to_who_leads(school):
    """Whatever the rules about who may come there become."""
    talk = school.take(cast.Talk())
    leader = school.member("directeur", Role.SCHOOL_LEADER)
    actor = Actor(leader, {})
    shown = MemoryScreen(Access(talk.session, "school_leader", leader), actor)
    assert cast.QUESTION not in (shown.title, shown.question)
    assert shown.said_apart == ("", "")


def test_who_left_is_out_the_same_minute(school, talk):
    assert page(school.owner, talk)[0] == 200
    school.owner.memberships.all().delete()
    assert page(school.owner, talk)[0] == 404


def test_talk_that_is_open_again_is_shown_as_last_closed_to_all_but_its_owner(school, talk):
    colleague = school.member("collega", Role.FACILITATOR)
    talk.reopen("De wet veranderde")
    talk.text("outcome", "answer", "Nog niet af.")
    assert "Nog niet af." in page(school.owner, talk)[1]
    told = page(colleague, talk)[1]
    assert ("Nog niet af." in told, "Alleen in de gang." in told) == (False, True)


# A reader for the board


@pytest.fixture
def shared(school, talk):
    """Version 1 of 2 is shared; what came after it is not theirs."""
    share(talk, school.board)
    talk.reopen("Geheime reden")
    talk.text("outcome", "answer", "Geheim antwoord")
    talk.text("outcome", "verdict", "no")
    talk.close()
    notes.add_tag(school.access(school.owner, talk), "geheim woord")
    notes.write_note(school.access(school.owner, talk), uuid.uuid4(), "Geheime aantekening")
    lifecycle.keep_promise(
        school.access(school.owner, talk, "promise"),
        Action.objects.get(session=talk.id),
        "dropped",
        "Geheim gevolg",
        1,
    )
    return talk


def reader(school):
    return school.member("lezer", Role.BOARD_READER, school.board)


def test_reader_for_the_board_sees_the_version_that_was_shared_and_no_later_word(school, shared):
    status, text = page(reader(school), shared)
    assert (status, "Alleen in de gang." in text) == (200, True)
    assert "geheim" not in text.lower()
    assert str(school.owner) not in text  # a name is for those of the school
    assert "Gesloten: versie 1" in text
    assert "Gesloten: versie 2" not in text


@pytest.mark.parametrize(
    "name", ["reports:report", "reports:report_docx", "reports:explanation_docx"]
)
def test_reports_of_a_reader_for_the_board_are_of_that_version(name, school, shared, monkeypatch):
    shown = []
    monkeypatch.setattr("reports.views.make", lambda paper, _format: shown.append(paper) or b"x")
    monkeypatch.setattr("reports.views.keep", lambda version, _format: shown.append(version))
    client = cast.logged_in(reader(school))
    try:
        response = client.get(reverse(name, args=[shared.id]))
    except AttributeError:  # nothing was kept
        response = None
    if shown:
        assert "geheim" not in str(shown[0].document).lower()
    else:
        assert "geheim" not in response.content.decode().lower()
        assert "Alleen in de gang." in response.content.decode()


def test_reader_for_the_board_opens_no_other_version(school, shared):
    client = cast.logged_in(reader(school))
    assert client.get(reverse("reports:version_pdf", args=[shared.id, 2])).status_code == 404
    assert client.get(url("versions", shared, 1, 2)).status_code == 404


@pytest.mark.parametrize(
    ("name", "parts", "data"),
    [
        ("notes", [], {"id": str(uuid.uuid4()), "text": "Ik"}),
        ("note", [uuid.uuid4()], {"text": "Ik"}),
        ("tags", [], {"name": "ik"}),
        ("tag_removal", [], {"name": "geheim woord"}),
        ("follow", [], {}),
    ],
)
def test_reader_for_the_board_writes_nothing(name, parts, data, school, shared):
    client = cast.logged_in(reader(school))
    assert client.post(url(name, shared, *parts), data).status_code == 403
    assert (Note.objects.count(), Tag.objects.count()) == (1, 1)


# What happened


def test_timeline_tells_what_happened(school, talk):
    lifecycle.keep_promise(
        talk.lead, Action.objects.get(session=talk.id), "done", "Het hangt er", 1
    )
    talk.reopen("De wet veranderde")
    talk.close()
    text = page(school.owner, talk)[1]
    places = [
        text.index(words)
        for words in (
            "Gesloten: versie 2",
            "De wet veranderde",
            "Bord kopen",
            "Gesloten: versie 1",
            "Voorbereid",
        )
    ]
    assert places == sorted(places)


def test_page_takes_as_many_queries_whatever_there_is(school, talk):
    client = cast.logged_in(school.owner)

    def asked(name="memory", *parts):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, talk, *parts)).status_code == 200
        return [one["sql"] for one in queries if not TRANSACTION.match(one["sql"])]

    access = school.access(school.owner, talk)
    notes.write_note(access, uuid.uuid4(), "Een")
    notes.add_tag(access, "een")
    talk.reopen()
    talk.close()
    before = asked(), asked("versions", 1, 2)
    for word in ("twee", "drie", "vier"):
        notes.write_note(access, uuid.uuid4(), word)
        notes.add_tag(access, word)
        talk.reopen()
        talk.add("actions", what=word)
        talk.close()
    assert (len(asked()), len(asked("versions", 1, 2))) == tuple(map(len, before))
    assert len(before[0]) <= GET_MOST + 3, "\n".join(before[0])


# Versions


def test_what_changed_between_two_versions(school, talk):
    talk.reopen("De wet veranderde")
    talk.text("outcome", "answer", "Alleen in de hal.")
    talk.add("conditions", text="Eerst de ouders vragen")
    talk.close()
    status, text = page(school.owner, talk, "versions", 1, 2)
    assert status == 200
    assert ("gang.</del>" in text, "hal.</ins>" in text) == (True, True)
    assert "Eerst de ouders vragen" in text
    assert url("versions", talk, 1, 2) in cast.Forms(page(school.owner, talk)[1]).links


@pytest.mark.parametrize("numbers", [(1, 1), (2, 1), (1, 9), (0, 1)])
def test_versions_that_are_not_there_are_404(numbers, school, talk):
    talk.reopen()
    talk.close()
    assert page(school.owner, talk, "versions", *numbers)[0] == 404


# Notes


def note_of(talk, user, text="Let op de ouders"):
    data = {"id": str(uuid.uuid4()), "text": text}
    return cast.logged_in(user).post(url("notes", talk), data), data


def test_note_stands_under_ones_name_and_apart_from_the_talk(school, talk):
    before = talk.session.revision, talk.session.changed_on, as_json(document(talk.session))
    response, _data = note_of(talk, school.owner)
    assert response.status_code == 303
    colleague = school.member("collega", Role.FACILITATOR)
    text = page(colleague, talk)[1]
    assert ("Let op de ouders" in text, "Leider" in text) == (True, True)
    now = talk.session
    assert (now.revision, now.changed_on, as_json(document(now))) == before
    assert "Let op de ouders" not in report_of(now, lifecycle.last_version(now)).html()
    copied = lifecycle.copy(now, uuid.uuid4(), "s" * 43)
    assert Note.objects.filter(session=copied).count() == 0


def test_note_sent_twice_is_one(school, talk):
    _response, data = note_of(talk, school.owner)
    cast.logged_in(school.owner).post(url("notes", talk), data)
    assert Note.objects.count() == 1
    cast.logged_in(school.owner).post(url("notes", talk), data | {"text": "Iets anders"})
    assert Note.objects.count() == 2
    colleague = school.member("collega", Role.FACILITATOR)
    cast.logged_in(colleague).post(url("notes", talk), data)
    assert {str(one.author) for one in Note.objects.all()} == {"Leider", "Collega"}


def test_only_who_wrote_a_note_changes_it(school, talk):
    note_of(talk, school.owner)
    note = Note.objects.get()
    colleague = cast.logged_in(school.member("collega", Role.FACILITATOR))
    for name in ("note", "note_removal", "note_restoration"):
        assert colleague.post(url(name, talk, note.pk), {"text": "Van mij"}).status_code == 403
    own = cast.logged_in(school.owner)
    assert own.post(url("note", talk, note.pk), {"text": "Anders"}).status_code == 303
    note.refresh_from_db()
    assert (note.text, note.removed_at) == ("Anders", None)


def test_note_that_was_taken_away_is_gone_for_others_and_can_come_back(school, talk):
    note_of(talk, school.owner)
    note, own = Note.objects.get(), cast.logged_in(school.owner)
    colleague = school.member("collega", Role.FACILITATOR)
    own.post(url("note_removal", talk, note.pk))
    for user in (school.owner, colleague):
        assert "Let op de ouders" not in page(user, talk)[1]
    assert url("note_restoration", talk, note.pk) in page(school.owner, talk)[1]
    assert str(note.pk) not in page(colleague, talk)[1]
    own.post(url("note_restoration", talk, note.pk))
    assert "Let op de ouders" in page(colleague, talk)[1]


@pytest.mark.parametrize("text", ["", "a\x00b", "x" * 2001])
def test_note_that_is_not_valid_is_kept_on_the_page(text, school, talk):
    response, _data = note_of(talk, school.owner, text)
    assert response.status_code == 422
    assert Note.objects.count() == 0
    assert text.replace("\x00", "\x00") in response.content.decode()


def test_note_of_who_has_no_account_now_stays(school, talk):
    colleague = school.member("collega", Role.FACILITATOR)
    note_of(talk, colleague)
    colleague.delete()
    text = page(school.owner, talk)[1]
    assert ("Let op de ouders" in text, "Iemand die geen account meer heeft" in text) == (
        True,
        True,
    )


def test_note_about_one_talk_is_not_changed_through_another(school, talk):
    note_of(talk, school.owner)
    other = school.take(cast.whole())
    other.close()
    note = Note.objects.get()
    response = cast.logged_in(school.owner).post(url("note", other, note.pk), {"text": "Ik"})
    assert response.status_code == 404


# Words to find it by


def tag(user, talk, name):
    return cast.logged_in(user).post(url("tags", talk), {"name": name})


def test_word_is_one_however_it_is_typed(school, talk):
    for name in ("Privacy", " privacy ", "PRIVACY"):
        assert tag(school.owner, talk, name).status_code == 303
    assert [one.name for one in Tag.objects.all()] == ["privacy"]


def test_words_of_the_school_are_offered_and_of_no_other(school, talk):
    other, elsewhere = school.take(cast.whole()), cast.School("elders")
    other.close()
    theirs = elsewhere.take(cast.whole())
    theirs.close()
    tag(school.owner, other, "chatbots")
    tag(elsewhere.owner, theirs, "geheim")
    text = page(school.owner, talk)[1]
    assert ('value="chatbots"' in text, "geheim" in text) == (True, False)
    tag(school.owner, talk, "chatbots")
    client = cast.logged_in(school.owner)
    client.post(url("tag_removal", talk), {"name": "chatbots"})
    assert [one.session_id for one in Tag.objects.filter(name="chatbots")] == [other.id]


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 41])
def test_word_that_is_not_valid_is_refused(name, school, talk):
    assert tag(school.owner, talk, name).status_code == 422
    assert not Tag.objects.exists()


def test_talk_has_some_words_and_no_more(school, talk):
    for number in range(notes.MOST_TAGS):
        tag(school.owner, talk, f"woord {number}")
    assert tag(school.owner, talk, "woord 0").status_code == 303
    assert tag(school.owner, talk, "nog een").status_code == 422
    assert Tag.objects.count() == notes.MOST_TAGS


# Copies


def copied(client, talk, **more):
    page = client.get(url("copy", talk)).content.decode()
    form = next(one for one in cast.Forms(page).found if one["action"] == url("copy", talk))
    data = form["fields"] | more
    answers = [client.post(url("copy", talk), data) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    return Session.objects.get(pk=data["id"])


def test_copy_of_a_colleague_is_theirs_and_of_the_school(school, talk):
    colleague = school.member("collega", Role.FACILITATOR)
    client = cast.logged_in(colleague)
    copy = copied(client, talk, what="all")
    assert (copy.organisation, copy.owner) == (school.organisation, colleague)
    assert copy.links.count() == 0
    assert "kompas-facilitator" not in str(client.cookies)
    told = document(copy)
    assert (told["outcome"]["answer"], len(told["arguments"])) == ("Alleen in de gang.", 3)
    client.get(url("session", talk))
    assert client.get(reverse("sessions:session", args=[copy.pk])).status_code == 302
    step = reverse("sessions:step", args=[copy.pk, "question"])
    assert client.get(step).status_code == 200


def test_copy_of_who_has_a_link_too_is_of_the_school(school, talk):
    client = cast.logged_in(school.owner)
    client.cookies[talk.leader.cookie] = talk.leader.secret
    copy = copied(client, talk, what="all")
    assert (copy.organisation, copy.owner) == (school.organisation, school.owner)


def test_copy_of_the_question_has_nothing_that_was_said(school, talk):
    copy = copied(cast.logged_in(school.owner), talk, what="question")
    told = document(copy)
    assert told["question"] == cast.QUESTION
    assert told["context"] == "Er wordt gestolen."
    assert not told.keys() & {"arguments", "outcome", "facts", "values", "actions", "stakeholders"}


def test_guest_copies_as_before(school):
    talk = cast.whole()
    copy = copied(talk.leader.client(), talk)
    assert (copy.organisation, copy.owner, copy.links.count()) == (None, None, 1)


# Going on


def test_owner_goes_on_with_an_open_talk_by_account(school):
    talk = school.take(cast.Talk())
    talk.go("facts")
    client = cast.logged_in(school.owner)
    assert url("session", talk) in cast.Forms(page(school.owner, talk)[1]).links
    assert client.get(url("session", talk))["Location"] == url("step", talk, "facts")
    assert client.get(url("step", talk, "facts")).status_code == 200


def test_owner_opens_it_again_from_its_page(school, talk):
    assert url("reopen", talk) in cast.Forms(page(school.owner, talk)[1]).links
    colleague = school.member("collega", Role.FACILITATOR)
    assert url("reopen", talk) not in cast.Forms(page(colleague, talk)[1]).links
    response = cast.logged_in(colleague).post(url("reopen", talk), {"reason": "Ik wil"})
    assert response.status_code == 403
