"""The clock of the room: held by the server, set by the facilitator; nothing happens by itself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .models import Session

LONGEST = datetime.timedelta(hours=2)


@dataclass(frozen=True)
class Clock:
    """A clock that runs until `ends`, or stands still with `left` to go."""

    ends: datetime.datetime | None = None
    left: datetime.timedelta | None = None

    @classmethod
    def of(cls, session: Session) -> Clock | None:
        """The clock of a talk; None where none is set."""
        if session.clock_ends is None and session.clock_left is None:
            return None
        return cls(session.clock_ends, session.clock_left)

    @property
    def stamp(self) -> str:
        """This clock and no other: what was meant for it does not move one that changed since."""
        return f"until {self.ends.isoformat()}" if self.ends else f"left {self.left}"

    @property
    def is_held(self) -> bool:
        return self.ends is None

    @property
    def epoch(self) -> int | None:
        """When it ends, in milliseconds since 1970; None while it stands still."""
        return round(self.ends.timestamp() * 1000) if self.ends else None

    def to_go(self, now: datetime.datetime) -> datetime.timedelta:
        """What is left; nothing when it is over."""
        left = self.ends - now if self.ends else self.left or datetime.timedelta()
        return max(left, datetime.timedelta())

    def is_over(self, now: datetime.datetime) -> bool:
        return not self.to_go(now)

    def more(self, time: datetime.timedelta, now: datetime.datetime) -> Clock:
        """The clock with some more time, counted from now when it is over."""
        left = min(self.to_go(now) + time, LONGEST)
        return Clock(left=left) if self.is_held else Clock(ends=now + left)

    def held(self, now: datetime.datetime) -> Clock:
        """The clock standing still; one that is over stays over."""
        return self if self.is_held or self.is_over(now) else Clock(left=self.to_go(now))

    def going_on(self, now: datetime.datetime) -> Clock:
        return Clock(ends=now + self.to_go(now)) if self.is_held else self


def words(left: datetime.timedelta) -> str:
    """Minutes and seconds, as a clock shows them: 4:05."""
    minutes, seconds = divmod(round(left.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
