"""The file of a bundle: its papers bound into one PDF, or side by side in a ZIP."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from sessions.access import Actor
from sessions.board_page import BoardPage, year_words

from . import kept
from .binding import PLACE, Bound, bind, count_pages
from .models import Bundle, BundlePart, Rendering
from .paper import short
from .parts import day as day_words

LONGEST_NAME = 70  # characters of a question in the name of a file


@dataclass(frozen=True)
class Entry:
    """One paper of a bundle, as its page and its contents name it."""

    title: str
    school: str
    day: datetime.date
    language: str
    state: str
    version: int

    @property
    def is_made(self) -> bool:
        return self.state == BundlePart.State.MADE

    @property
    def is_waiting(self) -> bool:
        return self.state == BundlePart.State.WAITING

    @property
    def is_failed(self) -> bool:
        return self.state == BundlePart.State.FAILED

    @property
    def short_title(self) -> str:
        return short(self.title)

    @property
    def listed_title(self) -> str:
        """For a list of contents, which has room for a whole question."""
        return short(self.title, 200)

    @property
    def day_words(self) -> str:
        return day_words(self.day)

    def file_name(self, number: int) -> str:
        words = slugify(Truncator(self.title).chars(LONGEST_NAME, truncate="")) or "verslag"
        return f"{number:03d}-{words}-{self.day.isoformat()}.pdf"


@dataclass(frozen=True)
class Front:
    """The cover of a bundle and its contents; of a year report also the numbers of the year.

    Call its methods with the language of the bundle active.
    """

    bundle: Bundle
    entries: list[Entry]  # all of them, also those that could not be made
    first_pages: list[int]  # of those that were made, in order
    numbers: BoardPage | None = None

    @property
    def language(self) -> str:
        return self.bundle.language

    @property
    def title(self) -> str:
        return title_of(self.bundle)

    @property
    def listed(self) -> list[dict[str, Any]]:
        made = [one for one in self.entries if one.is_made]
        return [
            {"entry": one, "page": page, "url": f"{PLACE}{number}"}
            for number, (one, page) in enumerate(zip(made, self.first_pages, strict=True))
        ]

    @property
    def failed(self) -> list[Entry]:
        return [one for one in self.entries if one.is_failed]

    @property
    def organisation(self) -> str:
        return self.bundle.organisation.name if self.bundle.organisation else ""

    @property
    def day(self) -> str:
        return day_words(timezone.localdate())

    def html(self) -> str:
        return render_to_string("reports/bundle_front.html", {"front": self})

    def sizes(self) -> list[str]:
        return [self.html()]


def title_of(bundle: Bundle) -> str:
    if bundle.year is not None:
        return _("Year report %(year)s") % {"year": year_words(bundle.year)}
    return _("Reports of talks")


def file_name(bundle: Bundle) -> str:
    """In the language of the bundle, whoever takes it."""
    with translation.override(bundle.language):
        words = [title_of(bundle)]
        if bundle.organisation is not None:
            words.append(bundle.organisation.slug)
        words.append(timezone.localdate(bundle.asked_at).isoformat())
    return f"{slugify(' '.join(words))}.{'zip' if bundle.kind == Bundle.Kind.ZIP else 'pdf'}"


def made_of(bundle: Bundle, entries: list[Entry], actor: Actor) -> bytes:
    """The file of the papers that are made; those that failed are named in its contents."""
    papers = [
        Bound(one.short_title, one.language, _content(bundle, one))
        for one in entries
        if one.is_made
    ]
    if bundle.kind == Bundle.Kind.ZIP:
        return _zipped(bundle, entries, papers)
    numbers = None
    if bundle.year is not None and bundle.organisation is not None:
        numbers = BoardPage(actor, bundle.organisation.slug, str(bundle.year))
    pages, first_pages = 1, []
    for paper in papers:
        first_pages.append(pages)
        pages += count_pages(paper.content)
    return bind(kept.make(Front(bundle, entries, first_pages, numbers)), papers)


def _content(bundle: Bundle, entry: Entry) -> bytes:
    if bundle.kind == Bundle.Kind.YEAR:
        parts = BundlePart.objects.filter(bundle=bundle, version=entry.version)
        return bytes(parts.values_list("content", flat=True).get() or b"")
    papers = Rendering.objects.filter(version=entry.version, paper="verslag", format="pdf")
    return bytes(papers.values_list("content", flat=True).get())


def _zipped(bundle: Bundle, entries: list[Entry], papers: list[Bound]) -> bytes:
    made = [one for one in entries if one.is_made]
    names = [one.file_name(number) for number, one in enumerate(made, 1)]
    files = list(zip(names, made, strict=True))
    front = Front(bundle, entries, [0] * len(made))
    told = render_to_string("reports/bundle_contents.txt", {"front": front, "files": files})
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_("000-contents.txt"), "\ufeff" + told.strip() + "\n")
        for name, paper in zip(names, papers, strict=True):
            archive.writestr(name, paper.content, zipfile.ZIP_STORED)
    return content.getvalue()
