"""The first feeling and the last: given alone, kept unseen, and shown beside each other."""

import uuid

import pytest
from django.http import Http404
from django.urls import reverse

from sessions import lifecycle, room
from sessions.access import FACILITATOR
from sessions.document import document
from sessions.models import Ballot, Change, Item, Refused, Round, Tally, Version, new_secret
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    talk = cast.Talk()
    talk.go("question")
    talk.phones = [talk.phone() for _ in range(3)]
    return talk


def ask(talk, step="question") -> Round:
    return room.open_round(talk.lead, talk.step(step), Round.Purpose.INTUITION)


def feel(talk, phone, weight, step="question") -> None:
    item = Item.objects.get(round__session=talk.id, round__step=step, round__state="open")
    room.give_ballot(phone.access, talk.step(step), {item.pk: weight} if weight else {})


def first_and_last(talk, first, last):
    ask(talk)
    for phone, weight in zip(talk.phones, first, strict=True):
        feel(talk, phone, weight)
    talk.go("outcome")
    ask(talk, "outcome")
    for phone, weight in zip(talk.phones, last, strict=True):
        feel(talk, phone, weight, "outcome")


def states(talk) -> dict[str, str]:
    rounds = Round.objects.filter(session=talk.id, purpose="intuition")
    return {round.step: str(round.state) for round in rounds}


def test_it_is_sealed_when_the_group_goes_on(talk):
    ask(talk)
    feel(talk, talk.phones[0], 4)
    talk.go("facts")
    assert states(talk) == {"question": "sealed"}
    with pytest.raises(Refused):
        room.give_ballot(talk.phones[1].access, talk.step("question"), {uuid.uuid4(): 3})
    assert "intuition" not in document(talk.session)


def test_it_stays_open_while_the_group_is_there(talk):
    ask(talk)
    talk.go("question")
    assert states(talk) == {"question": "open"}


def test_somebody_who_comes_later_is_asked_too(talk):
    ask(talk)
    feel(talk, talk.phones[0], 4)
    room.seal_round(talk.lead, talk.step("question"))
    assert states(talk) == {"question": "sealed"}
    ask(talk)
    assert states(talk) == {"question": "open"}
    feel(talk, talk.phones[1], 2)
    assert Ballot.objects.filter(round__session=talk.id).count() == 2


def test_the_first_is_not_shown_by_itself(talk):
    ask(talk)
    for act in (talk.reveal, lambda step: (talk.go("facts"), talk.reveal(step))):
        with pytest.raises(Refused):
            act("question")
    assert states(talk) == {"question": "sealed"}


def test_the_last_shows_the_first_too(talk):
    first_and_last(talk, [1, 3, 5], [4, 3, 4])
    talk.reveal("outcome")
    assert states(talk) == {"question": "revealed", "outcome": "revealed"}
    assert document(talk.session)["intuition"] == {
        "first": [1, 3, 5],
        "last": [3, 4, 4],
        "moved": 2,
        "asked": 3,
    }


def test_of_fewer_than_three_it_is_not_told_who_moved(talk):
    first_and_last(talk, [1, 3, 0], [4, 3, 4])
    talk.reveal("outcome")
    assert document(talk.session)["intuition"] == {"first": [1, 3], "last": [3, 4, 4]}


def test_after_closing_nothing_tells_whose_it_was(talk):
    first_and_last(talk, [1, 3, 5], [4, 3, 4])
    talk.reveal("outcome")
    before = document(talk.session)["intuition"]
    talk.close()
    assert not Ballot.objects.exists()
    assert document(talk.session)["intuition"] == before
    assert Tally.objects.filter(source="ballots").count() == 5


def test_a_first_that_was_shown_is_not_asked_again(talk):
    first_and_last(talk, [1, 3, 5], [4, 3, 4])
    talk.reveal("outcome")
    with pytest.raises(Refused):
        ask(talk)


def test_closing_asks_about_what_is_sealed(talk):
    ask(talk)
    feel(talk, talk.phones[0], 2)
    talk.go("facts")
    with pytest.raises(Refused):
        talk.close()
    talk.close("discard")
    assert states(talk) == {"question": "discarded"}
    assert "intuition" not in Version.objects.get(session=talk.id).document


def test_closing_can_show_what_is_sealed(talk):
    ask(talk)
    feel(talk, talk.phones[0], 2)
    talk.go("facts")
    talk.close("reveal")
    assert Version.objects.get(session=talk.id).document["intuition"] == {"first": [2]}


def test_slips_are_counted_though_it_is_sealed(talk):
    item = ask(talk).items.get()
    talk.go("facts")
    room.raise_cards(talk.lead, talk.step("question"), [(item, {2: 3, 4: 1})])
    talk.go("outcome")
    ask(talk, "outcome")
    talk.reveal("outcome")
    assert document(talk.session)["intuition"] == {"first": [2, 2, 2, 4]}


def test_raised_hands_tell_who_moved_where_no_phone_does(talk):
    ask(talk)
    talk.go("outcome")
    ask(talk, "outcome")
    room.tell_moved(talk.lead, talk.step("outcome"), 2, 5)
    talk.reveal("outcome")
    assert document(talk.session)["intuition"] == {"moved": 2, "asked": 5}


def test_hands_are_not_counted_beside_ballots(talk):
    first_and_last(talk, [1, 3, 5], [4, 3, 4])
    with pytest.raises(Refused):
        room.tell_moved(talk.lead, talk.step("outcome"), 1, 3)


def test_one_thing_is_asked_at_a_time(talk):
    talk.go("outcome")
    ask(talk, "outcome")
    with pytest.raises(Refused):
        room.open_round(talk.lead, talk.step("outcome"), Round.Purpose.CONTRIBUTIONS)


def test_what_a_step_does_not_ask_is_not_there(talk):
    with pytest.raises(Http404):
        room.open_round(talk.lead, talk.step("facts"))
    with pytest.raises(Http404):
        room.open_round(talk.lead, talk.step("question"), Round.Purpose.WEIGHTS)


def test_giving_it_leaves_no_trail(talk):
    ask(talk)
    before = Change.objects.count()
    feel(talk, talk.phones[0], 2)
    feel(talk, talk.phones[0], 3)
    assert Change.objects.count() == before
    assert Ballot.objects.filter(round__session=talk.id).count() == 1


# What a copy has of it


def test_a_copy_has_neither_feelings_nor_decisions_nor_what_became_of_it():
    whole = cast.whole()
    data = document(whole.session) | {
        "intuition": {"first": [1, 2, 3]},
        "decisions": [{"result": "adopted"}],
        "explanation": {"child": "Niets"},
        "resume_on": "2026-12-01",
        "begins": "15:30",
        "invited": [{"function": "Ouder", "present": True}],
    }
    data["actions"] = [{"what": "Bord kopen", "state": "done", "result": "Hangt"}]
    talk = cast.Talk.brought_in(data)
    copy = document(lifecycle.copy(talk.session, uuid.uuid4(), new_secret()))
    assert not copy.keys() & {
        *("intuition", "decisions", "explanation", "resume_on", "begins", "ends", "held_on")
    }
    assert copy["invited"] == [{"function": "Ouder"}]
    assert copy["actions"] == [{"what": "Bord kopen"}]
    assert copy["outcome"]["verdict"] == "yes_if"


def test_practice_begins_without_weights_and_says_so():
    talk = cast.whole()
    practice = lifecycle.copy(talk.session, uuid.uuid4(), new_secret(), practise=True)
    data = document(practice)
    assert (practice.is_practice, data["practice"]) == (True, True)
    assert not any("weights" in argument for argument in data["arguments"])
    assert "outcome" not in data


def test_facilitator_can_seal_by_post(talk):
    ask(talk)
    assert talk.leader.role == FACILITATOR
    answer = talk.leader.client().post(reverse("sessions:seal", args=[talk.id, "question"]))
    assert (answer.status_code, states(talk)) == (303, {"question": "sealed"})
