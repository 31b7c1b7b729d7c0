"""Edited copies: made of a closed version, looked at text by text, given, and taken back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kompas.accounts.models import Event
from kompas.signals import tick

from . import blackout
from .access import Access
from .blackout import MOST_TEXTS, MOST_WORDS, WHOLE, Passage, places_of
from .models import EditedCopy, Refused, secret_hash
from .upkeep import remember_ended

DRAFT_DAYS = 7  # in which one that was begun is kept
MOST = 50  # copies of one talk that are listed
THING = "edited_copy"


@dataclass(frozen=True)
class Page:
    """Some texts to look at together: all of a section, or a part of it."""

    number: int  # from 1
    title: str
    part: int  # of a section of several pages, which; else 0
    passages: list[Passage]


class Making:
    """An edited copy that is being made: its texts, what was looked at, and what goes."""

    def __init__(self, copy: EditedCopy):
        self.copy = copy
        self.passages = blackout.passages(copy.version.document)

    @cached_property
    def pages(self) -> list[Page]:
        groups: list[list[Passage]] = []
        words = 0
        for passage in self.passages:
            size = min(len(passage.spans), MOST_WORDS)
            same = groups and groups[-1][0].place.section == passage.place.section
            full = groups and (len(groups[-1]) == MOST_TEXTS or words + size > MOST_WORDS)
            if not same or full:
                groups.append([])
                words = 0
            groups[-1].append(passage)
            words += size
        titles = [group[0].place.title for group in groups]
        return [
            Page(
                number,
                titles[number - 1],
                titles[:number].count(titles[number - 1])
                if titles.count(titles[number - 1]) > 1
                else 0,
                group,
            )
            for number, group in enumerate(groups, 1)
        ]

    def page(self, number: int) -> Page:
        if not 1 <= number <= len(self.pages):
            raise Http404
        return self.pages[number - 1]

    @property
    def out(self) -> dict[str, list[int]]:
        return self.copy.work.get("out", {})

    @cached_property
    def seen(self) -> set[str]:
        return set(self.copy.work.get("seen", []))

    @property
    def count(self) -> int:
        return len(self.passages)

    @property
    def seen_count(self) -> int:
        seen = self.seen
        return sum(one.key in seen for one in self.passages)

    @property
    def is_seen(self) -> bool:
        return self.seen_count == self.count

    def seen_of(self, page: Page) -> int:
        seen = self.seen
        return sum(one.key in seen for one in page.passages)

    @property
    def next_page(self) -> Page | None:
        """The first page with something on it that nobody looked at yet."""
        return next((one for one in self.pages if self.seen_of(one) < len(one.passages)), None)

    @property
    def suspects(self) -> list[tuple[str, int]]:
        """What seems to point to a person and still stands somewhere: words, in how many texts."""
        return blackout.counted(self._left(passage) for passage in self.passages)

    def _left(self, passage: Passage) -> list[str]:
        """What of a text seems to point to a person, and is not blacked out yet."""
        out = set(self.out.get(passage.key, ()))
        if WHOLE in out:
            return []
        return [one for one in passage.suspects if not places_of(passage.text, one) <= out]

    @property
    def blacked_out(self) -> int:
        """In how many texts something goes."""
        return sum(bool(self.out.get(one.key)) for one in self.passages)

    @property
    def document(self) -> dict[str, Any]:
        return blackout.redacted(self.copy.version.document, self.out)


def begin(access: Access, id: uuid.UUID) -> EditedCopy:
    """Begin a copy of the last closed version, once under this id."""
    version = access.session.versions.order_by("-number").first()
    if version is None:
        raise Refused(_("An edited copy can be made once the talk is closed."))
    first = blackout.at_first(blackout.passages(version.document))
    copy, _new = EditedCopy.objects.get_or_create(
        pk=id,
        defaults={
            "version": version,
            "work": {"seen": [], "out": first},
            "expires_at": timezone.now() + datetime.timedelta(days=DRAFT_DAYS),
            "made_by": access.user,
        },
    )
    if copy.version.session_id != access.session.pk:
        raise Http404
    return copy


def of_talk(access: Access) -> list[EditedCopy]:
    """The copies of a talk, the newest first; not what they say."""
    found = EditedCopy.objects.filter(version__session=access.session.pk)
    found = found.defer("document", "work", "version__document")
    return list(found.select_related("version__session__organisation", "made_by")[:MOST])


def find(access: Access, copy_id: uuid.UUID) -> EditedCopy:
    """A copy of this talk; 404 where it has none by that id."""
    found = EditedCopy.objects.select_related("version__session__organisation")
    copy = found.filter(pk=copy_id, version__session=access.session.pk).first()
    if copy is None:
        raise Http404
    return copy


def _locked(copy: EditedCopy) -> EditedCopy:
    """The same copy, held until the transaction ends; 404 once it is no longer being made."""
    found = EditedCopy.objects.select_for_update().filter(pk=copy.pk, published_at=None).first()
    if found is None:
        raise Http404
    return found


def look(
    copy: EditedCopy,
    chosen: Mapping[str, Iterable[int]],
    phrases: Mapping[str, Iterable[str]],
    anew: Collection[str] = (),
) -> None:
    """What goes of these texts, and that they were looked at: by key, places and typed words.

    Of a text too long to tap in, words that went before stay away, but where it begins `anew`.
    """
    known = {one.key: one for one in Making(copy).passages}
    with transaction.atomic():
        locked = _locked(copy)
        out = dict(locked.work.get("out", {}))
        seen = set(locked.work.get("seen", []))
        for key, places in chosen.items():
            if key not in known:
                continue
            passage = known[key]
            gone = {place for place in places if WHOLE <= place < len(passage.spans)}
            if not passage.tappable and key not in anew:
                gone |= {*out.get(key, ())} - {WHOLE}
            for phrase in phrases.get(key, ()):
                gone |= places_of(passage.text, phrase)
            out[key] = sorted(gone)
            seen.add(key)
        _keep(locked, out, seen)


def black_out_everywhere(copy: EditedCopy, phrases: Iterable[str]) -> int:
    """Let these words go wherever they stand; gives in how many texts that is."""
    passages = Making(copy).passages
    with transaction.atomic():
        locked = _locked(copy)
        out = dict(locked.work.get("out", {}))
        touched = set()
        for phrase in phrases:
            for passage in passages:
                if places := places_of(passage.text, phrase):
                    out[passage.key] = sorted({*out.get(passage.key, ()), *places})
                    touched.add(passage.key)
        _keep(locked, out, set(locked.work.get("seen", [])))
    return len(touched)


def _keep(copy: EditedCopy, out: Mapping[str, list[int]], seen: set[str]) -> None:
    copy.work = {"seen": sorted(seen), "out": {key: gone for key, gone in out.items() if gone}}
    copy.save(update_fields=["work"])


def publish(access: Access, copy: EditedCopy, secret: str, days: int) -> EditedCopy:
    """Give it: whoever has `secret` reads it for so many days. Sent twice is once."""
    with access.session.writing(access, closed=True) as write:
        found = EditedCopy.objects.select_for_update(of=("self",)).select_related("version")
        locked = found.get(pk=copy.pk)
        if locked.is_published:
            if locked.secret_hash != secret_hash(secret):
                raise Refused(_("This copy has been given already."))
            return locked
        making = Making(locked)
        if not making.is_seen:
            raise Refused(_("Look at every text first. Then the copy can be given."))
        locked.document, locked.work = making.document, {}
        locked.secret_hash, locked.published_at = secret_hash(secret), timezone.now()
        locked.expires_at = locked.published_at + datetime.timedelta(days=days)
        locked.save()
        ends_on = locked.ends_on.isoformat()
        write.record("publish", THING, locked.pk, None, {"ends_on": ends_on})
        _record(access, "publish", locked, version=locked.version.number, ends_on=ends_on)
    return locked


def end(access: Access, copy: EditedCopy) -> None:
    """Take it back at once, its words too; of one that was never given nothing stays."""
    with access.session.writing(access, closed=True) as write:
        locked = EditedCopy.objects.select_for_update(of=("self",)).filter(pk=copy.pk).first()
        if locked is None or locked.revoked_at:
            return
        if not locked.is_published:
            locked.delete()
            return
        locked.revoked_at, locked.document = timezone.now(), {}
        locked.save(update_fields=["revoked_at", "document"])
        remember_ended(locked)
        write.record("revoke", THING, locked.pk)
        _record(access, "revoke", locked)


def _record(access: Access, action: str, copy: EditedCopy, **details: Any) -> None:
    session = access.session
    if session.organisation_id is not None:
        told = {"session": session.pk, **details}
        Event.record(session.organisation_id, access.user, action, THING, copy.pk, **told)


@receiver(tick, dispatch_uid="forget_edited_copies")
def forget_edited_copies(**_kwargs) -> None:
    """Empty what has ended, and throw away what was begun and not given."""
    ended = EditedCopy.objects.filter(expires_at__lte=timezone.now())
    ended.filter(published_at=None).delete()
    ended.exclude(document={}).update(document={})
    gone = Q(version__session__removed_on__isnull=False)
    EditedCopy.objects.filter(gone, published_at=None).delete()
