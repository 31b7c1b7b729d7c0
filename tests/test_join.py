"""Coming in again: a browser that has a seat already is told so."""

import uuid

import pytest
from django.urls import reverse

from sessions import access
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
