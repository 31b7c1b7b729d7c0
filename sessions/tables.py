"""Several tables: a plenary whose question is talked about at tables, each a talk of its own.

A plenary is locked before its tables are made or taken away; a table never waits for it.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from . import upkeep
from .access import Access, ends_at, until_four_at_night
from .document import document
from .document.format import MOST_TABLES
from .document.to_rows import load_table, table_id
from .lifecycle import issue_link
from .models import Erasure, Link, Refused, Round, Seat, Session, secret_of

FEWEST, MOST = 2, MOST_TABLES
# What a table has of its plenary: what was prepared, but for who comes and the entry check.
HANDED = (
    *(
        "format",
        "version",
        "method",
        "method_version",
        "language",
        "fictional",
        "practice",
        "naming",
    ),
    *("title", "question", "context", "held_on", "begins", "ends", "place", "review_on"),
    *("mandate", "facts", "stakeholders", "options", "source"),
)


def make(access: Access, number: int) -> None:
    """See to it that there are so many tables; those that are there already stay as they are."""
    with access.session.writing(access) as write:
        plenary = write.session
        if refusal := why_no_tables(plenary):
            raise Refused(refusal)
        there = set(Session.objects.filter(plenary=plenary).values_list("table", flat=True))
        new = _numbers(plenary, there, min(number, MOST) - len(there))
        handed = _handed(plenary) if new else {}
        for one in new:
            load_table(plenary, {**handed, "table": one})
            write.record("add", "table", one)
        plenary.table_count = len(there) + len(new)


def why_no_tables(plenary: Session) -> str:
    """Why this talk gets no tables, or no more of them; empty where it does."""
    if plenary.plenary_id is not None:
        return _("A table has no tables of its own.")
    if plenary.table_count:
        return ""
    if Seat.objects.filter(session=plenary).exists():
        return _("Somebody takes part already. A new talk can have several tables.")
    if Round.objects.filter(session=plenary).exists():
        return _("Something was asked of everyone already. A new talk can have several tables.")
    step = plenary.step_of_kind("question")
    if not plenary.texts.filter(step=step, prompt="question").exclude(body="").exists():
        return _("First write down the question: all tables talk about it.")
    return ""


def _numbers(plenary: Session, there: set[int | None], more: int) -> list[int]:
    """The numbers of so many new tables; that of one that was taken away does not come back."""
    ids = {table_id(plenary.pk, number): number for number in range(1, 10 * MOST)}
    gone = {
        ids[id]
        for id in Erasure.objects.filter(session_id__in=ids).values_list("session_id", flat=True)
    }
    free = [number for number in ids.values() if number not in there | gone]
    return free[: max(more, 0)]


def _handed(plenary: Session) -> dict[str, Any]:
    """What stands at a new table: a part of its plenary's document."""
    whole = document(plenary)
    handed = {key: whole[key] for key in HANDED if key in whole}
    begun = plenary.step_of_kind("question")
    handed["texts"] = [text for text in whole.get("texts", []) if text["step"] == begun]
    if legal := whole.get("preparation", {}).get("legal"):  # what the law says holds for all
        handed["preparation"] = {"legal": legal}
    return {**handed, "status": str(Session.Status.DRAFT)}


def take_away(access: Access, number: int) -> None:
    """Erase a table at which nothing was given; one that is gone already stays so."""
    with access.session.writing(access) as write:
        plenary = write.session
        table = _locked(plenary, number)
        if table is None:
            return
        if not is_empty(table):
            raise Refused(_("Something was given at this table. It stays."))
        upkeep.erase(table)
        write.record("remove", "table", number)
        plenary.table_count = Session.objects.filter(plenary=plenary).count()


def _locked(plenary: Session, number: int) -> Session | None:
    """A table, at which nobody can sit down or write until this is done."""
    tables = Session.objects.select_for_update(of=("self",), no_key=True)
    return tables.filter(plenary=plenary, table=number).first()


def is_empty(table: Session) -> bool:
    """Whether nobody sits there and nobody wrote anything there."""
    return (
        table.status == Session.Status.DRAFT
        and not table.seats.exists()
        and not table.changes.exclude(thing="link").exists()
    )


def table_of(access: Access, number: int) -> Session | None:
    """The table with this number; None where there is none."""
    return next((table for table in access.session.family if table.table == number), None)


def give_link(
    access: Access, table: Session, secret: str, expires_at: datetime.datetime | None = None
) -> Link:
    """A facilitator's link of a table, given from its plenary; sent twice it is one."""
    with table.writing(access, closed=True) as write:
        known, enters = write.session.links.count(), expires_at is not None
        expires_at = expires_at or ends_at(Link.Role.FACILITATOR, write.session)
        link = issue_link(write.session, Link.Role.FACILITATOR, secret, expires_at, access.answers)
        if write.session.links.count() > known:
            write.record("enter" if enters else "issue", "link", link.pk, None, link.role)
    return link


def enter(access: Access, table: Session, secret: str) -> Link:
    """A link with which the plenary's leader leads this table until the night."""
    return give_link(access, table, secret, until_four_at_night())


def secret_for(secret: str, table: Session, purpose: str) -> str:
    """The secret of a table's link, of the one that all forms on a page were sent with."""
    return secret_of(secret, f"{purpose}-{table.pk}")
