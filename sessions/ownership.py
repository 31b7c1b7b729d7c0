"""Whose a talk is: taken in, handed over, shared upward, archived, removed and restored.

Each is one write in one talk, with a trace in the talk and in the log of its organisation. What
happens to a plenary happens to its tables.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from kompas.accounts.models import Event, Membership, Organisation, Role, User
from kompas.ledger import recall, remember

from . import endings, finding
from .access import Access, Actor, owned_sessions
from .due import SOON
from .endings import end_links, end_shares, owner_changes
from .models import Change, Findable, Link, Refused, Session, Share, Text, Version, Write
from .models.session import REMOVED_DAYS

PAGE = 20  # talks on a page of the list
MOST = 100  # of which is said that they are under way, or need something


class Owner(NamedTuple):
    """Who answers for a talk, and where it stands."""

    user: User
    organisation: Organisation


# A new talk


def belongs_to(session: Session, owner: Owner) -> bool:
    ids = (owner.user.pk, owner.organisation.pk)
    return (session.owner_id, session.organisation_id) == ids


def start(session: Session, owner: Owner) -> None:
    """Give a talk that was just made to its owner; inside the transaction that made it."""
    session.owner, session.organisation = owner.user, owner.organisation
    session.save(update_fields=["owner", "organisation"])
    tables = Session.objects.filter(plenary=session)  # a talk from a file may have them
    tables.update(owner=owner.user, organisation=owner.organisation)
    Event.record(owner.organisation, owner.user, "start", "session", session.pk)


# Taken in, handed over


def why_not_taken_in(session: Session) -> str:
    """Why a talk cannot be taken in by whoever leads it; empty where it can."""
    if session.organisation_id is not None:
        return _("This talk is with an organisation already.")
    if reason := why_not_alone(session):
        return reason
    if session.kind != Session.Kind.TALK:
        return _("A practice talk counts nowhere, so no organisation takes it in.")
    return ""


def why_not_alone(session: Session) -> str:
    """Why nothing here is done to a table by itself; empty for any other talk."""
    if session.plenary_id is None:
        return ""
    return _("A table stands with its plenary. Do this there.")


def take_in(access: Access, owner: Owner) -> None:
    """Let a guest's talk stand in an organisation; from then on its owner leads it by account."""
    with access.session.writing(access, closed=True) as write:
        if belongs_to(write.session, owner):
            return
        if refusal := why_not_taken_in(write.session):
            raise Refused(refusal)
        if not _are_facilitators(owner.organisation).filter(user=owner.user).exists():
            raise Refused(_("You are no facilitator there any more."))
        _move(write, owner.organisation.pk, owner.user)
        # No end for the ledger: in a backup from before nobody else could lead the talk.
        _leading(write.session).update(revoked_at=timezone.now())
        _end_links(write.session)
        write.record("take_in", "session")
        Event.record(owner.organisation, owner.user, "take_in", "session", write.session.pk)


def successors(session: Session) -> list[User]:
    """To whom a talk can be handed over: the other facilitators of its organisation, by name."""
    if session.organisation_id is None:
        return []
    found = _are_facilitators(session.organisation_id).exclude(user=session.owner_id)
    return sorted((one.user for one in found.select_related("user")), key=str)


def hand_over(access: Access, user: User) -> None:
    """Let another facilitator of the organisation own a talk; links of the former end."""
    with access.session.writing(access, closed=True, about=True) as write:
        session = write.session
        if session.owner_id == user.pk:
            return
        if not _are_facilitators(session.organisation_id).filter(user=user).exists():
            raise Refused(_("They are no facilitator there any more. Choose somebody else."))
        _move(write, session.organisation_id, user)
        _end_links(session)
        write.record("hand_over", "session")
        _log(access, write, "hand_over", to=user.trail_id)


def _are_facilitators(organisation: Organisation | int | None) -> QuerySet[Membership]:
    return Membership.objects.filter(
        organisation=organisation,
        role=Role.FACILITATOR,
        user__is_active=True,
        organisation__ended_on=None,
    )


def _move(write: Write, organisation_id: int | None, owner: User) -> None:
    owner_changes(write.session, write.session.owner, owner)
    _set(write, organisation_id=organisation_id, owner_id=owner.pk)
    finding.later(write.session)


def _set(write: Write, **columns: Any) -> None:
    """Set columns of a talk and of its tables."""
    session = write.session
    for name, value in columns.items():
        setattr(session, name, value)
    if session.table_count:
        Session.objects.filter(plenary=session).update(**columns)
        session.tell_tables()


def _end_links(session: Session) -> None:
    """End the facilitators' links of a talk and its tables; its owner answers for the others."""
    end_links(_leading(session))
    _links(session).update(made_by=session.owner_id)


def _links(session: Session) -> QuerySet[Link]:
    of_talk = Q(session=session) | Q(session__plenary=session)
    return Link.objects.filter(of_talk, revoked_at=None)


def _leading(session: Session) -> QuerySet[Link]:
    return _links(session).filter(role=Link.Role.FACILITATOR)


def _log(access: Access, write: Write, action: str, **details: Any) -> None:
    organisation, id = write.session.organisation_id, write.session.pk
    if organisation is not None:  # a guest's talk is in nobody's log
        Event.record(organisation, access.user, action, "session", id, **details)


# Shared upward


@dataclass(frozen=True)
class Shared:
    """Whether readers for the board of an organisation read a talk, and which version of it."""

    organisation: Organisation
    number: int | None
    on: datetime.date | None
    last: int  # the last version there is
    is_read: bool  # whether anybody reads for the board there now

    @property
    def is_last(self) -> bool:
        return self.number == self.last


def shares(session: Session) -> list[Shared]:
    """Of the talk's organisation and those above it each where somebody reads for the board.

    Also where a version is shared and nobody reads it now; where there is none of these yet, the
    one right above.
    """
    last = session.versions.order_by("-number").values_list("number", flat=True).first()
    if last is None or session.organisation is None:
        return []
    read: dict[int, tuple[int | None, datetime.date | None]] = {}
    shared = Share.objects.filter(version__session=session).order_by("version__number")
    for organisation_id, number, on in shared.values_list(
        "organisation", "version__number", "shared_on"
    ):
        read[organisation_id] = (number, on)
    above = (session.organisation, *session.organisation.ancestors())
    reading = Membership.objects.filter(
        organisation__in=above, role=Role.BOARD_READER, user__is_active=True
    )
    readers = set(reading.values_list("organisation", flat=True))
    wanted = readers | read.keys() or {above[:2][-1].pk}
    return [
        Shared(one, *read.get(one.pk, (None, None)), last=last, is_read=one.pk in readers)
        for one in above
        if one.pk in wanted
    ]


def share(access: Access, organisation_id: int, number: int) -> None:
    """Let readers for the board of that organisation read a version, and no later one."""
    with access.session.writing(access, closed=True, about=True) as write:
        version = Version.objects.filter(session=write.session, number=number).first()
        if version is None or organisation_id not in _above(access):
            raise Refused(_("That is not possible now."))
        _share, new = Share.objects.get_or_create(version=version, organisation_id=organisation_id)
        if new:
            write.record("share", "version", number)
            _log(access, write, "share", version=number, readers=organisation_id)


def take_back(access: Access, organisation_id: int) -> None:
    """From now on readers for the board of that organisation read nothing of this talk."""
    with access.session.writing(access, closed=True, about=True) as write:
        shared = Share.objects.filter(
            version__session=write.session, organisation_id=organisation_id
        )
        if end_shares(shared):
            write.record("take_back", "version")
            _log(access, write, "take_back", readers=organisation_id)


def _above(access: Access) -> set[int]:
    organisation = access.session.organisation
    return {one.pk for one in (organisation, *organisation.ancestors())} if organisation else set()


# Archived, removed, restored


def archive(access: Access, away: bool) -> None:
    """Put a talk out of the way, or back."""
    with access.session.writing(access, closed=True, about=True) as write:
        if bool(write.session.archived_on) == away:
            return
        _set(write, archived_on=timezone.localdate() if away else None)
        action = "archive" if away else "unarchive"
        write.record(action, "session")
        _log(access, write, action)


def remove(access: Access, reason: str) -> None:
    """Take a talk out of everybody's sight; it can be restored for REMOVED_DAYS days."""
    with access.session.writing(access, closed=True, removed=True, about=True) as write:
        if write.session.removed_on is None:
            remember(endings.removed(write.session))
            _set(write, removed_on=timezone.localdate())
            write.record("remove", "session", "", None, reason)
            _log(access, write, "remove")


def restore(access: Access) -> None:
    """Put a removed talk back as it was, with its links and seats."""
    with access.session.writing(access, closed=True, removed=True) as write:
        if write.session.removed_on is not None:
            recall(endings.removed(write.session))
            _set(write, removed_on=None)
            write.record("restore", "session")
            _log(access, write, "restore")


def gone_on(session: Session) -> datetime.date | None:
    """The day on which a removed talk is erased."""
    days = datetime.timedelta(days=REMOVED_DAYS)
    return session.removed_on + days if session.removed_on else None


# What one finds


def under_way(actor: Actor) -> list[Session]:
    """The talks that the user owns and that are not closed, last changed first."""
    open_ones = owned_sessions(actor).filter(removed_on=None)
    return list(_listed(open_ones.exclude(status=Session.Status.CLOSED))[:MOST])


def closed_before(
    actor: Actor, day: datetime.date | None = None, id: uuid.UUID | None = None
) -> tuple[list[Session], bool]:
    """A page of the closed talks that the user owns, and whether there are more.

    The last changed come first: those after the talk with that day and id.
    """
    closed = owned_sessions(actor).filter(removed_on=None, status=Session.Status.CLOSED)
    if day is not None and id is not None:
        closed = closed.filter(Q(changed_on__lt=day) | Q(changed_on=day, pk__lt=id))
    found = list(_listed(closed)[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


# When something was first written in a talk: what tells it from others, to who reads no word of it.
_STARTED = Subquery(Change.objects.filter(session=OuterRef("pk")).order_by("id").values("at")[:1])


def led_talks() -> QuerySet[Session]:
    """The talks whose owner can still lead them: with an account, and facilitator there."""
    return Session.objects.filter(_led(), organisation__ended_on=None)


def unled_talks() -> QuerySet[Session]:
    """The talks of an organisation that nobody leads any more."""
    here = Session.objects.filter(organisation__isnull=False, organisation__ended_on=None)
    return here.exclude(_led())


def _led() -> Exists:
    leads = Membership.objects.filter(
        organisation=OuterRef("organisation"),
        user=OuterRef("owner"),
        role=Role.FACILITATOR,
        user__is_active=True,
    )
    return Exists(leads)


def without_owner(actor: Actor) -> list[Any]:
    """What the user administers and nobody leads any more, each with whether it `falls_due`.

    Of that the register knows; what it is, is not theirs to read.
    """
    soon = timezone.localdate() + datetime.timedelta(days=SOON)
    due = Findable.objects.filter(
        Q(review_on__lte=soon) | Q(promise_due__lte=soon),
        session=OuterRef("pk"),
        session__status=Session.Status.CLOSED,
        session__kind=Session.Kind.TALK,
        session__archived_on=None,
        last=True,
    )
    found = _managed(actor).filter(removed_on=None, pk__in=unled_talks().values("pk"))
    found = found.annotate(falls_due=Exists(due), started=_STARTED)
    return list(found.order_by("-changed_on", "pk")[:MOST])


def removed(actor: Actor) -> list[Session]:
    """What was removed, and can still be restored by the user."""
    ids = [
        *owned_sessions(actor).exclude(removed_on=None).values_list("pk", flat=True)[:MOST],
        *_managed(actor).exclude(removed_on=None).values_list("pk", flat=True)[:MOST],
    ]
    found = Session.objects.filter(pk__in=ids).annotate(started=_STARTED)
    found = found.select_related("method", "organisation", "owner")
    return list(found.order_by("removed_on", "pk"))


def _managed(actor: Actor) -> QuerySet[Session]:
    below = actor.reached(Role.ADMINISTRATOR)
    found = Session.objects.filter(organisation__in=below, plenary=None)
    return found.select_related("method", "organisation", "owner")


def _listed(found: QuerySet[Session]) -> QuerySet[Session]:
    words = Text.objects.filter(prompt__in=["title", "question"])
    return (
        found.select_related("method", "organisation")
        .prefetch_related(Prefetch("texts", words))
        .order_by("-changed_on", "-pk")
    )
