"""What falls due, for one who sees to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from sessions.access import Actor, due_sessions
from sessions.due import SOON, Due, due, said_just_now, title
from sessions.models import Session

MOST = 100  # of each list


@dataclass(frozen=True)
class OfTalk:
    """What is due in one talk."""

    session: Session
    things: list[Due]
    own: bool  # whether the reader leads it

    @property
    def title(self) -> str:
        return title(self.session)

    @property
    def review(self) -> Due | None:
        return next((one for one in self.things if one.list is None), None)

    @property
    def promises(self) -> list[Due]:
        return [one for one in self.things if one.list is not None]


class DueScreen:
    """The list of what is due now, and in the coming weeks."""

    def __init__(self, actor: Actor, saved: str | None = None):
        self.actor = actor
        self.today = timezone.localdate()
        self._saved = saved

    @cached_property
    def things(self) -> list[Due]:
        until = self.today + datetime.timedelta(days=SOON)
        return due(due_sessions(self.actor), until, most=MOST)

    @property
    def now(self) -> list[OfTalk]:
        return self._by_talk(one for one in self.things if one.on <= self.today)

    @property
    def soon(self) -> list[OfTalk]:
        return self._by_talk(one for one in self.things if one.on > self.today)

    def _by_talk(self, things) -> list[OfTalk]:
        talks: dict[Session, list[Due]] = {}
        for one in things:
            talks.setdefault(one.session, []).append(one)
        user = self.actor.user
        return [OfTalk(talk, of_one, talk.owner_id == user.pk) for talk, of_one in talks.items()]

    @property
    def is_full(self) -> bool:
        """Whether there may be more than is shown."""
        return len(self.things) >= MOST

    @property
    def looked_again(self) -> bool:
        """Whether it was said just now that an answer still stands."""
        return self._saved == ""

    @cached_property
    def saved(self) -> Due | None:
        """Of what it was said just now what became of it."""
        slug, _dot, row_id = (self._saved or "").partition(".")
        return said_just_now(due_sessions(self.actor), slug, row_id) if row_id else None
