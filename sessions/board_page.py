"""The board's page: what the talks of an organisation come to over the years, in numbers.

Counted are the talks that its reader may read, and of each the version that they read. Nothing is
told of fewer than three talks (`few`), and schools are never set beside one another.
"""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kompas.accounts.models import Organisation, Role

from . import few, gist
from .access import Actor, closed_versions, overseen_organisation, shared_versions
from .catalogues import same
from .models import Fact, Session, Value, Verdict, Version
from .steps import PROMISED

FIRST_MONTH = 8  # of a school year
MOST = 8  # names of one sort that are shown
ON_PAGE = 50  # talks in a list
AT_ONCE = 5000  # talks that one query asks for by id

# What can be counted of a talk, by its name in addresses.
YEAR, MONTH, VERDICT, CORE, VALUE, MISSING, PROMISES = (
    *("jaar", "maand", "uitkomst", "kern", "waarde", "ontbrak", "afspraken"),
)
BECAME = {
    gist.KEPT: gettext_lazy("Kept, or done otherwise"),
    gist.LATE: gettext_lazy("Overdue: nobody said what became of it"),
    gist.OPEN: gettext_lazy("Still open"),
    gist.DROPPED: gettext_lazy("Not done"),
}


def school_year(day: datetime.date) -> int:
    """The year in which the school year of that day begins."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def year_words(year: int) -> str:
    return f"{year}–{year + 1}"


@dataclass
class Talk:
    """One talk as it is counted: of each sort the keys that it has, and how often."""

    session: uuid.UUID
    version: int
    number: int
    organisation: int
    day: datetime.date
    names: dict[str, list[str]]  # of values and stakeholders, as they are written in it
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def has(self, sort: str, key: str) -> int:
        return self.counts[sort][key]


@dataclass(frozen=True)
class Cell:
    """A number on the page, or that it is of too few talks; with the way to its talks."""

    label: str
    number: int  # what is shown
    talks: int  # of how many talks
    shown: bool
    url: str = ""
    share: int = 0  # of the largest beside it, in percent: the length of its bar
    key: str = ""


class BoardPage:
    """The numbers of one organisation for who asks, in one school year or in all.

    `year` that nothing was counted in is as all. Raises what `overseen_organisation` raises.
    """

    def __init__(self, actor: Actor, slug: str, year: str = ""):
        self.organisation, self.roles = overseen_organisation(actor, slug)
        self.year = int(year) if year.isdecimal() and int(year) in self.years else None

    @cached_property
    def talks(self) -> list[Talk]:
        """All talks that are counted, the newest first."""
        here = [self.organisation.pk]
        found: dict[uuid.UUID, Talk] = {}
        if Role.BOARD_READER in self.roles:
            found |= {one.session: one for one in _talks(shared_versions(here))}
        if Role.SCHOOL_LEADER in self.roles:
            found |= {one.session: one for one in _talks(closed_versions(here))}
        return sorted(found.values(), key=lambda one: (one.day, one.session), reverse=True)

    @cached_property
    def years(self) -> list[int]:
        """The school years in which something was counted, the newest first."""
        return sorted({school_year(one.day) for one in self.talks}, reverse=True)

    @property
    def year_words(self) -> str:
        return year_words(self.year) if self.year is not None else _("All school years")

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The periods that one can choose from: the query, its words, whether it is chosen."""
        every = [("", _("All school years"), self.year is None)]
        return every + [
            (f"?{urlencode({YEAR: year})}", year_words(year), year == self.year)
            for year in self.years
        ]

    @cached_property
    def counted(self) -> list[Talk]:
        """The talks of the period."""
        return [one for one in self.talks if self.year is None or school_year(one.day) == self.year]

    @cached_property
    def total(self) -> Cell:
        """How many talks there are in the period."""
        return self._cell("", self.year_words, (None, self.year), len(self.counted))

    @cached_property
    def over_time(self) -> list[Cell]:
        """The questions of each school year, or of each month of the one that is chosen."""
        if self.year is None:
            cells = [
                self._cell(YEAR, year_words(year), (None, year), self._numbers[None, year])
                for year in sorted(self.years)
            ]
        else:
            cells = [
                self._cell(
                    MONTH,
                    f"{capfirst(str(MONTHS[month]))} {self.year + (month < FIRST_MONTH)}",
                    (MONTH, self.year, month),
                    self._numbers[MONTH, self.year, month],
                )
                for month in _months()
            ]
        return _drawn(cells)

    @property
    def named_years(self) -> list[tuple[int, str]]:
        return [(year, year_words(year)) for year in self.years]

    @cached_property
    def verdicts(self) -> list[Cell]:
        names = {**dict(Verdict.choices), "": _("No verdict chosen")}
        cells = [
            self._cell(VERDICT, str(name), (key, self.year), self._numbers[key, self.year])
            for key, name in names.items()
        ]
        return _drawn(cells)

    @cached_property
    def cores(self) -> list[Cell]:
        return _drawn([self._of(CORE, key, str(name)) for key, name in Value.Core.choices])

    @cached_property
    def values(self) -> list[Cell]:
        return self._named(VALUE)

    @cached_property
    def missing(self) -> list[Cell]:
        return self._named(MISSING)

    @cached_property
    def promises(self) -> list[Cell]:
        """What became of what was promised; of each how many promises, and of how many talks."""
        return _drawn([self._of(PROMISES, key, str(name)) for key, name in BECAME.items()])

    def listed(self, asked: dict[str, str]) -> tuple[list[Talk], str] | None:
        """The talks behind a number, and its words; None where they are too few to be told.

        `asked` has what was counted and its key, at most one beside the year; none is all talks.
        """
        for sort in (MONTH, VERDICT, CORE, VALUE, MISSING, PROMISES):
            if sort not in asked:
                continue
            cell = next((one for one in self._cells(sort) if one.key == asked[sort]), None)
            if cell is None or not cell.shown:
                return None
            return [one for one in self.counted if one.has(sort, cell.key)], cell.label
        return self.counted, ""

    # -- which are shown --------------------------------------------------------------------------

    def _cells(self, sort: str) -> list[Cell]:
        return {
            MONTH: lambda: self.over_time if self.year is not None else [],
            VERDICT: lambda: self.verdicts,
            CORE: lambda: self.cores,
            VALUE: lambda: self.values,
            MISSING: lambda: self.missing,
            PROMISES: lambda: self.promises,
        }[sort]()

    @cached_property
    def _numbers(self) -> Counter[Hashable]:
        """How many talks of each verdict and year, of each month, and together: under None."""
        numbers: Counter[Hashable] = Counter()
        for one in self.talks:
            year, verdict = school_year(one.day), next(iter(one.counts[VERDICT]))
            numbers[MONTH, year, one.day.month] += 1
            for key in ((verdict, year), (verdict, None), (None, year), (None, None)):
                numbers[key] += 1
        return numbers

    @cached_property
    def _hidden(self) -> set[Hashable]:
        verdicts, years = [*Verdict.values, ""], self.years
        sums = [
            *(few.Sum((one, None), [(one, year) for year in years]) for one in (*verdicts, None)),
            *(few.Sum((None, one), [(key, one) for key in verdicts]) for one in (*years, None)),
            *(few.Sum((None, year), [(MONTH, year, one) for one in _months()]) for year in years),
        ]
        keys = {key for one in sums for key in (one.whole, *one.parts)}
        return few.hidden({key: self._numbers[key] for key in keys}, sums)

    def _cell(self, sort: str, label: str, key: Hashable, number: int) -> Cell:
        shown = key not in self._hidden and (None, self.year) not in self._hidden
        own = key[-1] if sort in (YEAR, MONTH) else key[0]  # type: ignore[index]
        return Cell(label, number, number, shown, self._url(sort, str(own)), key=str(own))

    def _of(self, sort: str, key: str, label: str) -> Cell:
        """The number of talks that have something, which are parts of no whole but the years."""
        talks, number = self._of_key[sort].get(key, (Counter(), 0))
        years = few.Sum(None, self.years)
        hidden = few.hidden({one: talks[one] for one in (None, *self.years)}, [years])
        shown = self.year not in hidden and (None, self.year) not in self._hidden
        return Cell(label, number, talks[self.year], shown, self._url(sort, key), key=key)

    @cached_property
    def _of_key(self) -> dict[str, dict[str, tuple[Counter[int | None], int]]]:
        """Of each thing that talks have: how many talks in each year, how often in the period."""
        found: dict[str, dict[str, tuple[Counter[int | None], int]]] = {}
        for one in self.talks:
            year = school_year(one.day)
            counts = self.year is None or year == self.year
            for sort in (CORE, VALUE, MISSING, PROMISES):
                keys = found.setdefault(sort, {})
                for key, times in one.counts[sort].items():
                    talks, number = keys.get(key) or (Counter(), 0)
                    talks[None] += 1
                    talks[year] += 1
                    keys[key] = talks, number + times * counts
        return found

    def _named(self, sort: str) -> list[Cell]:
        """The names that were counted most; those of too few talks are not there at all."""
        keys = [key for key, (talks, _n) in self._of_key[sort].items() if talks[self.year]]
        cells = [self._of(sort, key, self._names[sort][key]) for key in keys]
        cells.sort(key=lambda one: (-one.number, one.label))
        return _drawn([one for one in cells if one.shown][:MOST])

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """How each name is written, as it was written most."""
        written: dict[str, dict[str, Counter[str]]] = {VALUE: {}, MISSING: {}}
        for one in self.talks:
            for sort, names in one.names.items():
                for name in names:
                    written[sort].setdefault(same(name), Counter())[name] += 1
        return {
            sort: {key: max(sorted(names), key=names.__getitem__) for key, names in keys.items()}
            for sort, keys in written.items()
        }

    def _url(self, sort: str, key: str) -> str:
        asked: dict[str, str | int] = {} if self.year is None else {YEAR: self.year}
        if sort:
            asked[sort] = key
        return f"?{urlencode(asked)}" if asked else ""


def _months() -> list[int]:
    return [(FIRST_MONTH - 1 + one) % 12 + 1 for one in range(12)]


def _drawn(cells: list[Cell]) -> list[Cell]:
    """The same cells, each with the length of its bar; none where no number of them is shown."""
    if not any(one.shown for one in cells):
        return []
    most = max(one.number for one in cells if one.shown)
    return [
        replace(one, share=round(100 * one.number / most)) if one.shown and most else one
        for one in cells
    ]


def titles(talks: Iterable[Talk]) -> dict[int, tuple[str, str]]:
    """What each talk is called in the version that is read, and its school; by version."""
    found = Version.objects.filter(pk__in=[one.version for one in talks]).order_by()
    rows = found.values_list(
        "pk",
        KeyTransform("title", "document"),
        KeyTransform("question", "document"),
        "session__organisation__name",
    )
    return {pk: (title or question or "", school) for pk, title, question, school in rows}


# -- what is counted ------------------------------------------------------------------------------


def _talks(versions: QuerySet[Version]) -> list[Talk]:
    """One for each of these versions."""
    closed_again = Version.objects.filter(
        session=OuterRef("session"), number__gt=OuterRef("number"), cause=Version.Cause.CLOSED
    )
    rows = list(
        versions.annotate(closed_again=Exists(closed_again))
        .order_by()
        .values_list(
            *("pk", "session_id", "number", "session__organisation_id", "session__status"),
            *("closed_again", "gist__day", "gist__verdict", "gist__cores", "gist__values"),
            *("gist__missing", "gist__promises"),
        )
    )
    made = _made([row[0] for row in rows if row[6] is None])
    # By their ids, so that it takes as long whatever other talks there are.
    ids: Any = [row[1] for row in rows]
    now = _promised_now(ids if len(ids) <= AT_ONCE else versions.values("session"))
    talks = []
    for pk, session, number, organisation, status, again, *counted in rows:
        if counted[0] is None:
            counted = made[pk]
        day, verdict, cores, values, missing, promises = counted
        # What became of promises is told after closing: as long as they are still the same ones.
        if status == Session.Status.CLOSED and not again:
            promises = now.get(session, [])
        one = Talk(session, pk, number, organisation, day, {VALUE: values, MISSING: missing})
        today = timezone.localdate()
        one.counts = {
            MONTH: Counter([str(day.month)]),
            VERDICT: Counter([verdict]),
            CORE: Counter(cores),
            VALUE: Counter(map(same, values)),
            MISSING: Counter(map(same, missing)),
            PROMISES: Counter(
                gist.became(state, told, due, today) for state, told, due in promises
            ),
        }
        talks.append(one)
    return talks


def _made(versions: list[int]) -> dict[int, list[Any]]:
    """What can be counted of versions of which that was not kept yet."""
    if not versions:
        return {}
    found = map(gist.gist_of, Version.objects.filter(pk__in=versions))
    return {
        one.version_id: [*(one.day, one.verdict, one.cores, one.values, one.missing, one.promises)]
        for one in found
    }


def _promised_now(sessions: Any) -> dict[uuid.UUID, list[tuple[str, bool, Any]]]:
    """What was promised in these talks, given by id or as a query, and what became of it."""
    told = Case(When(result="", then=False), default=True, output_field=BooleanField())
    parts = []
    for one in PROMISED:
        rows = one.model.objects.standing().filter(session__in=sessions)
        if one.model is Fact:
            seen_to = ~Q(owner="") | Q(due__isnull=False)
            unknown = Q(kind=Fact.Kind.UNKNOWN)
            rows = rows.filter(~Q(kind=Fact.Kind.FACT) & (unknown | seen_to))
        rows = rows.annotate(told=told).order_by()
        parts.append(rows.values_list("session_id", "state", "told", "due"))
    found: dict[uuid.UUID, list[tuple[str, bool, Any]]] = {}
    for session, state, is_told, due in parts[0].union(*parts[1:], all=True):
        found.setdefault(session, []).append((state, is_told, due))
    return found


# -- the installation -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Installation:
    """How many talks there are over all organisations; nothing of what was said in them."""

    organisations: int
    statuses: list[Cell]
    years: list[Cell]


def installation() -> Installation:
    """Raises nothing: see `access.require_installation_administrator` for who may ask."""
    talks = Session.objects.filter(
        kind=Session.Kind.TALK, plenary=None, removed_on=None, organisation__isnull=False
    )
    day = Coalesce("held_on", "changed_on")
    rows = (
        talks.annotate(year=ExtractYear(day), month=ExtractMonth(day))
        .order_by()
        .values_list("status", "year", "month")
        .annotate(talks=Count("pk"))
    )
    statuses: Counter[Hashable] = Counter()
    years: Counter[int] = Counter()
    for status, year, month, number in rows:
        statuses[status] += number
        years[year - (month < FIRST_MONTH)] += number
    names = dict(Session.Status.choices)
    return Installation(
        Organisation.objects.filter(ended_on=None).count(),
        _partition({key: str(name) for key, name in names.items()}, statuses),
        _partition({year: year_words(year) for year in sorted(years)}, years),
    )


def _partition(names: dict[Any, str], numbers: Counter[Any]) -> list[Cell]:
    """A cell for each part of a whole that other numbers tell."""
    counts = {key: numbers[key] for key in names}
    hidden = few.hidden({**counts, "": numbers.total()}, [few.Sum("", list(names))])
    return _drawn(
        [Cell(names[key], one, one, key not in hidden, key=str(key)) for key, one in counts.items()]
    )
