"""Which versions are read, by the organisations that they were closed in or shared with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from kompas.accounts.models import Role
from sessions.models import EditedCopy, Session, Share, Version, secret_hash

from .actor import Actor
from .cookies import COPY
from .links import only


def shares_with(organisations: Iterable[int]) -> QuerySet[Share]:
    """What is shared with some organisations, as long as the talk is theirs or of one below."""
    home = "version__session__organisation"
    return Share.objects.filter(
        Q(organisation=F(home))
        | Q(organisation=F(f"{home}__parent"))
        | Q(organisation=F(f"{home}__parent__parent")),
        organisation__in=list(organisations),
    )


def shared_with(actor: Actor) -> QuerySet[Share]:
    """What was shared where the user reads for the board."""
    return shares_with(actor.within(Role.BOARD_READER))


def last_shared(actor: Actor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of talks, the last version that was shared with where the user reads for the board."""
    if not actor.organisations(Role.BOARD_READER):
        return {}
    shared = shared_with(actor).filter(version__session__in=ids)
    last = shared.values_list("version__session").annotate(last=Max("version__number"))
    return dict(last.order_by())


def _of_talks() -> QuerySet[Version]:
    """The versions of talks that count; a table stands with its plenary."""
    kind = Session.Kind.TALK
    return Version.objects.filter(
        session__kind=kind, session__plenary=None, session__removed_on=None
    )


def closed_versions(organisations: Iterable[int]) -> QuerySet[Version]:
    """The last version of each talk of some organisations, given by their keys."""
    later = Version.objects.filter(session=OuterRef("session"), number__gt=OuterRef("number"))
    return _of_talks().filter(~Exists(later), session__organisation__in=organisations)


def shared_versions(
    organisations: Iterable[int], *, sessions: Iterable[uuid.UUID] | None = None
) -> QuerySet[Version]:
    """Of each talk, or of each of some, the last version shared with one of some organisations.

    What was shared is read at once. Asked for by their keys, versions and talks are found as fast
    however many other boards there are.
    """
    shares = shares_with(organisations).order_by("version__number")
    if sessions is not None:
        shares = shares.filter(version__session__in=list(sessions))
    last = dict(shares.values_list("version__session", "version"))
    return _of_talks().filter(pk__in=list(last.values()), session__in=list(last))


def read_versions(actor: Actor, *, sessions: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of some talks the version that the user reads as a report of what was closed: both by key.

    A talk of which they read none is not in it. As reader for the board that is the one that was
    shared; by another role in the talk's own organisation the last.
    """
    asked = list(sessions)
    if actor.user is None or not asked:
        return {}
    inside = actor.within(Role.FACILITATOR, Role.SCHOOL_LEADER)
    above = actor.within(Role.BOARD_READER)
    found: dict[uuid.UUID, int] = {}
    closed = closed_versions(inside).filter(session__in=asked)
    for versions in (shared_versions(above, sessions=asked), closed):
        found.update(versions.order_by().values_list("session_id", "pk"))
    return found


def still_read(actor: Actor, versions: Iterable[int]) -> set[int]:
    """Those of some versions, by key, that the user may read now."""
    asked = list(versions)
    if actor.user is None or not asked:
        return set()
    inside = actor.within(Role.FACILITATOR, Role.SCHOOL_LEADER)
    above = actor.within(Role.BOARD_READER)
    shared = shares_with(above).filter(version=OuterRef("pk"))
    reads = Q(session__organisation__in=inside) | Q(Exists(shared))
    return set(_of_talks().filter(reads, pk__in=asked).values_list("pk", flat=True))


def opened_copy(secret: str) -> EditedCopy | None:
    """The edited copy that this secret opens, also one that has ended."""
    return only(_copies().filter(secret_hash=secret_hash(secret)))


def read_copy(actor: Actor, copy_id: uuid.UUID) -> EditedCopy | None:
    """The edited copy of which this browser has the link, also one that has ended."""
    secret = actor.secret(COPY, copy_id)
    if not secret:
        return None
    return only(_copies().filter(pk=copy_id, secret_hash=secret_hash(secret)))


def _copies() -> QuerySet[EditedCopy]:
    """Those that were given: while it is being made nobody opens one by a link."""
    found = EditedCopy.objects.exclude(published_at=None)
    return found.select_related("version__session__method", "version__session__organisation")
