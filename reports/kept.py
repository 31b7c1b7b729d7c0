"""The report of a talk: rendered while it is open, kept once it is closed."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.db.models.fields.json import KeyTransform
from django.dispatch import receiver
from django.utils import timezone

from kompas.signals import forgotten, tick
from sessions.document import document
from sessions.follow_up import shift_of
from sessions.models import EditedCopy, Session, Version

from . import pdf, word
from .explanation import Explanation
from .models import Rendering
from .paper import Paper
from .report import EditedReport, Report, version_words

logger = logging.getLogger(__name__)

# So that two who ask at once in one process wait for one rendering.
_lock = threading.Lock()


# How a paper becomes a file of each format.
RENDER: dict[str, Callable[[Any], bytes]] = {
    "pdf": lambda paper: pdf.render(*paper.sizes()),
    "docx": lambda paper: word.render(paper.html()),
    "form": lambda paper: pdf.render(paper.html(), forms=True),
}


class Failed(Exception):
    """A report could not be made; nothing of the talk is lost."""


@dataclass(frozen=True)
class Kept:
    """A version in the list of them: what it is called, and why the talk was opened before it."""

    number: int
    words: str
    reason: str


def kept_versions(session: Session, only: int | None = None) -> list[Kept]:
    """All versions of a talk, the last first; of their documents only what was decided.

    `only` is the number of the one version that somebody may read.
    """
    found = session.versions.filter(**{"number": only} if only is not None else {})
    versions = found.order_by("-number").values_list(
        "number", "cause", "closed_at", "reason", KeyTransform("decisions", "document")
    )
    return [
        Kept(number, version_words(number, cause, decisions, timezone.localdate(at)), reason)
        for number, cause, at, reason, decisions in versions
    ]


def numbered_version(session: Session, number: int) -> Version | None:
    return session.versions.filter(number=number).first()


def report_of(session: Session, version: Version | None) -> Report:
    """The report of `version`, or of the talk as it stands."""
    if version is None:
        return Report(
            document(session), session.method, example=session.is_example, table=session.table
        )
    closing = version.closing
    return Report(
        version.document,
        session.method,
        example=session.is_example,
        table=session.table,
        version=version.number,
        on=timezone.localdate(version.closed_at),
        cause=version.cause,
        reason=closing.reason,
        reopened=closing.number - 1 if closing.reason else None,
        shifted=shift_of(session, version),
    )


def report_of_copy(copy: EditedCopy, document: dict[str, Any]) -> EditedReport:
    """The report of an edited copy: of `document`, which is what is left of its version.

    Why the talk was opened again is no text of the document, and is not told.
    """
    session, version = copy.version.session, copy.version
    return EditedReport(
        document,
        session.method,
        table=session.table,
        version=version.number,
        on=timezone.localdate(version.closed_at),
        cause=version.cause,
    )


def explanation_of(session: Session, version: Version | None = None) -> Explanation:
    """The public explanation of the talk as it stands, also once it is closed, or of `version`."""
    told = document(session) if version is None else version.document
    return Explanation(told, session.method, example=session.is_example)


def stale_parts(session: Session) -> set[str]:
    """The parts of the explanation that were reworded before the talk was last closed."""
    closed = session.versions.aggregate(last=Max("closed_at"))["last"]
    reworded = (
        session.changes.filter(thing="text", thing_id__startswith="/explanation_")
        .order_by()
        .values_list("thing_id")
        .annotate(last=Max("at"))
    )
    return {
        thing.removeprefix("/explanation_")
        for thing, last in reworded
        if closed is not None and last < closed
    }


def lacks_contact(session: Session) -> bool:
    """Whether nobody said yet whom parents can ask, nor left that out."""
    prompts = ("explanation_contact", "explanation_without_contact")
    return not session.texts.filter(step="", prompt__in=prompts).exclude(body="").exists()


def make(paper: Any, format: str = "pdf") -> bytes:
    """The paper as a file. Raises Failed, and logs where it went wrong, not a word of the talk."""
    try:
        return RENDER[format](paper)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "A report could not be made: %s in %s, line %s",
            type(error).__name__,
            Path(place.filename).name,
            place.lineno,
        )
        raise Failed from None


def pages_of(paper: Paper) -> int:
    """How many pages the PDF of a paper has; 0 where that cannot be told now."""
    try:
        return pdf.count_pages(*paper.sizes())
    except Exception:
        logger.exception("The pages of a paper could not be counted.")
        return 0


def keep(version: Version, format: str = "pdf") -> Rendering:
    """The kept report of `version`, made now if it was not yet. Raises Failed."""
    found = Rendering.find(version, "verslag", format)
    if found is None:
        with _lock:
            found = Rendering.find(version, "verslag", format)
            if found is None:
                content = make(report_of(version.session, version), format)
                found = Rendering.keep(version, "verslag", format, content)
    return found


@receiver(forgotten, dispatch_uid="drop_reports")
def drop_reports(versions, **_kwargs) -> None:
    """Forget the files of documents in which something had to go; they are made anew."""
    Rendering.objects.filter(version__in=versions).delete()


@receiver(tick, dispatch_uid="keep_reports")
def keep_reports(**_kwargs) -> None:
    """Make the reports that nobody has asked for yet; one that fails does not stop the others."""
    failed = 0
    for version in Rendering.missing("verslag", "pdf"):
        try:
            keep(version)
        except Failed:
            failed += 1
    if failed:
        raise Failed(f"{failed} could not be made.")
