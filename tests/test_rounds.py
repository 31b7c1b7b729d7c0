"""Unseen, then revealed: rounds, ballots, cards, and what closing makes of them."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from sessions import lifecycle, room
from sessions.document import document
from sessions.models import (
    Argument,
    Ballot,
    Change,
    Item,
    Refused,
    Round,
    Seat,
    Stakeholder,
    Tally,
    Text,
    Version,
    Weight,
    distributions,
)
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return cast.Talk()


@pytest.fixture
def weighing(talk):
    """A talk with an open round that asks the weight of two arguments."""
    talk.add("arguments", text="Een")
    talk.add("arguments", text="Twee", side="against")
    talk.go("weighing")
    talk.open("weighing")
    return talk


def the_round(talk, number=1, step="weighing"):
    return Round.objects.get(session=talk.id, step=step, number=number)


def weights(talk, number=1):
    """Text of the argument -> how often each weight was given."""
    round = the_round(talk, number)
    found = distributions([round])[round.pk]
    return {
        str(argument): dict(found[argument.pk])
        for argument in Argument.objects.all()
        if argument.pk in found
    }


# Opening


def test_asking_brings_the_room_along(talk):
    assert (talk.session.status, talk.session.room_step) == ("draft", "")
    talk.open("arguments")
    assert (talk.session.status, talk.session.room_step) == ("running", "arguments")


def test_asking_what_cannot_be_asked_leaves_the_room_where_it_is(talk):
    talk.go("facts")
    with pytest.raises(Refused):
        talk.open("weighing")
    assert talk.session.room_step == "facts"


def test_round_that_is_open_is_that_round(talk):
    first, again = talk.open("arguments"), talk.open("arguments")
    assert (first.pk, first.number, Round.objects.count()) == (again.pk, 1, 1)
    talk.reveal("arguments")
    assert talk.open("arguments").number == 2


def test_values_are_chosen_alone_once():
    talk = cast.Talk(of=lifecycle.newest_method("ethiekkompas"))
    talk.open("values")
    talk.discard("values")  # thrown away, unseen: that is not once
    talk.open("values")
    talk.reveal("values")
    talk.reveal("values")  # a second click
    with pytest.raises(Refused):
        talk.open("values")
    assert Round.objects.filter(step="values").count() == 2


def test_number_of_a_discarded_round_is_not_given_again(talk):
    talk.open("arguments")
    talk.discard("arguments")
    assert talk.open("arguments").number == 2


def test_weights_are_not_asked_while_arguments_are_unseen(talk):
    talk.add("arguments", text="Een")
    talk.open("arguments")
    with pytest.raises(Refused):
        talk.open("weighing")
    talk.reveal("arguments")
    assert talk.open("weighing").is_open is True


def test_weights_are_not_asked_of_nothing(talk):
    with pytest.raises(Refused):
        talk.open("weighing")
    assert Round.objects.count() == 0


def test_what_is_weighed_is_fixed_when_the_round_opens(talk):
    one, removed, merged = (talk.add("arguments", text=text) for text in ("Een", "Weg", "Ook een"))
    with talk.writing() as write:
        removed.remove(write)
        merged.merge(write, one)
    talk.open("weighing")
    talk.add("arguments", text="Later")
    assert [str(item.argument) for item in Item.objects.select_related("argument")] == ["Een"]
    assert str(Item.objects.get().argument) == "Een"


# Given alone


@pytest.fixture
def alone(talk):
    """A talk in which two phones are giving arguments alone."""
    talk.add("arguments", text="Van de tafel")
    talk.go("arguments")
    talk.open("arguments")
    return talk, talk.phone(), talk.phone()


def test_what_is_given_alone_is_no_shared_row_and_leaves_no_trail(alone):
    talk, phone, _other = alone
    before, revision = Change.objects.count(), talk.session.revision
    talk.argue(phone, "Stil")
    assert [str(row) for row in Argument.objects.all()] == ["Van de tafel"]
    assert [str(row) for row in Argument.everything.exclude(author="")] == ["Stil"]
    assert (Change.objects.count(), talk.session.revision) == (before, revision)
    assert talk.session.unseen_revision == 1


def test_reveal_forgets_who_gave_it(alone):
    talk, phone, other = alone
    texts = {f"Argument {number}" for number in range(12)}
    for number, text in enumerate(sorted(texts)):
        talk.argue(phone if number % 2 else other, text, "against")
    talk.reveal("arguments")
    rows = list(Argument.objects.all())
    assert [row.position for row in rows] == list(range(1, 14))
    assert str(rows[0]) == "Van de tafel"
    assert {str(row) for row in rows[1:]} == texts
    assert {(row.author, row.round_id, row.version, row.side) for row in rows[1:]} == {
        ("", None, 1, "against")
    }
    assert the_round(talk, step="arguments").state == "revealed"


def test_reveal_shuffles(alone, monkeypatch):
    talk, phone, _other = alone
    shuffled = []

    def shuffle(self, rows):
        shuffled.append(len(rows))
        rows.sort(key=str, reverse=True)

    monkeypatch.setattr("random.SystemRandom.shuffle", shuffle)
    for text in ("A", "B", "C"):
        talk.argue(phone, text)
    talk.reveal("arguments")
    assert shuffled == [3]
    assert [str(row) for row in Argument.objects.all()] == ["Van de tafel", "C", "B", "A"]


def test_revealed_rows_are_stored_anew_in_the_new_order(alone):
    talk, phone, _other = alone
    table = Argument._meta.db_table
    hidden = "ctid" if connection.vendor == "postgresql" else "rowid"
    Argument.everything.all().delete()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Room that rows of other tests left is filled in any order: begin with a bare table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {table} CASCADE")
        for number in range(8):
            talk.argue(phone, f"Argument {number}")
        talk.reveal("arguments")
        cursor.execute(f"SELECT position FROM {table} ORDER BY {hidden}")  # noqa: S608
        assert [position for (position,) in cursor] == list(range(1, 9))


def test_own_argument_is_changed_and_taken_back_until_the_reveal(alone):
    talk, phone, other = alone
    id = str(uuid.uuid4())
    talk.argue(phone, "Eerst", id=id)
    talk.argue(phone, "Beter", id=id, version=1)
    step, one = talk.step("arguments"), next(iter(room.kind_of(talk.step("arguments")).alone))
    assert str(Argument.everything.get(pk=id)) == "Beter"
    room.take_back(other.access, step, one, id)
    assert Argument.everything.filter(pk=id).count() == 1
    room.take_back(phone.access, step, one, id)
    assert Argument.everything.filter(pk=id).count() == 0


def test_own_argument_changed_on_two_screens_is_kept_twice(alone):
    talk, phone, _other = alone
    id = str(uuid.uuid4())
    talk.argue(phone, "Eerst", id=id)
    talk.argue(phone, "Links", id=id, version=1)
    talk.argue(phone, "Rechts", id=id, version=1)
    talk.argue(phone, "Rechts", id=id, version=1)
    given = Argument.everything.exclude(author="")
    assert sorted(map(str, given)) == ["Links", "Rechts"]


def test_phone_cannot_change_what_another_gave(alone):
    talk, phone, other = alone
    id = str(uuid.uuid4())
    talk.argue(phone, "Van mij", id=id)
    talk.argue(other, "Van jou", id=id, version=1)
    assert sorted(map(str, Argument.everything.exclude(author=""))) == ["Van jou", "Van mij"]
    assert str(Argument.everything.get(pk=id)) == "Van mij"


def test_same_argument_of_two_phones_is_two(alone):
    talk, phone, other = alone
    id = str(uuid.uuid4())
    talk.argue(phone, "Hetzelfde", id=id)
    talk.argue(other, "Hetzelfde", id=id)
    assert Argument.everything.exclude(author="").count() == 2


def test_nothing_is_given_after_the_reveal(alone):
    talk, phone, _other = alone
    talk.reveal("arguments")
    with pytest.raises(Refused):
        talk.argue(phone, "Te laat")
    with pytest.raises(Refused):
        room.be_ready(phone.access, talk.step("arguments"), True)
    assert Argument.everything.count() == 1


def test_discard_really_deletes(alone):
    talk, phone, _other = alone
    talk.argue(phone, "Weg ermee")
    room.be_ready(phone.access, talk.step("arguments"), True)
    talk.discard("arguments")
    assert [str(row) for row in Argument.everything.all()] == ["Van de tafel"]
    assert (Ballot.objects.count(), the_round(talk, step="arguments").state) == (0, "discarded")


def test_discarded_weights_are_gone(weighing):
    weighing.weigh(weighing.phone(), 1, 2)
    raise_cards(weighing, {3: 2})
    weighing.discard("weighing")
    assert (Ballot.objects.count(), Weight.objects.count(), Tally.objects.count()) == (0, 0, 0)


def test_ready_is_said_once_and_can_be_taken_back(alone):
    talk, phone, other = alone
    step = talk.step("arguments")
    for ready, given in ((True, 1), (True, 1), (False, 0), (True, 1)):
        room.be_ready(phone.access, step, ready)
        assert Ballot.objects.count() == given
    room.be_ready(other.access, step, True)
    talk.reveal("arguments")
    assert (the_round(talk, step="arguments").ballots, Ballot.objects.count()) == (2, 0)


def test_second_reveal_changes_nothing(weighing):
    weighing.reveal("weighing")
    revision = weighing.session.revision
    weighing.reveal("weighing")
    assert weighing.session.revision == revision


# Ballots


def test_ballot_is_replaced_until_the_reveal(weighing):
    phone = weighing.phone()
    weighing.weigh(phone, 1, 2)
    weighing.weigh(phone, 5, 2)
    assert Ballot.objects.count() == 1
    assert weights(weighing) == {"Een": {5: 1}, "Twee": {2: 1}}
    weighing.weigh(phone, 5, 0)
    assert weights(weighing) == {"Een": {5: 1}}


def test_same_ballot_again_changes_nothing(weighing):
    phone = weighing.phone()
    weighing.weigh(phone, 1, 2)
    before = set(Weight.objects.values_list("pk", flat=True))
    weighing.weigh(phone, 1, 2)
    assert set(Weight.objects.values_list("pk", flat=True)) == before


def test_ballot_after_the_reveal_is_refused(weighing):
    phone, given = weighing.phone(), weighing.ballot(1, 2)
    weighing.reveal("weighing")
    with pytest.raises(Refused):
        room.give_ballot(phone.access, weighing.step("weighing"), given)
    assert Ballot.objects.count() == 0


def test_expected_number_is_set_and_unset(weighing):
    step = weighing.step("weighing")
    room.expect(weighing.lead, step, 7)
    assert the_round(weighing).expected == 7
    room.expect(weighing.lead, step, None)
    assert the_round(weighing).expected is None


def test_moved_is_known_of_phones_with_an_earlier_ballot_only(weighing):
    stays, steady, moves, late, passive = (weighing.phone() for _ in range(5))
    for phone in (stays, steady, moves, passive):
        weighing.weigh(phone, 3, 4)
    weighing.reveal("weighing")
    weighing.open("weighing")
    weighing.weigh(stays, 3, 4)
    weighing.weigh(steady, 3, 4)
    weighing.weigh(moves, 3, 4)
    weighing.weigh(moves, 3, 5)
    weighing.weigh(late, 1, 1)
    passed(weighing, uuid.uuid4(), 3, 5)
    weighing.reveal("weighing")
    second = the_round(weighing, 2)
    assert (second.moved, second.asked) == (1, 3)
    assert (the_round(weighing).moved, the_round(weighing).asked) == (None, None)
    assert not Ballot.objects.exclude(moved=None).exists()


def test_moved_back_is_not_moved(weighing):
    phones = [weighing.phone() for _ in range(3)]
    for phone in phones:
        weighing.weigh(phone, 3, 4)
    weighing.reveal("weighing")
    weighing.open("weighing")
    for phone in phones:
        weighing.weigh(phone, 1, 1)
        weighing.weigh(phone, 3, 4)
    weighing.reveal("weighing")
    assert (the_round(weighing, 2).moved, the_round(weighing, 2).asked) == (0, 3)


def test_nobody_is_pointed_at_by_telling_who_moved(weighing):
    phones = [weighing.phone() for _ in range(2)]
    for weight in (1, 5):
        weighing.open("weighing")
        for phone in phones:
            weighing.weigh(phone, weight, weight)
        weighing.reveal("weighing")
    second = the_round(weighing, 2)
    assert (second.moved, second.asked) == (None, None)
    assert not Ballot.objects.exclude(moved=None).exists()


def passed(talk, id, *given):
    room.give_passed(talk.lead, talk.step("weighing"), id, talk.ballot(*given))


def test_passed_ballot_is_final(weighing):
    id = uuid.uuid4()
    passed(weighing, id, 1, 2)
    passed(weighing, id, 1, 2)
    assert (Ballot.objects.count(), weights(weighing)) == (1, {"Een": {1: 1}, "Twee": {2: 1}})
    passed(weighing, id, 4, 4)  # somebody went back to a blank ballot: that one's, not this one's
    assert weights(weighing) == {"Een": {1: 1, 4: 1}, "Twee": {2: 1, 4: 1}}


def test_ballot_of_somebody_who_skips_is_ready_and_does_not_weigh(weighing):
    weighs, skips = weighing.phone(), weighing.phone()
    weighing.weigh(weighs, 3, 5)
    weighing.weigh(skips, 0, 0)
    board = weighing.board().client().get(reverse("sessions:board", args=[weighing.id]))
    assert "2 van 2 klaar" in board.content.decode()
    weighing.reveal("weighing")
    assert "rounds" not in document(weighing.session)  # else it would tell of two ballots
    weighing.close()
    assert the_round(weighing).ballots == 1
    assert Ballot.objects.count() == 0
    assert "rounds" not in document(weighing.session)  # else it would tell of two ballots


def test_ballots_of_nobody_who_weighs_are_none(weighing):
    weighing.weigh(weighing.phone(), 0, 0)
    weighing.close("reveal")
    assert (the_round(weighing).ballots, Ballot.objects.count()) == (0, 0)


def raise_cards(talk, *counts):
    items = the_round(talk).items.all()
    room.raise_cards(talk.lead, talk.step("weighing"), zip(items, counts, strict=False))


def test_cards_are_set_not_added(weighing):
    raise_cards(weighing, {3: 2, 5: 1}, {1: 4})
    raise_cards(weighing, {3: 1, 4: 0}, {1: 4})
    assert weights(weighing) == {"Een": {3: 1}, "Twee": {1: 4}}
    raise_cards(weighing, {5: 1})
    assert weights(weighing) == {"Een": {5: 1}, "Twee": {1: 4}}


def test_ballots_and_cards_are_counted_together(weighing):
    weighing.weigh(weighing.phone(), 3, 4)
    passed(weighing, uuid.uuid4(), 3, 5)
    raise_cards(weighing, {3: 2})
    assert weights(weighing) == {"Een": {3: 4}, "Twee": {4: 1, 5: 1}}


# Seats


def test_phone_keeps_its_seat(talk):
    phone = talk.phone()
    again = room.take_seat(phone.actor, talk.session, "another key")
    assert (again, Seat.objects.count()) == (phone.secret, 1)


# Closing


def test_closing_counts_ballots_and_forgets_them(weighing):
    weighing.weigh(weighing.phone(), 3, 4)
    weighing.weigh(weighing.phone(), 3, 5)
    raise_cards(weighing, {3: 2})
    weighing.reveal("weighing")
    before = weights(weighing)
    version = weighing.close()
    assert weights(weighing) == before == {"Een": {3: 4}, "Twee": {4: 1, 5: 1}}
    assert (Ballot.objects.count(), Weight.objects.count()) == (0, 0)
    assert the_round(weighing).ballots == 2
    assert (weighing.session.status, weighing.session.code) == ("closed", None)
    assert [argument["weights"] for argument in version.document["arguments"]] == [
        [3, 3, 3, 3],
        [4, 5],
    ]


def test_closing_asks_what_to_do_with_what_is_unseen(weighing):
    weighing.weigh(weighing.phone(), 3, 4)
    with pytest.raises(Refused):
        weighing.close()
    assert (weighing.session.status, Ballot.objects.count()) == ("running", 1)


@pytest.mark.parametrize(("choice", "found"), [("reveal", [[3], [4]]), ("discard", [None, None])])
def test_closing_does_what_was_chosen(choice, found, weighing):
    weighing.weigh(weighing.phone(), 3, 4)
    version = weighing.close(choice)
    assert [one.get("weights") for one in version.document["arguments"]] == found
    assert the_round(weighing).state == {"reveal": "revealed", "discard": "discarded"}[choice]


@pytest.mark.parametrize(
    ("choice", "found"), [("reveal", ["Stil", "Van de tafel"]), ("discard", ["Van de tafel"])]
)
def test_closing_reveals_or_discards_arguments(choice, found, alone):
    talk, phone, _other = alone
    talk.argue(phone, "Stil")
    version = talk.close(choice)
    assert sorted(one["text"] for one in version.document["arguments"]) == found
    assert sorted(map(str, Argument.everything.all())) == found


def test_closing_twice_keeps_one_version(weighing):
    weighing.close("discard")
    assert weighing.close("discard") is None
    assert Version.objects.count() == 1


def test_reopened_talk_keeps_its_version_and_gets_a_second(weighing):
    weighing.weigh(weighing.phone(), 3, 4)
    first = weighing.close("reveal")
    weighing.reopen("De ouders waren er niet")
    assert weighing.session.status == "running"
    assert weighing.session.code is not None
    weighing.text("outcome", "answer", "Toch niet")
    second = weighing.close()
    assert (first.number, first.reason) == (1, "")
    assert (second.number, second.reason) == (2, "De ouders waren er niet")
    assert "outcome" not in Version.objects.get(number=1).document
    assert second.document["outcome"]["answer"] == "Toch niet"


def test_open_talk_is_not_opened_again(talk):
    talk.reopen("Zomaar")
    assert (talk.session.status, talk.session.reason) == ("draft", "")


def test_weights_do_not_double_when_a_talk_is_closed_again(weighing):
    phone = weighing.phone()
    weighing.weigh(phone, 3, 4)
    weighing.close("reveal")
    weighing.reopen()
    assert weights(weighing) == {"Een": {3: 1}, "Twee": {4: 1}}
    weighing.open("weighing")
    weighing.weigh(phone, 5, 5)
    version = weighing.close("reveal")
    assert weights(weighing, 1) == {"Een": {3: 1}, "Twee": {4: 1}}
    assert weights(weighing, 2) == {"Een": {5: 1}, "Twee": {5: 1}}
    assert [one.ballots for one in Round.objects.all()] == [1, 1]
    assert the_round(weighing, 2).asked is None  # the earlier ballot is gone: nobody knows
    weighing.reopen()
    assert weighing.close().document["arguments"] == version.document["arguments"]


# All at once


def at_once(*acts):
    """Do all of these in the same instant; gives what each gave, or the exception."""
    barrier = threading.Barrier(len(acts))

    def one(act):
        try:
            barrier.wait(20)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def committed(transactional_db):
    """The same talk as `weighing`, for several connections to see."""
    talk = cast.Talk()
    talk.add("arguments", text="Een")
    talk.add("arguments", text="Twee", side="against")
    talk.go("weighing")
    return talk


def test_thirty_ballots_in_one_instant_are_thirty(committed):
    committed.open("weighing")
    phones = [committed.phone() for _ in range(30)]
    given = at_once(*(lambda phone=phone: committed.weigh(phone, 2, 4) for phone in phones))
    assert given == [None] * 30
    assert (Ballot.objects.count(), weights(committed)) == (30, {"Een": {2: 30}, "Twee": {4: 30}})
    assert committed.session.unseen_revision == 30


def test_double_submits_in_one_instant_are_one(committed):
    id, passed_id = uuid.uuid4(), uuid.uuid4()
    committed.open("weighing")
    phone = committed.phone()

    def add():
        with committed.writing() as write:
            return Stakeholder(pk=id, step="stakeholders", name="Ouders").add(write).pk

    assert at_once(*[add] * 6) == [id] * 6
    assert at_once(*[lambda: committed.weigh(phone, 1, 1)] * 6) == [None] * 6
    assert at_once(*[lambda: passed(committed, passed_id, 2, 2)] * 6) == [None] * 6
    assert (
        at_once(*[lambda: room.take_seat(phone.actor, committed.session, "key")] * 6)
        == [phone.secret] * 6
    )
    assert Stakeholder.objects.count() == 1
    assert weights(committed) == {"Een": {1: 1, 2: 1}, "Twee": {1: 1, 2: 1}}
    assert Seat.objects.count() == 1


def test_two_texts_in_one_instant_are_both_kept(committed):
    def put(body):
        with committed.writing() as write:
            return Text.put(write, "outcome", "answer", body, 0)[1]

    assert sorted(at_once(lambda: put("Ja"), lambda: put("Nee"))) == [False, True]
    trail = Change.objects.filter(thing="text", thing_id="outcome/answer")
    assert {change.after for change in trail} == {"Ja", "Nee"}


def test_positions_in_one_instant_are_all_different(committed):
    adds = [lambda n=n: committed.add("stakeholders", name=f"Nummer {n}") for n in range(8)]
    at_once(*adds)
    assert [row.position for row in Stakeholder.objects.all()] == list(range(1, 9))


def test_round_opened_twice_in_one_instant_is_one(committed):
    rounds = at_once(*[lambda: committed.open("weighing").pk] * 4)
    assert len(set(rounds)) == 1
    assert (Round.objects.count(), Item.objects.count()) == (1, 2)


def test_talk_closed_twice_in_one_instant_has_one_version(committed):
    versions = at_once(*[lambda: committed.close()] * 4)
    assert sorted(type(version).__name__ for version in versions) == ["NoneType"] * 3 + ["Version"]


def test_ballots_acknowledged_while_closing_are_counted(committed):
    committed.open("weighing")
    phones = [committed.phone() for _ in range(16)]
    given = committed.ballot(3, 3)
    step = committed.step("weighing")
    acts = [
        lambda one=one: room.give_ballot(one, step, given) for one in (p.access for p in phones)
    ]
    acts.insert(8, lambda: committed.close("reveal"))
    answers = at_once(*acts)
    closed = answers.pop(8)
    kinds = Counter(type(answer) for answer in answers)
    assert set(kinds) <= {type(None), Refused}
    stored = kinds[type(None)]
    assert the_round(committed).ballots == (stored or None)
    assert sum(weights(committed).get("Een", {}).values()) == stored
    assert closed.document["arguments"][0].get("weights", []) == [3] * stored
    assert Ballot.objects.count() == 0


# How many are awaited


def test_what_was_expected_once_is_expected_in_the_next_round(talk):
    round = talk.open("arguments")
    assert round.expected is None
    room.expect(talk.lead, talk.step("arguments"), 6)
    talk.reveal("arguments")
    talk.add("arguments", text="Rust")
    assert talk.open("weighing").expected == 6


def test_who_sits_at_the_table_is_expected(talk):
    data = document(talk.session) | {
        "invited": [
            {"function": "Leraar", "number": 2},
            {"function": "Ouder"},
            {"function": "Directeur", "present": False},
        ]
    }
    brought = cast.Talk.brought_in(data)
    assert brought.open("arguments").expected == 3


def test_phones_are_expected_where_more_take_part_than_were_invited(talk):
    talk.add("invited", function="Leraar")
    talk.phone(), talk.phone()
    assert talk.open("arguments").expected is None
