"""Mail about what falls due, to who leads the talk: some days before, and on the day.

In a mail stand the names of talks, how much is due, and the address of one's own list; no link
that gives a right, and no other word of a talk. Of a talk that nobody leads any more it goes to
who administers it, who is told no more than that there is such a talk.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kompas import mail
from kompas.accounts.models import Organisation, User
from kompas.accounts.roles import administrators
from kompas.signals import tick

from .due import Due, due, title
from .models import Reminder, Session
from .ownership import led_talks, unled_talks

DAYS_BEFORE = (3, 0)  # on which one is reminded of something
# What is due longer than this is on the list only: somebody who takes over a talk of years ago
# gets no mail about all of it.
LONGEST_AGO = 30
HOURS = range(7, 20)  # in which a mail may arrive
AT_ONCE = 50  # mails of which is written down that they go, before they go
SHORT = 120  # characters of a talk's name


@receiver(tick, dispatch_uid="remind")
def remind_now(**_kwargs) -> None:
    remind(timezone.localtime())


def remind(now: datetime.datetime) -> int:
    """Mail everybody who has something due; gives how many mails the server took.

    That somebody was reminded is written down before the mail goes, and taken back where the
    server refuses it. So it is never sent twice; if this process is killed in between, it is on
    the list in the app all the same.
    """
    if not mail.is_set_up() or now.hour not in HOURS:
        return 0
    today, taken = now.date(), 0
    waiting = list(_by_person(today).items())
    while waiting:
        some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        claimed = [_claim(user, things, today) for user, things in some]
        letters = [one for one in claimed if one is not None]
        unsent = mail.send([one for one, _rows in letters]) if letters else []
        lost = [row.pk for one, rows in letters if one in unsent for row in rows]
        Reminder.objects.filter(pk__in=lost).delete()
        taken += len(letters) - len(unsent)
    return taken


def _waiting(talks: QuerySet[Session], today: datetime.date) -> list[Due]:
    return due(
        talks,
        until=today + datetime.timedelta(days=max(DAYS_BEFORE)),
        since=today - datetime.timedelta(days=LONGEST_AGO),
    )


def _by_person(today: datetime.date) -> dict[Any, list[Due]]:
    """What is due to whom: to who leads the talk, or else to who administers it."""
    found: dict[Any, list[Due]] = {}
    for one in _waiting(led_talks(), today):
        found.setdefault(one.session.owner, []).append(one)
    asked_of = cache(_administrators)  # of each organisation once
    for one in _waiting(unled_talks(), today):
        for user in asked_of(one.session.organisation):
            found.setdefault(user, []).append(one)
    return found


def _administrators(organisation: Organisation | None) -> list[User]:
    return administrators(organisation) if organisation else []


def _still(user, things: Sequence[Due]) -> list[Due]:
    """Of these what is due to this person now: whoever left while others were mailed gets none."""
    talks = {one.session.pk for one in things}
    led = set(led_talks().filter(owner=user, pk__in=talks).values_list("pk", flat=True))
    unled = set(unled_talks().filter(pk__in=talks).values_list("pk", flat=True))
    asked_of = cache(_administrators)
    return [
        one
        for one in things
        if one.session.pk in led
        or (one.session.pk in unled and user in asked_of(one.session.organisation))
    ]


def _claim(
    user, things: Sequence[Due], today: datetime.date
) -> tuple[EmailMessage, list[Reminder]] | None:
    """A mail with all that is due, and what is written down about it; None if none is to go.

    None too where somebody was mailed today: then it waits until tomorrow.
    """
    things = _still(user, things)
    told = Reminder.objects.filter(user=user).exclude(reason=Reminder.Reason.RETENTION)
    if told.filter(sent_on=today).exists():
        return None
    known = set(told.values_list("session", "reason", "thing_id", "due"))
    rows = [
        Reminder(
            session=one.session,
            user=user,
            reason=one.reason,
            thing_id=one.thing_id,
            due=day,
            sent_on=today,
        )
        for one in things
        for before in DAYS_BEFORE
        if (day := one.on - datetime.timedelta(days=before)) <= today
        and (one.session.pk, one.reason, one.thing_id, day) not in known
    ]
    if not rows:
        return None
    try:
        with transaction.atomic():
            rows = Reminder.objects.bulk_create(rows)
    except IntegrityError:  # another process was first
        return None
    return letter(user, things), rows


def letter(user, things: Sequence[Due]) -> EmailMessage:
    """The mail about all that is due, in the language of the first talk."""
    with translation.override(things[0].session.language):
        own = [one for one in things if one.session.owner_id == user.pk]
        unled = {one.session for one in things if one.session.owner_id != user.pk}
        parts = [*(_own(own) if own else ()), *(_unled(unled) if unled else ())]
        parts.append(_("At most one such mail goes out a day."))
        count = len(own) + len(unled)
        subject = ngettext("Kompas: %(n)s thing falls due", "Kompas: %(n)s things fall due", count)
        return EmailMessage(subject % {"n": count}, "\n\n".join(parts) + "\n", to=[user.email])


def _own(things: Sequence[Due]) -> list[str]:
    talks: dict[Session, list[Due]] = {}
    for one in things:
        talks.setdefault(one.session, []).append(one)
    return [
        _("In the talks that you lead, this falls due:"),
        *(_talk(session, of_talk) for session, of_talk in talks.items()),
        _where(
            "sessions:due",
            _("Look here, and say in a few taps what became of it:"),
            _("Log in to Kompas and look under “To do”."),
        ),
        _("You get this because you lead these talks."),
    ]


def _unled(talks: Iterable[Session]) -> list[str]:
    schools = Counter(str(talk.organisation) for talk in talks)
    words = [
        ngettext("%(school)s: %(n)s talk", "%(school)s: %(n)s talks", n) % {"school": one, "n": n}
        for one, n in sorted(schools.items())
    ]
    return [
        _("In talks that nobody leads any more, something falls due:"),
        "\n".join(f"- {one}" for one in words),
        _where(
            "sessions:mine",
            _("Choose here who leads them now:"),
            _("Log in to Kompas and look under “My talks”."),
        ),
        _("You get this because you administer these talks."),
    ]


def _talk(session: Session, things: Sequence[Due]) -> str:
    name = " ".join(title(session).split())
    lines = [f"“{Truncator(name).chars(SHORT)}”"]
    promised = [one for one in things if one.list]
    for one in things:
        if not one.list:
            lines.append("- " + _("Does the answer still stand? %(day)s") % {"day": _day(one.on)})
    if promised:
        words = ngettext(
            "%(n)s agreement, for %(day)s",
            "%(n)s agreements, the first for %(day)s",
            len(promised),
        )
        lines.append("- " + words % {"n": len(promised), "day": _day(promised[0].on)})
    return "\n".join(lines)


def _where(name: str, here: str, without_address: str) -> str:
    if not settings.KOMPAS_URL:
        return without_address
    return f"{here}\n{settings.KOMPAS_URL.rstrip('/')}{reverse(name)}"


def _day(day: datetime.date) -> str:
    return date_format(day, "j F Y")
