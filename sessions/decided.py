"""What is decided about an answer: a decision is about the answer that stood when it was taken.

A talk that is opened again may come to another answer. A decision about the former one then
stays in the report, and says nothing about the answer as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .models import Decision


class Decided(NamedTuple):
    """The decision that holds for the present answer, and all others, the newest first.

    Of several about the present answer the last holds: it came in the place of those before.
    """

    current: Any | None
    earlier: list[Any]


def decided(document: dict[str, Any]) -> Decided:
    """What is decided about the answer of a document; both parts are its own decisions."""
    outcome = document.get("outcome", {})
    return _split(
        document.get("decisions", []),
        lambda one: (one.get("verdict", ""), one.get("answer", "")),
        (outcome.get("verdict", ""), outcome.get("answer", "")),
    )


def decided_rows(rows: Iterable[Decision], verdict: str, answer: str) -> Decided:
    """The same of rows, in the order in which they were recorded."""
    return _split(rows, lambda row: (row.verdict, row.answer), (verdict, answer))


def _split(
    rows: Iterable[Any], about: Callable[[Any], tuple[str, str]], stands: tuple[str, str]
) -> Decided:
    newest_first = list(rows)[::-1]
    current = next((one for one in newest_first if about(one) == stands), None)
    return Decided(current, [one for one in newest_first if one is not current])
