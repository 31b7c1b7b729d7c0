"""From rows to the document."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, F, FilteredRelation, ForeignKey, Q, Value
from django.db.models.functions import JSONObject

from sessions.models import (
    WEIGHED,
    Argument,
    Decision,
    Inquiry,
    Round,
    Session,
    Text,
    Voice,
    distributions,
)
from sessions.steps import LISTS

from .format import (
    DAYS,
    FORMAT,
    INQUIRY_KEYS,
    INTUITION_KEYS,
    TABLE,
    TEXT_KEYS,
    TIMES,
    TOP,
    VERSION,
    VOICE_KEYS,
    arrange,
    arrange_rounds,
    arrange_whole,
    asked_texts,
    columns,
    homes,
    intuition_homes,
    item_keys,
    text_places,
    weighing_homes,
    words,
)


@dataclass
class _Row:
    """A contribution that was not removed."""

    id: uuid.UUID
    step: str
    position: int
    merged_into: uuid.UUID | None
    content: dict[str, Any]


def document(session: Session) -> dict[str, Any]:
    """The whole talk as one plain value: all that is shared, revealed and not removed.

    Six queries, whatever the talk holds, and one more where it has tables, however many. Null,
    "" and empty lists are left out.
    """
    return documents([session])[0]


def documents(sessions: list[Session]) -> list[dict[str, Any]]:
    """The documents of several talks, in as many queries as that of one.

    Their families have to be read already, where they are several: see `read_families`.
    """
    read = _Read([one for session in sessions for one in (session, *session.family)])
    return [
        with_tables(
            _one(session, read), [(table.table, _one(table, read)) for table in session.family]
        )
        for session in sessions
    ]


def with_tables(
    document: dict[str, Any], tables: Iterable[tuple[int | None, dict[str, Any]]]
) -> dict[str, Any]:
    """`document` with those of its tables in it, by number."""
    told = [{"table": number, **of_table} for number, of_table in tables]
    return arrange({**document, "tables": [arrange(one, TABLE) for one in told]}, TOP)


class _Read:
    """What the database has of a talk, or of a plenary and its tables: in six queries."""

    def __init__(self, sessions: list[Session]):
        ids = [session.pk for session in sessions]
        self.texts: dict[uuid.UUID, dict[tuple[str, str], str]] = defaultdict(dict)
        texts = Text.objects.filter(session__in=ids).values_list(
            "session", "step", "prompt", "body"
        )
        for session, step, prompt, body in texts:
            if body:
                self.texts[session][step, prompt] = body
        self.inquiries = _inquiries(ids)
        self.rows = _rows(ids)
        self.revealed: dict[uuid.UUID, list[Any]] = defaultdict(list)
        revealed = list(
            Round.objects.filter(session__in=ids, state=Round.State.REVEALED)
            .exclude(purpose=Round.Purpose.CONTRIBUTIONS)
            .order_by()
            .annotate(kept=WEIGHED)
        )
        for round in revealed:
            self.revealed[round.session_id].append(round)
        self.given = distributions(revealed)


def _one(session: Session, read: _Read) -> dict[str, Any]:
    """One talk as one plain value, without its tables."""
    steps = session.steps
    whole: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "method": session.method.slug,
        "method_version": session.method.version,
        "language": session.language,
        "status": str(session.status),
        "fictional": session.fictional or None,
        "practice": session.is_practice or None,
        "naming": session.naming if session.is_named else None,
        **{
            name: time.isoformat("minutes") if (time := getattr(session, name)) else None
            for name in TIMES
        },
        "source": list(session.sources),
        "step": session.room_step,
    }
    objects: dict[str, dict[str, Any]] = defaultdict(dict)
    objects[""] = whole
    for column, (within, key) in DAYS.items():
        day = getattr(session, column)
        objects[within][key] = day.isoformat() if day else None

    texts = read.texts[session.pk]
    for place, (within, key) in text_places(steps).items():
        objects[within][key] = texts.get(place)
    whole["texts"] = [
        dict(zip(TEXT_KEYS, (*place, texts[place]), strict=True))
        for place in asked_texts(steps)
        if place in texts
    ]

    whole["inquiries"] = read.inquiries.get(session.pk, [])
    rows = read.rows[session.pk]
    known = {row.id: row for of_list in rows.values() for row in of_list}

    def standing(id: uuid.UUID) -> _Row | None:
        """The row that speaks for this one: rows are merged into standing ones only."""
        row = known.get(id)
        while row is not None and row.merged_into:
            row = known.get(row.merged_into)
        return row

    arguments: list[tuple[uuid.UUID, dict[str, Any]]] = []
    for name, one in LISTS.items():
        at_home = homes(steps, one)
        words_of = words(one.model).name
        merged: dict[uuid.UUID, list[str]] = defaultdict(list)
        items = []
        ordered = sorted(
            rows[name], key=lambda row: (_rank(row.step, at_home), row.position, row.id)
        )
        for row in ordered:
            if row.merged_into and (into := standing(row.id)):
                merged[into.id].append(row.content[words_of])
        for row in ordered:
            if row.merged_into:
                continue
            item = {
                key: _plain(field, row.content[key], standing)
                for key, field in columns(one.model).items()
            }
            item["merged"] = merged[row.id]
            item["step"] = row.step if _rank(row.step, at_home) else None
            items.append(item)
            if one.model is Argument:
                arguments.append((row.id, item))
        objects[one.within][name] = items

    revealed, given = read.revealed[session.pk], read.given
    rounds = _rounds(session, revealed, given, arguments)
    whole["intuition"] = _intuition(session, revealed, given)
    for one in LISTS.values():
        keys = item_keys(one.model)
        objects[one.within][one.name] = [
            arrange(item, keys) for item in objects[one.within][one.name]
        ]
    whole["rounds"] = arrange_rounds(rounds, whole["arguments"])
    return arrange_whole(whole, objects)


def with_decision(document: dict[str, Any], decision: Decision) -> dict[str, Any]:
    """`document` with one more decision in it, and nothing else that happened since."""
    told = arrange(decision.values(), item_keys(Decision))
    whole = {**document, "decisions": [*document.get("decisions", []), told]}
    return {key: whole[key] for key in TOP if key in whole}


def _rank(step: str, at_home: list[str]) -> int:
    """The place of a step among those of its kind; what has no step stands with the first."""
    return at_home.index(step) if step in at_home else 0


def _inquiries(sessions: list[uuid.UUID]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """What was asked beforehand, by talk, each with the voices that are shown and no others."""
    shown = FilteredRelation("voices", condition=Q(voices__state=Voice.State.SHOWN))
    told: dict[uuid.UUID, dict[uuid.UUID, dict[str, Any]]] = defaultdict(dict)
    columns = ("question", "asked", "for_children", "answer")
    found = Inquiry.objects.filter(session__in=sessions).annotate(shown=shown)
    for session, id, *values, text, role, paper in found.order_by("id", "shown__id").values_list(
        "session", "id", *columns, "shown__text", "shown__role", "shown__paper"
    ):
        content = dict(zip(columns, values, strict=True))
        one = told[session].setdefault(id, {**content, "voices": []})
        one["for_children"] = one["for_children"] or None
        if text is not None:
            voice = {"text": text, "role": role, "paper": paper or None}
            one["voices"].append(arrange(voice, VOICE_KEYS))
    return {
        session: [arrange(one, INQUIRY_KEYS) for one in asked.values()]
        for session, asked in told.items()
    }


def _rows(sessions: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, list[_Row]]]:
    """All shared rows of all lists that were not removed, by talk, in one query."""
    parts = [
        one.model.objects.filter(session__in=sessions, removed_at=None)
        .order_by()
        .values_list(
            "session",
            Value(name, output_field=CharField()),
            "id",
            "step",
            "position",
            "merged_into",
            JSONObject(**{key: F(field.attname) for key, field in columns(one.model).items()}),
        )
        for name, one in LISTS.items()
    ]
    rows: dict[uuid.UUID, dict[str, list[_Row]]] = {
        session: {name: [] for name in LISTS} for session in sessions
    }
    for session, name, *values in parts[0].union(*parts[1:], all=True):
        rows[session][name].append(_Row(*values))
    return rows


def _plain(field: Any, value: Any, standing: Any) -> Any:
    """A column as the database puts it in JSON, as it stands in the document."""
    if value is None:
        return None
    if isinstance(field, ForeignKey):
        row = standing(uuid.UUID(value))
        return row.content[words(field.related_model).name] if row else None
    if isinstance(field, BooleanField):
        return bool(value)  # SQLite has 0 and 1
    return value


def _intuition(session: Session, revealed: list[Any], given: Any) -> dict[str, Any]:
    """The first and the last intuition, each as it was last revealed, and how many moved."""
    told: dict[str, Any] = {}
    for which, step in intuition_homes(session.steps).items():
        rounds = [
            round
            for round in revealed
            if round.purpose == Round.Purpose.INTUITION and round.step == step
        ]
        if not step or not rounds:
            continue
        last = max(rounds, key=lambda round: round.number)
        told[which] = sorted(given[last.pk][None].elements())
        if which == "last":
            told |= {"moved": last.moved, "asked": last.asked}
    return arrange(told, INTUITION_KEYS)


def _rounds(
    session: Session,
    revealed: list[Any],
    given: Any,
    arguments: list[tuple[uuid.UUID, dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Every revealed round of weights; each argument gets the weights of its last one."""
    at_home = weighing_homes(session.steps)
    revealed = sorted(
        (round for round in revealed if round.purpose == Round.Purpose.WEIGHTS),
        key=lambda round: (_rank(round.step, at_home), round.number),
    )
    told: list[dict[str, Any]] = []
    for number, round in enumerate(revealed, 1):
        told.append(
            {
                "number": number,
                "step": round.step if _rank(round.step, at_home) else None,
                "moved": round.moved,
                "asked": round.asked,
                "weights": [],
            }
        )
    most = [0] * len(revealed)
    for index, (id, argument) in enumerate(arguments):
        last = 0
        for number, round in enumerate(revealed, 1):
            weights = sorted(given[round.pk][id].elements()) if id in given[round.pk] else []
            if not weights:
                continue
            most[number - 1] = max(most[number - 1], len(weights))
            if last:
                entry = {"argument": index, "weights": argument["weights"]}
                told[last - 1]["weights"].append(entry)
            argument["weights"], last = weights, number
        argument["round"] = last if 0 < last < len(revealed) else None
    for one, round, largest in zip(told, revealed, most, strict=True):
        # Cards leave weights without ballots, and a ballot may leave an argument out.
        one["ballots"] = max((round.ballots or 0) + round.kept, largest)
    return told
