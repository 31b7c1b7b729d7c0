"""What a phone gives alone, and what becomes of what is typed at the wrong moment."""

import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Argument, Ballot, Weight
from tests.cast import Talk, method

pytestmark = pytest.mark.django_db

WORDS = "Wie bekeken wordt, durft minder."


@pytest.fixture
def talk():
    talk = Talk(of=method())
    talk.go("arguments")
    talk.open("arguments")
    return talk


@pytest.fixture
def phone(talk):
    return talk.phone()


def argument(**fields):
    return {"id": str(uuid.uuid4()), "side": "against", "text": WORDS, **fields}


def give(talk, phone, name, /, **data):
    url = reverse(f"sessions:{name}", args=[talk.id, talk.session.room_step])
    return phone.client().post(url, data)


def test_ready_asks_what_to_do_with_what_was_typed(talk, phone):
    response = give(talk, phone, "ready", **argument(ready="yes"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Je hebt nog iets getypt." in page
    assert f"{WORDS}</textarea>" in page
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 0)


@pytest.mark.parametrize(("typed", "found"), [("give", [WORDS]), ("leave", [])])
def test_ready_gives_along_or_leaves_out_what_was_typed(talk, phone, typed, found):
    assert give(talk, phone, "ready", **argument(ready="yes", typed=typed)).status_code == 303
    assert [row.text for row in Argument.everything.all()] == found
    assert Ballot.objects.count() == 1


def test_ready_with_half_an_argument_says_what_is_missing(talk, phone):
    response = give(talk, phone, "ready", **argument(ready="yes", side="", typed="give"))
    assert response.status_code == 422
    assert WORDS in response.content.decode()
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 0)


def test_ready_without_an_argument_is_ready(talk, phone):
    give(talk, phone, "ready", **argument(ready="yes", side="", text=""))
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 1)


def test_what_was_given_last_stands_first(talk, phone):
    for text in ("Eerst", "Dan", "Laatst"):
        talk.argue(phone, text)
    page = phone.client().get(reverse("sessions:phone", args=[talk.id])).content.decode()
    places = [page.index(f">{text}</p>") for text in ("Laatst", "Dan", "Eerst")]
    assert places == sorted(places)


def test_own_argument_is_asked_for_by_its_place(talk, phone):
    talk.argue(phone, WORDS, "against")
    row = Argument.everything.get()
    here = reverse("sessions:phone", args=[talk.id])
    page = phone.client().get(here).content.decode()
    assert 'href="?bewerk=1"' in page
    assert str(row.pk) not in page
    changing = phone.client().get(here, {"bewerk": "1"}).content.decode()
    assert f'name="id" value="{row.pk}"' in changing
    assert f'name="remove" value="{row.pk}"' in changing


def test_what_comes_too_late_stays_to_be_copied(talk, phone):
    talk.reveal("arguments")
    response = give(talk, phone, "own", **argument())
    assert response.status_code == 422
    page = response.content.decode()
    assert f">{WORDS}</textarea>" in page
    assert Argument.everything.count() == 0


def test_skipping_counts_as_ready_and_weighs_nothing(talk, phone):
    talk.reveal("arguments")
    talk.add("arguments", text="Er verdwijnt minder.")
    talk.go("weighing")
    talk.open("weighing")
    assert give(talk, phone, "ballot", **{"pass": "yes"}).status_code == 303
    assert (Ballot.objects.count(), Weight.objects.count()) == (1, 0)


def test_weight_that_was_given_can_be_left_open_again(talk, phone):
    talk.reveal("arguments")
    for text in ("Een", "Twee"):
        talk.add("arguments", text=text)
    talk.go("weighing")
    talk.open("weighing")
    here = reverse("sessions:phone", args=[talk.id])
    assert "Laat dit open" not in phone.client().get(here).content.decode()
    talk.weigh(phone, 3, 5)
    assert phone.client().get(here).content.decode().count("Laat dit open") == 2
    first, second = talk.ballot(1, 1)
    give(talk, phone, "ballot", **{"id": str(uuid.uuid4()), f"w-{first}": "", f"w-{second}": "5"})
    assert list(Weight.objects.values_list("item", "weight")) == [(second, 5)]


def test_who_sees_it_otherwise_stands_on_every_phone_once_shown(phone):
    talk = Talk(of=method())
    phone = talk.phone()
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "contributions")
    give(talk, phone, "own", id=str(uuid.uuid4()), text="Niet zo.", would_change_if="Een gordijn.")
    other = talk.phone()
    here = reverse("sessions:phone", args=[talk.id])
    assert "Niet zo." not in other.client().get(here).content.decode()
    talk.reveal("outcome")
    for close in (lambda: None, talk.close):
        close()
        page = other.client().get(here).content.decode()
        assert ("Niet zo." in page, "Een gordijn." in page) == (True, True)


def test_ballot_without_a_weight_is_asked_again(talk, phone):
    talk.reveal("arguments")
    talk.add("arguments", text="Er verdwijnt minder.")
    talk.go("weighing")
    talk.open("weighing")
    assert give(talk, phone, "ballot").status_code == 422
    assert Ballot.objects.count() == 0


def test_closed_talk_shows_what_it_came_to(talk, phone):
    talk.reveal("arguments")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    board = talk.board()
    talk.close()
    for person, name in ((board, "board"), (phone, "phone")):
        page = person.client().get(reverse(f"sessions:{name}", args=[talk.id])).content.decode()
        assert "ja, mits" in page.lower()
        assert "Alleen in de gang." in page
    assert reverse("reports:report", args=[talk.id]) in page
