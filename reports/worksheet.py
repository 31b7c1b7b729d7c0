"""A method on paper: what to ask per step, with room to write. The talk without a screen."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from sessions.models import WEIGHTS, Argument, Method, Step, Verdict
from sessions.steps import Kind, List, kind_of

ROWS = 4  # to write on, in each table
WEIGHED = 10  # arguments that one can weigh


@dataclass(frozen=True)
class Table:
    """A list to fill in by hand: its name, and what is asked of each."""

    title: str
    columns: tuple[str, ...]
    rows: range


@dataclass(frozen=True)
class Sheet:
    """One step on paper."""

    step: Step
    kind: Kind
    tables: tuple[Table, ...]


def worksheet(method: Method, language: str) -> str:
    """The whole HTML page, in `language` (one of the method's)."""
    with translation.override(language):
        sheets = [
            Sheet(step, kind, tuple(_table(one) for one in kind.lists))
            for step in method.steps(language)
            for kind in (kind_of(step),)
        ]
        page = _("page %(page)s of %(pages)s") % {"page": "\0", "pages": "\0"}
        context = {
            "language": language,
            "page": page.split("\0"),
            "method": method,
            "texts": method.texts(language),
            "group": method.definition["group"],
            "sheets": sheets,
            "verdicts": Verdict.labels,
            "weights": WEIGHTS,
            "weighed": range(1, WEIGHED + 1),
        }
        return render_to_string("reports/worksheet.html", context)


def _table(one: List) -> Table:
    if one.model is Argument:  # the two sides beside each other, as on the board
        columns = tuple(str(label) for label in Argument.Side.labels)
    else:
        fields = one.form.base_fields
        columns = tuple(str(fields[name].label) for name in one.form._meta.fields or ())
    return Table(str(one.title), columns, range(ROWS))
