"""What each feels first about the question: alone, no vote, unseen until the end."""

import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Ballot, Feeling, Item, Round, Tally, Weight
from tests import cast
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db

WORDS = ("Nee", "Eerder nee", "Ik weet het niet", "Eerder ja", "Ja")


@pytest.fixture
def talk():
    talk = Talk(of=cast.method())
    talk.go("question")
    talk.open("question")
    return talk


def item() -> Item:
    return Item.objects.get(round__purpose="intuition")


def give(phone, **data):
    url = reverse("sessions:ballot", args=[phone.session_id, "question"])
    return phone.client().post(url, data)


def answer(weight):
    return {f"w-{item().pk}": str(weight), "id": str(uuid.uuid4())}


def page(person, name, talk, *more):
    url = reverse(f"sessions:{name}", args=[talk.id, *more])
    return person.client().get(url).content.decode()


def test_phone_asks_it_in_five_words_and_no_number(talk):
    shown = page(talk.phone(), "phone", talk)
    for word in WORDS:
        assert f"<span>{word}</span>" in shown
    assert "scale-step" not in shown
    assert "geen stemming" in shown


def test_answer_may_be_given_again_until_it_is_kept(talk):
    phone = talk.phone()
    for weight in (1, 4):
        assert give(phone, **answer(weight)).status_code == 303
    assert list(Weight.objects.values_list("weight", flat=True)) == [4]
    late = answer(5)
    room.seal_round(talk.lead, talk.step("question"))
    assert give(phone, **late).status_code == 422
    assert list(Weight.objects.values_list("weight", flat=True)) == [4]


def test_who_skips_is_ready_and_felt_nothing(talk):
    phone = talk.phone()
    assert give(phone, **{"pass": "yes"}).status_code == 303
    assert (Ballot.objects.count(), Weight.objects.count()) == (1, 0)
    assert "Je slaat dit over" in page(phone, "phone", talk)


@pytest.mark.parametrize("weight", ["", "6", "ja"])
def test_answer_that_is_none_is_asked_again(talk, weight):
    response = give(talk.phone(), **answer(weight))
    assert response.status_code == 422
    assert "Kies een van de vijf antwoorden." in response.content.decode()
    assert Ballot.objects.count() == 0


def test_group_that_goes_on_keeps_it_until_the_end(talk):
    phone = talk.phone()
    give(phone, **answer(2))
    talk.go("facts")
    assert Round.objects.get(purpose="intuition").state == "sealed"
    talk.go("question")
    for person, name, *more in (
        (talk.leader, "step", "question"),
        (talk.board(), "board"),
        (phone, "phone"),
    ):
        shown = page(person, name, talk, *more)
        assert [word for word in WORDS if f"<span>{word}</span>" in shown] == []
    assert "bewaard tot het einde" in page(phone, "phone", talk)


def test_who_comes_later_is_asked_and_the_first_answers_stay(talk):
    first, later = talk.phone(), talk.phone()
    give(first, **answer(2))
    room.seal_round(talk.lead, talk.step("question"))
    leader = Browser()
    leader.client.cookies[talk.leader.cookie] = talk.leader.secret
    leader.open(reverse("sessions:step", args=[talk.id, "question"]))
    assert "Er kwam iemand later" in leader.text
    leader.submit("/verzegeling/", open="yes")
    give(later, **answer(5))
    assert sorted(Weight.objects.values_list("weight", flat=True)) == [2, 5]


def test_slips_are_typed_in_also_when_it_is_kept(talk):
    room.seal_round(talk.lead, talk.step("question"))
    leader = Browser()
    leader.client.cookies[talk.leader.cookie] = talk.leader.secret
    leader.open(reverse("sessions:step", args=[talk.id, "question"]))
    leader.open(reverse("sessions:cards", args=[talk.id, "question"]))
    for word in WORDS:
        assert f'<th scope="col" class="number">{word}</th>' in leader.text
    counts = {f"c-{item().pk}-{feeling}": str(feeling % 3) for feeling in Feeling.values}
    leader.submit("/kaarten/", **counts)
    stored = Tally.objects.values_list("weight", "count")
    assert dict(stored) == {1: 1, 2: 2, 4: 1, 5: 2}
    leader.open(reverse("sessions:cards", args=[talk.id, "question"]))
    leader.submit("/kaarten/", **{f"c-{item().pk}-1": "veel"})
    assert (leader.status, "Briefjes met Nee: Geef een getal." in leader.text) == (422, True)


def test_device_that_goes_round_asks_it_in_words(talk):
    leader = Browser()
    leader.client.cookies[talk.leader.cookie] = talk.leader.secret
    for weight in (1, 5):
        leader.open(reverse("sessions:passed", args=[talk.id, "question"]))
        assert "<span>Eerder nee</span>" in leader.text
        leader.submit("/doorgeven/", **{f"w-{item().pk}": str(weight)})
        assert "Je antwoord is binnen." in leader.text
    assert sorted(Weight.objects.values_list("weight", flat=True)) == [1, 5]


def test_board_says_what_is_asked_and_afterwards_nothing(talk):
    board = talk.board()
    asked = "Ieder zegt alleen wat het eerste gevoel is"
    assert asked in page(board, "board", talk)
    room.seal_round(talk.lead, talk.step("question"))
    assert asked not in page(board, "board", talk)


def test_board_begins_with_what_the_talk_is_for(talk):
    board = talk.board()
    assert "board-mandate" not in page(board, "board", talk)
    talk.text("", "mandate", "advice")
    talk.text("", "decider", "De directeur")
    shown = page(board, "board", talk)
    assert "board-mandate" in shown
    assert ("De directeur" in shown, "We geven advies" in shown) == (True, True)
