"""What the papers of a talk have in common: whose they are, and how they are named."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from sessions.models import Method, Version

from .parts import day

SHORT = 80  # characters of the title in a bookmark, in the file's name
FOOT = 150  # characters of the title at the foot, on two lines


@dataclass(frozen=True)
class Paper:
    """A paper made of one document, in the document's language.

    `version` and `on` are those of a closed talk; without a number the paper is of the talk as it
    stands, and `on` is the day on which it is shown. `cause` says what the version was made for.
    """

    template: ClassVar[str]

    document: dict[str, Any]
    method: Method
    example: bool = False
    version: int | None = None
    on: datetime.date | None = None
    cause: str = Version.Cause.CLOSED

    @property
    def name(self) -> str:
        """What kind of paper this is, for its file. Call it with its language active."""
        raise NotImplementedError

    @property
    def language(self) -> str:
        return self.document.get("language") or "nl"

    @property
    def title(self) -> str:
        return (
            self.document.get("title")
            or self.document.get("question")
            or _("A talk without a question")
        )

    @property
    def short_title(self) -> str:
        return short(self.title)

    @property
    def day(self) -> datetime.date:
        return self.on or timezone.localdate()

    @property
    def is_concept(self) -> bool:
        return not self.example and self.document.get("status") != "closed"

    @property
    def state(self) -> str:
        """What stands in the corner of every page, if this is not of a closed talk."""
        if self.example:
            return _("Made-up example") if self.document.get("fictional") else _("Example")
        if self.document.get("practice"):
            return _("Practice")
        return _("Concept") if self.is_concept else ""

    def html(self) -> str:
        """The whole page for paper, and what the Word file is made of."""
        with translation.override(self.language):
            return render_to_string("reports/paper.html", self._filled())

    def sizes(self) -> list[str]:
        """The page to print; where there are several, each set smaller than the one before."""
        return [self.html()]

    def content(self, *, nested: bool = False) -> str:
        """What the paper says, for a page around it that may speak another language.

        `nested` is for a page with headings of its own above it.
        """
        with translation.override(self.language):
            return render_to_string(self.template, self._filled(nested=nested))

    def _filled(self, **more: Any) -> dict[str, Any]:
        return {**self.context(), "template": self.template, **more}

    def context(self) -> dict[str, Any]:
        """What the templates of every paper show. Call it with the paper's language active."""
        page = _("page %(page)s of %(pages)s") % {"page": "\0", "pages": "\0"}
        return {
            "language": self.language,
            "title": self.title,
            "short_title": self.short_title,
            "short": short(self.document.get("question") or self.title),
            "foot": short(self.title, FOOT),
            "page": page.split("\0"),
            "state": self.state,
            "fictional": self.document.get("fictional"),
            "practice": self.document.get("practice"),
            "example": self.example,
            "on": "" if self.example else day(self.day),
        }

    def file_name(self, extension: str) -> str:
        """A name that says which paper of which talk, from when and in which state."""
        with translation.override(self.language):
            title = slugify(Truncator(self.title).chars(SHORT, truncate=""))
            told = [slugify(self.name), title, self.day.isoformat(), slugify(self._file_state())]
        return f"{'-'.join(filter(None, told))}.{extension}"

    def _file_state(self) -> str:
        if self.example:
            return _("example")
        if self.version:
            return _("version %(number)d") % {"number": self.version}
        return _("concept") if self.is_concept else _("closed")


def short(text: str, most: int = SHORT) -> str:
    """The beginning of a text, on one line: for a foot, a bookmark, a title."""
    return Truncator(" ".join(text.split())).chars(most)
