"""The register: who finds which talk, by which words, and what stands there."""

import datetime
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kompas.accounts.models import Membership, Organisation, Role, User
from kompas.signals import tick
from sessions import finding, lifecycle, stems, tables
from sessions.access import Actor, found_faces, known_sessions
from sessions.models import Action, Findable, FindableKey, Session, Share, Tag
from sessions.register import ROWS, Asked, Register
from tests import cast

pytestmark = pytest.mark.django_db

HERE, COMPARE, BUNDLE = "/register/", "/vergelijken/", "/bundels/kiezen/"
SECRET = "geheimpje"  # a word that stands only where one may not read


@pytest.fixture
def board():
    return Organisation.objects.create(name="Bestuur (verzonnen)", slug="bestuur")


@pytest.fixture
def school(board):
    return Organisation.objects.create(name="School (verzonnen)", slug="school", parent=board)


@pytest.fixture
def elsewhere():
    return Organisation.objects.create(name="Elders (verzonnen)", slug="elders")


def person(name, *roles, **fields):
    """Somebody invented with these roles: (role, organisation) each."""
    user = User.objects.create_user(f"{name}@voorbeeld.example", name=name, **fields)
    for role, organisation in roles:
        Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def actor(user):
    return Actor(user, {})


@pytest.fixture
def people(school, board, elsewhere):
    """Everybody who is something, by what they are."""
    return {
        "owner": person("owner", (Role.FACILITATOR, school)),
        "colleague": person("colleague", (Role.FACILITATOR, school)),
        "leader": person("leader", (Role.SCHOOL_LEADER, school)),
        "reader": person("reader", (Role.BOARD_READER, board)),
        "administrator": person("administrator", (Role.ADMINISTRATOR, board)),
        "installation": person("installation", is_superuser=True),
        "stranger": person("stranger", *((role, elsewhere) for role in Role.values)),
        "nobody": person("nobody"),
    }


def of_school(talk, school, owner=None):
    return cast.stand(talk, school, owner)


def index(*talks):
    finding.keep([talk.id for talk in talks])


def share(talk, number, organisation):
    version = talk.session.versions.get(number=number)
    return Share.objects.create(version=version, organisation=organisation)


def found(user, **asked):
    """The ids of what somebody finds; each once."""
    ids = [face.session_id for face in Register(actor(user)).find(Asked(**asked))]
    assert len(ids) == len(set(ids))
    return set(ids)


def finders(people, **asked):
    return {name for name, user in people.items() if found(user, **asked)}


# Words


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("leerling", "Leerlingen willen dit."),
        ("leerlingen", "Een leerling wil dit."),
        ("CAMERA", "Er hangen camera's."),
        ("camera", "Het cameratoezicht blijft."),
        ("reunie", "De reünie gaat door."),
        ("José", "Jose vertelde het."),
        ("brief", "Er gingen brieven uit."),
        ("huizen", "Een huis in de buurt."),
        ("lezen", "Ik lees het."),
        ("filmen", "Wie een ander filmt."),
        ("school", "Alle scholen doen het."),
        ("mogelijkheid", "Er zijn mogelijkheden."),
        ("de leraren", "Een leraar zei het."),
        ("AI", "Met ai schrijven."),
        ("telefoon tas", "In de tassen zitten telefoons."),
    ],
)
def test_search_finds_ordinary_forms_of_a_word(typed, stands):
    talk = cast.Talk(stands)
    Findable.objects.create(
        session=talk.session,
        face="open",
        revision=0,
        day=timezone.localdate(),
        words=stems.words([stands]),
    )
    looked = Findable.objects.filter(words__has=stems.asked(typed))
    assert looked.exists()


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("leraar", "Een leerling wil dit."),
        ("ai", "Er is aandacht voor."),
        ("telefoon tas", "In de tas zit een boek."),
        ("'; DROP & | !:*", "Een gewone zin."),
    ],
)
def test_search_does_not_find_other_words(typed, stands):
    Findable.objects.create(
        session=cast.Talk().session,
        face="open",
        revision=0,
        day=timezone.localdate(),
        words=stems.words([stands]),
    )
    assert not Findable.objects.filter(words__has=stems.asked(typed) or ["x"]).exists()


def test_every_text_of_a_talk_is_found_and_nothing_that_is_chosen_or_signed(school, people):
    talk = of_school(cast.whole(), school, people["owner"])
    Session.objects.filter(pk=talk.id).update(sources=["https://krantenbericht.example/1"])
    index(talk)
    for word in (
        *("camera", "schooltijd", "gestolen", "directie", "vrij", "bekeken", "kast", "kalmeert"),
        *("gang", "ingang", "conciërge", "leraren", "krantenbericht"),
    ):
        assert found(people["owner"], words=word) == {talk.id}, word
    for word in ("yes_if", "assumption", "kompas-session", "alles", "weighing"):
        assert found(people["owner"], words=word) == set(), word


def test_words_of_tables_are_found_with_their_plenary(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    tables.make(talk.lead, 2)
    table = Session.objects.filter(plenary=talk.id).first()
    index(talk)
    assert not found(people["owner"], words="tafelwoord")
    with table.writing(talk.lead) as write:
        cast.MODELS["values"](session=table, step="values", name="Tafelwoord").add(write)
    assert talk.id in set(finding.stale().values_list("pk", flat=True))
    tick.send(None)
    assert found(people["owner"], words="tafelwoord") == {talk.id}
    assert found(people["owner"], value="Tafelwoord") == {talk.id}
    assert Findable.objects.filter(session=table).count() == 0


# Who finds what: each word stands only where some may not read it


def test_draft_is_found_by_its_words_by_its_owner_alone(school, people):
    talk = of_school(cast.Talk(f"Is dit {SECRET} goed?"), school, people["owner"])
    index(talk)
    assert finders(people, words=SECRET) == {"owner"}
    assert finders(people) == {"owner", "leader", "administrator", "installation"}


def test_closed_talk_is_found_by_its_words_by_its_school(school, people):
    talk = of_school(cast.Talk(f"Is dit {SECRET} goed?"), school, people["owner"])
    talk.close()
    index(talk)
    assert finders(people, words=SECRET) == {"owner", "colleague", "leader"}
    everybody = {"owner", "colleague", "leader", "administrator", "installation"}
    assert finders(people) == everybody


def test_reopened_talk_is_found_by_its_new_words_by_its_owner_alone(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    talk.close()
    talk.reopen()
    talk.text("outcome", "answer", f"Toch {SECRET}")
    index(talk)
    assert finders(people, words=SECRET) == {"owner"}
    assert finders(people, words="camera") == {"owner", "colleague", "leader"}


def test_reader_for_the_board_finds_only_words_of_the_shared_version(school, board, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    talk.text("outcome", "answer", "Eerst oudwoord")
    talk.close()
    shared = share(talk, 1, board)
    talk.reopen()
    talk.text("outcome", "answer", f"Later {SECRET}")
    talk.close()
    index(talk)
    assert finders(people, words=SECRET) == {"owner", "colleague", "leader"}
    assert finders(people, words="oudwoord") == {"reader"}
    assert finders(people, words="camera") == {"owner", "colleague", "leader", "reader"}
    share(talk, 2, board)
    assert finders(people, words=SECRET) == {"owner", "colleague", "leader", "reader"}
    assert finders(people, words="oudwoord") == set()
    Share.objects.exclude(pk=shared.pk).delete()
    shared.delete()  # taken back: gone at once, without any index
    assert "reader" not in finders(people)


def test_share_with_another_organisation_opens_nothing_to_the_board(school, board, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    talk.close()
    share(talk, 1, school)
    index(talk)
    assert "reader" not in finders(people)
    here = person("here", (Role.BOARD_READER, school))
    assert found(here, words="camera") == {talk.id}


@pytest.mark.parametrize(
    "asked",
    [
        {"verdict": "yes_if"},
        {"value": "Vrijheid"},
        {"stakeholder": "leerlingen"},
        {"review": True},
        {"overdue": True},
        {"tag": "camera"},
    ],
)
def test_no_filter_tells_what_one_may_not_read(school, people, asked):
    talk = of_school(cast.whole(), school, people["owner"])
    Session.objects.filter(pk=talk.id).update(review_on=timezone.localdate())
    Action.objects.filter(session=talk.id).update(due=datetime.date(2020, 1, 1))
    Tag.objects.create(session=talk.session, name="camera")
    index(talk)
    # Of one's own school also its tags, which belong to the school and not to the talk.
    known = {"owner", "leader"} if "tag" in asked else {"owner"}
    assert finders(people, **asked) == known
    talk.close()
    index(talk)
    assert finders(people, **asked) == {"owner", "colleague", "leader"}


def test_tags_of_a_shared_talk_are_not_for_the_board(school, board, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    talk.close()
    share(talk, 1, board)
    Tag.objects.create(session=talk.session, name=SECRET)
    index(talk)
    assert "reader" not in finders(people, tag=SECRET)
    page = client(people["reader"]).get(HERE).content.decode()
    assert SECRET not in page


def test_unseen_input_is_not_found_before_it_is_shown(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    phone = talk.phone()
    talk.go("arguments")
    talk.open("arguments")
    talk.argue(phone, f"Alleen gegeven: {SECRET}")
    index(talk)
    assert found(people["owner"], words=SECRET) == set()
    talk.reveal("arguments")
    tick.send(None)
    assert found(people["owner"], words=SECRET) == {talk.id}


def test_what_was_removed_is_not_found_after_the_next_tick(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    row = talk.add("values", name=SECRET)
    index(talk)
    with talk.writing() as write:
        row.remove(write)
    tick.send(None)
    assert found(people["owner"], words=SECRET) == set()
    assert not FindableKey.objects.exists()


def test_removed_talk_is_found_by_nobody_at_once_and_its_words_go(school, people):
    talk = of_school(cast.whole(), school, people["owner"])
    talk.close()
    index(talk)
    Session.objects.filter(pk=talk.id).update(removed_on=timezone.localdate())
    assert finders(people) == set()
    tick.send(None)
    assert not Findable.objects.exists()
    Session.objects.filter(pk=talk.id).update(removed_on=None)
    tick.send(None)
    assert "owner" in finders(people, words="camera")


def test_practice_examples_and_guests_talks_are_not_kept_to_be_found(school, people):
    guest, practice, example = cast.Talk(), cast.Talk(), cast.Talk()
    of_school(practice, school, people["owner"])
    of_school(example, school, people["owner"])
    Session.objects.filter(pk=practice.id).update(kind="practice")
    Session.objects.filter(pk=example.id).update(kind="example", code=None)
    index(guest, practice, example)
    tick.send(None)
    call_command("reindex", verbosity=0)
    assert not Findable.objects.exists()


def test_who_left_finds_nothing_and_who_got_the_talk_finds_it_as_it_stands(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    index(talk)
    Membership.objects.filter(user=people["owner"]).delete()
    assert found(people["owner"]) == set()
    Session.objects.filter(pk=talk.id).update(owner=people["colleague"])
    assert found(people["colleague"], words="camera") == {talk.id}


def test_faces_are_of_the_talks_that_are_known_and_no_others(school, board, elsewhere, people):
    people["all"] = person("all", *((role, school) for role in Role.values))
    people["two"] = person("two", (Role.BOARD_READER, board), (Role.FACILITATOR, school))
    people["above"] = person("above", (Role.BOARD_READER, board), (Role.ADMINISTRATOR, board))
    people["both"] = person("both", *((Role.BOARD_READER, one) for one in (board, elsewhere)))
    for organisation, owner in ((school, "owner"), (school, "two"), (elsewhere, "stranger")):
        for end in ("draft", "closed", "shared", "reopened", "removed"):
            talk = of_school(cast.Talk(), organisation, people[owner])
            if end != "draft":
                talk.close()
            if end in ("shared", "reopened"):
                share(talk, 1, organisation.parent or organisation)
            if end == "reopened":
                talk.reopen()
            if end == "removed":
                Session.objects.filter(pk=talk.id).update(removed_on=timezone.localdate())
            index(talk)
    moved = of_school(cast.Talk(), school, people["owner"])
    moved.close()
    share(moved, 1, elsewhere)  # when the school was part of that
    index(moved)
    for name, user in people.items():
        known = sorted(known_sessions(actor(user)).values_list("pk", flat=True))
        faces = sorted(found_faces(actor(user)).values_list("session", flat=True))
        assert faces == known, name
        assert bool(known) == (name != "nobody")


# Kept up to date


def test_begun_closed_and_reopened_talk_is_found_once_that_is_stored(
    school, people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        talk = of_school(cast.Talk(), school, people["owner"])
        session = talk.session
        session.save(update_fields=["organisation", "owner"])
    assert found(people["owner"], words="camera") == {talk.id}
    assert not found(people["colleague"])
    with django_capture_on_commit_callbacks(execute=True):
        talk.close()
    assert found(people["colleague"], words="camera") == {talk.id}
    with django_capture_on_commit_callbacks(execute=True):
        talk.reopen()
    assert found(people["owner"], words="camera") == {talk.id}
    assert not finding.stale().exists()


def test_nothing_is_indexed_in_the_room(school, people, django_capture_on_commit_callbacks):
    talk = of_school(cast.Talk(), school, people["owner"])
    index(talk)
    with django_capture_on_commit_callbacks() as after:
        talk.add("values", name="Rust")
        talk.go("facts")
    assert [one for one in after if "keep" in repr(one)] == []
    assert finding.stale().get().pk == talk.id
    tick.send(None)
    assert not finding.stale().exists()


def test_promise_that_was_kept_is_not_overdue(school, people, django_capture_on_commit_callbacks):
    talk = of_school(cast.Talk(), school, people["owner"])
    row = talk.add("actions", what="Een bord", due=datetime.date(2020, 1, 1))
    talk.close()
    index(talk)
    assert found(people["leader"], overdue=True) == {talk.id}
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.keep_promise(talk.lead, row, "done", None, 1)
    assert found(people["leader"], overdue=True) == set()


def test_reindex_makes_the_same_anew(school, people):
    for end in range(3):
        talk = of_school(cast.whole(), school, people["owner"])
        if end:
            talk.close()
        if end > 1:
            talk.reopen()
        index(talk)

    def rows():
        columns = ("session", "face", "number", "last", "day", "question", "verdict", "words")
        faces = Findable.objects.order_by("session", "face", "number").values_list(*columns)
        keys = FindableKey.objects.order_by("findable__session", "findable__face", "kind", "key")
        return list(faces), list(keys.values_list("findable__session", "kind", "key", "name"))

    before = rows()
    Findable.objects.all().delete()
    call_command("reindex", verbosity=0)
    assert rows() == before
    assert not finding.stale().exists()


def test_indexing_asks_as_much_whatever_the_number_of_talks(school):
    def count(number):
        talks = [of_school(cast.whole(), school) for _ in range(number)]
        for talk in talks[::2]:
            talk.close()
        with CaptureQueriesContext(connection) as asked:
            index(*talks)
        return len(asked)

    assert count(2) == count(6)


# The page


def client(user):
    browser = Client(headers={"accept-language": "nl"})
    browser.force_login(user)
    return browser


def closed(school, owner, day, question=cast.QUESTION):
    talk = of_school(cast.Talk(question), school, owner)
    Session.objects.filter(pk=talk.id).update(held_on=day)
    talk.close()
    return talk


def test_nobody_in_particular_is_asked_to_log_in():
    response = Client().get(f"{HERE}?zoek=camera")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/register/%3Fzoek%3Dcamera")


def test_who_belongs_nowhere_is_told_what_to_do(people):
    page = client(people["nobody"]).get(HERE).content.decode()
    assert "Je hoort hier nog niet bij een school." in page


def test_row_tells_what_this_reader_may_know(school, board, people):
    talk = of_school(cast.whole(), school, people["owner"])
    Session.objects.filter(pk=talk.id).update(held_on=datetime.date(2024, 3, 5))
    Tag.objects.create(session=talk.session, name="privacy")
    talk.close()
    share(talk, 1, board)
    index(talk)
    says = {
        name: client(user).get(HERE).content.decode()
        for name, user in people.items()
        if name not in ("stranger", "nobody")
    }
    for name, page in says.items():
        assert "5 maart 2024" in page, name
        reads = name not in ("administrator", "installation")
        knows = name in ("owner", "colleague", "leader")
        assert ("De camera" in page, "Mag er een camera" in page) == (reads, reads), name
        assert ("register-verdict" in page) == reads, name
        ticks = f'value="{talk.id}"' in page, COMPARE in page, BUNDLE in page
        assert set(ticks) == {reads}, name
        assert ('dir="auto">privacy</span>' in page) == knows, name
        assert ("geleid door owner" in page) == (knows or name == "administrator"), name
        assert (f"/gesprekken/{talk.id}/" in page) == (name != "installation"), name


def test_what_was_never_closed_is_compared_and_not_bundled(school, people):
    talk = of_school(cast.Talk(), school, people["owner"])
    index(talk)
    page = client(people["owner"]).get(HERE).content.decode()
    assert (f'value="{talk.id}"' in page, BUNDLE in page) == (True, False)


def test_filters_offer_nothing_of_others(school, elsewhere, people):
    theirs = of_school(cast.Talk(), elsewhere, people["stranger"])
    theirs.add("values", name=f"Waarde {SECRET}")
    theirs.add("stakeholders", name=f"Mensen {SECRET}")
    Tag.objects.create(session=theirs.session, name=SECRET)
    Organisation.objects.filter(pk=elsewhere.pk).update(name=f"School {SECRET}")
    theirs.close()
    index(theirs)
    assert SECRET in client(people["stranger"]).get(HERE).content.decode()
    for name in ("owner", "colleague", "leader", "reader", "administrator", "nobody"):
        assert SECRET not in client(people[name]).get(HERE).content.decode(), name
    page = client(people["installation"]).get(HERE).content.decode()
    assert f"School {SECRET}" in page
    assert page.replace(f"School {SECRET}", "").count(SECRET) == 0


def test_pages_go_on_and_back_over_all_talks_once(school, people):
    day = datetime.date(2024, 1, 1)
    talks = [closed(school, people["owner"], day + datetime.timedelta(n // 3)) for n in range(60)]
    index(*talks)
    browser, seen, url = client(people["colleague"]), [], HERE
    pages = []
    while url:
        response = browser.get(url)
        page = response.context["page"]
        pages.append([row.session.pk for row in page.rows])
        seen += pages[-1]
        url = f"{HERE}?na={page.later}" if page.later else ""
    assert [len(one) for one in pages] == [ROWS, ROWS, 10]
    assert (len(set(seen)), page.count) == (60, 60)
    days = [Session.objects.get(pk=id).held_on for id in seen]
    assert days == sorted(days, reverse=True)
    back = browser.get(f"{HERE}?voor={page.earlier}").context["page"]
    assert [row.session.pk for row in back.rows] == pages[1]
    first = browser.get(f"{HERE}?voor={back.earlier}").context["page"]
    assert ([row.session.pk for row in first.rows], first.earlier) == (pages[0], "")


@pytest.mark.parametrize("place", ["na=onzin", "voor=2024-01-01_x", "na=2024-01-01"])
def test_address_that_was_cut_off_shows_the_first_page(school, people, place):
    talk = closed(school, people["owner"], datetime.date(2024, 1, 1))
    index(talk)
    page = client(people["owner"]).get(f"{HERE}?{place}").context["page"]
    assert [row.session.pk for row in page.rows] == [talk.id]


def test_filters_stand_in_the_address_and_work_together(school, people):
    one = closed(school, people["owner"], datetime.date(2024, 1, 1), "Mag een robot dit?")
    other = closed(school, people["owner"], datetime.date(2025, 1, 1), "Mag een robot dat?")
    index(one, other)
    browser = client(people["owner"])

    def shown(query):
        return [row.session.pk for row in browser.get(HERE + query).context["page"].rows]

    assert shown("?zoek=robots") == [other.id, one.id]
    assert shown("?zoek=robots&tot=2024-12-31") == [one.id]
    assert shown("?van=2025-01-01&school=school&methode=alles&status=closed") == [other.id]
    assert shown("?school=elders") == []  # of which this user knows nothing
    assert shown("?status=draft") == shown("?zoek=niets") == shown("?zoek=!!") == []
    Session.objects.filter(pk=one.id).update(archived_on=timezone.localdate())
    assert (shown(""), shown("?archief=on")) == ([other.id], [one.id])
    page = browser.get(f"{HERE}?zoek=robots&van=gisteren").content.decode()
    assert 'value="robots"' in page
    assert 'value="gisteren"' in page
    assert "errorlist" in page


def test_board_chooses_a_school_or_all_of_them(school, board, people):
    other = Organisation.objects.create(name="Nog een", slug="nog-een", parent=board)
    talks = [closed(one, None, datetime.date(2024, 1, 1)) for one in (school, other)]
    for talk in talks:
        share(talk, 1, board)
    index(*talks)
    assert found(people["reader"], school="school") == {talks[0].id}
    assert found(people["reader"], school="bestuur") == {talk.id for talk in talks}
    assert found(people["installation"], school="bestuur") == {talk.id for talk in talks}


def test_shared_talk_that_is_open_again_is_closed_to_the_board(school, board, people):
    talk = closed(school, people["owner"], datetime.date(2024, 1, 1))
    share(talk, 1, board)
    talk.reopen()
    index(talk)
    assert found(people["reader"], status="closed") == {talk.id}
    assert found(people["reader"], status="running") == set()
    assert found(people["colleague"], status="running") == {talk.id}


@pytest.mark.parametrize("name", ["owner", "leader", "reader", "administrator", "installation"])
def test_register_asks_as_much_whatever_the_rows(school, board, people, name):
    browser = client(people[name])

    def count(number):
        for _ in range(number):
            talk = of_school(cast.whole(), school, people["owner"])
            Tag.objects.create(session=talk.session, name="privacy")
            talk.close()
            share(talk, 1, board)
            index(talk)
        with CaptureQueriesContext(connection) as asked:
            assert len(browser.get(f"{HERE}?van=2001-01-01").context["page"].rows) >= number
        return len(asked)

    few = count(1)
    assert (count(3), few <= 12) == (few, True), few


def test_more_than_can_be_counted_is_said_so(school, people, monkeypatch):
    monkeypatch.setattr("sessions.register.MOST_COUNTED", 2)
    index(*(closed(school, people["owner"], datetime.date(2024, 1, 1)) for _ in range(3)))
    page = client(people["owner"]).get(HERE).content.decode()
    assert "Meer dan" in page


def test_talk_on_the_list_leads_to_where_it_is_read(school, people):
    talk = closed(school, people["owner"], datetime.date(2024, 1, 1))
    index(talk)
    response = client(people["colleague"]).get(f"/gesprekken/{talk.id}/", follow=True)
    assert response.status_code == 200
    assert str(uuid.UUID(str(talk.id))) in response.redirect_chain[-1][0]
