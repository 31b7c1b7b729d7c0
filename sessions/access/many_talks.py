"""Which talks somebody finds: in the register, among their own, on this browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from kompas.accounts.models import Role
from sessions.models import (
    Findable,
    Link,
    Seat,
    Session,
    Version,
    author,
    read_families,
    secret_hash,
)

from .actor import Actor
from .grants import Access, by_account, by_link, by_links
from .links import opens, with_makers
from .rights import FACILITATOR, READER, SEAT
from .versions import last_shared, shared_with, shares_with


def found_faces(actor: Actor) -> QuerySet[Findable]:
    """Of each talk that the user may find, the one face of it that they may read.

    So nobody finds a talk by words that they may not read. Rights are asked of the talk, its
    shares and the memberships as they are now; what can be found lends words only.
    """
    faces = Findable.objects.filter(session__removed_on=None, session__organisation__isnull=False)
    faces = faces.defer("words")
    if actor.user is None:
        return faces.none()
    here = {role: actor.within(role) for role in Role.values}
    leads, readers = here[Role.FACILITATOR], here[Role.BOARD_READER]
    schools = leads | here[Role.SCHOOL_LEADER]
    bare, kept = Q(face=Findable.Face.BARE), Q(face=Findable.Face.KEPT)
    closed = Q(session__status=Session.Status.CLOSED)
    mine = Q(session__owner=actor.user, session__organisation__in=leads)
    of_school = Q(session__organisation__in=schools)
    was_closed = Q(Exists(Version.objects.filter(session=OuterRef("session"))))

    # As it stands, to its owner; to their school as it was last closed.
    as_kept = kept & Q(last=True)
    may = mine & (as_kept & closed | Q(face=Findable.Face.OPEN) & ~closed)
    may |= ~mine & of_school & as_kept
    nothing_better = ~mine & ~(of_school & was_closed)
    if readers:
        # The last of the versions that were shared.
        of_talk = shares_with(readers).filter(version__session=OuterRef("session"))
        this = Exists(of_talk.filter(version__number=OuterRef("number")))
        later = Exists(of_talk.filter(version__number__gt=OuterRef("number")))
        may = may | kept & ~of_school & Q(this) & ~Q(later)
        nothing_better = nothing_better & ~(~of_school & Q(Exists(of_talk)))
    if actor.user.is_superuser:
        return faces.filter(may | bare & nothing_better)
    # That it is there: to the leader of the school what was not closed yet, and to who manages it.
    known = here[Role.SCHOOL_LEADER] | actor.reached(Role.ADMINISTRATOR)
    if known:
        may |= bare & nothing_better & Q(session__organisation__in=known)
    return faces.filter(may, session__organisation__in=[one.pk for one in actor.reach])


def known_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks that the user may find in the register: what they read, and what they look after.

    As a school leader all of the school; as an administrator all below; as the installation's
    administrator all that have an organisation. Of the last two not a word is theirs to see.
    A table stands with its plenary.
    """
    talks = Session.objects.filter(
        kind=Session.Kind.TALK, plenary=None, removed_on=None, organisation__isnull=False
    )
    if actor.user is None:
        return talks.none()
    if actor.user.is_superuser:
        return talks
    here = {role: actor.within(role) for role in Role.values}
    once_closed = Exists(Version.objects.filter(session=OuterRef("pk")))
    looked_after = here[Role.SCHOOL_LEADER] | actor.reached(Role.ADMINISTRATOR)
    known = Q(organisation__in=here[Role.FACILITATOR]) & (Q(owner=actor.user) | Q(once_closed))
    known |= Q(pk__in=shared_with(actor).values("version__session"))
    known |= Q(organisation__in=looked_after)
    # What is known lies within reach: said apart, so that the database begins there.
    return talks.filter(known, organisation__in=[one.pk for one in actor.reach])


def owned_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks that the user leads by account, also those that were removed."""
    here = actor.within(Role.FACILITATOR)
    owned = Session.objects.filter(owner=actor.user, organisation__in=here, plenary=None)
    return owned if actor.user is not None else owned.none()


def due_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks of which the user sees to what falls due: one's own, and those of one's school."""
    mine = {role: actor.within(role) for role in Role.values}
    owned = Q(owner=actor.user, organisation__in=mine[Role.FACILITATOR])
    talks = Session.objects.filter(owned | Q(organisation__in=mine[Role.SCHOOL_LEADER]))
    return talks if actor.user is not None else talks.none()


def examples() -> list[Session]:
    """The published examples, open to all."""
    return list(
        Session.objects.filter(kind=Session.Kind.EXAMPLE, plenary=None)
        .select_related("method")
        .prefetch_related("texts")
        .order_by("id")
    )


def granted_sessions(actor: Actor) -> list[Session]:
    """The talks that this browser leads, last changed first, for going on with them."""
    hashes = [
        secret_hash(secret)
        for name, secret in actor.cookies.items()
        if name.startswith(f"kompas-{FACILITATOR}-")
    ]
    if not hashes:
        return []
    links = (
        with_makers(Link.objects.filter(role=FACILITATOR, secret_hash__in=hashes))
        .select_related(
            "session__method", "session__organisation", "session__plenary__organisation"
        )
        .prefetch_related("session__texts")
    )
    talks = {link.session_id: link.session for link in links if opens(link)}
    # Who leads a plenary finds its tables there.
    talks = {id: talk for id, talk in talks.items() if talk.plenary_id not in talks}
    # When a talk is erased depends on all of its family.
    read_families({talk.plenary or talk for talk in talks.values()})
    return sorted(talks.values(), key=lambda talk: talk.changed_on, reverse=True)


def seated_sessions(actor: Actor) -> list[Session]:
    """The talks in which this browser has a seat, those that go on first."""
    seats = {id: author(key, "seat", id) for id, key in actor.secrets(SEAT).items()}
    if not seats:
        return []
    found = (
        Session.objects.filter(
            pk__in=Seat.objects.filter(session__in=seats, key_hash__in=seats.values()).values(
                "session"
            ),
            removed_on=None,
        )
        .select_related("method", "plenary")
        .prefetch_related("texts")
    )
    return sorted(found, key=lambda talk: talk.is_closed)


def among(actor: Actor, talks: list[Session]) -> list[Session]:
    """Those of these talks that the user may find, or that this browser has a link to."""
    known = known_sessions(actor).filter(pk__in=[one.pk for one in talks]) if talks else ()
    found = {one.pk for one in known}
    return [one for one in talks if one.pk in found or by_link(actor, FACILITATOR, one.pk)[0]]


def readable_sessions(actor: Actor, ids: Iterable[uuid.UUID]) -> list[Access]:
    """Of several talks at once those that may be read, in the order of `ids`; see `find`.

    Four queries and those of `memberships`, however many. A seat is for one talk: it gives none
    here.
    """
    ids = list(dict.fromkeys(ids))
    related = ("method", "plenary", "organisation__parent__parent")
    talks = Session.objects.select_related(*related).in_bulk(ids)
    linked, shared = by_links(actor, talks), last_shared(actor, talks)
    found = []
    for session in (talks[id] for id in ids if id in talks):
        grants = [] if session.removed_on else linked.get(session.pk, [])
        grants = [*grants, *by_account(actor, session, shared)]
        if session.is_example and not session.removed_on:
            grants.append(Access(session, READER, actor.user))
        reads = (one for action in ("read", "result") for one in grants if one.may(action))
        found += [next(reads, None)]
    return [access for access in found if access is not None]


def neighbours(actor: Actor, session: Session, most: int) -> list[Access]:
    """The other talks in all that a talk's organisation is part of, as the user reads them.

    Only what was closed at some time; of many, those that changed last.
    """
    organisation = session.organisation
    if organisation is None:
        return []
    top = [organisation, *organisation.ancestors()][-1]
    within = Q(organisation=top) | Q(organisation__parent=top) | Q(organisation__parent__parent=top)
    closed = Exists(Version.objects.filter(session=OuterRef("pk")))
    talks = known_sessions(actor).filter(within, closed).exclude(pk=session.pk)
    ids = talks.order_by("-changed_on", "pk").values_list("pk", flat=True)[:most]
    return [one for one in readable_sessions(actor, ids) if one.version or one.reads_kept]


def choosable_sessions(actor: Actor, asked: Iterable[uuid.UUID], most: int) -> list[Access]:
    """What one can put beside other talks: what is asked for, one's own and known, and examples."""
    ids = [*asked, *list(actor.secrets(FACILITATOR))[:most]]
    if actor.user is not None:
        known = known_sessions(actor).order_by("-changed_on", "pk")
        ids += known.values_list("pk", flat=True)[:most]
    examples = Session.objects.filter(kind=Session.Kind.EXAMPLE, plenary=None)
    ids += examples.order_by("pk").values_list("pk", flat=True)[:most]
    return readable_sessions(actor, ids)
