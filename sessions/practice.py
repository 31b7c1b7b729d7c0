"""Made-up people, so that a facilitator alone can practise asking, waiting and showing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from . import catalogues
from .models import Argument, Contribution, Item, Round, Session, Value

KEYS = ("invented-1", "invented-2", "invented-3")  # as phones have them, but secret to nobody

# Per person the weights of one item after another, so that on some they differ and on some not;
# in a later round the second person comes closer to the others.
FIRST = ((5, 4, 2, 3, 4), (1, 4, 3, 5, 2), (3, 5, 1, 3, 4))
LATER = ((5, 4, 2, 3, 4), (3, 4, 2, 4, 3), (3, 5, 1, 3, 4))
# The places, in the catalogue, of the values that each chooses; one is chosen by all.
VALUES = ((0, 5, 9), (0, 9, 14), (0, 5, 20))


def weights(items: Sequence[Item], *, later: bool) -> list[dict[uuid.UUID, int]]:
    """The ballot of each made-up person."""
    return [
        {item.pk: row[place % len(row)] for place, item in enumerate(items)}
        for row in (LATER if later else FIRST)
    ]


def contributions(
    session: Session, round: Round, model: type[Contribution]
) -> Iterator[Contribution]:
    """What the made-up people give alone, as rows that are not stored yet.

    The ids are made of the round, so that a second click adds nothing.
    """
    with translation.override(session.language):
        given = _given(session, model)
    for key, rows in zip(KEYS, given, strict=True):
        for place, content in enumerate(rows):
            row = model(step=round.step, round=round, author=round.owner(key), **content)
            row.pk = uuid.uuid5(round.pk, f"{key}-{place}")
            yield row


def _given(session: Session, model: type[Contribution]) -> list[list[dict[str, Any]]]:
    if model is Argument:
        return [
            [{"side": "for", "text": _("Made up: it saves teachers time.")}],
            [{"side": "against", "text": _("Made up: not every pupil can handle this.")}],
            [
                {"side": "for", "text": _("Made up: parents understand better what we do.")},
                {"side": "against", "text": _("Made up: nobody asked the pupils themselves.")},
            ],
        ]
    if model is Value:
        known = catalogues.values(session.language)
        chosen = [[known[place % len(known)] for place in places] for places in VALUES]
        return [[{"name": one.name, "core": one.core} for one in values] for values in chosen]
    said = [
        _("Made up: I still doubt whether we know enough."),
        _("Made up: for a few pupils this turns out badly."),
        _("Made up: I would rather try it out first."),
    ]
    return [[{model.content[0]: words}] for words in said]
