"""How long an organisation keeps what was said: weights for some months, talks as it decides.

Nothing goes unannounced: it is told 30 days before, and a talk can be restored for 30 days after.
A plenary and its tables go together, by the last of them.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.dispatch import receiver
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kompas import mail
from kompas.accounts import roles
from kompas.accounts.models import Event, Organisation, Role, User
from kompas.ledger import ended, remember
from kompas.signals import forgotten, restored, tick

from . import endings
from .document import without_weights
from .models import EditedCopy, Reminder, Round, Session, Version, read_families
from .models.session import REMOVED_DAYS, STILL_DAYS
from .periods import last_with_months_over

WARNED_DAYS = 30  # before anything goes
LATEST_DAYS = 30  # after its day a talk goes, also where nobody could be told by mail
MOST_MONTHS = 600
MOST_LISTED = 20  # talks in one mail


# What is kept how long


def choose(
    organisation: Organisation, user: User | None, keep_weights: int, keep_talks: int | None
) -> None:
    """Set for how many months weights and talks are kept; None: talks stay.

    Shorter than it was, nothing goes by it within the days in which one is warned.
    """
    with transaction.atomic():
        fresh = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        before = (fresh.keep_weights, fresh.keep_talks)
        if before == (keep_weights, keep_talks):
            return
        if _is_shorter(keep_weights, before[0]) or _is_shorter(keep_talks, before[1]):
            fresh.retention_from = announced()
        fresh.keep_weights, fresh.keep_talks = keep_weights, keep_talks
        fresh.save(update_fields=["keep_weights", "keep_talks", "retention_from"])
        Event.record(
            fresh,
            user,
            "keep",
            "organisation",
            fresh.public_id,
            weights=[before[0], keep_weights],
            talks=[before[1], keep_talks],
        )


def schools(organisation: Organisation) -> QuerySet[Organisation]:
    """What is part of it: each has months of its own."""
    return organisation.children.filter(ended_on=None).order_by("name")


def _is_shorter(months: int | None, before: int | None) -> bool:
    return months is not None and (before is None or months < before)


def announced() -> datetime.date:
    """The first day on which something may go that is told today."""
    return timezone.localdate() + datetime.timedelta(days=WARNED_DAYS)


@dataclass(frozen=True)
class Preview:
    """What would go first, by months that are not chosen yet."""

    weights: int  # talks that lose their weights
    weights_on: datetime.date
    talks: int  # talks that go
    talks_on: datetime.date


def preview(organisation: Organisation, keep_weights: int, keep_talks: int | None) -> Preview:
    """What goes by these months on the first day on which something new may go, or before."""
    by_weights = _first_day(organisation, keep_weights, organisation.keep_weights)
    by_talks = _first_day(organisation, keep_talks, organisation.keep_talks)
    ours = Session.objects.filter(organisation=organisation)
    talks = _old(ours, keep_talks, by_talks).count() if keep_talks else 0
    return Preview(_given(ours, keep_weights, by_weights).count(), by_weights, talks, by_talks)


def _first_day(organisation: Organisation, months: int | None, now: int | None) -> datetime.date:
    if _is_shorter(months, now):
        return announced()
    return max(timezone.localdate(), organisation.retention_from or timezone.localdate())


# Which talks


def _of_organisations() -> QuerySet[Session]:
    """The talks of organisations by whose months something goes, but for what is in tables."""
    return Session.objects.filter(organisation__ended_on=None)


def _given(talks: QuerySet[Session], months: int, day: datetime.date) -> QuerySet[Session]:
    """Those of `talks` of which the weights are older than so many months on `day`.

    They count from the last closing; of a talk that is open, from its last change.
    """
    last = last_with_months_over(day, months)
    # Apart, so that each finds its rows by an index.
    here = Exists(Round.weighed.filter(session=OuterRef("pk")))
    at_tables = Exists(Round.weighed.filter(session__plenary=OuterRef("pk")))
    closed = Q(status=Session.Status.CLOSED, closed_on__lte=last)
    return talks.filter(
        closed | _lies_still(last), Q(here) | Q(at_tables, table_count__gt=0), plenary=None
    ).exclude(kind=Session.Kind.EXAMPLE)


def _old(talks: QuerySet[Session], months: int, day: datetime.date) -> QuerySet[Session]:
    """Those of `talks` that were closed, or were last changed, so many months before `day`.

    What somebody changed a short while before stays.
    """
    last = last_with_months_over(day, months)
    lately = day - datetime.timedelta(days=STILL_DAYS)
    closed = Q(status=Session.Status.CLOSED, closed_on__lte=last)
    old = (closed & _unchanged(lately)) | _lies_still(min(last, lately))
    return talks.filter(old, plenary=None, removed_on=None).exclude(kind=Session.Kind.EXAMPLE)


def _lies_still(last: datetime.date) -> Q:
    """Of a talk that is not closed: nobody changed it, or a table of it, after `last`."""
    return ~Q(status=Session.Status.CLOSED) & _unchanged(last)


def _unchanged(last: datetime.date) -> Q:
    later = Session.objects.filter(plenary=OuterRef("pk"), changed_on__gt=last)
    return Q(~Exists(later), changed_on__lte=last)


def _by_months(name: str, day: datetime.date) -> Iterator[tuple[int, QuerySet[Session]]]:
    """The talks of all organisations by which `name` says the same months, that may go on `day`."""
    may = Q(organisation__retention_from=None) | Q(organisation__retention_from__lte=day)
    months = Organisation.objects.exclude(**{name: None}).order_by().values_list(name, flat=True)
    for number in sorted(set(months.distinct())):
        talks = _of_organisations().filter(may, **{f"organisation__{name}": number})
        yield number, talks.select_related("organisation", "method")


# Weights


@receiver(tick, dispatch_uid="erase_old_weights")
def erase_old_weights(**_kwargs) -> None:
    """Erase the weights and feelings that organisations no longer keep."""
    today = timezone.localdate()
    for months, talks in _by_months("keep_weights", today):
        for session in _given(talks, months, today):
            erase_weights(session)


def erase_weights(session: Session) -> None:
    """Take out what people gave alone, as it lay: of the talk, its tables and all kept versions.

    What the group made of it stays, and each version remains a valid document.
    """
    today = timezone.localdate()
    with transaction.atomic():
        family = list(
            Session.objects.select_for_update(of=("self",), no_key=True)
            .filter(Q(pk=session.pk) | Q(plenary=session.pk))
            .order_by("pk")
        )
        versions = list(Version.objects.filter(session__in=family).select_for_update(of=("self",)))
        remember(*(_weights_id(one.session_id, one.number) for one in versions))
        weighed = Round.weighed.filter(session__in=family)
        held = set(weighed.order_by().values_list("session", flat=True))
        weighed.delete()
        _forget(versions, today)
        Session.objects.filter(pk__in=held).update(weights_gone_on=today)
        Session.objects.filter(pk__in=[one.pk for one in family]).update(revision=F("revision") + 1)
        if session.organisation_id is not None:
            Event.record(session.organisation_id, None, "erase", "weights", session.pk)


def _forget(versions: Iterable[Version], day: datetime.date) -> None:
    """Take the weights out of kept documents, and of the edited copies of them."""
    changed = []
    for version in versions:
        left = without_weights(version.document, day)
        if left is not version.document:
            version.document = left
            changed.append(version)
    Version.objects.bulk_update(changed, ["document"])
    for copy in EditedCopy.objects.filter(version__in=changed):
        copy.document = without_weights(copy.document, day)
        copy.save(update_fields=["document"])
    if changed:
        forgotten.send(sender=None, versions=[version.pk for version in changed])


def _weights_id(session_id: uuid.UUID, number: int) -> uuid.UUID:
    """Under which the ledger knows that a talk lost its weights after it had that version."""
    return ended(session_id, f"weights {number}")


@receiver(restored, dispatch_uid="erase_weights_again")
def erase_weights_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: erase the weights that were erased after the backup was made."""
    known = erased or set()
    again = [
        session
        for session, number in Version.objects.order_by().values_list("session", "number")
        if _weights_id(session, number) in known
    ]
    for session in Session.objects.filter(pk__in=again).select_related("plenary"):
        if Round.weighed.filter(session=session.pk).exists():
            erase_weights(session.plenary or session)


# Talks


@receiver(tick, dispatch_uid="remove_old_talks")
def remove_old_talks(**_kwargs) -> None:
    """Put out of sight the talks that organisations no longer keep, once that was told in time."""
    today = timezone.localdate()
    for months, talks in _by_months("keep_talks", today):
        for session in _old(talks, months, today):
            if _was_told(session, today):
                remove(session, None)


def _was_told(session: Session, today: datetime.date) -> bool:
    """Whether it was told in time that this talk goes; in the app it stood all the while."""
    due = session.remove_on
    if due is None or due > today:
        return False
    long_ago = today - datetime.timedelta(days=WARNED_DAYS)
    told = Reminder.objects.filter(
        session=session, reason=Reminder.Reason.RETENTION, due=due, sent_on__lte=long_ago
    )
    return (
        not mail.is_set_up() or due + datetime.timedelta(days=LATEST_DAYS) <= today or told.exists()
    )


def remove(session: Session, user: User | None) -> None:
    """Put a talk and its tables out of sight; it can be restored for a while, then it is erased."""
    with transaction.atomic():
        family = Session.objects.filter(Q(pk=session.pk) | Q(plenary=session.pk), removed_on=None)
        remember(endings.removed(session))
        if family.update(removed_on=timezone.localdate()) and session.organisation_id is not None:
            Event.record(session.organisation_id, user, "remove", "session", session.pk)


@receiver(restored, dispatch_uid="remove_again")
def remove_again(erased: set | None = None, **_kwargs) -> None:
    """After a restore: put out of sight again what was so after the backup was made."""
    for session in Session.objects.filter(removed_on=None, plenary=None):
        if endings.removed(session) in (erased or ()):
            remove(session, None)


def going(organisation: Organisation) -> list[Session]:
    """The talks of an organisation that go within the days in which one is warned."""
    ours = _of_organisations().filter(organisation=organisation)
    if organisation.keep_talks is None:
        return []
    found = _old(ours, organisation.keep_talks, announced()).select_related("method")
    return _with_family(found.order_by("changed_on", "pk")[:MOST_LISTED], organisation)


def removed(organisation: Organisation) -> list[Session]:
    """The talks of an organisation that can still be restored, first those that go first."""
    found = Session.objects.filter(organisation=organisation, plenary=None).exclude(removed_on=None)
    return _with_family(found.select_related("method").order_by("removed_on", "pk"), organisation)


def _with_family(found: Iterable[Session], organisation: Organisation) -> list[Session]:
    talks = list(found)
    read_families(talks)
    for talk in talks:
        talk.organisation = organisation
    return talks


# Telling it


@receiver(tick, dispatch_uid="warn_of_retention")
def warn_of_retention(**_kwargs) -> None:
    """Mail the owner and the administrators, once, that talks go soon."""
    if not mail.is_set_up():
        return
    waits: dict[User, list[Session]] = defaultdict(list)
    for session, people in _untold(announced()):
        for user in people:
            waits[user].append(session)
    mails = {user: _warning(user, talks) for user, talks in waits.items()}
    unsent = mail.send(list(mails.values()))
    for user, talks in waits.items():
        if mails[user] not in unsent:
            Reminder.objects.bulk_create(
                (
                    Reminder(
                        session=session,
                        user=user,
                        reason=Reminder.Reason.RETENTION,
                        due=_due(session),
                    )
                    for session in talks
                ),
                ignore_conflicts=True,
            )


def _untold(day: datetime.date) -> Iterator[tuple[Session, list[User]]]:
    """The talks that go by `day`, and to whom that was not told yet."""
    told: dict[tuple[uuid.UUID, datetime.date], set[int]] = defaultdict(set)
    reminders = Reminder.objects.filter(reason=Reminder.Reason.RETENTION)
    for id, due, user_id in reminders.values_list("session", "due", "user"):
        told[id, due].add(user_id)
    administrators: dict[int, list[User]] = {}
    for months, talks in _by_months("keep_talks", day):
        found = list(_old(talks.select_related("owner"), months, day))
        read_families(found)
        for session in found:
            there = session.organisation
            if there is None:
                continue
            if there.pk not in administrators:
                administrators[there.pk] = roles.administrators(there)
            owner = [session.owner] if session.owner and session.owner.is_active else []
            people = dict.fromkeys([*owner, *administrators[there.pk]])
            known = told[session.pk, _due(session)]
            yield session, [user for user in people if user.pk not in known]


def _due(session: Session) -> datetime.date:
    """The day on which a talk goes that was found to go."""
    return session.remove_on or announced()


def _warning(user: User, talks: list[Session]) -> EmailMessage:
    """One mail about all talks that go; of none of them a word that was said."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext("%(n)d talk goes soon", "%(n)d talks go soon", len(talks)) % {
            "n": len(talks)
        }
        lines = [_line(user, talk) for talk in talks[:MOST_LISTED]]
        if len(talks) > MOST_LISTED:
            lines.append(_("… and %(n)d more.") % {"n": len(talks) - MOST_LISTED})
        parts = [
            _("Hello,"),
            _("These talks are as old as your organisation keeps them. They go:"),
            "\n".join(lines),
            _("Do you want to keep one? Save its report, or open the talk again."),
            _("A talk that went can be put back for %(days)d days. Then it is erased for good.")
            % {"days": REMOVED_DAYS},
        ]
        return EmailMessage(subject, "\n\n".join(parts) + "\n", to=[user.email])


def _line(user: User, talk: Session) -> str:
    day = date_format(_due(talk), "j F Y")
    if talk.owner_id == user.pk or talk.organisation is None:
        path = reverse("sessions:session", args=[talk.pk])
    else:
        path = reverse("sessions:retention", args=[talk.organisation.slug])
    return f"- {day}: {(settings.KOMPAS_URL or '').rstrip('/')}{path}"


def soon(session: Session) -> bool:
    """Whether a talk goes within the days in which one is warned."""
    day: Any = session.gone_on if session.organisation_id else None
    return day is not None and day <= announced()


# Whose it is to choose


def kept_organisation(actor: Any, slug: str) -> Organisation:
    """An organisation that the actor administers, there or from above. Raises Http404."""
    found = (
        Organisation.objects.filter(slug=slug, ended_on=None)
        .select_related("parent__parent")
        .first()
    )
    if found is None:
        raise Http404
    administered = {one.pk for one in actor.organisations(Role.ADMINISTRATOR)}
    if not administered & {found.pk, *(one.pk for one in found.ancestors())}:
        raise Http404
    return found
