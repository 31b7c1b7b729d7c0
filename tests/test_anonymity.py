"""Nothing that is kept, logged or exported ties what was given alone to a phone or a person."""

import datetime
import json
import logging
import re
import uuid

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions import lifecycle, room
from sessions.document import document
from sessions.models import (
    Argument,
    Ballot,
    Change,
    Item,
    MinorityView,
    Round,
    Seat,
    Session,
    Tally,
    Value,
    Weight,
)
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    """A talk with two phones and an open round of arguments."""
    talk = cast.Talk()
    talk.go("arguments")
    talk.open("arguments")
    talk.phones = [talk.phone(), talk.phone()]
    return talk


@pytest.fixture
def weighing(talk):
    """The same, now that two arguments are being weighed."""
    talk.argue(talk.phones[0], "Een")
    talk.argue(talk.phones[1], "Twee")
    talk.reveal("arguments")
    talk.go("weighing")
    talk.open("weighing")
    return talk


@pytest.fixture
def asking(talk):
    """The same talk, where the first feeling is asked."""
    talk.go("question")
    talk.open("question")
    return talk


@pytest.fixture
def choosing(talk):
    """The same talk, where everyone chooses values."""
    talk.go("values")
    talk.open("values")
    return talk


@pytest.fixture
def differing(talk):
    """The same talk, where who sees it otherwise writes it alone."""
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "contributions")
    return talk


# What a phone can give alone, and the fixture in which it is asked.
STEPS = {
    "question": "asking",
    "values": "choosing",
    "arguments": "talk",
    "weighing": "weighing",
    "outcome": "differing",
}


def post(phone, name, step, data):
    url = reverse(f"sessions:{name}", args=[phone.session_id, step])
    return phone.client(REMOTE_ADDR="203.0.113.7").post(url, data)


def give_all(talk, phone):
    """Everything that a phone can give alone in the present round, as its browser sends it."""
    if talk.session.room_step == "arguments":
        id = str(uuid.uuid4())
        return [
            post(phone, "own", "arguments", {"id": id, "side": "for", "text": "Eerst"}),
            post(phone, "own", "arguments", {"id": id, "side": "for", "text": "B", "version": 1}),
            post(phone, "ready", "arguments", {"ready": "yes"}),
        ]
    if talk.session.room_step == "values":
        return [
            post(phone, "own", "values", {"names": ["Zorg", "Contact"], "own": "Stilte"}),
            post(phone, "own", "values", {"names": ["Zorg", "Privacy"]}),
        ]
    if talk.session.room_step == "outcome":
        id = str(uuid.uuid4())
        view = {"id": id, "text": "Ik zie het anders", "would_change_if": "Het blijkt"}
        return [
            post(phone, "own", "outcome", view),
            post(phone, "own", "outcome", view | {"text": "Toch niet", "version": 1}),
            post(phone, "ready", "outcome", {"ready": "yes"}),
        ]
    if talk.session.room_step == "question":
        item = Item.objects.get(round__session=talk.id, round__purpose="intuition").pk
        return [post(phone, "ballot", "question", {"id": str(uuid.uuid4()), f"w-{item}": 4})]
    ballot = {f"w-{item}": weight for item, weight in talk.ballot(2, 5).items()}
    ballot["id"] = str(uuid.uuid4())
    return [post(phone, "ballot", "weighing", ballot)]


def dump(*, without=()):
    """Every row of the database: (table, row as a dict of strings)."""
    return [
        (model._meta.db_table, {name: str(value) for name, value in row.items()})
        for model in apps.get_models()
        if model not in without
        for row in model._base_manager.values()
    ]


def held(*rows, leave_out=()):
    """All that stands in these rows, but for what says nothing of whose it is."""
    return {
        value
        for row in rows
        for name, value in row.items()
        if name not in leave_out and value not in ("", "None", "True", "False")
    }


# What is stored


@pytest.mark.parametrize("model", [Ballot, Weight, Seat, Tally, Item, Round])
def test_row_has_no_time_and_a_random_id(model):
    times = (models.DateField, models.TimeField)
    assert [field.name for field in model._meta.fields if isinstance(field, times)] == []
    assert isinstance(model._meta.pk, models.UUIDField)
    assert model._meta.pk.default is uuid.uuid4


def test_contribution_has_no_time_but_of_its_removal():
    times = [field.name for field in Argument._meta.fields if isinstance(field, models.DateField)]
    assert (times, Argument._meta.pk.default) == (["removed_at"], uuid.uuid4)


def test_seat_and_what_is_given_point_at_each_other_nowhere():
    for model in (Ballot, Weight, Item, Round, Argument, Seat):
        to = {field.related_model for field in model._meta.fields if field.related_model}
        assert (Seat in to, model is Seat and to) in ((False, False), (False, {Session}))


@pytest.mark.parametrize("step", STEPS)
def test_seat_and_what_is_given_share_no_value(step, talk, request):
    request.getfixturevalue(STEPS[step])
    for phone in talk.phones:
        give_all(talk, phone)
    rows = dump()
    of_talk = ("session_id", "step")
    seats = held(*(row for table, row in rows if table == Seat._meta.db_table), leave_out=of_talk)
    given = held(
        *(
            row
            for table, row in rows
            if table
            in {model._meta.db_table for model in (Ballot, Weight, Argument, Value, MinorityView)}
        ),
        leave_out=of_talk,
    )
    assert len(seats) == 4  # two seats: an id and a hash each
    assert seats & given == set()
    everywhere = held(*(row for table, row in rows if table != Seat._meta.db_table))
    assert seats & everywhere == set()
    assert {phone.secret for phone in talk.phones} & (seats | everywhere) == set()


@pytest.mark.parametrize("step", STEPS)
def test_giving_alone_writes_what_is_given_and_no_more(step, talk, request):
    request.getfixturevalue(STEPS[step])
    before = [(Change.objects.count(), list(Seat.objects.order_by("pk").values()))]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answers = give_all(talk, talk.phones[0])
    assert {answer.status_code for answer in answers} == {303}
    sql = " ".join(query["sql"] for query in queries)
    written = set(re.findall(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?([a-z_]+)"?', sql))
    written -= {"live_change"}  # SQLite's nudge: that something changed in this talk
    expected = {
        "question": {"deliberation_weight", "deliberation_ballot", "deliberation_session"},
        "values": {"deliberation_value", "deliberation_ballot", "deliberation_session"},
        "arguments": {"deliberation_argument", "deliberation_ballot", "deliberation_session"},
        "weighing": {"deliberation_weight", "deliberation_ballot", "deliberation_session"},
        "outcome": {"deliberation_minorityview", "deliberation_ballot", "deliberation_session"},
    }
    assert written == expected[step]
    assert [(Change.objects.count(), list(Seat.objects.order_by("pk").values()))] == before


def test_giving_alone_leaves_a_date_and_no_time(weighing):
    columns = {field.name for field in Session._meta.fields if isinstance(field, models.DateField)}
    times = {
        name for name in columns if isinstance(Session._meta.get_field(name), models.DateTimeField)
    }
    days = {"held_on", "decide_by", "review_on", "resume_on", "changed_on"}
    days |= {"archived_on", "closed_on", "removed_on", "weights_gone_on"}
    of_leader = {"planned_at", "clock_ends"}  # that the facilitator sets, and nobody else
    assert (columns, times) == (days | of_leader, of_leader)
    give_all(weighing, weighing.phones[0])
    assert type(weighing.session.changed_on) is datetime.date
    assert [getattr(weighing.session, name) for name in of_leader] == [None, None]


def test_phone_has_no_browser_session(weighing):
    answers = give_all(weighing, weighing.phones[0])
    answers.append(weighing.phones[0].client().get(reverse("sessions:phone", args=[weighing.id])))
    assert BrowserSession.objects.count() == 0
    assert {name for answer in answers for name in answer.cookies} <= {"csrftoken"}


# Whose it is, only the phone can tell


def test_owner_is_another_in_every_talk_step_round_and_purpose(talk):
    other = cast.Talk()
    rounds = [
        Round(session=session, step=step, purpose=purpose, number=number)
        for session in (talk.session, other.session)
        for step in ("arguments", "weighing")
        for purpose in ("contributions", "weights")
        for number in (1, 2)
    ]
    hashes = [round.owner(key) for round in rounds for key in ("key", "other")]
    # "I am done" of a round is one thing, whatever the round is for: each step has one purpose.
    hashes += [round.ready_owner("key") for round in rounds if round.purpose == "contributions"]
    hashes += [room._seat_hash("key", session) for session in (talk.session, other.session)]
    assert len(set(hashes)) == len(hashes)
    assert {len(hash) for hash in hashes} == {64}


def test_argument_and_readiness_of_one_phone_cannot_be_matched(talk):
    give_all(talk, talk.phones[0])
    assert Argument.everything.get().author != Ballot.objects.get().owner


def test_values_and_readiness_of_one_phone_cannot_be_matched(choosing):
    give_all(choosing, choosing.phones[0])
    authors = set(Value.everything.values_list("author", flat=True))
    assert (len(authors), Ballot.objects.get().owner in authors) == (1, False)


def test_first_and_last_feeling_of_one_phone_cannot_be_matched(asking):
    phone = asking.phones[0]
    give_all(asking, phone)
    asking.go("outcome")
    round = room.open_round(asking.lead, asking.step("outcome"), "intuition")
    ballot = {"id": str(uuid.uuid4()), f"w-{round.items.get().pk}": 4}
    assert post(phone, "ballot", "outcome", ballot).status_code == 303
    rows = list(Ballot.objects.values_list("pk", "owner"))
    assert (len(rows), len({value for row in rows for value in row})) == (2, 4)


def test_ballots_of_two_rounds_cannot_be_matched(weighing):
    give_all(weighing, weighing.phones[0])
    weighing.reveal("weighing")
    weighing.open("weighing")
    give_all(weighing, weighing.phones[0])
    rows = list(Ballot.objects.values_list("pk", "owner"))
    assert len({value for row in rows for value in row}) == 4


# Where a name stands beside words


NAME = "Annemiek"


@pytest.fixture
def named():
    """A talk in which two phones signed an argument and gave a ballot, two of each shown."""
    talk = cast.Talk()
    lifecycle.choose_naming(talk.lead, "name")
    talk.phones = [talk.phone(), talk.phone()]
    talk.go("arguments")
    talk.open("arguments")
    for phone, name in zip(talk.phones, (NAME, "Bram"), strict=True):
        row = {"id": str(uuid.uuid4()), "side": "for", "text": f"Van {name}", "said_by": name}
        assert post(phone, "own", "arguments", row).status_code == 303
    return talk


def of_name(rows):
    """All that stands in a row with the name, but for what says nothing of whose it is."""
    places = ("session_id", "step", "side", "round_id", "said_by", "text", "position", "version")
    return held(*(row for _table, row in rows if NAME in row.values()), leave_out=places)


def test_name_stands_in_one_row_that_shares_nothing_with_a_seat_or_a_ballot(named):
    for phone in named.phones:
        post(phone, "ready", "arguments", {"ready": "yes"})

    def compare():
        rows = dump()
        signed = [table for table, row in rows if NAME in row.values()]
        assert signed == [Argument._meta.db_table]
        elsewhere = {Seat._meta.db_table, Ballot._meta.db_table, Weight._meta.db_table}
        others = held(
            *(row for table, row in rows if table in elsewhere),
            leave_out=("session_id", "round_id", "step", "item_id", "weight"),
        )
        assert (of_name(rows) & others, bool(others)) == (set(), True)

    compare()
    named.reveal("arguments")
    named.go("weighing")
    named.open("weighing")
    for phone in named.phones:
        give_all(named, phone)
    compare()
    named.reveal("weighing")
    compare()


def test_ballot_of_who_signs_stores_and_keeps_no_name(named):
    named.reveal("arguments")
    named.go("weighing")
    named.open("weighing")
    ballot = {f"w-{item}": weight for item, weight in named.ballot(2, 5).items()}
    ballot |= {"id": str(uuid.uuid4()), "said_by": "Iemand anders"}
    answer = post(named.phones[0], "ballot", "weighing", ballot)
    assert (answer.status_code, list(answer.cookies)) == (303, [])
    assert "Iemand anders" not in held(*(row for _table, row in dump()))


def test_revealed_name_holds_nothing_of_the_phone(named):
    owners = set(Argument.everything.values_list("author", flat=True))
    named.reveal("arguments")
    assert Argument.objects.get(said_by=NAME).first == Argument.objects.get(said_by=NAME).digest()
    assert owners & held(*(row for _table, row in dump())) == set()


def test_name_is_logged_nowhere(named, caplog):
    with caplog.at_level(logging.DEBUG):
        row = {"id": str(uuid.uuid4()), "side": "for", "text": "Nog een", "said_by": NAME}
        post(named.phones[0], "own", "arguments", row)
        post(named.phones[0], "own", "arguments", row | {"side": ""})
        named.reveal("arguments")
        late = post(named.phones[0], "own", "arguments", row)
    assert late.status_code == 422
    assert NAME not in caplog.text


# What is left


def test_revealed_argument_holds_nothing_of_its_author(talk):
    give_all(talk, talk.phones[0])
    author = Argument.everything.get().author
    ready = Ballot.objects.get().owner
    talk.reveal("arguments")
    row = Argument.objects.get()
    assert row.first == row.digest()  # of what it says, no longer of who said it
    assert {author, ready} & held(*(row for _table, row in dump())) == set()


def test_revealed_value_holds_nothing_of_who_chose_it(choosing):
    for phone in choosing.phones:
        give_all(choosing, phone)
    owners = set(Value.everything.values_list("author", flat=True))
    owners |= set(Ballot.objects.values_list("owner", flat=True))
    choosing.reveal("values")
    assert sorted(Value.objects.values_list("name", "voices")) == [("Privacy", 2), ("Zorg", 2)]
    assert owners & held(*(row for _table, row in dump())) == set()


def test_nothing_of_owners_is_left_after_closing(weighing):
    for phone in weighing.phones:
        give_all(weighing, phone)
    owners = set(Ballot.objects.values_list("owner", flat=True))
    ids = set(map(str, Ballot.objects.values_list("pk", flat=True)))
    assert (len(owners), len(ids)) == (2, 2)
    weighing.close("reveal")
    assert (owners | ids) & held(*(row for _table, row in dump())) == set()
    text = json.dumps([row for _table, row in dump()])
    assert [owner for owner in owners if owner in text] == []
    assert Weight.objects.count() == 0


def test_export_holds_no_id_and_no_hash(weighing):
    give_all(weighing, weighing.phones[0])
    weighing.reveal("weighing")
    text = json.dumps(document(weighing.session))
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32,}", text) == []
    assert weighing.session.code not in text


# What is logged


@pytest.mark.parametrize("step", STEPS)
def test_giving_alone_is_logged_nowhere(step, talk, request, caplog):
    request.getfixturevalue(STEPS[step])
    with caplog.at_level(logging.DEBUG):
        give_all(talk, talk.phones[0])
    assert [record.getMessage() for record in caplog.records] == []


def test_giving_too_late_is_logged_without_whose_it_is(weighing, caplog):
    phone, ballot = weighing.phones[0], weighing.ballot(2, 5)
    weighing.reveal("weighing")
    with caplog.at_level(logging.DEBUG):
        answer = post(phone, "ballot", "weighing", {f"w-{item}": 1 for item in ballot})
        wrong = post(phone, "own", "arguments", {"side": "for", "text": "Te laat"})
    assert (answer.status_code, wrong.status_code) == (422, 422)
    owners = {round.owner(phone.secret) for round in Round.objects.all()}
    seats = set(map(str, Seat.objects.values_list("pk", flat=True)))
    hashes = set(Seat.objects.values_list("key_hash", flat=True))
    of_whom = owners | seats | hashes | {phone.secret, "Te laat", "203.0.113.7"}
    assert {one for one in of_whom if one in caplog.text} == set()
