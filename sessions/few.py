"""Nothing about fewer than three talks: which numbers are not shown, nor to be found by sums."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FEW = 3  # talks of which something is told


@dataclass(frozen=True)
class Sum:
    """That the number under `whole` is those under `parts` together."""

    whole: Hashable
    parts: Sequence[Hashable]


def hidden(numbers: Mapping[Any, int], sums: Iterable[Sum]) -> set[Any]:
    """The keys of the numbers of talks that are not shown.

    Those below FEW, and as many more as it takes, the smallest first, that no sum tells what one
    of them is, or that those left out of it are fewer than FEW. That they are none may be found.
    """
    small = {key for key, number in numbers.items() if number < FEW}
    found, sums = set(small), list(sums)
    while more := next((key for one in sums if (key := _tells(one, numbers, found, small))), None):
        found.add(more)
    return found


def _tells(one: Sum, numbers: Mapping[Any, int], hidden: set[Any], small: set[Any]) -> Any:
    """What has to be hidden too, since this sum tells a hidden number; None where it tells none."""
    left_out = [key for key in one.parts if key in hidden]
    if one.whole in hidden:
        tells = not left_out
    else:
        rest = sum(numbers[key] for key in left_out)
        # Two for each of them, and nothing else, is no secret either.
        full = rest == (FEW - 1) * len(left_out) and small.issuperset(left_out)
        tells = rest > 0 and (len(left_out) == 1 or rest < FEW or full)
    if not tells:
        return None
    shown = [key for key in one.parts if key not in hidden]
    if shown:
        return min(shown, key=lambda key: numbers[key])
    return one.whole if one.whole not in hidden else None
