"""Coming in again: a browser that has a seat already is told so."""

import uuid

import pytest
from django.urls import reverse

from sessions import access
from sessions.models import Change, Seat, new_secret
from tests.cast import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    talk = Talk()
    talk.go("question")
    return talk


def test_who_takes_part_already_goes_on_at_once(talk):
    client = talk.phone().client()
    response = client.get(reverse("sessions:join_code", args=[talk.session.code]))
    phone = reverse("sessions:phone", args=[talk.id])
    assert (response.status_code, response["Location"]) == (303, phone)
    assert f'href="{phone}"' in client.get(reverse("sessions:join")).content.decode()


def test_who_takes_part_in_another_talk_joins_this_one(talk):
    other = Talk()
    other.go("question")
    client = other.phone().client()
    assert client.get(reverse("sessions:join_code", args=[talk.session.code])).status_code == 200


def test_who_took_part_is_told_that_the_talk_is_closed(talk):
    client = talk.phone().client()
    talk.close()
    page = client.get(reverse("sessions:join"), {"onbekend": "WEGWEG"}).content.decode()
    assert "Deze code is niet in gebruik." in page
    assert "Dit gesprek is gesloten." in page


def test_seat_of_nobody_is_told_of_no_talk(talk, client):
    name = access.COOKIE.format(role=access.SEAT, session=talk.id.hex)
    client.cookies[name] = "een andere sleutel"
    client.cookies[access.COOKIE.format(role=access.SEAT, session="x")] = str(uuid.uuid4())
    page = client.get(reverse("sessions:join")).content.decode()
    assert reverse("sessions:phone", args=[talk.id]) not in page


# The door


def door(talk, act, **data):
    url = reverse("sessions:door", args=[talk.id, "question"])
    return talk.leader.client().post(url, {"act": act, **data})


def join(client, code):
    return client.post(reverse("sessions:join"), {"code": code, "key": new_secret()})


def test_locked_room_admits_nobody_new_and_whoever_was_there_comes_back(talk, client):
    seated = talk.phone().client()
    assert door(talk, "lock").status_code == 303
    response = join(client, talk.session.code)
    assert response.status_code == 422
    assert "Er komt nu niemand meer bij." in response.content.decode()
    assert Seat.objects.filter(session=talk.id).count() == 1
    assert join(seated, talk.session.code).status_code == 303
    assert seated.get(reverse("sessions:phone", args=[talk.id])).status_code == 200
    board = talk.board().client().get(reverse("sessions:board", args=[talk.id])).content.decode()
    assert talk.session.code not in board.replace("&nbsp;", "").replace(" ", "")
    assert "Er komt niemand meer bij" in board
    door(talk, "unlock")
    assert join(client, talk.session.code).status_code == 303


def test_another_code_ends_the_one_before_and_no_seat(talk, client):
    seated, before = talk.phone().client(), talk.session.code
    door(talk, "code", code=before)
    door(talk, "code", code=before)  # a double click
    after = talk.session.code
    assert after != before
    assert Change.objects.filter(session=talk.id, action="code").count() == 1
    assert join(client, before).status_code == 303  # to a page that tells it is not in use
    assert Seat.objects.filter(session=talk.id).count() == 1
    assert seated.get(reverse("sessions:phone", args=[talk.id])).status_code == 200
    assert join(client, after)["Location"] == reverse("sessions:phone", args=[talk.id])


def test_unknown_act_at_the_door_is_not_found(talk):
    assert door(talk, "break").status_code == 404


def test_closed_talk_that_is_opened_again_is_not_locked(talk):
    door(talk, "lock")
    talk.close()
    talk.reopen()
    assert talk.session.locked is False


def test_guessing_codes_is_slowed_and_logged_without_who(talk, client, caplog):
    for number in range(31):
        response = join(client, f"AAAA{number:02}".replace("0", "A").replace("1", "C"))
    assert response.status_code == 429
    told = [one.getMessage() for one in caplog.records if one.name == "sessions.views.limits"]
    assert told == ["Somebody guesses room codes; they have to wait."]
