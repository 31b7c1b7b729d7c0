"""Days for one's calendar."""

import datetime

import pytest
from icalendar import Calendar

from sessions import calendars
from sessions.models import Action, Session
from tests import cast

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 7, 14)


def read(*events) -> Calendar:
    return Calendar.from_ical(calendars.calendar(*events))


def only(file: Calendar):
    (found,) = file.walk("VEVENT")
    return found


@pytest.fixture
def session() -> Session:
    return cast.Talk().session


def test_talk_has_begin_end_and_place_in_the_time_of_the_school(session):
    session.held_on = DAY
    session.begins, session.ends = datetime.time(15, 30), datetime.time(17, 15)
    file = read(calendars.talk(session, "Mag\ndat?", place="Lokaal 3; boven", words="a\nb"))
    found = only(file)
    assert found["dtstart"].dt.isoformat() == "2026-07-14T15:30:00+02:00"
    assert found["dtend"].dt.isoformat() == "2026-07-14T17:15:00+02:00"
    assert str(found["summary"]) == "Mag dat?"
    assert str(found["location"]) == "Lokaal 3; boven"
    assert str(found["description"]) == "a\nb"
    (zone,) = file.walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Amsterdam"


def test_talk_without_begin_takes_the_day(session):
    session.held_on, session.ends = DAY, datetime.time(17, 0)
    found = only(read(calendars.talk(session, "Gesprek")))
    assert found["dtstart"].dt == DAY
    assert found["dtend"].dt == DAY + datetime.timedelta(days=1)


def test_talk_without_end_lasts_as_long_as_its_method(session):
    session.held_on, session.begins = DAY, datetime.time(15, 30)
    found = only(read(calendars.talk(session, "Gesprek")))
    assert found["dtend"].dt - found["dtstart"].dt == datetime.timedelta(
        minutes=session.method.minutes
    )
    session.begins = datetime.time(23, 30)
    assert "dtend" not in only(read(calendars.talk(session, "Gesprek")))


def test_same_talk_is_the_same_event_and_a_later_file_replaces_it(session):
    session.held_on = DAY
    first = only(read(calendars.talk(session, "Gesprek")))
    session.revision += 3
    later = only(read(calendars.talk(session, "Gesprek")))
    assert later["uid"] == first["uid"]
    assert later["sequence"] == first["sequence"] + 3


def test_what_has_no_day_is_no_event(session):
    assert calendars.talk(session, "Gesprek") is None
    assert calendars.review(session, "Terugkijken") is None
    dated, undated = Action(what="Bord kopen", due=DAY), Action(what="Ooit")
    (found,) = calendars.promises(session, [dated, undated])
    assert str(found["summary"]) == "Bord kopen"
    assert found["dtstart"].dt == DAY


def test_typed_text_cannot_add_a_line_to_the_file(session):
    session.held_on = DAY
    words = "een\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT"
    found = only(read(calendars.talk(session, words, place=words, words=words)))
    assert "attendee" not in found
