"""Mail about what falls due, to who leads the talk: some days before, and on the day.

In a mail stand the names of talks, how much is due, and the address of one's own list; no link
that gives a right, and no other word of a talk.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kompas import mail
from kompas.accounts.models import Membership, Role
from kompas.signals import tick

from .due import Due, due, title
from .models import Reminder, Session

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
    owned = list(_by_owner(_waiting(today)).items())
    while owned:
        some, owned = owned[:AT_ONCE], owned[AT_ONCE:]
        claimed = [_claim(user, things, today) for user, things in some]
        letters = [one for one in claimed if one is not None]
        unsent = mail.send([one for one, _rows in letters]) if letters else []
        lost = [row.pk for one, rows in letters if one in unsent for row in rows]
        Reminder.objects.filter(pk__in=lost).delete()
        taken += len(letters) - len(unsent)
    return taken


def _waiting(today: datetime.date) -> list[Due]:
    return due(
        led_talks(),
        until=today + datetime.timedelta(days=max(DAYS_BEFORE)),
        since=today - datetime.timedelta(days=LONGEST_AGO),
    )


def led_talks() -> QuerySet[Session]:
    """The talks whose owner can still lead them: with an account, and facilitator there."""
    there = Membership.objects.filter(
        user=OuterRef("owner"), organisation=OuterRef("organisation"), role=Role.FACILITATOR
    )
    return Session.objects.filter(Exists(there), owner__is_active=True, organisation__ended_on=None)


def _by_owner(things: Iterable[Due]) -> dict:
    owned: dict = {}
    for one in things:
        owned.setdefault(one.session.owner, []).append(one)
    return owned


def _claim(
    user, things: Sequence[Due], today: datetime.date
) -> tuple[EmailMessage, list[Reminder]] | None:
    """A mail with all that is due, and what is written down about it; None if none is to go.

    None too where somebody was mailed today: then it waits until tomorrow.
    """
    # Asked anew: whoever left while others were mailed gets nothing.
    led = set(
        led_talks()
        .filter(owner=user, pk__in={one.session.pk for one in things})
        .values_list("pk", flat=True)
    )
    things = [one for one in things if one.session.pk in led]
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
        talks: dict[Session, list[Due]] = {}
        for one in things:
            talks.setdefault(one.session, []).append(one)
        parts = [
            _("In the talks that you lead, this falls due:"),
            *(_talk(session, of_talk) for session, of_talk in talks.items()),
            _where(),
            _("You get this because you lead these talks. At most one such mail goes out a day."),
        ]
        subject = ngettext(
            "Kompas: %(n)s thing falls due", "Kompas: %(n)s things fall due", len(things)
        )
        return EmailMessage(
            subject % {"n": len(things)}, "\n\n".join(parts) + "\n", to=[user.email]
        )


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


def _where() -> str:
    path = reverse("sessions:due")
    if not settings.KOMPAS_URL:
        return _("Log in to Kompas and look under “To do”.")
    return (
        _("Look here, and say in a few taps what became of it:")
        + "\n"
        + (settings.KOMPAS_URL.rstrip("/") + path)
    )


def _day(day: datetime.date) -> str:
    return date_format(day, "j F Y")
