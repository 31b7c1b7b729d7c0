"""Cards and slips that are counted by hand: what looks odd is asked once more."""

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Tally
from tests import cast
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    talk = Talk()
    for text in ("Een", "Twee", "Drie"):
        talk.add("arguments", text=text)
    talk.go("weighing")
    talk.open("weighing")
    return talk


def at_cards(talk, step="weighing") -> Browser:
    laptop = Browser()
    laptop.client.cookies[talk.leader.cookie] = talk.leader.secret
    return laptop.open(reverse("sessions:cards", args=[talk.id, step]))


def count(laptop, *cards, **more):
    """Type how many cards with 3 were raised for each argument, in order."""
    fields = [name for name in laptop.form("/kaarten/")["fields"] if name.endswith("-3")]
    typed = {name: str(n) for name, n in zip(fields, cards, strict=False) if n is not None}
    return laptop.submit("/kaarten/", **typed, **more)


def stored():
    return sorted(Tally.objects.values_list("count", flat=True))


def test_cards_that_agree_are_saved_and_told(talk):
    laptop = count(at_cards(talk), 3, 3, 3)
    assert stored() == [3, 3, 3]
    assert "Opgeslagen: 3 kaarten per argument" in laptop.text


def test_argument_with_other_cards_is_asked_about_once(talk):
    laptop = count(at_cards(talk), 3, 3, 10)
    assert (laptop.status, stored()) == (422, [])
    assert "Bij dit argument telde je 10 kaarten, bij de andere 3." in laptop.text
    assert 'value="10"' in laptop.text
    # when: it is meant so
    sure = laptop.text.split('name="sure" value="')[1].split('"')[0]
    laptop = count(laptop, 3, 3, 10, sure=sure)
    assert stored() == [3, 3, 10]
    assert "Opgeslagen: 3 tot 10 kaarten per argument" in laptop.text


def test_other_numbers_are_asked_about_anew(talk):
    laptop = count(at_cards(talk), 3, 3, 10)
    sure = laptop.text.split('name="sure" value="')[1].split('"')[0]
    laptop = count(laptop, 3, 3, 11, sure=sure)
    assert (laptop.status, stored()) == (422, [])


def test_argument_without_a_card_is_told_and_not_asked_about(talk):
    laptop = count(at_cards(talk), 3, 3, None)
    assert stored() == [3, 3]
    assert "Bij 1 argument is nog geen kaart geteld." in laptop.text


def test_more_people_than_there_are_is_asked_about(talk):
    talk.weigh(talk.phone(), 1, 1, 1)
    room.expect(talk.lead, talk.step("weighing"), 4)
    laptop = count(at_cards(talk), 3, 3, 3)
    assert stored() == [3, 3, 3]
    laptop = count(at_cards(talk), 4, 4, 4)
    assert (laptop.status, stored()) == (422, [3, 3, 3])
    assert "zijn dat 5 mensen. Je verwacht er 4." in laptop.text


def test_slips_have_a_receipt_also_when_they_are_kept():
    talk = Talk(of=cast.method())
    talk.open("question")
    room.seal_round(talk.lead, talk.step("question"))
    laptop = count(at_cards(talk, "question"), 5)
    assert "Opgeslagen: 5 briefjes" in laptop.text


def test_slips_of_the_beginning_are_typed_in_where_the_group_is():
    talk = Talk(of=cast.method())
    talk.open("question")
    talk.go("outcome")
    laptop = count(at_cards(talk, "question"), 4)
    assert laptop.url.endswith("/stap/outcome/#feelings")
    assert "Opgeslagen: 4 briefjes" in laptop.text
