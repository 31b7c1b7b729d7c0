"""For whom which value counts: read off the arguments of a document, never asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cell:
    """How many arguments for and against name this stakeholder and this value."""

    for_: int
    against: int

    @property
    def is_empty(self) -> bool:
        return not self.for_ and not self.against


@dataclass(frozen=True)
class Column:
    """A value; without a name, what names no value."""

    name: str
    core: str


@dataclass(frozen=True)
class Row:
    """A stakeholder; without a name, what names no stakeholder."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class Picture:
    """Stakeholders by values. `apart` arguments name neither, and have no place in it."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    apart: int


def picture(document: dict[str, Any]) -> Picture | None:
    """The picture of a talk; None where no argument names a stakeholder or a value.

    Its rows are all stakeholders, its columns the values that an argument names or that the
    group chose. An empty cell is something that was not looked at.
    """
    arguments = document.get("arguments", [])
    counts: dict[tuple[str, str], dict[str, int]] = {}
    apart = 0
    for one in arguments:
        place = one.get("stakeholder", ""), one.get("value", "")
        if place == ("", ""):
            apart += 1
            continue
        sides = counts.setdefault(place, {"for": 0, "against": 0})
        sides[one["side"]] += 1
    if not counts:
        return None
    used = {value for _stakeholder, value in counts}
    cores = {
        one["name"]: one.get("core", "")
        for one in document.get("values", [])
        if one.get("chosen") or one["name"] in used
    }
    columns = [Column(name, core) for name, core in cores.items()]
    columns += [Column("", "")] if "" in used else []
    names = list(dict.fromkeys(one["name"] for one in document.get("stakeholders", [])))
    names += [""] if any(not stakeholder for stakeholder, _value in counts) else []
    rows = [Row(name, tuple(_cell(counts, name, column) for column in columns)) for name in names]
    return Picture(tuple(columns), tuple(rows), apart)


def _cell(counts: dict[tuple[str, str], dict[str, int]], name: str, column: Column) -> Cell:
    sides = counts.get((name, column.name), {"for": 0, "against": 0})
    return Cell(sides["for"], sides["against"])
