"""What is taken out of a document once its time is over; the rest stays as it was."""

from __future__ import annotations

import datetime
from typing import Any

from .format import TABLE, arrange

# What people gave alone, as it lay. What the group made of it (chosen, decisive) is not.
_GIVEN = frozenset({"rounds", "intuition"})
_GIVEN_TO_ARGUMENT = frozenset({"weights", "round"})


def without_weights(document: dict[str, Any], day: datetime.date) -> dict[str, Any]:
    """`document` without the weights and feelings that people gave, which says so with the day.

    The document itself where it holds none. Of a plenary those of its tables go too.
    """
    arguments = document.get("arguments", [])
    held = bool(_GIVEN & document.keys()) or any(
        _GIVEN_TO_ARGUMENT & argument.keys() for argument in arguments
    )
    tables = document.get("tables", [])
    left = [without_weights(table, day) for table in tables]
    if not held and left == tables:
        return document
    whole = {key: value for key, value in document.items() if key not in _GIVEN}
    if arguments:
        whole["arguments"] = [
            {key: value for key, value in argument.items() if key not in _GIVEN_TO_ARGUMENT}
            for argument in arguments
        ]
    if left:
        whole["tables"] = left
    if held:
        whole["weights_gone_on"] = day.isoformat()
    return arrange(whole, (*TABLE, "tables"))
