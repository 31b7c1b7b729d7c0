"""Dutch that reads at B1: short sentences, few long words, one word for one thing."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
WORDS = 18  # in a sentence; about fifteen, and a few more where it lists things
ASKED = 22  # in a question of the catalogue, which names who, what and where
LETTERS = 17  # in a word

# Long, and yet what it is called.
KNOWN = {
    "functionaris gegevensbescherming",
    "gegevensbescherming",
    "gezichtsherkenning",
    "medezeggenschapsraad",
    "minderheidsstandpunt",
    "minderheidsstandpunten",
    "onderwijsassistenten",
    "persoonsgegevens",
    "rechtvaardigheid",
    "verantwoordelijkheid",
}
# What the glossary never says.
NEVER = {
    "stakeholder": "betrokkene",
    "facilitator": "gespreksleider",
    "deelnemer": "wie meedoet",
    "score": "gewicht",
    "sessie": "gesprek",
    "actiepunt": "afspraak",
    "u": "je",
    "uw": "je",
    "men": "wie het is",
    "middels": "met",
    "indien": "als",
    "reeds": "al",
    "echter": "maar",
    "dient": "moet",
}


def catalogue() -> Iterator[tuple[str, str]]:
    """What the screens and papers say, with the English that it stands for."""
    for entry in polib.pofile(str(ROOT / "locale/nl/LC_MESSAGES/django.po")):
        for words in [entry.msgstr, *entry.msgstr_plural.values()]:
            if words:
                yield entry.msgid, words


def strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            if key not in ("key", "kind", "slug", "core", "sector", "answer", "part", "en"):
                yield from strings(member, f"{path}.{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from strings(member, f"{path}[{index}]")


def fixtures() -> Iterator[tuple[str, str]]:
    """What the methods and the catalogues say; a version that was published stays as it is."""
    for path in sorted((ROOT / "fixtures").glob("[cm]*/*.json")):
        if not path.stem.endswith("-1"):
            yield from strings(json.loads(path.read_text(encoding="utf-8")), path.stem)


TEXTS = [*catalogue(), *fixtures()]


def sentences(text: str) -> list[str]:
    """The sentences of a text, each variable as one word."""
    plain = re.sub(r"%\(\w+\)[sd]|\{\w+\}|https?://\S+", "x", text)
    return [one for one in re.split(r"[.?!:;…\n]+|’ ", plain) if one.strip()]


def test_there_is_something_to_read():
    assert len(TEXTS) > 700


def test_sentences_are_short():
    long = [
        f"{len(one.split())} {place[:40]}: {one.strip()}"
        for place, text in TEXTS
        for one in sentences(text)
        if len(one.split()) > (ASKED if place.endswith("].question") else WORDS)
    ]
    assert long == []


def test_words_are_short():
    long = {
        word
        for _place, text in TEXTS
        for word in re.findall(r"[^\W\d_]+", text)
        if len(word) > LETTERS and word.lower() not in KNOWN
    }
    assert long == set()


def test_one_word_for_one_thing():
    wrong = [
        f"{word} ({NEVER[word]}): {text[:80]}"
        for _place, text in TEXTS
        for word in set(re.findall(r"[^\W\d_]+", text.lower())) & NEVER.keys()
    ]
    assert wrong == []


def test_nobody_is_hurried_or_praised():
    pattern = re.compile(
        r"\b(goed zo|super|geweldig|fantastisch|snel even|schiet op|helaas|top)\b|\w!",
        re.IGNORECASE,
    )
    assert [text for _place, text in TEXTS if pattern.search(text)] == []
