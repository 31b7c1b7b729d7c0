"""Days for one's calendar: the talk, the day to look again, what was promised. See RFC 5545."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from .models import Action, Condition, Fact, Session

CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(*events: Event) -> bytes:
    """A file with these events, for any calendar program."""
    whole = Calendar()
    whole.add("prodid", "-//Kompas//Kompas//NL")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    for event in events:
        whole.add_component(event)
    days = [event.start for event in events]
    if days:
        # The rules of the time zone for just these years; from 1970 on they are a page long.
        first, last = min(_date(day) for day in days), max(_date(day) for day in days)
        whole.add_missing_timezones(first.replace(month=1, day=1), last.replace(month=12, day=31))
    return whole.to_ical()


def _date(start: datetime.date | datetime.datetime) -> datetime.date:
    return start.date() if isinstance(start, datetime.datetime) else start


def event(
    uid: str,
    summary: str,
    day: datetime.date,
    begins: datetime.time | None = None,
    ends: datetime.time | None = None,
    *,
    place: str = "",
    words: str = "",
    revision: int = 0,
) -> Event:
    """One event; without `begins` it takes the whole day.

    The same `uid` is the same event: a file made later, with a higher `revision`, replaces it.
    """
    made = Event()
    made.add("uid", f"{uid}@kompas")
    made.add("sequence", revision)
    made.add("dtstamp", timezone.now())
    made.add("summary", " ".join(summary.split()))
    if begins is None:
        made.add("dtstart", day)
        made.add("dtend", day + datetime.timedelta(days=1))
    else:
        zone = ZoneInfo(settings.TIME_ZONE)
        made.add("dtstart", datetime.datetime.combine(day, begins, zone))
        if ends is not None and ends > begins:
            made.add("dtend", datetime.datetime.combine(day, ends, zone))
    if place:
        made.add("location", place)
    if words:
        made.add("description", words)
    # A whole day in the calendar does not make one busy.
    made.add("transp", "TRANSPARENT" if begins is None else "OPAQUE")
    return made


def talk(session: Session, summary: str, *, place: str = "", words: str = "") -> Event | None:
    """The talk itself; None as long as it has no day."""
    if session.held_on is None:
        return None
    return event(
        f"talk-{session.pk}",
        summary,
        session.held_on,
        session.begins,
        session.ends or _usual_end(session),
        place=place,
        words=words,
        revision=session.revision,
    )


def _usual_end(session: Session) -> datetime.time | None:
    """When a talk with this method ends if nobody said when; None if that is another day."""
    if session.begins is None or session.held_on is None:
        return None
    begins = datetime.datetime.combine(session.held_on, session.begins)
    ends = begins + datetime.timedelta(minutes=session.method.minutes)
    return ends.time() if ends.date() == begins.date() else None


def review(session: Session, summary: str, *, words: str = "") -> Event | None:
    """The day on which the school looks again; None where none was chosen."""
    if session.review_on is None:
        return None
    return event(
        f"review-{session.pk}", summary, session.review_on, words=words, revision=session.revision
    )


def promises(
    session: Session, rows: Iterable[Action | Condition | Fact], *, words: str = ""
) -> list[Event]:
    """What was agreed, each on its day; what has no day is left out."""
    return [
        event(f"promise-{row.pk}", str(row), row.due, words=words, revision=session.revision)
        for row in rows
        if row.due is not None
    ]
