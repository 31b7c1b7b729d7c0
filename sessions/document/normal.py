"""What is a valid document, and its one normal form."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    DateField,
    Field,
    ForeignKey,
    PositiveSmallIntegerField,
)
from django.utils.translation import gettext as _

from sessions.models import (
    MOST_INQUIRIES,
    MOST_VOICES,
    WEIGHTS,
    Argument,
    Inquiry,
    Method,
    Session,
    Step,
    Text,
    Voice,
    choices_of,
)
from sessions.steps import LISTS, List

from .format import (
    DAYS,
    FORMAT,
    INQUIRY_KEYS,
    INTUITION_KEYS,
    LISTS_IN,
    LONGEST,
    MOST_TABLES,
    MOST_WEIGHTS,
    OBJECTS,
    ROUND_KEYS,
    ROUND_WEIGHT_KEYS,
    TABLE,
    TEXT_KEYS,
    TEXTS,
    TIMES,
    TOP,
    VERSION,
    VOICE_KEYS,
    DocumentError,
    arrange,
    arrange_rounds,
    arrange_whole,
    asked_texts,
    columns,
    homes,
    intuition_homes,
    item_keys,
    largest,
    text_places,
    weighing_homes,
    words,
)
from .text import at

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
BODY = Text._meta.get_field("body")
TEXT_OF_VOICE = Voice._meta.get_field("text")


def normalise(data: Any, *, whole: bool = True) -> dict[str, Any]:
    """The one normal form of a valid document; what `document` gives once it is loaded.

    Left out are null, "" and empty lists; filled in are status, language, method version and,
    while it runs, the step; names under an argument that no list has join their list; weights
    are sorted. With `whole` false the question may still be missing.
    Raises DocumentError, with JSON path and reason, for anything that is wrong.
    """
    return read(data, whole=whole)[0]


def read(data: Any, *, whole: bool) -> tuple[dict[str, Any], Method]:
    """The normal form, and the method version that it names."""
    top = _members(data, "$", TOP)
    result, method = _read_one(top, whole=whole)
    result["tables"] = _tables(top.get("tables"), result, whole=whole)
    return arrange(result, TOP), method


def _tables(value: Any, plenary: dict[str, Any], *, whole: bool) -> list[dict[str, Any]]:
    """The tables of a plenary: each a talk by the same method, in the order of their numbers."""
    tables: list[dict[str, Any]] = []
    for member, path in _list(value, at("$", "tables"), MOST_TABLES):
        members = _members(member, path, TABLE)
        last = tables[-1]["table"] if tables else 0
        number = _number(members.get("table"), at(path, "table"), range(1, LONGEST + 1))
        if number is not None and number <= last:
            reason = _("The tables stand in the order of their numbers.")
            raise DocumentError(at(path, "table"), reason)
        try:
            table, _method_of = _read_one(members, whole=whole)
        except DocumentError as error:
            raise DocumentError(path + error.path.removeprefix("$"), error.reason) from None
        for key in ("method", "method_version", "language", "practice", "fictional"):
            if table.get(key) != plenary.get(key):
                reason = _("A table has this in common with its plenary.")
                raise DocumentError(at(path, key), reason)
        if plenary["status"] == Session.Status.CLOSED != table["status"]:
            raise DocumentError(at(path, "status"), _("A plenary is closed after its tables."))
        tables.append(arrange({**table, "table": number or last + 1}, TABLE))
    return tables


def _read_one(top: dict[str, Any], *, whole: bool) -> tuple[dict[str, Any], Method]:
    """The normal form of a talk apart from its tables, given the members of its object."""
    for key, known in (("format", FORMAT), ("version", VERSION)):
        if key not in top:
            raise DocumentError(at("$", key), _("This is missing."))
        if top[key] != known or type(top[key]) is not type(known):
            raise DocumentError(at("$", key), _("This must be %(value)s.") % {"value": known})
    method = _method(top)
    language = _choice(top.get("language"), "$.language", method.languages) or method.languages[0]
    steps = method.steps(language)
    status = _choice(top.get("status"), "$.status", Session.Status.values) or Session.Status.DRAFT
    step = _choice(top.get("step"), "$.step", [one.key for one in steps])
    if not step and status == Session.Status.RUNNING:
        step = steps[0].key

    result: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "method": method.slug,
        "method_version": method.version,
        "language": language,
        "status": str(status),
        **{name: _true(top.get(name), at("$", name)) for name in ("fictional", "practice")},
        "naming": _naming(top.get("naming")),
        **{name: _time(top.get(name), at("$", name)) for name in TIMES},
        "source": [
            _text(value, path, BODY, required=True)
            for value, path in _list(top.get("source"), "$.source")
        ],
        "step": step,
    }
    objects = {"": result}
    given = {"": (top, "$")}
    for name, keys in OBJECTS.items():
        path = at("$", name)
        given[name] = (_members(top[name], path, keys) if name in top else {}, path)
        objects[name] = {}
    for within, texts in TEXTS.items():
        members, path = given[within]
        for key, (kind, prompt) in texts.items():
            objects[within][key] = _answer(members.get(key), at(path, key), kind, prompt)
    for within, key in DAYS.values():
        members, path = given[within]
        objects[within][key] = _date(members.get(key), at(path, key))
    if whole and not (result["question"] or "").strip():
        raise DocumentError("$.question", _("The question is missing."))
    for within, lists in LISTS_IN.items():
        members, path = given[within]
        for one in lists:
            objects[within][one.name] = [
                _item(value, place, one, homes(steps, one))
                for value, place in _list(members.get(one.name), at(path, one.name))
            ]
    arguments = result["arguments"]
    _resolve_names(arguments, result)
    result["inquiries"] = _inquiries(top.get("inquiries"), "$.inquiries")
    result["texts"] = _texts(top.get("texts"), steps)
    result["intuition"] = _intuition(top.get("intuition"), "$.intuition", steps)
    result["rounds"] = _rounds(top.get("rounds"), arguments, weighing_homes(steps))
    for one in LISTS.values():
        items, at_home = objects[one.within][one.name], homes(steps, one)
        # What belongs to an earlier step stands before what belongs to a later one.
        ranks = [at_home.index(item["step"]) if item.get("step") else 0 for item in items]
        order = sorted(range(len(items)), key=ranks.__getitem__)
        if one.model is Argument:
            _renumber(result["rounds"], order)
        objects[one.within][one.name] = [
            arrange(items[index], item_keys(one.model)) for index in order
        ]
    return arrange_whole(result, objects), method


def _renumber(rounds: list[dict[str, Any]], order: list[int]) -> None:
    """Let rounds point to arguments where `order` puts them."""
    place = {index: place for place, index in enumerate(order)}
    for one in rounds:
        for entry in one.get("weights", []):
            entry["argument"] = place[entry["argument"]]
        if "weights" in one:
            one["weights"].sort(key=lambda entry: entry["argument"])


# Single values: None is absent, whatever is expected.


def _members(value: Any, path: str, keys: Iterable[str]) -> dict[str, Any]:
    """The members of an object that are not null; each key must be known."""
    if not isinstance(value, dict):
        raise DocumentError(path, _("An object is expected."))
    for key in value:
        if key not in keys:
            raise DocumentError(at(path, str(key)), _("This key is not known."))
    return {key: member for key, member in value.items() if member is not None}


def _list(value: Any, path: str, most: int = LONGEST) -> list[tuple[Any, str]]:
    """The members of a list, each with its path."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise DocumentError(path, _("A list is expected."))
    if len(value) > most:
        raise _too_long(path, most)
    return [(member, at(path, index)) for index, member in enumerate(value)]


def _too_long(path: str, most: int = LONGEST) -> DocumentError:
    return DocumentError(path, _("This list holds more than %(most)s.") % {"most": most})


def _text(value: Any, path: str, field: Field, *, required: bool = False) -> str:
    """Text that this model field takes; what may be said is the models' to tell."""
    if value is None and not required:
        return ""
    if value is None:
        raise DocumentError(path, _("This is missing."))
    if not isinstance(value, str):
        raise DocumentError(path, _("Text is expected."))
    if required and not value.strip():
        raise DocumentError(path, _("This must not be empty."))
    try:
        field.run_validators(value)
    except ValidationError as error:
        raise DocumentError(path, " ".join(error.messages)) from None
    return value


def _choice(value: Any, path: str, known: Iterable[str], *, required: bool = False) -> str:
    if value is None and required:
        raise DocumentError(path, _("This is missing."))
    if value is None or (value == "" and not required):
        return ""
    if not isinstance(value, str) or value not in known:
        names = ", ".join(known)
        if not names:
            raise DocumentError(path, _("The method has no step for this."))
        raise DocumentError(path, _("This must be one of: %(names)s.") % {"names": names})
    return value


def _date(value: Any, path: str) -> str | None:
    if value is None or value == "":
        return None
    reason = _("A date is expected, as in 2026-03-31.")
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise DocumentError(path, reason)
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        raise DocumentError(path, reason) from None
    return value


def _time(value: Any, path: str) -> str | None:
    if value is None or value == "":
        return None
    reason = _("A time is expected, as in 15:30.")
    if not isinstance(value, str) or not TIME.fullmatch(value):
        raise DocumentError(path, reason)
    try:
        datetime.time.fromisoformat(value)
    except ValueError:
        raise DocumentError(path, reason) from None
    return value


def _true(value: Any, path: str) -> bool | None:
    """True where it is so; false is as good as absent."""
    if value is not None and not isinstance(value, bool):
        raise DocumentError(path, _("True or false is expected."))
    return value or None


def _naming(value: Any) -> str:
    """What stands beside what was written alone; nothing is as good as absent."""
    named = _choice(value, "$.naming", Session.Naming.values)
    return "" if named == Session.Naming.NONE else named


def _number(value: Any, path: str, numbers: range) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value not in numbers:
        reason = _("A whole number from %(first)s to %(last)s is expected.")
        raise DocumentError(path, reason % {"first": numbers[0], "last": numbers[-1]})
    return value


def _weights(value: Any, path: str) -> list[int]:
    weights = []
    for member, place in _list(value, path, MOST_WEIGHTS):
        if member is None:
            raise DocumentError(place, _("This is missing."))
        weights.append(_number(member, place, WEIGHTS))
    return sorted(weight for weight in weights if weight is not None)


def _answer(value: Any, path: str, step: str, prompt: str) -> str:
    choices = choices_of(step, prompt)
    return _choice(value, path, choices.values) if choices else _text(value, path, BODY)


# The parts


def _method(top: dict[str, Any]) -> Method:
    slug = top.get("method")
    if slug is None:
        raise DocumentError("$.method", _("This is missing."))
    versions = {}
    if isinstance(slug, str) and re.fullmatch(r"[a-z0-9-]{1,50}", slug, re.ASCII):
        versions = {method.version: method for method in Method.objects.filter(slug=slug)}
    if not versions:
        raise DocumentError("$.method", _("This method is not known here."))
    number = top.get("method_version", max(versions))
    if type(number) is not int or number not in versions:
        raise DocumentError("$.method_version", _("This version of the method is not known here."))
    return versions[number]


def _item(value: Any, path: str, one: List, at_home: list[str]) -> dict[str, Any]:
    """One contribution."""
    members = _members(value, path, item_keys(one.model))
    item: dict[str, Any] = {}
    for name, field in columns(one.model).items():
        item[name] = _column(members.get(name), at(path, name), field)
    item["merged"] = [
        _text(member, place, words(one.model), required=True)
        for member, place in _list(members.get("merged"), at(path, "merged"))
    ]
    step = _choice(members.get("step"), at(path, "step"), at_home)
    item["step"] = step if step and step != at_home[0] else None
    if one.model is Argument:
        item["weights"] = _weights(members.get("weights"), at(path, "weights"))
        item["round"] = _number(members.get("round"), at(path, "round"), range(1, LONGEST + 1))
    return item


def _column(value: Any, path: str, field: Any) -> Any:
    if isinstance(field, ForeignKey):  # by name
        return _text(value, path, words(field.related_model))
    if field.choices:
        return _choice(
            value, path, [key for key, _label in field.choices], required=not field.blank
        )
    if isinstance(field, DateField):
        return _date(value, path)
    if isinstance(field, PositiveSmallIntegerField):
        return _number(value, path, range(MOST_WEIGHTS + 1))
    if isinstance(field, BooleanField):
        if value is not None and not isinstance(value, bool):
            raise DocumentError(path, _("True or false is expected."))
        return value
    return _text(value, path, field, required=not field.blank)


def _inquiries(value: Any, path: str) -> list[dict[str, Any]]:
    """What was asked beforehand, and what was heard."""
    fields: Any = {name: Inquiry._meta.get_field(name) for name in ("question", "asked", "answer")}
    found = []
    for member, place in _list(value, path, MOST_INQUIRIES):
        given = _members(member, place, INQUIRY_KEYS)
        one: dict[str, Any] = {
            name: _text(given.get(name), at(place, name), field, required=name == "question")
            for name, field in fields.items()
        }
        one["for_children"] = _true(given.get("for_children"), at(place, "for_children"))
        one["voices"] = [
            _voice(voice, where)
            for voice, where in _list(given.get("voices"), at(place, "voices"), MOST_VOICES)
        ]
        found.append(arrange(one, INQUIRY_KEYS))
    return found


def _voice(value: Any, path: str) -> dict[str, Any]:
    given = _members(value, path, VOICE_KEYS)
    one = {
        "text": _text(given.get("text"), at(path, "text"), TEXT_OF_VOICE, required=True),
        "role": _choice(given.get("role"), at(path, "role"), Voice.Role.values),
        "paper": _true(given.get("paper"), at(path, "paper")),
    }
    return arrange(one, VOICE_KEYS)


def _resolve_names(arguments: list[dict[str, Any]], result: dict[str, Any]) -> None:
    """Let every name under an argument be one that its list has, adding it where it is not."""
    by_model: dict[Any, List] = {one.model: one for one in LISTS.values()}
    for name, field in columns(Argument).items():
        if not isinstance(field, ForeignKey):
            continue
        one = by_model[field.related_model]
        key, items = words(one.model).name, result[one.name]
        # A wording that was merged means the one that stands.
        known = {merged: item[key] for item in reversed(items) for merged in item["merged"]}
        known |= {item[key]: item[key] for item in items}
        for index, argument in enumerate(arguments):
            given = argument[name]
            if not given:
                continue
            if given not in known:
                if not given.strip():
                    path = at(at("$.arguments", index), name)
                    raise DocumentError(path, _("This must not be empty."))
                if len(items) == LONGEST:
                    raise _too_long(at("$", one.name))
                items.append({key: given, "merged": []})
                known[given] = given
            argument[name] = known[given]


def _texts(value: Any, steps: tuple[Step, ...]) -> list[dict[str, str]]:
    """The other texts, in the order in which the method asks for them."""
    asked, elsewhere = asked_texts(steps), text_places(steps)
    found: dict[tuple[str, str], str] = {}
    for member, path in _list(value, "$.texts"):
        entry = _members(member, path, TEXT_KEYS)
        step = _choice(
            entry.get("step"), at(path, "step"), [one.key for one in steps], required=True
        )
        prompt = entry.get("prompt")
        if not isinstance(prompt, str) or (step, prompt) not in asked:
            reason = _("This step does not ask for such a text.")
            if isinstance(prompt, str) and (step, prompt) in elsewhere:
                reason = _("This text has a key of its own.")
            raise DocumentError(at(path, "prompt"), reason)
        if (step, prompt) in found:
            raise DocumentError(path, _("This text stands here twice."))
        text = _answer(entry.get("text"), at(path, "text"), step, prompt)
        if not text.strip():
            raise DocumentError(at(path, "text"), _("This must not be empty."))
        found[step, prompt] = text
    return [
        {"step": step, "prompt": prompt, "text": found[step, prompt]}
        for step, prompt in asked
        if (step, prompt) in found
    ]


def _intuition(value: Any, path: str, steps: tuple[Step, ...]) -> dict[str, Any]:
    """The first and the last intuition, from 1 (no) to 5 (yes), and how many moved of how many."""
    members = _members(value, path, INTUITION_KEYS) if value is not None else {}
    told: dict[str, Any] = {}
    homes = intuition_homes(steps)
    for which in ("first", "last"):
        told[which] = _weights(members.get(which), at(path, which))
        if told[which] and not homes[which]:
            raise DocumentError(at(path, which), _("The method has no step for this."))
    for key in ("moved", "asked"):
        told[key] = _number(members.get(key), at(path, key), range(MOST_WEIGHTS + 1))
    if (told["moved"] is None) != (told["asked"] is None):
        raise DocumentError(path, _("moved and asked go together."))
    if told["asked"] is not None:
        if told["moved"] > told["asked"]:
            raise DocumentError(at(path, "moved"), _("More moved than were asked."))
        if not homes["last"]:
            raise DocumentError(at(path, "asked"), _("The method has no step for this."))
    return arrange(told, INTUITION_KEYS)


def _rounds(
    value: Any, arguments: list[dict[str, Any]], at_home: list[str]
) -> list[dict[str, Any]]:
    """The rounds; `round` under an argument stays only where it is not the last one."""
    members = _list(value, "$.rounds")
    for index, argument in enumerate(arguments):
        number, path = argument["round"], at(at("$.arguments", index), "round")
        if number is None:
            continue
        if number > max(len(members), 1):
            raise DocumentError(path, _("There is no such round."))
        if not argument["weights"]:
            raise DocumentError(path, _("There are no weights from this round."))
        if number >= len(members):
            argument["round"] = None
    rounds: list[dict[str, Any]] = []
    for number, (member, path) in enumerate(members, 1):
        last = number == len(members)
        one = _round(member, path, number, arguments, last=last)
        one["step"] = _choice(one["step"], at(path, "step"), at_home)
        rank = at_home.index(one["step"]) if one["step"] else 0
        if rounds and rank < rounds[-1]["rank"]:
            reason = _("The rounds of an earlier step come before those of a later one.")
            raise DocumentError(at(path, "step"), reason)
        one["rank"] = rank
        if not rank:
            one["step"] = None
        rounds.append(one)
    return arrange_rounds(rounds, arguments)


def _round(
    value: Any, path: str, number: int, arguments: list[dict[str, Any]], *, last: bool
) -> dict[str, Any]:
    members = _members(value, path, ROUND_KEYS)
    if _number(members.get("number"), at(path, "number"), range(1, LONGEST + 1)) not in (
        None,
        number,
    ):
        raise DocumentError(at(path, "number"), _("The rounds are numbered from 1, in order."))
    one: dict[str, Any] = {"number": number, "step": members.get("step")}
    entries: dict[int, list[int]] = {}
    for member, place in _list(members.get("weights"), at(path, "weights")):
        if last:
            reason = _("The weights of the last round stand with the arguments.")
            raise DocumentError(at(path, "weights"), reason)
        entry = _members(member, place, ROUND_WEIGHT_KEYS)
        index = entry.get("argument")
        if type(index) is not int or not 0 <= index < len(arguments):
            reason = _("This must be the place of an argument in its list, counted from 0.")
            raise DocumentError(at(place, "argument"), reason)
        weights = _weights(entry.get("weights"), at(place, "weights"))
        if not weights:
            raise DocumentError(at(place, "weights"), _("This is missing."))
        _check_told_once(arguments[index], number, index in entries, at(place, "argument"))
        entries[index] = weights
    one["weights"] = [{"argument": index, "weights": weights} for index, weights in entries.items()]
    most = range(MOST_WEIGHTS + 1)
    for key in ("ballots", "moved", "asked"):
        one[key] = _number(members.get(key), at(path, key), most)
    given = largest(one, arguments, last=last)
    if one["ballots"] is None:
        one["ballots"] = max(given, one["asked"] or 0)
    if one["ballots"] < given:
        raise DocumentError(at(path, "ballots"), _("There are more weights than answers."))
    if (one["moved"] is None) != (one["asked"] is None):
        raise DocumentError(path, _("moved and asked go together."))
    if one["asked"] is not None:
        if one["moved"] > one["asked"]:
            raise DocumentError(at(path, "moved"), _("More moved than were asked."))
        if one["asked"] > one["ballots"]:
            raise DocumentError(at(path, "asked"), _("More were asked than gave an answer."))
    return one


def _check_told_once(argument: dict[str, Any], number: int, again: bool, path: str) -> None:
    """An argument's weights of one round stand in one place; the last of them, at the argument."""
    if again or argument["round"] == number:
        raise DocumentError(path, _("The weights of this argument stand here twice."))
    if not argument["weights"] or (argument["round"] or number) < number:
        reason = _("The last weights of this argument stand with the argument itself.")
        raise DocumentError(path, reason)
