"""From the document to rows."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import DateField, ForeignKey, Model
from django.utils import timezone

from sessions.gist import gist_of
from sessions.models import (
    Argument,
    Contribution,
    Gist,
    Inquiry,
    Item,
    Round,
    Session,
    Tally,
    Text,
    Version,
    Voice,
)
from sessions.steps import LISTS

from .format import (
    DAYS,
    TIMES,
    columns,
    day_of,
    homes,
    intuition_homes,
    largest,
    stands_in,
    text_places,
    weighing_homes,
    words,
)
from .normal import read


def load(
    data: Any,
    *,
    session_id: uuid.UUID | None = None,
    kind: str = Session.Kind.TALK,
    organisation: Any = None,
    whole: bool = True,
) -> Session:
    """Store a document as a new talk: all of it, or nothing.

    A closed talk gets its first kept version. With `whole` false the question may be missing.
    Raises DocumentError, with JSON path and reason, when the document is wrong.
    """
    document, method = read(data, whole=whole)
    if document.get("practice") and kind == Session.Kind.TALK:
        kind = Session.Kind.PRACTICE
    tables = document.get("tables", [])
    session = Session(
        pk=session_id or uuid.uuid4(),
        method=method,
        language=document["language"],
        kind=kind,
        organisation=organisation,
        table_count=len(tables),
    )
    with transaction.atomic():
        _store(session, document)
        for one in tables:
            load_table(session, one)
    return session


class Rows(dict[type[Model], list[Any]]):
    """New rows by model, to be stored together: of one talk, or of many at once."""

    def add(self, model: type[Model], rows: Iterable[Any]) -> None:
        self.setdefault(model, []).extend(rows)

    def store(self, batch_size: int | None = None) -> None:
        """Store them all; what they point to is stored already, or is among them."""
        for model, rows in self.items():
            # Of contributions the default manager is for what is revealed.
            manager = getattr(model, "everything", model._default_manager)
            manager.bulk_create(rows, batch_size=batch_size)
        gists = map(gist_of, self.get(Version, []))
        Gist.objects.bulk_create(gists, batch_size=batch_size)


def load_table(plenary: Session, document: dict[str, Any]) -> Session:
    """Store a document in normal form, with its number in it, as a table of `plenary`."""
    number = document["table"]
    table = Session(
        pk=table_id(plenary.pk, number),
        plenary=plenary,
        table=number,
        code=None,
        method=plenary.method,
        language=plenary.language,
        kind=plenary.kind,
        organisation_id=plenary.organisation_id,
        owner_id=plenary.owner_id,
    )
    _store(table, {key: value for key, value in document.items() if key != "table"})
    return table


def table_id(plenary: uuid.UUID, number: int) -> uuid.UUID:
    """The id of a table: the same for the same number, so that making it twice is once."""
    return uuid.uuid5(plenary, str(number))


def _store(session: Session, document: dict[str, Any]) -> None:
    """Store what one document holds under a new session."""
    rows = rows_of(session, document)
    session.save(force_insert=True)
    rows.store()


def rows_of(session: Session, document: dict[str, Any], rows: Rows | None = None) -> Rows:
    """What one document, in normal form and without tables, holds: `session` gets its columns.

    The rows come to `rows`, if given. A closed talk gets its first kept version.
    """
    rows = Rows() if rows is None else rows
    columns = dict(
        status=document["status"],
        room_step=document.get("step", ""),
        fictional=document.get("fictional", False),
        naming=document.get("naming", Session.Naming.NONE),
        **{
            column: day_of((document.get(within, {}) if within else document).get(key))
            for column, (within, key) in DAYS.items()
        },
        **{name: _time(document.get(name)) for name in TIMES},
        sources=document.get("source", []),
    )
    for name, value in columns.items():
        setattr(session, name, value)
    if session.is_closed or session.is_example:
        session.code = None  # there is nothing to join
    if session.is_closed:
        session.closed_on = session.held_on or timezone.localdate()
    rows.add(Text, _texts(session, document))
    _inquiries(rows, session, document.get("inquiries", []))
    arguments = _contributions(rows, session, document)
    _weights(rows, session, document, arguments)
    _intuition(rows, session, document.get("intuition", {}))
    if session.is_closed:
        rows.add(Version, [Version(session=session, number=1, document=document)])
    return rows


def _time(value: str | None) -> datetime.time | None:
    return datetime.time.fromisoformat(value) if value else None


def _texts(session: Session, document: dict[str, Any]) -> list[Text]:
    texts = []
    for (step, prompt), (within, key) in text_places(session.steps).items():
        members = document.get(within, {}) if within else document
        if body := members.get(key):
            texts.append(Text(session=session, step=step, prompt=prompt, body=body))
    for entry in document.get("texts", []):
        texts.append(
            Text(session=session, step=entry["step"], prompt=entry["prompt"], body=entry["text"])
        )
    return texts


def _inquiries(rows: Rows, session: Session, told: list[dict[str, Any]]) -> None:
    """Store what was asked beforehand and what was heard; nobody answers any more.

    Their order is that of their ids, which are random.
    """
    asked, given = [], []
    for id, one in zip(_in_order(told), told, strict=True):
        voices = one.get("voices", [])
        words = {name: value for name, value in one.items() if name != "voices"}
        asked.append(Inquiry(pk=id, session=session, closed=True, **words))
        given += [
            Voice(pk=id, inquiry=asked[-1], state=Voice.State.SHOWN, **voice)
            for id, voice in zip(_in_order(voices), voices, strict=True)
        ]
    rows.add(Inquiry, asked)
    rows.add(Voice, given)


def _in_order(rows: list[Any]) -> list[uuid.UUID]:
    """A random id for each of these rows, from low to high."""
    return sorted(uuid.uuid4() for _row in rows)


def _contributions(rows: Rows, session: Session, document: dict[str, Any]) -> list[Contribution]:
    """Add every list; gives the arguments, in order."""
    # By model and name, what an argument may point to: the first of that name.
    named: dict[Any, dict[str, Any]] = {}
    standing: list[Any] = []
    # What arguments point to is stored before them.
    for one in sorted(LISTS.values(), key=lambda one: one.model is Argument):
        members = document.get(one.within, {}) if one.within else document
        at_home = [*homes(session.steps, one), ""]
        key = words(one.model).name
        standing, merged = [], []
        for item in members.get(one.name, []):
            row = one.model(session=session, step=item.get("step", at_home[0]))
            for name, field in columns(one.model).items():
                setattr(row, name, _value(field, item.get(name), named))
            standing.append(row)
            for wording in item.get("merged", []):
                twin: Any = one.model(session=session, step=row.step)
                twin.merged_into = row
                for name, field in columns(one.model).items():
                    if field.choices:
                        setattr(twin, name, getattr(row, name))
                setattr(twin, key, wording)
                merged.append(twin)
        named[one.model] = {getattr(row, key): row for row in reversed(standing)}
        for position, row in enumerate([*standing, *merged], 1):
            row.position, row.first = position, row.digest()
        rows.add(one.model, [*standing, *merged])
    return standing


def _value(field: Any, value: Any, named: dict[Any, dict[str, Any]]) -> Any:
    """A value of the document as its column takes it."""
    if isinstance(field, ForeignKey):
        return named[field.related_model][value] if value else None
    if isinstance(field, DateField):
        return day_of(value)
    return "" if value is None and not field.null else value


def _weights(
    rows: Rows, session: Session, document: dict[str, Any], arguments: list[Contribution]
) -> None:
    """Add every round that was revealed, its weights as tallies."""
    items = document.get("arguments", [])
    rounds = document.get("rounds") or []
    if not rounds and any("weights" in item for item in items):
        rounds = [{"number": 1}]
    at_home = [*weighing_homes(session.steps), ""]
    asked, given = [], []
    for one in rounds:
        number, last = one["number"], one is rounds[-1]
        round = Round(
            session=session,
            step=one.get("step", at_home[0]),
            purpose=Round.Purpose.WEIGHTS,
            number=number,
            state=Round.State.REVEALED,
            ballots=one.get("ballots", largest(one, items, last=last)),
            moved=one.get("moved"),
            asked=one.get("asked"),
        )
        rows.add(Round, [round])
        weights = {entry["argument"]: entry["weights"] for entry in one.get("weights", [])}
        for index, item in enumerate(items):
            if stands_in(item, number, last=last):
                weights[index] = item["weights"]
        for position, index in enumerate(sorted(weights), 1):
            row = Item(round=round, position=position, argument=arguments[index])
            asked.append(row)
            given += [
                Tally(item=row, source=Tally.Source.IMPORT, weight=weight, count=count)
                for weight, count in sorted(Counter(weights[index]).items())
            ]
    rows.add(Item, asked)
    rows.add(Tally, given)


def _intuition(rows: Rows, session: Session, given: dict[str, Any]) -> None:
    """Add the first and the last intuition, as tallies."""
    for which, step in intuition_homes(session.steps).items():
        weights = given.get(which, [])
        told = {name: given.get(name) for name in ("moved", "asked")} if which == "last" else {}
        if not weights and told.get("asked") is None:
            continue
        round = Round(
            session=session,
            step=step,
            purpose=Round.Purpose.INTUITION,
            number=1,
            state=Round.State.REVEALED,
            ballots=len(weights),
            **told,
        )
        item = Item(round=round, position=1)
        rows.add(Round, [round])
        rows.add(Item, [item])
        rows.add(
            Tally,
            [
                Tally(item=item, source=Tally.Source.IMPORT, weight=weight, count=count)
                for weight, count in sorted(Counter(weights).items())
            ],
        )
