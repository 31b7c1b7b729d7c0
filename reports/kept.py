"""The report of a talk: rendered while it is open, kept once it is closed."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import Path

from django.dispatch import receiver
from django.utils import timezone

from kompas.signals import tick
from sessions.document import document
from sessions.models import Session, Version

from . import pdf
from .models import Rendering
from .report import Report

logger = logging.getLogger(__name__)

# So that two who ask at once in one process wait for one rendering.
_lock = threading.Lock()


class Failed(Exception):
    """A report could not be made; nothing of the talk is lost."""


def last_version(session: Session) -> Version | None:
    """The version in which a talk was closed; None while it is open."""
    return session.versions.order_by("-number").first() if session.is_closed else None


def earlier_versions(session: Session) -> list[Version]:
    """All versions in which a talk was closed, the last first, without their documents."""
    return list(session.versions.defer("document").order_by("-number"))


def numbered_version(session: Session, number: int) -> Version | None:
    return session.versions.filter(number=number).first()


def report_of(session: Session, version: Version | None) -> Report:
    """The report of `version`, or of the talk as it stands."""
    if version is None:
        return Report(document(session), session.method, example=session.is_example)
    return Report(
        version.document,
        session.method,
        example=session.is_example,
        version=version.number,
        on=timezone.localdate(version.closed_at),
    )


def make(report: Report) -> bytes:
    """The PDF. Raises Failed, and logs where it went wrong, without a word of the talk."""
    try:
        return pdf.render(report.html())
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "A report could not be made: %s in %s, line %s",
            type(error).__name__,
            Path(place.filename).name,
            place.lineno,
        )
        raise Failed from None


def keep(version: Version) -> Rendering:
    """The kept PDF of `version`, made now if it was not yet. Raises Failed."""
    found = Rendering.find(version, "verslag", "pdf")
    if found is None:
        with _lock:
            found = Rendering.find(version, "verslag", "pdf")
            if found is None:
                content = make(report_of(version.session, version))
                found = Rendering.keep(version, "verslag", "pdf", content)
    return found


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
