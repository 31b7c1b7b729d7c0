"""How the time there is falls to the steps. Clock times only: a talk lasts half a day at most."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from .models import Session, Step

DAY = 24 * 60  # minutes
LONGEST = 12 * 60  # what is further off than this lies behind us


@dataclass(frozen=True)
class Slot:
    """The minutes of one step, and from when until when; without times they are a guide."""

    minutes: int
    begins: datetime.time | None = None
    ends: datetime.time | None = None
    passed: bool = False  # the time was divided anew from a later step on


def clock(moment: datetime.datetime) -> datetime.time:
    """The whole minute that a clock on the wall shows."""
    return timezone.localtime(moment).time().replace(second=0, microsecond=0)


def minutes_until(begins: datetime.time, ends: datetime.time) -> int:
    """The minutes from one time to the next, over midnight too; negative when that is past."""
    ahead = (_of_day(ends) - _of_day(begins)) % DAY
    return ahead if ahead <= LONGEST else ahead - DAY


def _of_day(time: datetime.time) -> int:
    return time.hour * 60 + time.minute


def _later(time: datetime.time, minutes: int) -> datetime.time:
    return datetime.time(*divmod((_of_day(time) + minutes) % DAY, 60))


def plan(
    steps: Sequence[Step],
    begins: datetime.time | None,
    ends: datetime.time | None,
    planned_from: str = "",
    planned_at: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> dict[str, Slot]:
    """Per step its minutes and its times, in proportion to the guide minutes of the method.

    The time is divided from `planned_at` (else `begins`) until `ends`, over the steps from
    `planned_from` on: whole minutes, that together are all there is. Where that leaves less than
    a minute for each, or nobody said when it ends, the guide minutes stand. A division of an
    earlier day no longer holds.
    """
    if planned_at is not None and now is not None:
        aged = (now - planned_at).total_seconds() / 60
        planned_at = planned_at if abs(aged) <= LONGEST else None
    keys = [step.key for step in steps]
    first = keys.index(planned_from) if planned_at is not None and planned_from in keys else 0
    left = steps[first:]
    passed = {step.key: Slot(step.minutes, passed=True) for step in steps[:first]}
    start = clock(planned_at) if planned_at is not None else begins
    guide = [step.minutes for step in left]
    if start is None and ends is not None:
        start = _later(ends, -sum(guide))  # that one can begin in time
    elif start is not None and ends is not None:
        there_is = minutes_until(start, ends)
        if there_is < len(left):
            start = None  # the time is over
        else:
            guide = divide(there_is, guide)
    slots, at = {}, start
    for step, minutes in zip(left, guide, strict=True):
        until = _later(at, minutes) if at is not None else None
        slots[step.key] = Slot(minutes, at, until)
        at = until
    return passed | slots


def divide(minutes: int, guide: Sequence[int]) -> list[int]:
    """`minutes` (one a part at least) in whole parts of at least one, in proportion to `guide`."""
    weights = [max(1, one) for one in guide]
    parts = [1] * len(weights)
    # What would get less than a minute gets one; the others divide what is left.
    sharing = list(range(len(weights)))
    while True:
        there_is = minutes - (len(weights) - len(sharing))
        whole = sum(weights[at] for at in sharing)
        enough = [at for at in sharing if there_is * weights[at] >= whole]
        if enough == sharing:
            break
        sharing = enough
    for at in sharing:
        parts[at] = there_is * weights[at] // whole
    # What rounding left over goes to who lost most by it.
    sharing.sort(key=lambda at: -(there_is * weights[at] % whole))
    for at in sharing[: minutes - sum(parts)]:
        parts[at] += 1
    return parts


def plan_of(session: Session, now: datetime.datetime) -> dict[str, Slot]:
    """The plan of a talk, as it stands now; of one that is closed, or waits, only the guide."""
    if session.is_closed or session.resume_on:
        return plan(session.steps, None, None)
    return plan(
        session.steps,
        session.begins,
        session.ends,
        session.planned_from,
        session.planned_at,
        now,
    )


def is_behind(session: Session, now: datetime.datetime) -> bool:
    """Whether the group is still at a step whose time, in the plan, is over."""
    if session.status != Session.Status.RUNNING or session.ends is None or session.resume_on:
        return False
    slot = plan_of(session, now).get(session.room_step)
    if slot is None or slot.ends is None:
        return False
    return minutes_until(slot.ends, clock(now)) > 0
