"""How the time there is falls to the steps."""

import datetime
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessions.models import Session, Step
from sessions.timing import Slot, divide, is_behind, minutes_until, plan

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def step(number: int, minutes: int) -> Step:
    return Step(f"stap-{number}", "facts", number, minutes, "Stap", "Waarvoor", "", ())


def steps(*minutes: int) -> list[Step]:
    return [step(number, one) for number, one in enumerate(minutes, 1)]


def clock(words: str) -> datetime.time:
    return datetime.time.fromisoformat(words)


def moment(words: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2026-11-24 {words}").replace(tzinfo=AMSTERDAM)


guides = st.lists(st.integers(1, 90), min_size=1, max_size=12)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(guides, st.integers(0, 720))
@example([1, 90, 90], 3)
@example([1, 1, 1, 1, 90], 7)
def test_parts_are_whole_minutes_that_sum_to_the_time_there_is(guide, more):
    minutes = len(guide) + more
    parts = divide(minutes, guide)
    assert sum(parts) == minutes
    assert min(parts) >= 1


@given(guides, st.integers(0, 720))
def test_longer_step_gets_no_less_time(guide, more):
    parts = divide(len(guide) + more, guide)
    for one, of_one in zip(guide, parts, strict=True):
        for other, of_other in zip(guide, parts, strict=True):
            assert one <= other or of_one >= of_other


@given(guides, st.integers(0, 720))
def test_parts_are_within_a_minute_of_their_share(guide, more):
    minutes = len(guide) + more
    parts = divide(minutes, guide)
    if all(minutes * one >= sum(guide) for one in guide):
        shares = [minutes * one / sum(guide) for one in guide]
        assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))


@given(guides, times, st.integers(0, 720))
def test_plan_reaches_from_begin_to_end_without_a_gap(guide, begins, length):
    start = datetime.datetime.combine(datetime.date(2026, 11, 24), begins)
    ends = (start + datetime.timedelta(minutes=length)).time()
    made = list(plan(steps(*guide), begins, ends).values())
    if length < len(guide):
        assert made == [Slot(minutes) for minutes in guide]
        return
    assert (made[0].begins, made[-1].ends) == (begins, ends)
    for slot, following in itertools.pairwise(made):
        assert slot.ends == following.begins
    for slot in made:
        assert slot.begins is not None
        assert slot.ends is not None
        assert minutes_until(slot.begins, slot.ends) == slot.minutes


def test_without_an_end_the_guide_minutes_stand():
    assert list(plan(steps(15, 20), None, None).values()) == [Slot(15), Slot(20)]


def test_begin_without_an_end_follows_the_guide():
    made = plan(steps(15, 20), clock("15:30"), None)
    assert list(made.values()) == [
        Slot(15, clock("15:30"), clock("15:45")),
        Slot(20, clock("15:45"), clock("16:05")),
    ]


def test_end_without_a_begin_is_counted_back_from():
    made = plan(steps(15, 20), None, clock("16:30"))
    assert made["stap-1"] == Slot(15, clock("15:55"), clock("16:10"))


def test_talk_can_go_on_over_midnight():
    made = plan(steps(10, 10), clock("23:30"), clock("00:30"))
    assert list(made.values()) == [
        Slot(30, clock("23:30"), clock("00:00")),
        Slot(30, clock("00:00"), clock("00:30")),
    ]


def test_when_the_time_is_over_the_guide_minutes_stand():
    made = plan(
        steps(15, 20), clock("15:30"), clock("16:30"), "stap-2", moment("16:40"), moment("16:41")
    )
    assert made == {"stap-1": Slot(15, passed=True), "stap-2": Slot(20)}


def test_what_is_left_is_divided_anew_from_a_step_on():
    made = plan(
        steps(10, 10, 30), clock("15:30"), clock("16:30"), "stap-2", moment("16:10:40"),
        moment("16:12"),
    )  # fmt: skip
    assert made == {
        "stap-1": Slot(10, passed=True),
        "stap-2": Slot(5, clock("16:10"), clock("16:15")),
        "stap-3": Slot(15, clock("16:15"), clock("16:30")),
    }


def test_division_of_an_earlier_day_no_longer_holds():
    yesterday = moment("16:10") - datetime.timedelta(days=1)
    made = plan(steps(10, 10), clock("15:30"), clock("16:30"), "stap-2", yesterday, moment("15:31"))
    assert made == plan(steps(10, 10), clock("15:30"), clock("16:30"))


def test_step_that_the_method_does_not_have_is_as_if_none_was_named():
    at = moment("15:30")
    made = plan(steps(10, 10), clock("15:30"), clock("16:30"), "weg", at, at)
    assert made == plan(steps(10, 10), clock("15:30"), clock("16:30"))


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        ("15:30", "17:30", 120),
        ("23:00", "01:00", 120),
        ("17:40", "17:30", -10),
        ("09:00", "09:00", 0),
    ],
)
def test_minutes_until_a_time_go_over_midnight_and_back(begins, ends, minutes):
    assert minutes_until(clock(begins), clock(ends)) == minutes


class Talk(Session):
    """A talk of two steps, without a database."""

    class Meta:
        proxy = True
        managed = False
        app_label = "deliberation"

    steps = tuple(steps(10, 10))  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("now", "behind"),
    [("15:30", False), ("16:00", False), ("16:01", True), ("17:30", True), ("15:00", False)],
)
def test_group_is_behind_when_the_time_of_its_step_is_over(now, behind):
    talk = Talk(status="running", room_step="stap-1", begins=clock("15:30"), ends=clock("16:30"))
    assert is_behind(talk, moment(now)) is behind


def test_group_without_an_end_time_is_never_behind():
    talk = Talk(status="running", room_step="stap-1", begins=clock("15:30"))
    assert is_behind(talk, moment("18:00")) is False
