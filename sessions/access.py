"""Who may: the one door to every talk.

`request.actor` is who asks: a user, and the secrets that this browser was granted. For one talk
that becomes an `Access`: by a link, by a seat, or by what the user is in the talk's organisation.
Nobody gets at a session's rows but through the functions here.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kompas.accounts.models import Membership, Organisation, Role

from .models import (
    EditedCopy,
    Findable,
    Inquiry,
    Link,
    Refused,
    Seat,
    Session,
    Share,
    Version,
    author,
    read_families,
    secret_hash,
)
from .rights import (
    ADMINISTRATOR,
    BOARD,
    BOARD_READER,
    BY_ACCOUNT,
    COLLEAGUE,
    DECIDER,
    FACILITATOR,
    INSTALLATION,
    KNOWS_REMOVED,
    OWNER,
    PROMISES,
    READER,
    READS_KEPT,
    RIGHTS,
    SCHOOL_LEADER,
    SCRIBE,
    SEAT,
    TABLE,
    State,
    refusal,
)

COOKIE = "kompas-{role}-{session}"
COPY = "copy"  # an edited copy, for who is outside; its id stands where that of a talk would
OWN_DEVICE = "kompas-own"
SIGNATURE = "kompas-signature-{session}"  # what this browser signed with last, for its next form
OWN_DEVICE_DAYS = 90
LEADING_DAYS = 30  # of who leads with the owner of a talk
SEAT_DAYS = 30  # a talk may go on another evening
MOST_COOKIES = 100  # of one browser, of which is looked whether they give a seat


class NoGrant(Exception):
    """Nobody in particular asks for a talk that is not open to all, or that is not there."""

    def __init__(self, *, expired: bool = False):
        self.expired = expired
        super().__init__()


@dataclass(frozen=True)
class Actor:
    """Who asks: a logged-in user or None, and this browser's cookies."""

    user: Any
    cookies: dict[str, str]

    def secret(self, role: str, session_id: uuid.UUID) -> str:
        return self.cookies.get(COOKIE.format(role=role, session=session_id.hex), "")

    def signature(self, session_id: uuid.UUID) -> str:
        return unquote(self.cookies.get(SIGNATURE.format(session=session_id.hex), ""))

    @cached_property
    def memberships(self) -> list[Membership]:
        """What the user is, and where; asked anew by each request, so that who left is out."""
        if self.user is None:
            return []
        read: list[Membership] | None = getattr(self.user, "memberships_read", None)
        return Membership.of(self.user.pk) if read is None else read

    def organisations(self, *roles: str) -> list[Organisation]:
        """Where the user has one of these roles, by name."""
        there = {
            one.organisation_id: one.organisation for one in self.memberships if one.role in roles
        }
        return list(there.values())

    @cached_property
    def reach(self) -> list[Organisation]:
        """The organisations where the user is something, and all below them, by name."""
        own = {one.organisation_id for one in self.memberships}
        below = Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own)
        return list(Organisation.objects.filter(below).order_by("name", "pk")) if own else []

    def reached(self, *roles: str) -> set[int]:
        """The keys of the organisations where the user has one of these roles, and all below."""
        found = {one.pk for one in self.organisations(*roles)}
        for _level in self.reach:
            more = {one.pk for one in self.reach if one.parent_id in found} - found
            if not more:
                break
            found |= more
        return found


@dataclass(frozen=True)
class Access:
    """What one actor may do in one talk, and why not."""

    session: Session
    role: str
    user: Any = None
    link: Link | None = None
    seat: Seat | None = None
    key: str = ""  # the phone's key, for its owner hashes; never stored
    version: int | None = None  # the only version that this actor reads: the last one shared

    @property
    def state(self) -> State:
        """How the talk stands."""
        session = self.session
        if self.role in (COLLEAGUE, SCHOOL_LEADER) and session.plenary is not None:
            session = session.plenary  # a table is read with its plenary
        if session.removed_on:
            return State.REMOVED
        if session.is_closed:
            return State.CLOSED
        return State.AGAIN if session.is_reopened else State.OPEN

    def has(self, action: str) -> bool:
        """Whether the role has this right, however the talk stands."""
        return action in RIGHTS[self.role]

    def may(self, action: str) -> bool:
        return not self.refusal(action)

    def refusal(self, action: str) -> str:
        """Why `action` is not possible now; empty when it is."""
        return refusal(self.role, action, self.state)

    @property
    def answers(self) -> Any:
        """Whose account answers for a link that is made now: of who acts by one, its maker's."""
        return self.user if self.link is None else self.link.made_by

    @property
    def leads(self) -> bool:
        """Whether this is who leads: by the facilitator's link, or as the talk's owner."""
        return self.has("lead")

    @property
    def reads_kept(self) -> bool:
        """Whether this actor sees the talk as it was closed, and never as it stands."""
        again = self.state is State.AGAIN and self.role in READS_KEPT
        return self.version is not None or self.session.is_closed or again

    @cached_property
    def writable(self) -> str:
        """Why nothing can be written now, for beside a disabled button; empty when it can."""
        if self.session.is_closed:
            return _("This talk is closed. Open it again to change something.")
        return ""


def _session(session_id: uuid.UUID) -> Session | None:
    found = Session.objects.select_related("method", "plenary", "organisation__parent__parent")
    return _only(found.filter(pk=session_id))


def _only(found: QuerySet) -> Any:
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


def _by_link(actor: Actor, role: str, session_id: uuid.UUID) -> tuple[Access | None, bool]:
    """The access that a link of `role` gives, and whether there was one that no longer works."""
    secret = actor.secret(role, session_id)
    if not secret:
        return None, False
    found = Link.objects.filter(session=session_id, role=role, secret_hash=secret_hash(secret))
    link = _only(with_makers(found).select_related("session__method"))
    if link is None:
        return None, False
    if not opens(link):
        return None, True
    return Access(link.session, role, actor.user, link=link), False


def _by_seat(actor: Actor, session_id: uuid.UUID) -> Access | None:
    key = actor.secret(SEAT, session_id)
    if not key:
        return None
    seat = _only(
        Seat.objects.select_related("session__method").filter(
            session=session_id, key_hash=author(key, "seat", session_id)
        )
    )
    if seat is None or seat.session.removed_on:
        return None
    return Access(seat.session, SEAT, actor.user, seat=seat, key=key)


def _by_seat_at_table(actor: Actor, plenary: Session) -> Access | None:
    """Of a closed plenary, what a seat at one of its tables gives: its report."""
    if not plenary.is_closed or not plenary.table_count:
        return None
    tables = Session.objects.filter(plenary=plenary.pk, status=Session.Status.CLOSED)
    keys = {id: actor.secret(SEAT, id) for id in tables.order_by().values_list("pk", flat=True)}
    hashes = [author(key, "seat", id) for id, key in keys.items() if key]
    seated = hashes and Seat.objects.filter(session__in=keys, key_hash__in=hashes).exists()
    return Access(plenary, TABLE, actor.user) if seated else None


def roles_in(actor: Actor, session: Session) -> set[str]:
    """What the user is to a talk by membership, whatever its status; without asking the database.

    A reader for the board is one only of what was shared: see `_by_account`.
    """
    organisation = session.organisation
    roles: set[str] = set()
    if organisation is None:
        return roles
    if actor.user is not None and actor.user.is_superuser:
        roles.add(INSTALLATION)
    above = {organisation.pk, *(one.pk for one in organisation.ancestors())}
    for one in actor.memberships:
        here = one.organisation_id == organisation.pk
        if here and one.role == Role.FACILITATOR:
            roles.add(OWNER if session.owner_id == actor.user.pk else COLLEAGUE)
        elif here and one.role == Role.SCHOOL_LEADER:
            roles.add(SCHOOL_LEADER)
        elif one.organisation_id in above and one.role == Role.BOARD_READER:
            roles.add(BOARD_READER)
        elif one.organisation_id in above and one.role == Role.ADMINISTRATOR:
            roles.add(ADMINISTRATOR)
    return roles


def may_give(actor: Actor, session: Session) -> bool:
    """Whether the user shares versions of this talk: upward, or outside in an edited copy."""
    return any("share" in RIGHTS[role] for role in roles_in(actor, session))


def _last_shared(actor: Actor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of talks, the last version that was shared with where the user reads for the board."""
    if not actor.organisations(Role.BOARD_READER):
        return {}
    shared = _shared_with(actor).filter(version__session__in=ids)
    last = shared.values_list("version__session").annotate(last=Max("version__number"))
    return dict(last.order_by())


def _by_account(
    actor: Actor, session: Session | None, shared: dict[uuid.UUID, int] | None = None
) -> list[Access]:
    """What the user may by what they are in the organisation of a talk.

    `shared` holds, where several talks are asked about at once, what `_last_shared` told of them.
    """
    if actor.user is None or session is None or session.organisation_id is None:
        return []
    roles = roles_in(actor, session)
    if session.removed_on:
        roles &= KNOWS_REMOVED
    found = [Access(session, role, actor.user) for role in BY_ACCOUNT if role in roles]
    if BOARD_READER not in roles:
        return found
    last = (_last_shared(actor, [session.pk]) if shared is None else shared).get(session.pk)
    others = [one for one in found if one.role != BOARD_READER]
    if last is None:
        return others
    return [*others, Access(session, BOARD_READER, actor.user, version=last)]


def _shares(organisations: Iterable[int]) -> QuerySet[Share]:
    """What is shared with some organisations, as long as the talk is theirs or of one below."""
    home = "version__session__organisation"
    return Share.objects.filter(
        Q(organisation=F(home))
        | Q(organisation=F(f"{home}__parent"))
        | Q(organisation=F(f"{home}__parent__parent")),
        organisation__in=list(organisations),
    )


def _shared_with(actor: Actor) -> QuerySet[Share]:
    """What was shared where the user reads for the board."""
    return _shares(one.pk for one in actor.organisations(Role.BOARD_READER))


def find(actor: Actor, session_id: uuid.UUID, *actions: str) -> Access:
    """The access of `actor` to a talk for the first of `actions` that one of its grants gives.

    Raises NoGrant for anybody without a grant, whether the talk exists or not; Http404 for a
    logged-in user without one; Refused, with the reason, when a grant does not reach that far.
    """
    grants: list[Access] = []
    expired = False
    for role in (FACILITATOR, SCRIBE, BOARD, DECIDER, PROMISES):
        access, gone = _by_link(actor, role, session_id)
        expired = expired or gone
        if access:
            if access.may(actions[0]):
                return access
            grants.append(access)
    seat = _by_seat(actor, session_id)
    if seat:
        grants.append(seat)
    if not any(grant.may(actions[0]) for grant in grants):
        asks = actor.user is not None or not grants
        session = _session(session_id) if asks else grants[0].session
        grants += _by_account(actor, session)
        if session is not None and not session.removed_on:
            if session.is_example:
                grants.append(Access(session, READER, actor.user))
            of_table = _by_seat_at_table(actor, session)
            if of_table:
                grants.append(of_table)
    for action in actions:
        for grant in grants:
            if grant.may(action):
                return grant
    if grants:
        # What is not possible yet says more than what never will be.
        later = [grant.refusal(act) for act in actions for grant in grants if grant.has(act)]
        raise Refused(later[0] if later else grants[0].refusal(actions[0]))
    if actor.user is not None:
        raise Http404
    raise NoGrant(expired=expired)


def readable_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To read all that is revealed: the report."""
    return find(actor, session_id, "read", "result")


def readable_sessions(actor: Actor, ids: Iterable[uuid.UUID]) -> list[Access]:
    """Of several talks at once those that may be read, in the order of `ids`; see `find`.

    Four queries and those of `memberships`, however many. A seat is for one talk: it gives none
    here.
    """
    ids = list(dict.fromkeys(ids))
    related = ("method", "plenary", "organisation__parent__parent")
    talks = Session.objects.select_related(*related).in_bulk(ids)
    linked, shared = _linked(actor, talks), _last_shared(actor, talks)
    found = []
    for session in (talks[id] for id in ids if id in talks):
        grants = [] if session.removed_on else linked.get(session.pk, [])
        grants = [*grants, *_by_account(actor, session, shared)]
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
    ids = [*asked, *_cookie_ids(actor, FACILITATOR)[:most]]
    if actor.user is not None:
        known = known_sessions(actor).order_by("-changed_on", "pk")
        ids += known.values_list("pk", flat=True)[:most]
    examples = Session.objects.filter(kind=Session.Kind.EXAMPLE, plenary=None)
    ids += examples.order_by("pk").values_list("pk", flat=True)[:most]
    return readable_sessions(actor, ids)


def _cookie_ids(actor: Actor, role: str) -> list[uuid.UUID]:
    """The talks of which this browser has a cookie for `role`, whether it still works or not."""
    beginning, ids = COOKIE.format(role=role, session=""), []
    for name in list(actor.cookies)[:MOST_COOKIES]:
        if name.startswith(beginning):
            try:
                ids.append(uuid.UUID(name[len(beginning) :]))
            except ValueError:
                continue
    return ids


def _linked(actor: Actor, talks: dict[uuid.UUID, Session]) -> dict[uuid.UUID, list[Access]]:
    """What the links of this browser give in these talks, of those with which one reads."""
    roles = (FACILITATOR, DECIDER)
    hashes = {
        secret_hash(secret) for id in talks for role in roles if (secret := actor.secret(role, id))
    }
    if not hashes:
        return {}
    found: dict[uuid.UUID, list[Access]] = {}
    links = Link.objects.filter(session__in=talks, role__in=roles, secret_hash__in=hashes)
    links = with_makers(links).select_related("session")
    for link in sorted(links, key=lambda one: roles.index(one.role)):
        own = secret_hash(actor.secret(link.role, link.session_id)) == link.secret_hash
        if own and opens(link):
            access = Access(talks[link.session_id], link.role, actor.user, link=link)
            found.setdefault(link.session_id, []).append(access)
    return found


def shown_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To show the board."""
    return find(actor, session_id, "board")


def led_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To lead: move the room, ask, reveal, close."""
    return find(actor, session_id, "lead")


def written_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To type for the table in a step: its texts, its lists, and what is marked in them."""
    return find(actor, session_id, "write")


def joined_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To take part on one's own device."""
    return find(actor, session_id, "contribute")


def exported_session(actor: Actor, session_id: uuid.UUID) -> Access:
    return find(actor, session_id, "export")


def copied_session(actor: Actor, session_id: uuid.UUID) -> Access:
    return find(actor, session_id, "copy")


def decided_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To record what is decided about the answer of a closed talk."""
    return find(actor, session_id, "decide")


def agreed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To see what was agreed; while the talk is open again, as it was last closed."""
    return find(actor, session_id, "agreed")


def promised_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To say what became of what was agreed."""
    return find(actor, session_id, "promise")


def dated_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To put its days in one's own calendar."""
    return find(actor, session_id, "days")


def remembered_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To look back on a talk: its page in the register."""
    return find(actor, session_id, "history")


def noted_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To write a note about a closed talk, apart from it."""
    return find(actor, session_id, "note")


def tagged_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To give a talk words by which it is found."""
    return find(actor, session_id, "tag")


def followed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To begin a talk that asks what happened since."""
    return find(actor, session_id, "follow")


def managed_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To hand over, archive, remove or restore a talk; not to read it."""
    return find(actor, session_id, "manage")


def kept_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To see whose a talk is: to manage it, or to take a guest's talk in."""
    return find(actor, session_id, "manage", "take_in")


def taken_in_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To take a guest's talk in; who did so just now manages it."""
    return find(actor, session_id, "take_in", "manage")


def may_read(actor: Actor, session_id: uuid.UUID) -> bool:
    """Whether the words of a talk are this actor's to see, by whichever grant."""
    try:
        find(actor, session_id, "read", "result")
    except (Http404, NoGrant, Refused):
        return False
    return True


def shared_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """To share a version upward, or in an edited copy outside."""
    return find(actor, session_id, "share")


def opened_copy(secret: str) -> EditedCopy | None:
    """The edited copy that this secret opens, also one that has ended."""
    return _only(_copies().filter(secret_hash=secret_hash(secret)))


def read_copy(actor: Actor, copy_id: uuid.UUID) -> EditedCopy | None:
    """The edited copy of which this browser has the link, also one that has ended."""
    secret = actor.secret(COPY, copy_id)
    if not secret:
        return None
    return _only(_copies().filter(pk=copy_id, secret_hash=secret_hash(secret)))


def _copies() -> QuerySet[EditedCopy]:
    """Those that were given: while it is being made nobody opens one by a link."""
    found = EditedCopy.objects.exclude(published_at=None)
    return found.select_related("version__session__method", "version__session__organisation")


def any_session(actor: Actor, session_id: uuid.UUID) -> Access:
    """Whatever grant there is, to send somebody to the right screen."""
    return find(
        actor,
        session_id,
        *("lead", "write", "board", "contribute", "read", "result", "agreed", "manage", "history"),
    )


def _read(actor: Actor) -> Q:
    """Of which talks the user may read words: their own, what was closed here, what was shared."""
    mine = {role: [one.pk for one in actor.organisations(role)] for role in Role.values}
    once_closed = Q(Exists(Version.objects.filter(session=OuterRef("pk"))))
    here = Q(organisation__in=mine[Role.FACILITATOR])
    return (
        here & (Q(owner=actor.user) | once_closed)
        | Q(organisation__in=mine[Role.SCHOOL_LEADER]) & once_closed
        | Q(pk__in=_shared_with(actor).values("version__session"))
    )


def _listed(actor: Actor, known: Q) -> QuerySet[Session]:
    talks = Session.objects.filter(
        kind=Session.Kind.TALK, plenary=None, removed_on=None, organisation__isnull=False
    )
    if actor.user is None:
        return talks.none()
    if actor.user.is_superuser:
        return talks.filter(known)
    # What is known lies within reach: said apart, so that the database begins there.
    return talks.filter(known, organisation__in=[one.pk for one in actor.reach])


def read_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks in whose words the user may search; a table stands with its plenary.

    Of a talk that is open again others than its owner read what was closed, and of what was
    shared upward only that version: see `Access.version` and `reads_kept`.
    """
    return _listed(actor, _read(actor))


def known_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks that the user may find in the register: what they read, and what they look after.

    As a school leader all of the school; as an administrator all below; as the installation's
    administrator all that have an organisation. Of the last two not a word is theirs to see.
    """
    known = _read(actor)
    known |= Q(organisation__in=[one.pk for one in actor.organisations(Role.SCHOOL_LEADER)])
    known |= Q(organisation__in=managed_organisations(actor).values("pk"))
    if actor.user is not None and actor.user.is_superuser:
        known |= Q(organisation__isnull=False)
    return _listed(actor, known)


def managed_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Where the user is an administrator, and all that is below."""
    top = [one.pk for one in actor.organisations(Role.ADMINISTRATOR)]
    return Organisation.objects.filter(
        Q(pk__in=top) | Q(parent__in=top) | Q(parent__parent__in=top)
    )


def owned_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks that the user leads by account, also those that were removed."""
    here = [one.pk for one in actor.organisations(Role.FACILITATOR)]
    owned = Session.objects.filter(owner=actor.user, organisation__in=here, plenary=None)
    return owned if actor.user is not None else owned.none()


def found_faces(actor: Actor) -> QuerySet[Findable]:
    """Of each talk that the user may find, the one face of it that they may read.

    So nobody finds a talk by words that they may not read. Rights are asked of the talk, its
    shares and the memberships as they are now; what can be found lends words only.
    """
    faces = Findable.objects.filter(session__removed_on=None, session__organisation__isnull=False)
    faces = faces.defer("words")
    if actor.user is None:
        return faces.none()
    here = {role: [one.pk for one in actor.organisations(role)] for role in Role.values}
    leads, readers = here[Role.FACILITATOR], here[Role.BOARD_READER]
    schools = {*leads, *here[Role.SCHOOL_LEADER]}
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
        of_talk = Share.objects.filter(
            organisation__in=readers, version__session=OuterRef("session")
        )
        this = Exists(of_talk.filter(version__number=OuterRef("number")))
        later = Exists(of_talk.filter(version__number__gt=OuterRef("number")))
        may = may | kept & ~of_school & Q(this) & ~Q(later)
        nothing_better = nothing_better & ~(~of_school & Q(Exists(of_talk)))
    if actor.user.is_superuser:
        return faces.filter(may | bare & nothing_better)
    # That it is there: to the leader of the school what was not closed yet, and to who manages it.
    known = {*here[Role.SCHOOL_LEADER], *actor.reached(Role.ADMINISTRATOR)}
    if known:
        may |= bare & nothing_better & Q(session__organisation__in=known)
    return faces.filter(may, session__organisation__in=[one.pk for one in actor.reach])


def owner_there(actor: Actor, session: Session) -> Any:
    """The user, if they can own a talk where this one belongs: as facilitator; else None.

    Also of who is here by a link now: what one makes of a talk of one's school is the school's.
    """
    if actor.user is None:
        return None
    return actor.user if roles_in(actor, session) & {OWNER, COLLEAGUE} else None


def looks_back(actor: Actor, access: Access) -> bool:
    """Whether the user may open the talk's page, also who is here by a link now."""
    by_account = roles_in(actor, access.session) if actor.user is not None else set()
    return access.may("history") or bool(by_account & {OWNER, COLLEAGUE, SCHOOL_LEADER})


def among(actor: Actor, talks: list[Session]) -> list[Session]:
    """Those of these talks that the user may find, or that this browser has a link to."""
    known = known_sessions(actor).filter(pk__in=[one.pk for one in talks]) if talks else ()
    found = {one.pk for one in known}
    return [one for one in talks if one.pk in found or _by_link(actor, FACILITATOR, one.pk)[0]]


def due_sessions(actor: Actor) -> QuerySet[Session]:
    """The talks of which the user sees to what falls due: one's own, and those of one's school."""
    mine = {role: [one.pk for one in actor.organisations(role)] for role in Role.values}
    owned = Q(owner=actor.user, organisation__in=mine[Role.FACILITATOR])
    talks = Session.objects.filter(owned | Q(organisation__in=mine[Role.SCHOOL_LEADER]))
    return talks if actor.user is not None else talks.none()


def overseen_organisation(actor: Actor, slug: str) -> tuple[Organisation, set[str]]:
    """Where the user sees the numbers of many talks, and by which roles there.

    Raises NoGrant for nobody in particular; Http404 for who is nothing there; Refused for who is
    something else there.
    """
    if actor.user is None:
        raise NoGrant
    there = [one for one in actor.memberships if one.organisation.slug == slug]
    if not there:
        raise Http404
    roles = {one.role for one in there} & {Role.BOARD_READER, Role.SCHOOL_LEADER}
    if not roles:
        raise Refused(_("Only a school leader or a reader for the board sees these numbers."))
    return there[0].organisation, roles


def require_installation_administrator(actor: Actor) -> None:
    """Raises NoGrant for nobody in particular, Http404 for anybody else."""
    if actor.user is None:
        raise NoGrant
    if not actor.user.is_superuser:
        raise Http404


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


def shared_versions(organisations: Iterable[int]) -> QuerySet[Version]:
    """Of each talk the last version that was shared with one of some organisations."""
    shares = _shares(organisations)
    later = shares.filter(
        version__session=OuterRef("session"), version__number__gt=OuterRef("number")
    )
    return _of_talks().filter(~Exists(later), pk__in=shares.values("version"))


def read_versions(actor: Actor, *, sessions: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of some talks the version that the user reads as a report of what was closed: both by key.

    A talk of which they read none is not in it. As reader for the board that is the one that was
    shared; by another role in the talk's own organisation the last.
    """
    asked = list(sessions)
    if actor.user is None or not asked:
        return {}
    inside = [one.pk for one in actor.organisations(Role.FACILITATOR, Role.SCHOOL_LEADER)]
    above = [one.pk for one in actor.organisations(Role.BOARD_READER)]
    found: dict[uuid.UUID, int] = {}
    for versions in (shared_versions(above), closed_versions(inside)):
        chosen = versions.filter(session__in=asked).order_by()
        found.update(chosen.values_list("session_id", "pk"))
    return found


def still_read(actor: Actor, versions: Iterable[int]) -> set[int]:
    """Those of some versions, by key, that the user may read now."""
    asked = list(versions)
    if actor.user is None or not asked:
        return set()
    inside = [one.pk for one in actor.organisations(Role.FACILITATOR, Role.SCHOOL_LEADER)]
    above = [one.pk for one in actor.organisations(Role.BOARD_READER)]
    shared = _shares(above).filter(version=OuterRef("pk"))
    reads = Q(session__organisation__in=inside) | Q(Exists(shared))
    return set(_of_talks().filter(reads, pk__in=asked).values_list("pk", flat=True))


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
    return _only(found.filter(session__removed_on=None)) if code else None


def linked_session(session_id: uuid.UUID, secret: str) -> Link | None:
    """The link that this secret opens, also one that no longer works: see `opens`."""
    found = Link.objects.filter(session=session_id, secret_hash=secret_hash(secret))
    return with_makers(found).select_related("session").first()


def examples() -> list[Session]:
    """The published examples, open to all."""
    return list(
        Session.objects.filter(kind=Session.Kind.EXAMPLE, plenary=None)
        .select_related("method")
        .prefetch_related("texts")
        .order_by("id")
    )


def grant(response: HttpResponse, role: str, session_id: uuid.UUID, secret: str, *, days=None):
    """Let this browser act as `role`; without `days` until the browser is closed."""
    response.set_cookie(
        COOKIE.format(role=role, session=session_id.hex),
        secret,
        max_age=None if days is None else int(days * 86400),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def take_back(response: HttpResponse, role: str, session_id: uuid.UUID) -> None:
    """Let this browser no longer act as `role`."""
    response.delete_cookie(COOKIE.format(role=role, session=session_id.hex), samesite="Lax")


def remember_own_device(response: HttpResponse, own: bool) -> None:
    """Remember that this is one's own device, for the screen to say so."""
    if own:
        response.set_cookie(
            OWN_DEVICE,
            "1",
            max_age=OWN_DEVICE_DAYS * 86400,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(OWN_DEVICE, samesite="Lax")


def remember_signature(response: HttpResponse, session_id: uuid.UUID, said_by: str) -> None:
    """Remember with what this browser signed in a talk, as long as its seat."""
    response.set_cookie(
        SIGNATURE.format(session=session_id.hex),
        quote(said_by),
        max_age=SEAT_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
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
    beginning, seats = COOKIE.format(role=SEAT, session=""), {}
    for name, key in list(actor.cookies.items())[:MOST_COOKIES]:
        if name.startswith(beginning):
            try:
                id = uuid.UUID(name[len(beginning) :])
            except ValueError:
                continue
            seats[id] = author(key, "seat", id)
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


def granted_cookies(request: HttpRequest) -> list[str]:
    """The names of all cookies by which this browser acts in a talk."""
    return [name for name in request.COOKIES if name.startswith("kompas-")]


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
