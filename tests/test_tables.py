"""Several tables: a plenary with a question, and tables that are each a talk of their own."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kompas import live
from sessions import access, inquiries, lifecycle, room, tables, upkeep
from sessions.blind_spots import blind_spots
from sessions.document import DocumentError, document, load
from sessions.models import (
    Change,
    Erasure,
    Link,
    MinorityView,
    Refused,
    Seat,
    Session,
    Text,
    new_secret,
)
from sessions.screen import StepScreen
from tests import cast

pytestmark = pytest.mark.django_db


class Plenary(cast.Talk):
    """A talk with tables, and the hands of who leads each."""

    def __init__(self, number: int = 3):
        super().__init__()
        self.text("", "mandate", "advice")
        self.text("", "emotion", "Boos")
        self.text("", "legal", "clear")
        self.text("", "legal_note", "Gevraagd aan Bas")
        self.add("facts", text="Er is veel weg", kind="fact")
        self.add("stakeholders", name="Ouders")
        with self.writing() as write:
            write.set_day("held_on", datetime.date(2027, 3, 1))
        tables.make(self.lead, number)

    def table(self, number: int) -> cast.Talk:
        row = Session.objects.get(plenary=self.id, table=number)
        secret = new_secret()
        tables.give_link(self.lead, row, secret)
        talk = cast.Talk.__new__(cast.Talk)
        talk.id, talk.leader = row.pk, cast.Person(row.pk, access.FACILITATOR, secret)
        return talk

    def get(self, name: str, *more, who=None):
        client = (who or self.leader).client()
        return client.get(reverse(f"sessions:{name}", args=[self.id, *more]))

    def post(self, name: str, *more, who=None, **data):
        client = (who or self.leader).client()
        return client.post(reverse(f"sessions:{name}", args=[self.id, *more]), data)

    def numbers(self) -> list[int]:
        return sorted(Session.objects.filter(plenary=self.id).values_list("table", flat=True))


@pytest.fixture
def plenary():
    return Plenary()


def weighed(talk: cast.Talk, *weights: int, text: str = "Het kost rust") -> cast.Person:
    """A table at which one phone weighed one argument, and it was shown."""
    phone = talk.phone()
    talk.add("arguments", text=text)
    talk.open("weighing")
    talk.weigh(phone, *weights)
    talk.reveal("weighing")
    return phone


# Making tables


def test_tables_get_what_was_prepared_and_no_more(plenary):
    assert plenary.session.table_count == 3
    for number in plenary.numbers():
        table = plenary.table(number)
        assert (table.id, table.session.code) == (uuid.uuid5(plenary.id, str(number)), None)
        assert document(table.session) == {
            "format": "kompas-session",
            "version": 1,
            "method": "alles",
            "method_version": 1,
            "language": "nl",
            "status": "draft",
            "question": cast.QUESTION,
            "held_on": "2027-03-01",
            "mandate": {"kind": "advice"},
            "preparation": {"legal": "clear"},
            "facts": [{"text": "Er is veel weg", "kind": "fact"}],
            "stakeholders": [{"name": "Ouders"}],
        }


def test_naming_goes_along():
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(naming="function")
    tables.make(talk.lead, 2)
    assert set(talk.session.tables.values_list("naming", flat=True)) == {"function"}


def test_page_makes_tables_once_and_says_what_is_wrong():
    talk = cast.Talk()
    client, url = talk.leader.client(), reverse("sessions:tables", args=[talk.id])
    for number, status in (("", 422), ("1", 422), ("21", 422), ("x", 422), ("3", 303), ("3", 303)):
        assert client.post(url, {"number": number}).status_code == status
    assert talk.session.table_count == Session.objects.filter(plenary=talk.id).count() == 3
    assert client.post(url, {"number": "2"}).status_code == 422  # fewer is taking away
    assert client.post(url, {"number": "4"}).status_code == 303
    assert talk.session.table_count == 4


def test_talk_in_which_somebody_sits_or_something_was_asked_gets_no_tables():
    seated, asked, table = cast.Talk(), cast.Talk(), Plenary(2).table(1)
    seated.phone()
    asked.open("question")
    asked.discard("question")
    for talk in (seated, asked, table):
        with pytest.raises(Refused):
            tables.make(talk.lead, 2)
        page = talk.leader.client().get(reverse("sessions:tables", args=[talk.id]))
        assert 'name="number"' not in page.content.decode()
    empty = cast.Talk.brought_in(document(cast.Talk().session))
    Text.objects.filter(session=empty.id).update(body="")
    with pytest.raises(Refused):
        tables.make(empty.lead, 2)


def test_empty_table_is_really_erased_and_its_number_does_not_come_back(plenary, settings):
    id = plenary.table(2).id
    for _ in range(2):
        assert plenary.post("table_removal", 2).status_code == 303
    assert (plenary.numbers(), plenary.session.table_count) == ([1, 3], 2)
    assert Erasure.objects.filter(session_id=id).exists()
    with open(settings.KOMPAS_ERASURES, encoding="utf-8") as ledger:
        assert str(id) in ledger.read()
    tables.make(plenary.lead, 3)
    assert plenary.numbers() == [1, 3, 4]


def test_table_where_something_was_given_stays(plenary):
    plenary.table(1).phone()
    plenary.table(2).add("facts", text="Nieuw")
    plenary.table(3).go("facts")
    for number in (1, 2, 3):
        assert plenary.post("table_removal", number).status_code == 403
    assert plenary.numbers() == [1, 2, 3]


# What holds for all tables


@pytest.mark.parametrize(
    ("step", "prompt", "body"),
    [("question", "question", "Mag het anders?"), ("-", "mandate", "decision")],
)
def test_question_and_mandate_no_longer_change(plenary, step, prompt, body):
    for talk in (plenary, plenary.table(1)):
        before = document(talk.session)
        url = reverse("sessions:text", args=[talk.id, step, prompt])
        response = talk.leader.client().post(url, {"body": body, "version": 1})
        assert response.status_code == 422
        text = response.content.decode()
        assert talk.session.fixed_by_tables in text
        assert document(talk.session) == before
        with pytest.raises(Refused):
            talk.text("" if step == "-" else step, prompt, body)


def test_day_of_the_decision_and_naming_no_longer_change(plenary):
    table = plenary.table(1)
    for talk in (plenary, table):
        url = reverse("sessions:prepare", args=[talk.id])
        response = talk.leader.client().post(url, {"by": "yes", "decide_by": "2027-05-01"})
        assert response.status_code == 422
        assert talk.session.decide_by is None
        with pytest.raises(Refused):
            sign(talk)
        assert talk.session.naming == "none"
    page = table.leader.client().get(reverse("sessions:prepare", args=[table.id]))
    assert table.session.fixed_by_tables in page.content.decode()


def sign(talk):
    with talk.writing() as write:
        write.session.naming = "name"
        write.touch()


def test_quick_entry_says_it_beside_the_field(plenary):
    url = reverse("sessions:entry", args=[plenary.id])
    form = plenary.leader.client().get(url).context["screen"].form
    name = next(name for name, place in form.texts.items() if place == ("question", "question"))
    data = {"id": str(uuid.uuid4()), name: "Iets anders?"}
    response = plenary.leader.client().post(url, data)
    assert response.status_code == 422
    assert name in response.context["screen"].form.errors


def test_nobody_sits_at_the_plenary_and_nothing_is_asked_there(plenary):
    with pytest.raises(Refused):
        plenary.phone()
    with pytest.raises(Refused):
        plenary.open("arguments")
    page = plenary.get("step", "arguments").content.decode()
    assert "/ronde/" not in page
    assert plenary.get("board").status_code == 200


# Leading a table


def test_leader_of_the_plenary_gets_in_by_a_post_until_the_night(plenary):
    client, id = plenary.leader.client(), uuid.uuid5(plenary.id, "2")
    step = reverse("sessions:step", args=[id, "facts"])
    assert client.get(step).status_code == 403
    secret = new_secret()
    for _ in range(2):
        response = client.post(reverse("sessions:table", args=[plenary.id, 2]), {"secret": secret})
        assert (response.status_code, response["Location"]) == (
            303,
            reverse("sessions:session", args=[id]),
        )
    assert client.get(step).status_code == 200
    (link,) = Link.objects.filter(session=id)
    assert link.role == "facilitator"
    assert link.expires_at == access.until_four_at_night()
    assert Change.objects.filter(session=id, action="enter").count() == 1
    # Another table is another link, also from the same page.
    client.post(reverse("sessions:table", args=[plenary.id, 3]), {"secret": secret})
    assert Link.objects.filter(session=uuid.uuid5(plenary.id, "3")).count() == 1


def test_links_to_hand_over_are_shown_once_and_made_once(plenary):
    secret, before = new_secret(), Link.objects.count()
    for _ in range(2):
        response = plenary.post("table_links", secret=secret)
        given = response.context["given"]
    assert Link.objects.count() == before + 3
    for table, link in given:
        assert link in response.content.decode()
        browser = Client()
        browser.get(link[link.index("/gesprekken") :])
        assert browser.get(reverse("sessions:step", args=[table.pk, "facts"])).status_code == 200
        assert browser.get(reverse("sessions:tables", args=[plenary.id])).status_code == 403
    assert plenary.post("table_links", secret=secret, number="2").context["given"] == [
        (Session.objects.get(plenary=plenary.id, table=2), given[1][1])
    ]
    assert plenary.post("table_links", secret=secret, number="9").status_code == 404


def test_who_belongs_elsewhere_gets_nowhere(plenary):
    one, two = plenary.table(1), plenary.table(2)
    phone = one.phone()
    pretended = [
        cast.Person(plenary.id, access.FACILITATOR, one.leader.secret),
        cast.Person(two.id, access.FACILITATOR, one.leader.secret),
        cast.Person(two.id, access.FACILITATOR, plenary.leader.secret),
        cast.Person(two.id, access.SEAT, phone.secret),
        cast.Person(plenary.id, access.SEAT, phone.secret),
    ]
    names = ["session", "tables", "step", "board", "phone", "export", "close"]
    for person in pretended:
        for name in names:
            more = ["facts"] if name == "step" else []
            url = reverse(f"sessions:{name}", args=[person.session_id, *more])
            assert person.client().get(url).status_code == 403
    for name, more in (("table_links", ()), ("table", (1,)), ("table_removal", (3,))):
        for person in pretended[:1] + pretended[-1:]:
            assert plenary.post(name, *more, who=person, secret="s" * 43).status_code == 403
        assert plenary.post(name, *more, who=plenary.board(), secret="s" * 43).status_code == 403
    assert plenary.numbers() == [1, 2, 3]


def test_screens_of_a_table_say_which_it_is(plenary):
    table = plenary.table(3)
    phone = table.phone()
    for who, name in ((table.leader, "board"), (phone, "phone"), (table.leader, "prepare")):
        text = who.client().get(reverse(f"sessions:{name}", args=[table.id])).content.decode()
        assert ("Tafel 3" in text) == (name != "prepare")
    text = table.leader.client().get(reverse("sessions:step", args=[table.id, "facts"]))
    assert "Tafel 3" in text.content.decode()
    code = plenary.session.code
    board = table.leader.client().get(reverse("sessions:board", args=[table.id])).content.decode()
    assert f"{code[:3]} {code[3:]}" in board


# Taking a seat


def choice(plenary, *number):
    name = "join_table" if number else "join_tables"
    return reverse(f"sessions:{name}", args=[plenary.session.code, *number])


def test_code_leads_to_a_choice_of_table(plenary):
    plenary.table(1).phone()
    client = Client()
    code = plenary.session.code
    answer = client.post(reverse("sessions:join"), {"code": code.lower(), "key": "k" * 43})
    assert answer["Location"] == choice(plenary)
    page = client.get(choice(plenary)).content.decode()
    assert re.findall(r"Tafel \d", page) == ["Tafel 1", "Tafel 2", "Tafel 3"]
    assert "1 telefoon" in page
    answer = client.post(choice(plenary), {"number": "2", "key": "k" * 43})
    table = Session.objects.get(plenary=plenary.id, table=2)
    assert answer["Location"] == reverse("sessions:phone", args=[table.pk])
    assert client.get(answer["Location"]).status_code == 200
    for _ in range(2):  # sent again
        client.post(choice(plenary), {"number": "2", "key": "k" * 43})
    assert table.seats.count() == 1


def test_code_at_a_table_leads_straight_there(plenary):
    page = Client().get(choice(plenary, 2)).content.decode()
    assert page.count('name="number"') == 1
    board = plenary.table(2)
    shown = board.leader.client().get(reverse("sessions:board", args=[board.id]))
    assert shown.context["screen"].join_url == choice(plenary, 2)
    assert plenary.get("board").context["screen"].join_url == choice(plenary)


def test_wrong_choice_is_said_and_changes_nothing(plenary):
    for number in ("", "x", "9"):
        answer = Client().post(choice(plenary), {"number": number, "key": "k" * 43})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert Client().post(choice(plenary), {"number": "1", "key": "kort"}).status_code == 422
    assert not Seat.objects.exists()
    talk = cast.Talk()  # no tables, so no choice
    url = reverse("sessions:join_tables", args=[talk.session.code])
    assert "onbekend" in Client().get(url)["Location"]


def test_lock_and_another_code_hold_for_all(plenary):
    table = plenary.table(1)
    stays = table.phone()
    old = choice(plenary)
    room.lock_room(plenary.lead, True)
    assert Client().post(old, {"number": "1", "key": "k" * 43}).status_code == 422
    assert stays.client().get(reverse("sessions:phone", args=[table.id])).status_code == 200
    board = table.leader.client().get(reverse("sessions:board", args=[table.id]))
    assert plenary.session.code not in board.content.decode()
    room.lock_room(plenary.lead, False)
    room.change_code(plenary.lead, plenary.session.code)
    assert "onbekend" in Client().get(old)["Location"]
    for act in (lambda: room.lock_room(table.lead, True), lambda: room.change_code(table.lead, "")):
        with pytest.raises(Refused):
            act()
    assert table.session.code is None


def test_board_of_a_table_is_told_about_the_door(plenary, monkeypatch):
    table = plenary.table(1)
    client, url = table.leader.client(), reverse("sessions:board", args=[table.id])
    told = []
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    monkeypatch.setattr(live, "changed", lambda *topics: told.extend(topics))
    room.change_code(plenary.lead, plenary.session.code)
    assert table.session.leading_topic in told
    assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_who_was_heard_beforehand_is_heard_at_every_table(plenary, monkeypatch):
    table = plenary.table(2)
    words = {"question": "Wat merk je?", "asked": "Ouders", "for_children": False, "until": None}
    asked = inquiries.ask(plenary.lead, uuid.uuid4(), words)
    inquiries.give(asked, uuid.uuid4(), "Mijn kind durft niets meer.")
    table.go("stakeholders")
    client, url = table.leader.client(), reverse("sessions:board", args=[table.id])
    page = client.get(url)
    assert "durft niets meer" not in page.content.decode()
    # when: the plenary shows it
    voice, told = asked.voices.get(), []
    monkeypatch.setattr(live, "changed", lambda *topics: told.extend(topics))
    inquiries.moderate(plenary.lead, asked, voice.pk, "shown")
    # then: the table is told, sees it, and can take it over
    assert table.session.leading_topic in told
    again = client.get(url, headers={"if-none-match": page["ETag"]})
    assert "durft niets meer" in again.content.decode()
    row = inquiries.take_over(table.lead, table.step("stakeholders"), voice.pk, "interest")
    assert (row.session_id, row.origin, row.name) == (table.id, "heard", "Ouders")
    with pytest.raises(Http404):  # of another talk it is none
        inquiries.take_over(cast.Talk().lead, table.step("stakeholders"), voice.pk, "interest")
    # and: a table asks nobody by itself
    with pytest.raises(Refused):
        inquiries.ask(table.lead, uuid.uuid4(), words)
    assert "inquiries" not in document(table.session)
    assert document(plenary.session)["inquiries"][0]["voices"]


def test_plenary_counts_the_phones_of_all_tables(plenary):
    for number, page in ((1, "a"), (2, "b")):
        live.asked(plenary.table(number).session.topic, page * 20 + " asks")
    assert plenary.get("connected").content.decode() == "2 telefoons zijn verbonden"
    assert (
        "1 telefoon"
        in plenary.table(1)
        .leader.client()
        .get(reverse("sessions:connected", args=[plenary.table(1).id]))
        .content.decode()
    )


def test_changing_tables_leaves_the_first_seat(plenary):
    client = Client()
    one, two = (Session.objects.get(plenary=plenary.id, table=n) for n in (1, 2))
    client.post(choice(plenary), {"number": "1", "key": "a" * 43})
    answer = client.post(choice(plenary), {"number": "2", "key": "b" * 43})
    assert (one.seats.count(), two.seats.count()) == (0, 1)
    assert answer.cookies[access.COOKIE.format(role="seat", session=one.pk.hex)]["max-age"] == 0


@pytest.mark.parametrize("given", ["argument", "ready", "weights"])
def test_seat_stays_where_something_of_theirs_is_unseen(plenary, given):
    table = plenary.table(1)
    phone = table.phone()
    if given == "weights":
        table.add("arguments", text="Rust")
        table.open("weighing")
        table.weigh(phone, 4)
    else:
        table.open("arguments")
        if given == "argument":
            table.argue(phone, "Iets")
        else:
            room.be_ready(phone.access, table.step("arguments"), True)
    client = phone.client()
    client.post(choice(plenary), {"number": "2", "key": "b" * 43})
    assert table.session.seats.count() == 1
    table.reveal("weighing" if given == "weights" else "arguments")
    client.post(choice(plenary), {"number": "3", "key": "c" * 43})
    assert table.session.seats.count() == 0


# The plenary's screens


def test_page_and_board_show_what_tables_answer(plenary):
    one, two = plenary.table(1), plenary.table(2)
    weighed(one, 5, text="Leraren raken hun rust kwijt")
    one.text("outcome", "verdict", "yes_if")
    one.text("outcome", "answer", "Alleen in de gang.")
    two.go("arguments")
    two.text("outcome", "verdict", "no")
    two.add("minority_views", text="Het kan best")
    page = plenary.get("tables").content.decode()
    assert "2 van de 3 tafels hebben een antwoord." in page
    for words in (
        "Ja, mits",
        "Alleen in de gang.",
        "Nee",
        "Arguments",
        "Het kan best",
        "rust kwijt",
    ):
        assert words in page
    board = plenary.get("board").content.decode()
    assert "Alleen in de gang." not in board  # while the tables work
    plenary.go("outcome")
    board = plenary.get("board").content.decode()
    for words in ("Alleen in de gang.", "Leraren raken hun rust kwijt", "Het kan best", "Nee"):
        assert words in board
    plenary.text("outcome", "verdict", "not_yet")
    plenary.text("outcome", "answer", "Eerst vragen.")
    board = plenary.get("board").content.decode()
    assert "Eerst vragen." in board
    assert "Tafel 1: Ja, mits" in " ".join(board.split())


def test_one_table_with_an_answer_is_one(plenary):
    plenary.table(1).text("outcome", "verdict", "no")
    page = plenary.get("tables").content.decode()
    assert "1 van de 3 tafels heeft een antwoord." in page


def test_plenary_shows_nothing_that_a_table_has_not_shown(plenary):
    table = plenary.table(1)
    phone = table.phone()
    plenary.go("outcome")
    table.open("arguments")

    def seen():
        screens = [plenary.get(name) for name in ("board", "tables", "export", "overview")]
        return "".join(screen.content.decode() for screen in screens)

    table.argue(phone, "Dit blijft ongezien")
    assert "Dit blijft ongezien" not in seen()
    table.reveal("arguments")
    table.open("weighing")
    table.weigh(phone, 5)
    screen = plenary.get("board").context["screen"]
    assert screen.tables.all[0].weighed == []
    assert '"weights"' not in plenary.get("export").content.decode()
    table.reveal("weighing")
    screen = plenary.get("board").context["screen"]
    assert [one.total for one in screen.tables.all[0].weighed] == [1]
    view = MinorityView.objects.filter(session=table.id)
    assert not view.exists()


def test_screens_of_the_plenary_follow_its_tables(plenary, monkeypatch):
    table, client = plenary.table(1), plenary.leader.client()
    told = []
    monkeypatch.setattr(live, "changed", lambda *topics: told.append(topics))
    for name in ("tables", "board"):
        url = reverse(f"sessions:{name}", args=[plenary.id])
        tag = client.get(url)["ETag"]
        assert client.get(url, headers={"if-none-match": tag}).status_code == 304
        table.go("facts" if name == "tables" else "values")
        assert plenary.session.leading_topic in told[-1]
        assert client.get(url, headers={"if-none-match": tag}).status_code == 200
    phone = table.phone()
    table.open("arguments")
    told.clear()
    room.be_ready(phone.access, table.step("arguments"), True)
    assert plenary.session.leading_topic not in {topic for topics in told for topic in topics}


def test_table_waits_for_nobody(plenary):
    """Writing at a table locks no row but its own."""
    table = plenary.table(1)
    with CaptureQueriesContext(connection) as asked:
        table.go("facts")
    updates = [one["sql"] for one in asked if one["sql"].startswith("UPDATE")]
    assert all(plenary.id.hex not in one and str(plenary.id) not in one for one in updates)


def filled(number):
    plenary = Plenary(number)
    for one in plenary.numbers():
        table = plenary.table(one)
        weighed(table, 4)
        table.text("outcome", "verdict", "yes")
        table.add("minority_views", text="Toch niet")
        table.open("arguments")
    return plenary


def test_queries_do_not_grow_with_the_tables():
    few, many = filled(2), filled(6)

    def counts(plenary):
        client, found = plenary.leader.client(), {}
        code = plenary.session.code
        for step in ("facts", "outcome"):
            plenary.go(step)
            for name, url in {
                **{
                    name: reverse(f"sessions:{name}", args=[plenary.id])
                    for name in ("tables", "board", "close", "export", "overview")
                },
                "report": reverse("reports:report", args=[plenary.id]),
                "step": reverse("sessions:step", args=[plenary.id, step]),
                "join": reverse("sessions:join_tables", args=[code]),
            }.items():
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(url).status_code == 200
                found[step, name] = len(asked)
        return found

    found = counts(few)
    assert found == counts(many)
    assert max(found.values()) <= 12, found


# Closing


def test_plenary_is_not_asked_for_what_its_tables_do(plenary):
    page = plenary.get("close").content.decode()
    assert "Outcome" in page  # not filled in yet
    assert "Ga naar Values" not in page
    assert "Ga naar Arguments" not in page


def test_plenary_closes_after_its_tables(plenary):
    one, two, three = (plenary.table(number) for number in (1, 2, 3))
    one.text("outcome", "verdict", "yes")
    one.close()
    page = plenary.get("close").content.decode()
    assert "Tafel 2 openen" in page
    assert "Tafel 1 openen" not in page
    with pytest.raises(Refused):
        plenary.close()
    two.close()
    three.close()
    assert "Close" not in plenary.get("close").content.decode()
    lifecycle.close(plenary.lead, "")
    version = plenary.session.versions.get()
    assert [(one["table"], one["status"]) for one in version.document["tables"]] == [
        (1, "closed"), (2, "closed"), (3, "closed"),
    ]  # fmt: skip
    last = one.session.versions.get().document
    assert version.document["tables"][0] == {**last, "table": 1}
    assert version.document == document(plenary.session)
    with pytest.raises(Refused):
        one.reopen()
    plenary.reopen()
    one.reopen()
    assert one.session.code is None
    assert plenary.session.code
    with pytest.raises(Refused):
        plenary.close()
    one.close()
    assert plenary.close().number == 2


def closed_plenary() -> tuple[Plenary, dict[int, cast.Person]]:
    """A plenary of two tables, closed after them, with a phone at each."""
    plenary = Plenary(2)
    phones = {}
    for number, verdict in ((1, "yes"), (2, "no")):
        table = plenary.table(number)
        phones[number] = table.phone()
        table.text("outcome", "verdict", verdict)
        table.text("outcome", "answer", f"Zo zegt tafel {number}.")
        table.close()
    plenary.text("outcome", "verdict", "not_yet")
    plenary.text("outcome", "answer", "Samen vragen we eerst ouders.")
    return plenary, phones


def of_plenary(plenary: Plenary, person: cast.Person) -> dict[str, int]:
    """What each of the plenary's addresses says to somebody, by its name."""
    client, id = person.client(), plenary.id
    addresses = {
        "report": reverse("reports:report", args=[id]),
        "explanation": reverse("reports:explanation", args=[id]),
        **{
            name: reverse(f"sessions:{name}", args=[id])
            for name in ("tables", "board", "phone", "export", "close", "links", "promises")
        },
        "decision": reverse("sessions:decision", args=[id]),
    }
    return {name: client.get(url).status_code for name, url in addresses.items()}


def test_phones_at_a_table_get_the_joint_answer_once_the_plenary_is_closed():
    plenary, phones = closed_plenary()
    id = plenary.table(1).id
    client, url = phones[1].client(), reverse("sessions:phone", args=[id])

    def shown():
        return " ".join(client.get(url).content.decode().split())

    before = client.get(url)
    report = reverse("reports:report", args=[plenary.id])
    assert "Samen vragen we" not in before.content.decode()
    assert report not in before.content.decode()
    plenary.close()
    again = client.get(url, headers={"if-none-match": before["ETag"]})
    assert again.status_code == 200
    page = shown()
    assert page.index("Samen vragen we eerst ouders.") < page.index("Zo zegt tafel 1.")
    assert page.index("Nog niet") < page.index("Het antwoord van tafel 1")
    assert "Zo zegt tafel 2." not in page  # that is in the report
    assert f'href="{report}"' in page
    own = client.get(reverse("reports:report", args=[id])).content.decode()
    assert f'href="{report}"' in own
    with CaptureQueriesContext(connection) as asked:
        shown()
    assert len(asked) <= 12
    plenary.reopen()
    assert "Samen vragen we" not in shown()
    assert report not in shown()


def test_closing_the_plenary_is_told_to_the_phones_of_its_tables(monkeypatch):
    plenary, _phones = closed_plenary()
    table, told = plenary.table(2), []
    monkeypatch.setattr(live, "changed", lambda *topics: told.extend(topics))
    plenary.close()
    assert table.session.topic in told
    told.clear()
    plenary.reopen()
    assert table.session.topic in told


def test_seat_at_a_table_reads_the_report_of_a_closed_plenary_and_no_more():
    plenary, phones = closed_plenary()
    gate = dict.fromkeys(of_plenary(plenary, phones[1]), 403)
    assert of_plenary(plenary, phones[1]) == gate
    with pytest.raises(access.NoGrant):  # like any that is not there
        access.readable_session(phones[1].actor, plenary.id)
    plenary.close()
    for phone in phones.values():
        assert of_plenary(plenary, phone) == {**gate, "report": 200}
    found = access.readable_session(phones[1].actor, plenary.id)
    assert (found.role, found.seat.session_id, found.key) == ("table", plenary.table(1).id, "")
    assert [act for act in access.RIGHTS["facilitator"] | {"contribute"} if found.may(act)] == []
    client, report = phones[2].client(), reverse("reports:report", args=[plenary.id])
    with CaptureQueriesContext(connection) as asked:
        text = client.get(report).content.decode()
    assert len(asked) <= 12
    assert "Samen vragen we eerst ouders." in text
    assert "Zo zegt tafel 1." in text
    assert client.get(reverse("sessions:session", args=[plenary.id]))["Location"] == report
    # and: a key of elsewhere, the seat under another name, or a plenary that is open again
    stranger = cast.Talk().phone()
    one, two = (plenary.table(number).id for number in (1, 2))
    pretended = [
        stranger,
        cast.Person(plenary.id, access.SEAT, phones[1].secret),
        cast.Person(two, access.SEAT, phones[1].secret),
        cast.Person(one, access.FACILITATOR, phones[1].secret),
        cast.Person(one, access.SEAT, ""),
        plenary.table(1).leader,
    ]
    for person in pretended:
        assert of_plenary(plenary, person) == gate
    other = closed_plenary()[0]
    other.close()
    assert of_plenary(other, phones[1]) == gate
    plenary.reopen()
    assert of_plenary(plenary, phones[1]) == gate


def differs(table: cast.Talk, phone: cast.Person, text: str) -> None:
    """Write a minority view alone."""
    step = table.step("outcome")
    form_of = StepScreen(phone.access, step).kind.alone[0].form
    form = form_of({"id": str(uuid.uuid4()), "text": text}, session=table.session, step=step.key)
    assert form.is_valid(), form.errors
    room.give_alone(phone.access, step, form)


def test_joint_answer_is_written_beside_what_the_tables_answered(plenary):
    one, two = plenary.table(1), plenary.table(2)
    one.text("outcome", "verdict", "yes_if")
    one.text("outcome", "answer", "Alleen in de gang.")
    one.add("conditions", text="Na een jaar weg")
    two.add("minority_views", text="Het kan best")
    phone = plenary.table(3).phone()
    third = plenary.table(3)
    room.open_round(third.lead, third.step("outcome"), "contributions")
    differs(third, phone, "Dit blijft ongezien")
    scribe = plenary.scribe()

    def shown(who):
        return " ".join(plenary.get("step", "outcome", who=who).content.decode().split())

    assert "Alleen in de gang." not in shown(scribe)  # before the board brings them together
    plenary.go("outcome")
    for who in (plenary.leader, scribe):
        page = shown(who)
        for words in ("Tafel 1: <strong>Ja, mits", "Alleen in de gang.", "Na een jaar weg"):
            assert words in page
        assert "Tafel 2: nog geen antwoord" in page
        assert "Het kan best" in page
        assert "Dit blijft ongezien" not in page
        assert page.index("Alleen in de gang.") < page.index('name="body"')
    assert (
        "Wat de tafels antwoordden"
        not in one.leader.client()
        .get(reverse("sessions:step", args=[one.id, "outcome"]))
        .content.decode()
    )
    third.reveal("outcome")
    assert "Dit blijft ongezien" in shown(plenary.leader)


def test_page_of_tables_says_what_still_stands_in_the_way(plenary):
    one = plenary.table(1)
    one.text("outcome", "verdict", "yes")
    plenary.table(2).phone()
    plenary.table(2).go("facts")

    def shown(name="tables"):
        return " ".join(plenary.get(name).content.decode().split())

    assert "Nog geen antwoord: tafel 2, tafel 3 (nog niet begonnen)." in shown()
    assert "Nog open: tafel 1, tafel 2, tafel 3." in shown()
    away = "Een tafel waar niemand zit en niets is ingebracht, kan"
    assert away in shown()
    assert f'{away} weg. <a href="{reverse("sessions:tables", args=[plenary.id])}"' in shown(
        "close"
    )
    tables.take_away(plenary.lead, 3)
    tables.take_away(plenary.lead, 3)
    one.close()
    assert "Nog open: tafel 2." in shown()
    plenary.table(2).close()
    assert "Nog open:" not in shown()
    assert away not in shown("close")


def test_what_a_table_has_is_no_blind_spot_of_the_plenary(plenary):
    plenary.text("outcome", "verdict", "yes_if")

    def found():
        return {one.key: one.sentence for one in blind_spots(document(plenary.session))}

    alone = found()
    assert {"no_minority", "no_condition"} <= set(alone)
    plenary.table(1).add("minority_views", text="Het kan best")
    plenary.table(2).add("conditions", text="Na een jaar weg")
    assert "no_minority" not in found()
    assert found()["no_condition"] != alone["no_condition"]


def test_board_says_of_each_table_whether_it_answered(plenary):
    plenary.table(1).text("outcome", "verdict", "yes")
    plenary.go("outcome")
    plenary.text("outcome", "verdict", "no")
    board = " ".join(plenary.get("board").content.decode().split())
    assert "Tafel 1: Ja<" in board
    assert "Tafel 2: geen antwoord" in board


def test_report_of_the_plenary_ends_with_the_tables_and_that_of_a_table_says_which():
    plenary, _phones = closed_plenary()
    words = {"question": "Wat merk je?", "asked": "Ouders", "for_children": False, "until": None}
    asked = inquiries.ask(plenary.lead, uuid.uuid4(), words)
    inquiries.give(asked, uuid.uuid4(), "Mijn kind durft niets meer.")
    inquiries.moderate(plenary.lead, asked, asked.voices.get().pk, "shown")
    plenary.close()
    report = reverse("reports:report", args=[plenary.id])
    whole = plenary.leader.client().get(report).content.decode()
    assert whole.index("durft niets meer") < whole.index('<h2 id="report-table-1">')
    assert "Verslag van tafel" not in whole
    table = plenary.table(2)
    url = reverse("reports:report", args=[table.id])
    assert (
        "Verslag van tafel 2, een van meer tafels"
        in table.leader.client().get(url).content.decode()
    )


# The document


def test_document_comes_back_with_its_tables():
    plenary = filled(3)
    plenary.table(2).close("discard")
    Session.objects.filter(plenary=plenary.id, table=1).delete()
    Session.objects.filter(pk=plenary.id).update(table_count=2)
    whole = document(plenary.session)
    assert [one["table"] for one in whole["tables"]] == [2, 3]
    again = load(whole)
    assert document(again) == whole
    assert [one.pk for one in again.tables.order_by("table")] == [
        uuid.uuid5(again.pk, "2"),
        uuid.uuid5(again.pk, "3"),
    ]
    assert {one.code for one in again.tables.all()} == {None}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda table: table.update(tables=[]), "$.tables[1].tables"),
        (lambda table: table.update(table=1), "$.tables[1].table"),
        (lambda table: table.update(table=0), "$.tables[1].table"),
        (lambda table: table.update(language="en"), "$.tables[1].language"),
        (lambda table: table.update(facts=[{"text": ""}]), "$.tables[1].facts[0].text"),
        (lambda table: table.pop("question"), "$.tables[1].question"),
    ],
)
def test_wrong_table_is_refused_whole(plenary, change, path):
    whole, before = document(plenary.session), Session.objects.count()
    change(whole["tables"][1])
    with pytest.raises(DocumentError) as refused:
        load(whole)
    assert refused.value.path == path
    assert Session.objects.count() == before


def test_plenary_that_is_closed_has_closed_tables(plenary):
    whole = {**document(plenary.session), "status": "closed"}
    with pytest.raises(DocumentError, match=re.escape("$.tables[0].status")):
        load(whole)
    with pytest.raises(DocumentError, match=re.escape("$.table")):
        load(whole["tables"][0])


def test_copies_never_take_tables(plenary):
    copied = lifecycle.copy(plenary.session, uuid.uuid4(), new_secret())
    assert (copied.table_count, copied.tables.count()) == (0, 0)
    table = lifecycle.copy(plenary.table(2).session, uuid.uuid4(), new_secret())
    assert (table.plenary_id, table.table) == (None, None)
    assert table.code


# Erasing, lists


def test_erasing_a_plenary_erases_its_tables(plenary, settings):
    ids = {plenary.id, *plenary.session.tables.values_list("pk", flat=True)}
    upkeep.erase(plenary.session)
    assert not Session.objects.filter(pk__in=ids).exists()
    assert set(Erasure.objects.values_list("session_id", flat=True)) == ids
    with open(settings.KOMPAS_ERASURES, encoding="utf-8") as ledger:
        assert {uuid.UUID(line.split()[0]) for line in ledger} == ids


def test_family_goes_when_the_last_of_it_is_due(plenary):
    today = timezone.localdate()
    old = today - datetime.timedelta(days=100)
    family = Session.objects.filter(pk=plenary.id) | Session.objects.filter(plenary=plenary.id)
    family.update(changed_on=old)
    young = Session.objects.filter(plenary=plenary.id, table=2)
    young.update(changed_on=today)
    assert plenary.session.erase_on == today + datetime.timedelta(days=90)
    assert plenary.table(1).session.erase_on == today + datetime.timedelta(days=90)
    family.update(changed_on=old)
    young.update(changed_on=today)
    upkeep.erase_guest_talks()
    assert family.count() == 4
    family.update(changed_on=old)
    upkeep.erase_guest_talks()
    assert Session.objects.count() == 0


def test_table_that_was_taken_away_is_forgotten_again_after_a_restore(plenary):
    upkeep.erase_again({uuid.uuid5(plenary.id, "2")})
    assert (plenary.numbers(), plenary.session.table_count) == ([1, 3], 2)
    family = {plenary.id, *plenary.session.tables.values_list("pk", flat=True)}
    upkeep.erase_again(family)
    assert not Session.objects.exists()
    assert family <= set(Erasure.objects.values_list("session_id", flat=True))


def test_lists_show_the_plenary_and_not_its_tables(plenary):
    table = plenary.table(1)
    cookies = {plenary.leader.cookie: plenary.leader.secret}
    cookies |= {table.leader.cookie: table.leader.secret}
    assert access.granted_sessions(access.Actor(None, cookies)) == [plenary.session]
    del cookies[plenary.leader.cookie]
    assert access.granted_sessions(access.Actor(None, cookies)) == [table.session]
    page = table.leader.client().get("/").content.decode()
    assert "Tafel 1" in page
    load(document(plenary.session), kind=Session.Kind.EXAMPLE)
    assert [one.table for one in access.examples()] == [None]
