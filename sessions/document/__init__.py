"""The whole talk as one plain value: the exchange format. See docs/exchange-format.md."""

from .forget import without_weights
from .format import DocumentError
from .from_rows import document, with_decision, with_tables
from .normal import normalise
from .text import as_json, parse
from .to_rows import load

__all__ = [
    "DocumentError",
    "as_json",
    "document",
    "load",
    "normalise",
    "parse",
    "with_decision",
    "with_tables",
    "without_weights",
]
