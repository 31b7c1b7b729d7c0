"""What a link or a code opens, and until when."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from kompas.accounts.models import Membership
from sessions.models import Inquiry, Link, Session, secret_hash

from .rights import BOARD, DECIDER, FACILITATOR, PROMISES, SCRIBE

LEADING_DAYS = 30  # of who leads with the owner of a talk


def only(found: QuerySet) -> Any:
    """The one row of a query that can find no second; what need not be ordered is found sooner."""
    return next(iter(found.order_by()), None)


def with_makers(links: QuerySet[Link]) -> QuerySet[Link]:
    """Links with whether who made them still belongs to the talk's organisation: see `opens`."""
    makers = Membership.objects.filter(
        user=OuterRef("made_by"),
        user__is_active=True,
        organisation=OuterRef("session__organisation"),
        organisation__ended_on=None,
    )
    return links.annotate(maker_is_here=Exists(makers))


def opens(link: Link) -> bool:
    """Whether a link of `with_makers` works now: in an organisation, as long as its maker does."""
    session: Any = link.session
    here = session.organisation_id is None or getattr(link, "maker_is_here", False)
    return link.works and here and session.removed_on is None


def linked_session(session_id: uuid.UUID, secret: str) -> Link | None:
    """The link that this secret opens, also one that no longer works: see `opens`."""
    found = Link.objects.filter(session=session_id, secret_hash=secret_hash(secret))
    return with_makers(found).select_related("session").first()


def _typed(code: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def joinable_session(code: str) -> Session | None:
    """The talk that a room code admits to; codes are read aloud, so case and spaces are free."""
    code = _typed(code)
    return Session.objects.filter(code=code, removed_on=None).first() if code else None


def asked_inquiry(code: str) -> Inquiry | None:
    """The inquiry that a code admits to: to answer, and to read what was done with it."""
    code = _typed(code)
    found = Inquiry.objects.select_related("session__method").filter(code=code)
    return only(found.filter(session__removed_on=None)) if code else None


def ends_at(role: str, session: Session) -> datetime.datetime | None:
    """When a new link of `role` ends; None for the facilitator's of a guest's talk."""
    if role == FACILITATOR and session.organisation_id is not None:
        return timezone.now() + datetime.timedelta(days=LEADING_DAYS)
    if role in (BOARD, SCRIBE):
        return until_four_at_night()
    if role in (DECIDER, PROMISES):
        return timezone.now() + datetime.timedelta(days=365)
    return None


def last_day_of(session: Session, role: str) -> datetime.date | None:
    """Until which day a new link of `role` opens something: a talk can be erased before it ends."""
    ends = ends_at(role, session)
    days = [timezone.localtime(ends).date() if ends else None, session.gone_on]
    return min((day for day in days if day), default=None)


def until_four_at_night() -> datetime.datetime:
    """When a link for the day itself ends: the next four o'clock at night, local time."""
    now = timezone.localtime()
    four = now.replace(hour=4, minute=0, second=0, microsecond=0)
    return four if four > now else four + datetime.timedelta(days=1)
