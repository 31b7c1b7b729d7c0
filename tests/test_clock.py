"""The clock of the room: whoever sets it, it moves nothing by itself."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sessions.clock import LONGEST, Clock, words
from sessions.document import document
from sessions.models import Change
from tests.cast import Talk

NOW = datetime.datetime(2026, 11, 24, 15, 30, tzinfo=datetime.UTC)
spans = st.timedeltas(datetime.timedelta(seconds=1), LONGEST)
clocks = spans.map(lambda left: Clock(ends=NOW + left)) | spans.map(lambda left: Clock(left=left))


def minutes(number: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=number)


@given(clocks)
def test_holding_and_going_on_at_once_changes_nothing_of_the_time_left(clock):
    still = clock.held(NOW)
    assert still.is_held
    later = NOW + minutes(30)
    assert still.to_go(later) == clock.to_go(NOW) == still.going_on(later).to_go(later)


@given(clocks, spans)
def test_more_time_is_more_and_never_beyond_the_longest(clock, more):
    longer = clock.more(more, NOW)
    assert longer.to_go(NOW) == min(clock.to_go(NOW) + more, LONGEST)
    assert longer.is_held == clock.is_held


@given(clocks, clocks)
def test_stamp_is_of_one_clock_only(clock, other):
    assert (clock.stamp == other.stamp) == (clock == other)


def test_clock_that_is_over_gets_time_from_now_and_cannot_be_held():
    over = Clock(ends=NOW - minutes(10))
    assert over.is_over(NOW)
    assert over.more(minutes(1), NOW) == Clock(ends=NOW + minutes(1))
    assert over.held(NOW) == over


@given(clocks)
def test_holding_or_letting_run_twice_is_once(clock):
    later = NOW + minutes(1)
    for change in (Clock.held, Clock.going_on):
        assert change(change(clock, NOW), later) == change(clock, NOW) or clock.is_over(later)


@pytest.mark.parametrize(
    ("left", "shown"), [(0, "0:00"), (4.1, "4:06"), (59.75, "59:45"), (61, "61:00")]
)
def test_clock_shows_minutes_and_seconds(left, shown):
    assert words(minutes(left)) == shown


# In a talk


@pytest.fixture
def talk(db):
    talk = Talk()
    talk.go("arguments")
    return talk


def turn(talk, act, **data):
    url = reverse("sessions:clock", args=[talk.id, "arguments"])
    clock = Clock.of(talk.session)
    data = {"clock": clock.stamp if clock else "", "act": act, **data}
    return talk.leader.client().post(url, data)


def left(talk) -> float | None:
    """The minutes on the clock, rounded; None where there is none."""
    clock = Clock.of(talk.session)
    return round(clock.to_go(timezone.now()) / minutes(1), 1) if clock else None


def test_clock_is_set_lengthened_held_and_taken_away(talk):
    assert left(talk) is None
    assert turn(talk, "set", minutes="5").status_code == 303
    assert left(talk) == 5
    turn(talk, "more")
    assert left(talk) == 6
    turn(talk, "hold")
    assert Clock.of(talk.session).is_held
    turn(talk, "go")
    assert (left(talk), Clock.of(talk.session).is_held) == (6, False)
    turn(talk, "stop")
    assert left(talk) is None
    assert Change.objects.filter(session=talk.id, action="clock").count() == 5


@pytest.mark.parametrize("typed", ["", "0", "121", "vijf", "-3"])
def test_wrong_number_of_minutes_is_told_and_sets_nothing(talk, typed):
    response = turn(talk, "set", minutes=typed)
    assert (response.status_code, left(talk)) == (422, None)
    assert f'value="{typed}"' in response.content.decode() or not typed


def test_press_that_was_meant_for_an_earlier_clock_changes_nothing(talk):
    turn(talk, "set", minutes="5")
    stale = Clock.of(talk.session).stamp
    turn(talk, "more")
    turn(talk, "more", clock=stale)  # a double click, or a second facilitator
    turn(talk, "set", clock="", minutes="20")
    assert left(talk) == 6
    turn(talk, "hold", clock=stale)  # what is meant by this is clear
    assert Clock.of(talk.session).is_held


def test_unknown_act_is_not_found(talk):
    assert turn(talk, "advance").status_code == 404


@pytest.mark.parametrize("ends", ["move", "close", "pause"])
def test_clock_goes_with_what_it_was_for(talk, ends):
    turn(talk, "set", minutes="5")
    if ends == "move":
        talk.go("weighing")
    elif ends == "close":
        talk.close()
    else:
        url = reverse("sessions:pause", args=[talk.id])
        tomorrow = timezone.localdate() + datetime.timedelta(days=1)
        page = talk.leader.client().get(url).content.decode()
        id = page.split('name="id" value="')[1][:36]
        data = {"id": id, "insight": "", "resume_on": tomorrow.isoformat()}
        assert talk.leader.client().post(url, data).status_code == 303
        assert talk.session.resume_on == tomorrow
    assert left(talk) is None


def test_going_to_where_the_room_is_leaves_the_clock(talk):
    turn(talk, "set", minutes="5")
    talk.go("arguments")
    assert left(talk) == 5


def test_clock_shows_on_every_screen_and_in_no_document(talk):
    turn(talk, "set", minutes="5")
    epoch = str(Clock.of(talk.session).epoch)
    pages = {
        "lead": talk.leader.client().get(reverse("sessions:step", args=[talk.id, "arguments"])),
        "board": talk.board().client().get(reverse("sessions:board", args=[talk.id])),
        "phone": talk.phone().client().get(reverse("sessions:phone", args=[talk.id])),
    }
    for name, page in pages.items():
        assert f'data-ends="{epoch}"' in page.content.decode(), name
        assert 'data-now="' in page.content.decode(), name
    turn(talk, "hold")
    board = talk.board().client().get(reverse("sessions:board", args=[talk.id])).content.decode()
    assert ("staat stil" in board, "data-ends" in board) == (True, False)
    assert not [key for key in document(talk.session) if "clock" in key]
