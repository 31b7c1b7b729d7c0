"""Talks beside one another: a function of their documents, and nothing of the rows.

What belongs together is told by words and names alone. Whether two arguments mean the same is
for who reads them.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .catalogues import same
from .document.format import day_of
from .models import Feeling
from .said import apart

Document = dict[str, Any]

LETTERS = "ABCD"
FEWEST = 3  # weights below which a distribution tells of single people
MOST = 200  # arguments of one talk that are looked at for resemblance
SHORTEST = 4  # letters of a word that says something
# Longer words that stand in most questions and say little about what is asked.
LITTLE = frozenset(
    word
    for words in (
        "aan alle alleen andere anders daar deze door eens gaan geen goed goede heel heeft hebben",
        "hier hoort horen iedereen jullie kunnen maar meer mensen mogen moet moeten naar niet onze",
        "over school scholen toch tussen veel voor waar want wanneer wordt worden willen zich zijn",
        "zodat zonder zouden about also because could from good have into more must only other",
        "right should that their them there they this want what when which will with would your",
    )
    for word in words.split()
)
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> frozenset[str]:
    """The words of a text that say something, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return frozenset(
        word for word in _WORD.findall(plain) if len(word) >= SHORTEST and word not in LITTLE
    )


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether at least half of all words of both stand in both."""
    return bool(one and other) and 2 * len(one & other) >= len(one | other)


def resembles(one: str, other: str) -> bool:
    """Whether two texts are typed alike, or share a good part of their words."""
    return same(one) == same(other) or alike(folded(one), folded(other))


@dataclass(frozen=True)
class Weighed:
    """One argument as it stands beside others."""

    side: str
    text: str
    value: str
    core: str
    stakeholder: str
    decisive: bool
    counts: Counter[int]
    words: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def enough(self) -> bool:
        """Whether its weights tell of a group, and not of one or two people."""
        return self.total >= FEWEST


@dataclass(frozen=True)
class Felt:
    """A feeling about the question in words, and how many had it first and last."""

    word: str
    first: int
    last: int


@dataclass(frozen=True)
class Column:
    """What one talk came to."""

    document: Document
    letter: str
    verdict: str
    answer: str
    reasons: str
    conditions: list[Document]
    minority_views: list[Document]
    arguments: list[Weighed]
    values: list[Document]
    stakeholders: list[Document]
    feelings: list[Felt] = field(default_factory=list)
    moved: tuple[int, int] | None = None  # how many feel otherwise, of how many

    @property
    def title(self) -> str:
        return self.document.get("title") or self.question

    @property
    def question(self) -> str:
        return self.document.get("question", "")

    @property
    def held_on(self) -> datetime.date | None:
        return day_of(self.document.get("held_on"))

    @property
    def tables(self) -> int:
        return len(self.document.get("tables", []))

    @property
    def decisive(self) -> list[Weighed]:
        return [one for one in self.arguments if one.decisive]

    @property
    def felt_first(self) -> bool:
        return any(one.first for one in self.feelings)

    @property
    def felt_last(self) -> bool:
        return any(one.last for one in self.feelings)


@dataclass(frozen=True)
class Named:
    """A value or a stakeholder, and what each talk says of it; None where it does not name it."""

    name: str
    core: str
    cells: list[Document | None]

    @property
    def count(self) -> int:
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True)
class Group:
    """Arguments of several talks that belong together, per talk, and by what: see `Comparison`."""

    by: str  # "words", "value" or "stakeholder"
    name: str
    core: str
    cells: list[list[Weighed]]


@dataclass(frozen=True)
class Comparison:
    """Talks beside one another; every list of cells is in the order of the columns."""

    columns: list[Column]
    values: list[Named]
    stakeholders: list[Named]
    alike: list[Group]
    apart: list[list[Weighed]]  # what stands beside nothing of another talk

    @property
    def any_apart(self) -> bool:
        return any(self.apart)


def compare(documents: Sequence[Document]) -> Comparison:
    """Call it with the language of the page active: verdicts and feelings are told in words."""
    columns = [column(one, LETTERS[at : at + 1]) for at, one in enumerate(documents)]
    groups, apart_ = grouped([one.arguments for one in columns])
    return Comparison(
        columns,
        _named([one.values for one in columns]),
        _named([one.stakeholders for one in columns]),
        groups,
        apart_,
    )


def column(document: Document, letter: str = "") -> Column:
    """One talk. Of a plenary, what its tables brought in is taken together."""
    outcome = document.get("outcome", {})
    wholes = [document, *document.get("tables", [])]
    verdict, answer = apart(outcome.get("verdict", ""), outcome.get("answer", ""))
    felt = document.get("intuition", {})
    first, last = Counter(felt.get("first", [])), Counter(felt.get("last", []))
    return Column(
        document,
        letter,
        verdict,
        answer,
        outcome.get("reasons", ""),
        outcome.get("conditions", []),
        [view for one in wholes for view in one.get("outcome", {}).get("minority_views", [])],
        [argument for one in wholes for argument in _arguments(one)],
        [value for one in wholes for value in one.get("values", [])],
        [who for one in wholes for who in one.get("stakeholders", [])],
        [Felt(str(one.label), first[one.value], last[one.value]) for one in Feeling]
        if first or last
        else [],
        (felt["moved"], felt["asked"]) if felt.get("asked") else None,
    )


def _arguments(document: Document) -> list[Weighed]:
    cores = {value["name"]: value.get("core", "") for value in document.get("values", [])}
    return [
        Weighed(
            one["side"],
            one["text"],
            one.get("value", ""),
            cores.get(one.get("value"), ""),
            one.get("stakeholder", ""),
            bool(one.get("decisive")),
            Counter(one.get("weights", [])),
            folded(one["text"]),
        )
        for one in document.get("arguments", [])
    ]


def _named(lists: Sequence[Sequence[Document]]) -> list[Named]:
    """Every name that a list has, those that most talks name first, else in their order."""
    rows: dict[str, Named] = {}
    for place, items in enumerate(lists):
        for item in items:
            row = rows.setdefault(
                same(item["name"]), Named(item["name"], item.get("core", ""), [None] * len(lists))
            )
            cell = row.cells[place]
            # Several tables may name one: what any of them says stands.
            row.cells[place] = item if cell is None else {**item, **cell}
    return sorted(rows.values(), key=lambda row: -row.count)


def grouped(
    lists: Sequence[Sequence[Weighed]], *, beside_first: bool = False
) -> tuple[list[Group], list[list[Weighed]]]:
    """Which arguments of several talks belong together, and which stand beside nothing.

    First those with the same words, or half of them; then, of what is left, those about the same
    value; then those about the same stakeholder. Each argument stands in one group at most.
    With `beside_first` only what belongs to something of the first talk is grouped.
    """
    left = [list(one) for one in lists]
    of = left[:1] if beside_first else left
    groups = _by_words(left, of)
    groups += _by_name(left, of, "value", lambda one: one.value)
    groups += _by_name(left, of, "stakeholder", lambda one: one.stakeholder)
    return groups, left


def _take(
    left: list[list[Weighed]], picks: Callable[[Weighed], bool], by: str, name: str, core: str = ""
) -> list[Group]:
    """The group of what `picks` chooses, taken out of `left`; none where it is of one talk."""
    cells = [[one for one in items if picks(one)] for items in left]
    if sum(map(bool, cells)) < 2:
        return []
    taken = {id(one) for cell in cells for one in cell}
    for items in left:
        items[:] = [one for one in items if id(one) not in taken]
    return [Group(by, name, core, cells)]


def _by_words(left: list[list[Weighed]], of: list[list[Weighed]]) -> list[Group]:
    groups: list[Group] = []
    for place, items in enumerate(of):
        for one in items[:MOST]:
            if not any(one is other for other in items):  # taken already
                continue
            known = [other for later in left[place + 1 :] for other in later[:MOST]]
            near = {id(other) for other in known if _like(one, other)}
            if near:
                near.add(id(one))
                near |= {id(other) for other in items[:MOST] if _like(one, other)}
                groups += _take(left, _among(near), "words", one.text)
    return groups


def _among(ids: set[int]) -> Callable[[Weighed], bool]:
    return lambda one: id(one) in ids


def _called(key: str, name_of: Callable[[Weighed], str]) -> Callable[[Weighed], bool]:
    return lambda one: same(name_of(one)) == key


def _like(one: Weighed, other: Weighed) -> bool:
    return alike(one.words, other.words) or same(one.text) == same(other.text)


def _by_name(
    left: list[list[Weighed]],
    of: list[list[Weighed]],
    by: str,
    name_of: Callable[[Weighed], str],
) -> list[Group]:
    names: dict[str, Weighed] = {}
    for items in of:
        for one in items:
            if name_of(one):
                names.setdefault(same(name_of(one)), one)
    groups: list[Group] = []
    for key, first in names.items():
        core = first.core if by == "value" else ""
        groups += _take(left, _called(key, name_of), by, name_of(first), core)
    return groups


def shared_values(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """The names of values that both have, as the first writes them."""
    known = {same(name) for name in other}
    return [name for name in one if same(name) in known]
