"""How many keys and clicks it takes to enter a case by quick entry, against its own characters.

The keys are those of somebody who knows the marks: begins of names as short as they can be, Tab to
the next field, Enter to the next line. Every press counts; what they give is really sent.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sessions import quick
from sessions.document import document, normalise
from sessions.models import Session, new_secret

from . import inside, talk

EXAMPLES = Path(__file__).resolve().parent.parent / "fixtures" / "examples"
# Where texts of the format are typed: the end of a field's name → how to find the text.
WORDS = ("title", "place", "team", "note", "context")


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases that were worked out from public sources, by name."""
    for file in sorted(EXAMPLES.glob("*.json")):
        case = json.loads(file.read_text(encoding="utf-8"))
        if not case.get("fictional"):
            yield file.stem, case


def measure(report, quick_run: bool) -> None:
    worst = 0.0
    for name, case in cases():
        keys, stored = enter(case)
        assert said(stored) == said(normalise(case)), f"{name} was not stored as it was typed."
        effort = keys / characters(case)
        report(name, effort)
        worst = max(worst, effort)
    report("worst", worst)


# What a case itself holds

CHOICES = ("format", "version", "method", "method_version", "language", "status", "step", "prompt")
CHOICES += ("side", "kind", "core", "verdict", "origin", "effect", "due", "fictional")


def characters(value: Any) -> int:
    """The characters of all texts of a case; not of what is chosen."""
    if isinstance(value, dict):
        return sum(characters(one) for key, one in value.items() if key not in CHOICES)
    if isinstance(value, list):
        return sum(map(characters, value))
    return len(value) if isinstance(value, str) else 0


def said(whole: dict[str, Any]) -> dict[str, Any]:
    """What a document says, without where the talk stands."""
    return {key: one for key, one in whole.items() if key not in ("status", "step")}


# What is typed for it


def literal(text: str, marks: str) -> str:
    """`text` so that the mark that it begins with is none."""
    return re.sub(rf"^(?=\\*(?:{marks}))", r"\\", text)


def part(text: str, mark: str) -> str:
    """`text` so that it can stand before a mark that cuts."""
    return re.sub(rf"(\\*{re.escape(mark)})", r"\\\1", text)


def before(text: str, mark: str) -> str:
    """The same, with the mark behind it."""
    return part(text, mark) + (" " if text.endswith("\\") else "") + mark


def promise(item: dict[str, Any], what: str, who: str) -> str:
    line, owner, due = part(item[what], "|"), item.get(who) or "", item.get("due") or ""
    if due and not owner:
        return f"{before(item[what], '|')}{due}"
    if owner:
        line = f"{before(item[what], '|')}{part(owner, '|')}"
        if due or quick.day(owner):
            line = f"{before(item[what], '|')}{before(owner, '|')}{due}"
    return line


def mark(of: dict[str, Any], meant: Any) -> str:
    return next((sign for sign, meaning in of.items() if meaning == meant), "")


def fact(item: dict[str, Any]) -> str:
    line = promise(item, "text", "owner")
    return mark(quick.FACT_KINDS, item.get("kind", "")) + literal(line, "[=~?]")


def stakeholder(item: dict[str, Any]) -> str:
    origin = mark(quick.ORIGINS, item.get("origin", ""))
    interest = origin + literal(item.get("interest", ""), "[>*]")
    name = before(item["name"], ":") if interest else part(item["name"], ":")
    return mark(quick.PRESENCE, item.get("at_table")) + literal(name, "[+!]") + interest


def value(item: dict[str, Any], known: dict[str, str]) -> str:
    """A value; its core value is typed only where the catalogue says another, or none."""
    core, name = item.get("core", ""), item["name"]
    meaning = item.get("meaning", "")
    line = (before(name, ":") if meaning else part(name, ":")) + meaning
    said = core != known.get(quick.same(name), "") or quick._CORE.match(line)
    if said:
        line = f"{mark(quick.CORES, core)}:{line}"
    return mark(quick.EFFECTS, item.get("effect", "")) + literal(line, r"\+-|[+-]")


def argument(item: dict[str, Any], names: dict[str, list[str]]) -> str:
    """An argument, with the shortest beginnings of what it points to; new names join `names`."""
    words = re.sub(r"(?:^|(?<=\s))(?=\\*[@#&]\S)", r"\\", item["text"])
    line = mark(quick.ORIGINS, item.get("origin", "")) + literal(words, "[=~!]|[>*]")
    line = mark(quick.ARGUMENT_KINDS, item.get("kind", "")) + line
    line = mark(quick.SIDES, item["side"]) + line
    for sign, name in quick.POINTERS.items():
        if item.get(name):
            line += f" {sign}{beginning(item[name], names[name])}"
    return line


def beginning(name: str, known: list[str]) -> str:
    """As much of a known name as tells it from the others; a new name whole."""
    if name not in known:
        known.append(name)
        return re.sub(r"(?<=\s)(?=\\*[@#&]\S)", r"\\", name)
    for length in range(1, len(name)):
        try:
            begin = name[:length].rstrip()
            if begin and quick.match(begin, [(one, one) for one in known]) == name:
                return re.sub(r"(?<=\s)(?=\\*[@#&]\S)", r"\\", begin)
        except quick.Unclear:
            continue
    return name


def pair(item: dict[str, Any], first: str, second: str) -> str:
    if not item.get(second):
        return part(item[first], "|")
    return before(item[first], "|") + item[second]


def lines(case: dict[str, Any], cores: dict[str, str]) -> dict[str, list[str]]:
    """What is typed in each list, by its name in the exchange format."""
    outcome = case.get("outcome", {})
    names: dict[str, list[str]] = {
        "stakeholder": [one["name"] for one in case.get("stakeholders", [])],
        "value": [one["name"] for one in case.get("values", [])],
        "option": [one["title"] for one in case.get("options", [])],
    }
    typed: dict[str, list[str]] = {
        "facts": [fact(one) for one in case.get("facts", [])],
        "stakeholders": [stakeholder(one) for one in case.get("stakeholders", [])],
        "values": [value(one, cores) for one in case.get("values", [])],
        "options": list(names["option"]),
        "conditions": [promise(one, "text", "owner") for one in outcome.get("conditions", [])],
        "minority_views": [
            pair(one, "text", "would_change_if") for one in outcome.get("minority_views", [])
        ],
        "actions": [promise(one, "what", "who") for one in case.get("actions", [])],
        "source": case.get("source", []),
    }
    for name, key in {
        "stakeholder": "stakeholders",
        "value": "values",
        "option": "options",
    }.items():
        for said in new_names(case, name, names[name], cores):
            names[name].append(said)
            typed[key].append(value({"name": said}, cores) if name == "value" else said)
    typed["arguments"] = [argument(one, names) for one in case.get("arguments", [])]
    return {name: some for name, some in typed.items() if some}


def new_names(
    case: dict[str, Any], name: str, known: list[str], cores: dict[str, str]
) -> list[str]:
    """The names that only arguments have and that are typed in their list first.

    That is a name that another begins with, or a value whose core value is not the catalogue's;
    and what comes before it, so that the order of the list stays.
    """
    new = [one[name] for one in case.get("arguments", []) if one.get(name, "") not in ("", *known)]
    new = list(dict.fromkeys(new))
    last = 0
    for place, said in enumerate(new, 1):
        begins = any(
            quick.same(one).startswith(quick.same(said)) for one in [*known, *new[: place - 1]]
        )
        if begins or (name == "value" and quick.same(said) in cores):
            last = place
    return new[:last]


# Doing it

FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\sname="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(id|secret|number)" value="([^"]*)"')


def enter(case: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Enter a case through the pages; gives the presses it took, and what is then stored."""
    from sessions import catalogues

    cores = {quick.same(one.name): one.core for one in catalogues.values(case["language"])}
    presses = Presses()
    # The first page: choose the method, type the question, start.
    page = presses.open(f"/start/{case['method']}/", "csrftoken=" + talk.CSRF)
    secret = new_secret()
    id = dict(HIDDEN.findall(page))["id"]
    presses.type(case["question"])
    form = {"id": id, "secret": secret, "question": case["question"], "language": case["language"]}
    presses.send(f"/start/{case['method']}/", "csrftoken=" + talk.CSRF, form)
    session = Session.objects.get(pk=id)
    cookie = f"kompas-facilitator-{session.pk.hex}={secret}; csrftoken={talk.CSRF}"
    # The talk, its menu, and there the page itself.
    presses.click(2)
    path = f"/gesprekken/{session.pk}/invoer/"
    page = presses.open(path, cookie)
    typed = dict(fields(case, cores))
    form = {"id": dict(HIDDEN.findall(page))["id"]}
    shown = [name for name in FIELD.findall(page) if name.partition("-")[0] in ("text", "list")]
    for name in shown:
        words = typed.pop(kind(name), "")
        presses.type(words)
        presses.tab()
        form[name] = words
    assert not typed, f"There is no field for {list(typed)}."
    presses.send(path, cookie, form)
    weights = [one.get("weights", []) for one in case.get("arguments", [])]
    if any(weights):
        page = presses.open(path, cookie, clicks=0)
        section = page.partition('id="gewichten"')[2]
        form = {"number": dict(HIDDEN.findall(section))["number"]}
        boxes = [name for name in FIELD.findall(section) if name.startswith("w-")]
        for name, given in zip(boxes, weights, strict=True):
            form[name] = "".join(map(str, given))
            presses.type(form[name])
            presses.tab()
        presses.send(f"{path}gewichten/", cookie, form)
    return presses.count, document(Session.objects.select_related("method").get(pk=session.pk))


def kind(name: str) -> str:
    """The key of a field, whatever its step: list-facts-facts → facts."""
    return name.split("-", 2)[2]


def fields(case: dict[str, Any], cores: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is typed in each field, by the last part of its name."""
    for key in WORDS:
        if case.get(key):
            yield key, case[key]
    for key in ("verdict", "answer", "reasons"):
        if case.get("outcome", {}).get(key):
            yield key, case["outcome"][key]
    for key, some in lines(case, cores).items():
        yield key, "\n".join(some)


class Presses:
    """Counts each key and each click, and does what they do."""

    def __init__(self):
        self.count = 0

    def type(self, words: str) -> None:
        self.count += len(words)

    def tab(self) -> None:
        self.count += 1

    def click(self, times: int = 1) -> None:
        self.count += times

    def open(self, path: str, cookie: str, clicks: int = 1) -> str:
        self.click(clicks)
        status, body = inside.ask(path, cookie)
        assert status == 200, f"{status} for {path}"
        return html.unescape(body.decode())

    def send(self, path: str, cookie: str, form: dict[str, Any]) -> None:
        self.click()
        status, body = inside.ask(path, cookie, form)
        if status != 303:
            wrong = re.findall(r'(?s)<ul class="errorlist".*?</ul>', body.decode())
            raise AssertionError(f"{status} for {path}: {wrong}")
