"""The whole talk as one plain value: the exchange format. See docs/exchange-format.md."""

from .format import DocumentError
from .from_rows import document, documents, with_decision, with_tables
from .normal import normalise
from .text import as_json, parse
from .to_rows import Rows, load, rows_of

__all__ = [
    "DocumentError",
    "Rows",
    "as_json",
    "document",
    "documents",
    "load",
    "normalise",
    "parse",
    "rows_of",
    "with_decision",
    "with_tables",
]
