"""Between JSON text and plain values."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from kompas.nesting import is_too_deep

from .format import LARGEST, DocumentError


class _Twice(dict):
    """An object in which a key stands twice."""

    key: str


class _Constant:
    """NaN or Infinity, which JSON does not have."""


def at(path: str, key: str | int) -> str:
    """The JSON path of a member: plain ASCII on one line, whatever the key holds."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,59}", key, re.ASCII):
        return f"{path}.{key}"
    return f"{path}[{json.dumps(key if len(key) <= 60 else key[:60] + '…')}]"


def parse(text: bytes | str) -> dict[str, Any]:
    """The object that JSON text holds; UTF-8, a byte order mark is allowed.

    Raises DocumentError for what is no JSON, is larger than 5 MB, or says one key twice.
    """
    if len(text) > LARGEST:
        raise DocumentError("$", _("The file is larger than 5 MB."))
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError:
            raise DocumentError("$", _("This is not UTF-8 text.")) from None
    if is_too_deep(text):
        raise DocumentError("$", _("There are too many levels within one another."))
    wrong: list[Any] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        twice = _Twice(members)
        twice.key, _times = Counter(key for key, _value in pairs).most_common(1)[0]
        wrong.append(twice)
        return twice

    def read_constant(name: str) -> _Constant:
        constant = _Constant()
        wrong.append(constant)
        return constant

    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=read_object,
            parse_constant=read_constant,
        )
    except json.JSONDecodeError as error:
        reason = _("This is not JSON: there is a mistake in line %(line)s, column %(column)s.")
        raise DocumentError("$", reason % {"line": error.lineno, "column": error.colno}) from None
    except ValueError:  # Python reads no number of more than 4,300 digits
        raise DocumentError("$", _("It holds a number that is far too large.")) from None
    if wrong:
        _refuse_what_json_lacks(data)
    if not isinstance(data, dict):
        raise DocumentError("$", _("An object is expected."))
    return data


def _refuse_what_json_lacks(data: Any) -> None:
    """Say where the first of these is: the reader of JSON knows no paths."""
    todo: list[tuple[Any, str]] = [(data, "$")]
    while todo:
        value, path = todo.pop()
        if isinstance(value, _Twice):
            raise DocumentError(at(path, value.key), _("This key stands here twice."))
        if isinstance(value, _Constant):
            raise DocumentError(path, _("NaN and Infinity are not numbers in JSON."))
        if isinstance(value, dict):
            todo.extend((member, at(path, key)) for key, member in value.items())
        elif isinstance(value, list):
            todo.extend((member, at(path, index)) for index, member in enumerate(value))


def as_json(document: dict[str, Any]) -> str:
    """The document as readable JSON text, ending with a newline."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
