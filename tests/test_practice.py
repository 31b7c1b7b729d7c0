"""A practice talk: on an example, with made-up people, and counting nowhere."""

import json
import uuid

import pytest

from sessions import lifecycle, room
from sessions.document import document, load
from sessions.models import Argument, Link, Refused, Round, Session, Value, new_secret
from tests import cast

from .documents import ROOT, publish_methods

pytestmark = pytest.mark.django_db


def practice() -> cast.Talk:
    """A practice talk on a talk that has been had."""
    talk, secret = cast.Talk.__new__(cast.Talk), new_secret()
    made = lifecycle.copy(cast.whole().session, uuid.uuid4(), secret, practise=True)
    talk.id = made.pk
    talk.leader = cast.Person(talk.id, Link.Role.FACILITATOR, secret)
    return talk


@pytest.fixture
def talk() -> cast.Talk:
    return practice()


def made_up(talk: cast.Talk, step: str):
    room.let_made_up_people_in(talk.lead, talk.step(step))


def test_practice_begins_without_weights_and_answer(talk):
    data = document(talk.session)
    assert talk.session.is_practice
    assert len(data["arguments"]) == 3
    assert "outcome" not in data
    assert all("weights" not in argument for argument in data["arguments"])


def test_practice_is_told_on_every_screen(talk):
    talk.go("question")
    phone, board, lead = talk.phone(), talk.board(), talk.leader
    base = f"/gesprekken/{talk.id}"
    for person, address in (
        (lead, f"{base}/voorbereiding/"),
        (lead, f"{base}/stap/question/"),
        (board, f"{base}/bord/"),
        (phone, f"{base}/meedoen/"),
    ):
        html = person.client().get(address).content.decode()
        assert "Oefengesprek: telt nergens mee" in html, address
    assert "Oefengesprek" in lead.client().get("/").content.decode()


def test_a_talk_is_not_told_to_be_practice():
    talk = cast.whole()
    html = talk.leader.client().get(f"/gesprekken/{talk.id}/stap/question/").content.decode()
    assert "Oefengesprek" not in html


def test_made_up_people_weigh_so_that_there_is_something_to_show(talk):
    talk.go("weighing")
    talk.open("weighing")
    made_up(talk, "weighing")
    made_up(talk, "weighing")  # a second click
    talk.reveal("weighing")
    weights = [argument["weights"] for argument in document(talk.session)["arguments"]]
    assert [len(one) for one in weights] == [3, 3, 3]
    assert max(max(one) - min(one) for one in weights) == 4
    assert min(max(one) - min(one) for one in weights) <= 2


def test_in_a_second_round_one_of_the_three_moved(talk):
    talk.go("weighing")
    for _round in range(2):
        talk.open("weighing")
        made_up(talk, "weighing")
        talk.reveal("weighing")
    last = Round.objects.get(session=talk.id, purpose="weights", number=2)
    assert (last.moved, last.asked) == (1, 3)


def test_made_up_people_give_arguments_that_say_so(talk):
    talk.go("arguments")
    talk.open("arguments")
    made_up(talk, "arguments")
    made_up(talk, "arguments")
    assert Argument.objects.filter(session=talk.id).count() == 3  # unseen until the reveal
    talk.reveal("arguments")
    texts = Argument.objects.filter(session=talk.id).values_list("text", flat=True)
    assert sum(text.startswith("Verzonnen: ") for text in texts) == 4


def test_made_up_people_choose_values_of_which_one_is_everybodys(talk):
    talk.go("values")
    talk.open("values")
    made_up(talk, "values")
    talk.reveal("values")
    voices = Value.objects.filter(session=talk.id).values_list("voices", flat=True)
    assert max(one or 0 for one in voices) == 3


def test_made_up_people_are_ready_and_counted(talk):
    talk.go("weighing")
    talk.open("weighing")
    made_up(talk, "weighing")
    html = talk.leader.client().get(f"/gesprekken/{talk.id}/stap/weighing/").content.decode()
    assert "3 van 3 klaar" in html


def test_made_up_people_stay_out_of_a_talk_that_counts():
    talk = cast.whole()
    talk.go("weighing")
    talk.open("weighing")
    with pytest.raises(Refused):
        made_up(talk, "weighing")
    assert "verzonnen mensen" not in (
        talk.leader.client().get(f"/gesprekken/{talk.id}/stap/weighing/").content.decode()
    )


def test_made_up_people_give_nothing_when_nothing_is_asked(talk):
    talk.go("weighing")
    with pytest.raises(Refused):
        made_up(talk, "weighing")


def test_practising_is_offered_on_an_example(db):
    example = cast.whole().session
    Session.objects.filter(pk=example.pk).update(kind=Session.Kind.EXAMPLE)
    browser = cast.Browser().open(f"/gesprekken/{example.pk}/oefening/")
    browser.submit("/oefening/")
    made = Session.objects.exclude(pk=example.pk).get()
    assert made.is_practice
    assert browser.url == f"/gesprekken/{made.pk}/stap/{made.steps[0].key}/"
    assert "Oefengesprek: telt nergens mee" in browser.text
    assert "drie verzonnen mensen laten meedoen" in browser.text


def test_copy_of_an_example_tells_nothing_of_its_answer(db):
    publish_methods()
    data = json.loads((ROOT / "fixtures/examples/fictief-ai-rapportteksten.json").read_text())
    asked = {text["prompt"] for text in data["texts"] if text["step"] == "outcome"}
    assert "meanwhile" in asked
    example = load(data, kind=Session.Kind.EXAMPLE)
    made = lifecycle.copy(example, uuid.uuid4(), new_secret(), practise=True)
    told = document(made)
    assert "outcome" not in told
    assert [text for text in told.get("texts", []) if text["step"] == "outcome"] == []


def test_a_copy_of_a_practice_talk_is_practice_too(talk):
    copy = lifecycle.copy(talk.session, uuid.uuid4(), new_secret())
    assert copy.is_practice
