"""A method on paper: what to ask per step, with room to write and to type. No screen is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from sessions.models import WEIGHTS, Argument, Method, Prompt, Step, choices_of
from sessions.steps import INVITED, PARKED, Kind, List, kind_of
from sessions.steps.whole import TEXTS, Asked

WEIGHED = 10  # arguments that one can weigh
# Rows to write on, by list; of arguments on each side.
ROWS = {"facts": 8, "stakeholders": 8, "values": 6, "options": 4, "arguments": 9, "invited": 8}
FEW = 4


@dataclass(frozen=True)
class Field:
    """Somewhere to write: `name` is its own in the whole paper, `title` is read aloud for it."""

    name: str
    title: str
    many: bool = True  # several lines


@dataclass(frozen=True)
class Choice:
    """One of a few, to tick."""

    name: str
    value: str
    title: str
    label: str


@dataclass(frozen=True)
class Asks:
    """One question: with room for words, or with what there is to choose from."""

    text: str
    help: str = ""
    field: Field | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Column:
    title: str
    size: str  # "words", "line" or "few"


@dataclass(frozen=True)
class Table:
    """A list to fill in by hand: its name, what is asked of each, and rows of fields."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Field, ...], ...]
    own_page: bool = False


@dataclass(frozen=True)
class Weighed:
    """The number of an argument, and the weights to choose from."""

    number: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Sheet:
    """One step on paper."""

    step: Step
    kind: Kind
    asks: tuple[Asks, ...]
    tables: tuple[Table, ...]
    last: tuple[Asks, ...]  # what is asked at the end of a step, or of the talk
    weights: tuple[Weighed, ...]


class Sheets:
    """All sheets of a method in one language; made inside `translation.override`."""

    def __init__(self, method: Method, language: str):
        self._names = count(1)
        self.method, self.texts = method, method.texts(language)
        self._has_values = any(step.kind == "values" for step in method.steps(language))
        self.before = tuple(self._before())
        self.invited = self._table(INVITED)
        self.sheets = [self._sheet(step) for step in method.steps(language)]
        self.parked = self._table(PARKED)
        self.after = tuple(self._after())

    # -- the parts --------------------------------------------------------------------------------

    def _before(self) -> Iterator[Asks]:
        yield self._whole(TEXTS["place"])
        yield self._line(_("Day, from when until when"))
        for asked in TEXTS.values():
            if asked.within in ("mandate", "preparation") and asked.prompt != "invitation":
                yield self._whole(asked)
                if asked.prompt == "decider":
                    yield self._line(_("When must it be decided?"))

    def _after(self) -> Iterator[Asks]:
        yield self._whole(TEXTS["team"])
        yield self._line(_("Look at it again on"))
        yield self._whole(TEXTS["note"])

    def _sheet(self, step: Step) -> Sheet:
        kind = kind_of(step)
        return Sheet(
            step,
            kind,
            tuple(self._prompt(step, prompt) for prompt in step.prompts if not prompt.part),
            tuple(table for one in kind.lists for table in self._tables(one)),
            tuple(self._prompt(step, prompt) for prompt in step.prompts if prompt.part),
            tuple(self._weighed()) if kind.weighs else (),
        )

    def _weighed(self) -> Iterator[Weighed]:
        for number in range(1, WEIGHED + 1):
            argument = _("Argument %(number)s") % {"number": number}
            yield Weighed(number, self._choices(argument, [(str(w), str(w)) for w in WEIGHTS]))

    # -- questions --------------------------------------------------------------------------------

    def _name(self) -> str:
        return f"f{next(self._names)}"

    def _whole(self, asked: Asked) -> Asks:
        return self._asks("", asked.prompt, str(asked.text), str(asked.help), asked.answer)

    def _prompt(self, step: Step, prompt: Prompt) -> Asks:
        return self._asks(step.key, prompt.key, prompt.text, prompt.help, prompt.answer)

    def _line(self, text: str) -> Asks:
        return Asks(text, field=Field(self._name(), text, many=False))

    def _asks(self, step: str, prompt: str, text: str, help: str, answer: str) -> Asks:
        choices = choices_of(step, prompt)
        if choices:
            return Asks(text, help, choices=self._choices(text, choices.choices))
        field = Field(self._name(), text, many=answer == "text") if answer else None
        return Asks(text, help, field)

    def _choices(self, text: str, choices: Any) -> tuple[Choice, ...]:
        name = self._name()
        return tuple(
            Choice(name, str(value), f"{text}: {label}", str(label)) for value, label in choices
        )

    # -- lists ------------------------------------------------------------------------------------

    def _tables(self, one: List) -> Iterator[Table]:
        if one.model is not Argument:
            yield self._table(one)
            return
        for side in Argument.Side:
            yield self._table(one, side)

    def _table(self, one: List, side: Argument.Side | None = None) -> Table:
        """Of arguments each side has a table; both stand on a page of their own."""
        title = str(side.label if side else one.title)
        without = ("side", "option") if side else ()
        if not self._has_values:
            without = (*without, "value")
        columns = tuple(
            _column(one, name) for name in one.form._meta.fields or () if name not in without
        )
        rows = tuple(
            tuple(
                Field(
                    self._name(),
                    f"{title} {number}: {column.title}",
                    many=column.size == "words",
                )
                for column in columns
            )
            for number in range(1, ROWS.get(one.name, FEW) + 1)
        )
        return Table(title, columns, rows, own_page=side == Argument.Side.FOR)


def _column(one: List, name: str) -> Column:
    column: Any = one.model._meta.get_field(name)
    label = str(one.form.base_fields[name].label)
    if isinstance(column, models.TextField):
        return Column(label, "words")
    short = column.choices or isinstance(
        column, (models.DateField, models.BooleanField, models.IntegerField)
    )
    return Column(label, "few" if short else "line")


def page_words() -> list[str]:
    """What stands before, between and after the numbers at the foot of a page."""
    return (_("page %(page)s of %(pages)s") % {"page": "\0", "pages": "\0"}).split("\0")


def worksheet(method: Method, language: str) -> str:
    """The whole HTML page, in `language` (one of the method's)."""
    with translation.override(language):
        context = {
            "language": language,
            "page": page_words(),
            "method": method,
            "texts": method.texts(language),
            "group": method.definition["group"],
            "paper": Sheets(method, language),
        }
        return render_to_string("reports/worksheet.html", context)
