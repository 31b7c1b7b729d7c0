"""Months before and after a day."""

from __future__ import annotations

import calendar
import datetime


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or the last one that month has."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def last_with_months_over(day: datetime.date, months: int) -> datetime.date:
    """The last day of which `months_after` is `day` or before it."""
    last = months_after(day, -months)
    while months_after(last + datetime.timedelta(days=1), months) <= day:
        last += datetime.timedelta(days=1)
    return last
