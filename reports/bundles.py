"""Bundles: many papers at once, made in the background, as far as who asked may read them.

What may be read is asked when a bundle is asked for, before and after it is made, and again with
every download: what was taken back since goes out of it, and the bundle says how many that were.
"""

from __future__ import annotations

import datetime
import gc
import hashlib
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from kompas.accounts.log import SENTENCES
from kompas.accounts.models import Event, Organisation, Role
from kompas.signals import forgotten, tick
from sessions.access import Actor, read_versions, still_read
from sessions.board_page import BoardPage, school_year
from sessions.models import Refused, Version

from . import bundle_files as files
from . import kept
from .bundle_files import Entry
from .models import BUNDLE_DAYS, Bundle, BundlePart
from .year import sheet_of

logger = logging.getLogger(__name__)

MOST = 200  # papers in a bundle
LEASE = datetime.timedelta(seconds=60)  # far longer than one paper takes
LEFT_BEHIND = datetime.timedelta(minutes=5)


class Lost(Exception):
    """Another worker took over, or the bundle is gone."""


# Ask


def ask(
    actor: Actor,
    id: uuid.UUID,
    kind: str,
    sessions: Iterable[uuid.UUID],
    organisation: Organisation | None = None,
) -> Bundle:
    """A bundle of the reports of these talks that the user may read; a resend is the same bundle.

    Raises Refused when there are none, or more than MOST.
    """
    asked = set(sessions)
    versions = read_versions(actor, sessions=asked)
    left_out = len(asked) - len(versions)
    return _ask(actor, id, versions.values(), kind=kind, left_out=left_out, of=organisation)


def ask_year(actor: Actor, id: uuid.UUID, slug: str, year: int) -> Bundle:
    """The year report of an organisation. Raises what BoardPage does, and Refused for no talks."""
    page = BoardPage(actor, slug)
    versions = [one.version for one in page.talks if school_year(one.day) == year]
    kind = Bundle.Kind.YEAR
    return _ask(actor, id, versions, kind=kind, of=page.organisation, year=year)


def _ask(
    actor: Actor,
    id: uuid.UUID,
    versions: Iterable[int],
    *,
    kind: str,
    of: Organisation | None,
    year: int | None = None,
    left_out: int = 0,
) -> Bundle:
    keys = list(versions)
    if not keys:
        raise Refused(_("Choose one or more reports first."))
    if len(keys) > MOST:
        raise Refused(_("A bundle holds %(most)d reports at most. Choose fewer.") % {"most": MOST})
    if Bundle.objects.filter(pk=id).exclude(asked_by=actor.user).exists():
        id = uuid.uuid4()  # somebody else's, that is never told
    rows = Version.objects.filter(pk__in=keys).order_by("gist__day", "closed_at", "pk")
    with transaction.atomic():
        bundle, created = Bundle.objects.defer("content").get_or_create(
            pk=id,
            asked_by=actor.user,
            defaults={
                "kind": kind,
                "organisation": of,
                "year": year,
                "language": translation.get_language() or "nl",
                "left_out": left_out,
            },
        )
        if created:
            schools = set()
            for position, (key, school) in enumerate(
                rows.values_list("pk", "session__organisation_id")
            ):
                BundlePart.objects.create(bundle=bundle, position=position, version_id=key)
                schools.add(school)
            _record(bundle, schools, "ask", len(keys))
            _later(bundle.pk)
    return bundle


SENTENCES.update(
    {
        ("ask", "bundle"): gettext_lazy("%(who)s asked for a bundle of reports (%(papers)s)."),
        ("download", "bundle"): gettext_lazy("%(who)s took a bundle of reports (%(papers)s)."),
    }
)


def _record(bundle: Bundle, schools: Iterable[int], action: str, papers: int) -> None:
    for school in [bundle.organisation_id] if bundle.organisation_id else sorted(schools):
        Event.record(
            school, bundle.asked_by, action, "bundle", bundle.pk, kind=bundle.kind, papers=papers
        )


def _later(id: uuid.UUID, when: datetime.datetime | None = None) -> None:
    """Put the making of a bundle in the queue: a row that is there with what is written now."""
    from .tasks import make_bundle

    task = make_bundle if when is None else make_bundle.using(run_after=when)
    task.enqueue(str(id))


# See


def bundle_of(actor: Actor, id: uuid.UUID) -> Bundle | None:
    """The bundle that the user asked for, its content still to be read; None for anybody else."""
    own = Bundle.objects.defer("content").select_related("organisation", "asked_by")
    found = own.filter(pk=id, asked_by=actor.user).first() if actor.user is not None else None
    return found if found is not None and _keeps_role(actor, found) else None


def bundles_of(actor: Actor) -> list[Bundle]:
    """What the user asked for in the last days, the newest first."""
    own = Bundle.objects.defer("content").select_related("organisation")
    return [one for one in own.filter(asked_by=actor.user)[:50] if _keeps_role(actor, one)]


def entries_of(bundle: Bundle, readable: set[int] | None = None) -> list[Entry]:
    """All papers of a bundle in order; of those that may not be read no title."""
    rows = bundle.parts.order_by("position").values_list(
        *("version_id", "state", "version__closed_at", "version__gist__day"),
        "version__session__organisation__name",
        *(KeyTransform(key, "version__document") for key in ("title", "question", "language")),
    )
    return [
        Entry(
            title or question or _("A talk without a question"),
            school or "",
            day or timezone.localdate(closed),
            language or "nl",
            state,
            version,
        )
        for version, state, closed, day, school, title, question, language in rows
        if readable is None or version in readable
    ]


@dataclass(frozen=True)
class Progress:
    """How far a bundle is: of what who asked may still read."""

    title: str
    entries: list[Entry]

    @property
    def made(self) -> int:
        return sum(not one.is_waiting for one in self.entries)

    @property
    def failed(self) -> list[Entry]:
        return [one for one in self.entries if one.is_failed]

    @property
    def all(self) -> int:
        return len(self.entries)

    @property
    def steps(self) -> int:
        """With the last one: putting them together."""
        return self.all + 1

    @property
    def in_it(self) -> int:
        return sum(one.is_made for one in self.entries)

    @property
    def is_binding(self) -> bool:
        return self.made == self.all


def progress(actor: Actor, bundle: Bundle) -> Progress:
    may = still_read(actor, bundle.parts.values_list("version_id", flat=True))
    return Progress(files.title_of(bundle), entries_of(bundle, may))


def choices(actor: Actor, sessions: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """Of some talks those that the user may read, with their titles."""
    versions = read_versions(actor, sessions=sessions)
    rows = Version.objects.filter(pk__in=versions.values()).order_by("closed_at", "pk")
    titles = [KeyTransform(key, "document") for key in ("title", "question")]
    return [
        (session, title or question or "")
        for session, title, question in rows.values_list("session_id", *titles)
    ]


def _keeps_role(actor: Actor, bundle: Bundle) -> bool:
    """Whether the user still is what they have to be where the bundle was asked for."""
    if bundle.organisation_id is None:
        return True
    roles = [Role.BOARD_READER, Role.SCHOOL_LEADER]
    if bundle.kind != Bundle.Kind.YEAR:
        roles.append(Role.FACILITATOR)
    return any(one.pk == bundle.organisation_id for one in actor.organisations(*roles))


# Make


def make(id: uuid.UUID) -> None:
    """Make what is not made yet, unless another worker is at it.

    Whoever begins leaves a task behind that looks again when the lease would end: so a bundle
    goes on when its worker was killed. A paper that cannot be made stops no other.
    """
    lease = uuid.uuid4()
    if not _begin(id, lease):
        until = Bundle.objects.filter(pk=id).values_list("lease_until", flat=True).first()
        if until is not None:
            _later(id, until)
        return
    try:
        _make(_held(id, lease), lease)
    except Lost:
        return
    except Exception as error:
        # What it was about stays out of the log.
        logger.error("A bundle could not be made: %s", type(error).__name__)
        _end(id, lease, Bundle.State.FAILED)


def _begin(id: uuid.UUID, lease: uuid.UUID) -> bool:
    now = timezone.now()
    free = Q(state=Bundle.State.WAITING) | Q(state=Bundle.State.MAKING, lease_until__lte=now)
    with transaction.atomic():
        taken = Bundle.objects.filter(free, pk=id).update(
            state=Bundle.State.MAKING, lease=lease, lease_until=now + LEASE
        )
        if taken:
            _later(id, now + LEASE)
    return bool(taken)


def _held(id: uuid.UUID, lease: uuid.UUID) -> Bundle:
    """The bundle, as long as this worker holds it; holds it a while longer."""
    with transaction.atomic():
        held = Bundle.objects.filter(pk=id, lease=lease)
        if not held.update(lease_until=timezone.now() + LEASE):
            raise Lost
        return held.defer("content").select_related("organisation", "asked_by").get()


def _end(
    id: uuid.UUID,
    lease: uuid.UUID,
    state: str,
    content: bytes | None = None,
    left_out: int | None = None,
) -> bool:
    """Let go of the bundle; False when more was left out than `left_out` by now."""
    held = Bundle.objects.filter(pk=id, lease=lease)
    if left_out is not None:
        held = held.filter(left_out=left_out)
    sha256 = hashlib.sha256(content).hexdigest() if content is not None else ""
    return bool(
        held.update(state=state, content=content, sha256=sha256, lease=None, lease_until=None)
    )


def _make(bundle: Bundle, lease: uuid.UUID) -> None:
    drop_unread(bundle)
    for part in bundle.parts.filter(state=BundlePart.State.WAITING).defer("content"):
        _held(bundle.pk, lease)
        _make_part(bundle, part)
    _held(bundle.pk, lease)
    while True:
        drop_unread(bundle)  # what was taken back while it was made
        bundle.refresh_from_db(fields=["left_out"])
        entries = entries_of(bundle)
        if not any(one.state == BundlePart.State.MADE for one in entries):
            _end(bundle.pk, lease, Bundle.State.FAILED)
            return
        gc.collect()  # what was left of laying out the papers, before they are bound
        with translation.override(bundle.language):
            content = files.made_of(bundle, entries, _actor(bundle))
        _held(bundle.pk, lease)
        if _end(bundle.pk, lease, Bundle.State.READY, content, bundle.left_out):
            return
        # Something was erased or taken back meanwhile: once more, without it.


def _make_part(bundle: Bundle, part: BundlePart) -> None:
    version = Version.objects.select_related("session__method").filter(pk=part.version_id).first()
    if version is None:  # erased while the bundle was made
        return
    try:
        if bundle.kind == Bundle.Kind.YEAR:
            part.content = kept.make(sheet_of(version))
        else:
            kept.keep(version)
        part.state = BundlePart.State.MADE
    except kept.Failed:
        part.state = BundlePart.State.FAILED
    BundlePart.objects.filter(pk=part.pk).update(state=part.state, content=part.content)


def _actor(bundle: Bundle) -> Actor:
    """Who asked, as they are now."""
    return Actor(bundle.asked_by if bundle.asked_by.is_active else None, {})


def drop_unread(bundle: Bundle) -> int:
    """Leave out what who asked may no longer read; gives how many that were."""
    actor = _actor(bundle)
    keys = set(bundle.parts.values_list("version_id", flat=True))
    may = still_read(actor, keys) if _keeps_role(actor, bundle) else set()
    gone = keys - may
    if gone:
        bundle.parts.filter(version__in=gone).delete()  # which starts it anew: see `part_is_gone`
    return len(gone)


@receiver(post_delete, sender=BundlePart, dispatch_uid="part_is_gone")
def part_is_gone(instance: BundlePart, origin: Any = None, **_kwargs) -> None:
    """A paper is out: it may not be read any more, or its talk was erased. Then its copy goes."""
    if isinstance(origin, Bundle) or getattr(origin, "model", None) is Bundle:
        return  # the whole bundle is gone
    bundle = Bundle.objects.filter(pk=instance.bundle_id)
    bundle.update(left_out=F("left_out") + 1)
    done = bundle.filter(state__in=[Bundle.State.READY, Bundle.State.FAILED])
    if done.update(state=Bundle.State.WAITING, content=None, sha256=""):
        _later(instance.bundle_id)


# Take


def download(actor: Actor, bundle: Bundle) -> bytes | None:
    """The file; None where it is not there, or is made anew because it held too much."""
    if not bundle.is_ready or drop_unread(bundle):
        return None
    content = Bundle.objects.values_list("content", flat=True).get(pk=bundle.pk)
    if content is None:
        return None
    schools = set(bundle.parts.values_list("version__session__organisation_id", flat=True))
    _record(bundle, schools, "download", bundle.parts.count())
    return bytes(content)


def retry(bundle: Bundle) -> None:
    """Make what failed, and only that; asked twice, it is made once."""
    with transaction.atomic():
        done = Bundle.objects.filter(
            pk=bundle.pk, state__in=[Bundle.State.READY, Bundle.State.FAILED]
        )
        failed = bundle.parts.filter(state=BundlePart.State.FAILED)
        if bundle.is_ready and not failed.exists():
            return
        if done.update(state=Bundle.State.WAITING, content=None, sha256=""):
            failed.update(state=BundlePart.State.WAITING)
            _later(bundle.pk)


@receiver(forgotten, dispatch_uid="make_bundles_anew")
def make_anew(versions: Iterable[int], **_kwargs: Any) -> None:
    """Forget the copies of these versions in every bundle: something in them was erased.

    For who changes a version's document after it was closed, once its kept papers are gone.
    """
    with transaction.atomic():
        parts = BundlePart.objects.filter(version__in=list(versions))
        ids = set(parts.values_list("bundle_id", flat=True))
        parts.update(state=BundlePart.State.WAITING, content=None)
        Bundle.objects.filter(pk__in=ids).update(
            state=Bundle.State.WAITING, content=None, sha256="", lease=None, lease_until=None
        )
        for id in ids:
            _later(id)


# By itself


@receiver(tick, dispatch_uid="go_on_with_bundles")
def go_on(**_kwargs) -> None:
    """Put in the queue again what no worker is at and no task waits for."""
    now = timezone.now()
    behind = Q(state=Bundle.State.WAITING, asked_at__lte=now - LEFT_BEHIND)
    behind |= Q(state=Bundle.State.MAKING, lease_until__lte=now)
    queued = {
        one["args"][0]
        for one in DBTaskResult.objects.filter(
            status="READY", task_path="reports.tasks.make_bundle"
        ).values_list("args_kwargs", flat=True)
    }
    for id in Bundle.objects.filter(behind).values_list("pk", flat=True):
        if str(id) not in queued:
            _later(id)


@receiver(tick, dispatch_uid="forget_bundles")
def forget(**_kwargs) -> None:
    """Erase old bundles, and what is left in the queue of long ago."""
    before = timezone.now() - datetime.timedelta(days=BUNDLE_DAYS)
    Bundle.objects.filter(asked_at__lte=before).delete()
    DBTaskResult.objects.exclude(status="READY").filter(enqueued_at__lte=before).delete()
