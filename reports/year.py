"""One talk in a year report: its question, its answer and why, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.document import document
from sessions.models import Version

from . import parts
from .report import Report


@dataclass(frozen=True)
class Sheet(Report):
    """The essence of a report, and what was promised, on a page or two."""

    template = "reports/year_sheet.html"

    @property
    def name(self) -> str:
        return _("year report")

    def context(self) -> dict[str, Any]:
        promised = self.document.get("actions", [])
        return {
            **super().context(),
            "sections": [],
            "chapters": [],
            "agreements": parts.agreed(promised, "what", "who"),
        }


def sheet_of(version: Version) -> Sheet:
    """The sheet of a version, with what became of what was promised in it by now."""
    session = version.session
    return Sheet(
        _told_by_now(version),
        session.method,
        version=version.number,
        on=timezone.localdate(version.closed_at),
        cause=version.cause,
    )


def _told_by_now(version: Version) -> dict[str, Any]:
    """The document with the states of today, where its promises are still those of the talk.

    Not the words that came with them: those are of after this version.
    """
    session, told = version.session, version.document
    closed_again = session.versions.filter(
        number__gt=version.number, cause=Version.Cause.CLOSED
    ).exists()
    if not session.is_closed or closed_again:
        return told
    now = document(session)
    conditions = now.get("outcome", {}).get("conditions", [])
    outcome = {**told.get("outcome", {}), "conditions": _without_words(conditions)}
    return {**told, "outcome": outcome, "actions": _without_words(now.get("actions", []))}


def _without_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "result"} for row in rows]
