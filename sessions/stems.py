"""Which words are one word to who searches: without case, accents and Dutch endings.

The stemming is Snowball's for Dutch (snowballstem.org), and two things more: no stem ends in a
double consonant, and v and z at its end become f and s, so that *tas* finds *tassen*, and *brief*
finds *brieven*. It is done here, and not by the database, so that SQLite and PostgreSQL, of
whatever version, give the same answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 40  # characters of a word; what is longer is no word
MOST = 10  # words of one question

_TOKEN = re.compile(r"[^\W_]+")
_VOWELS = frozenset("aeiouy")
# Said in nearly every talk: asked for together with another word, these say nothing.
_EVERYWHERE = frozenset(
    (
        *("aan", "als", "bij", "dan", "dat", "de", "deze", "die", "dit", "een", "en", "er", "het"),
        *("in", "is", "je", "met", "mag", "maar", "naar", "niet", "of", "om", "ons", "onze", "op"),
        *("te", "uit", "van", "voor", "wat", "wel", "we", "wij", "wordt", "zijn", "zo"),
    )
)


def fold(text: str) -> str:
    """Text without case, accents and double spaces: what is equal so is the same name."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def words(texts: Iterable[str]) -> str:
    """The stems of all words in these texts, each once, in order, with spaces between."""
    found: set[str] = set()
    for text in texts:
        found.update(_of_text(text))
    return " ".join(sorted(found))


def asked(question: str) -> list[str]:
    """The stems that somebody looks for; all of them have to be there."""
    typed = [word for word in _TOKEN.findall(fold(question)) if len(word) <= LONGEST]
    telling = [word for word in typed if word not in _EVERYWHERE] or typed
    return list(dict.fromkeys(map(stem, telling)))[:MOST]


def _of_text(text: str) -> tuple[str, ...]:
    return tuple({stem(word) for word in _TOKEN.findall(fold(text)) if len(word) <= LONGEST})


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word."""
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return word
    # A y or i that is a consonant counts as one.
    word = re.sub(r"^y|(?<=[aeiouy])y", "Y", word)
    word = re.sub(r"(?<=[aeiouy])i(?=[aeiouy])", "I", word)
    first, second = _regions(word)
    word = _plural(word, first)
    word, had_e = _last_e(word, first)
    if word.endswith("heid") and len(word) - 4 >= second and not word.endswith("cheid"):
        word = word[:-4]
        if word.endswith("en"):
            word = _without_en(word, word[:-2], first)
    word = _ending(word, first, second, had_e)
    if re.search(r"[^aeiouyI](aa|ee|oo|uu)[^aeiouyI]$", word):
        word = word[:-2] + word[-1]
    word = re.sub(r"([^aeiou])\1$", r"\1", word.lower())
    return word[:-1] + {"v": "f", "z": "s"}.get(word[-1], word[-1])


def _regions(word: str) -> tuple[int, int]:
    """Where the parts of a word begin in which an ending may be taken away."""
    starts = []
    at = 0
    for _part in range(2):
        found = re.compile(r"[aeiouy][^aeiouy]").search(word, at)
        at = found.end() if found else len(word)
        starts.append(at)
    return max(starts[0], 3), starts[1]


def _undouble(word: str) -> str:
    return word[:-1] if word.endswith(("kk", "dd", "tt")) else word


def _without_en(word: str, rest: str, first: int) -> str:
    """`rest`, what is left without -en or -ene, where that is an ending."""
    fits = len(rest) >= first and rest and rest[-1] not in _VOWELS and not rest.endswith("gem")
    return _undouble(rest) if fits else word


def _plural(word: str, first: int) -> str:
    if word.endswith("heden"):
        return word[:-5] + "heid" if len(word) - 5 >= first else word
    for ending in ("ene", "en"):
        if word.endswith(ending):
            return _without_en(word, word[: -len(ending)], first)
    for ending in ("se", "s"):
        if word.endswith(ending):
            rest = word[: -len(ending)]
            fits = len(rest) >= first and rest and rest[-1] not in _VOWELS and rest[-1] != "j"
            return rest if fits else word
    return word


def _last_e(word: str, first: int) -> tuple[str, bool]:
    """Without an -e at the end, and whether there was one."""
    if word.endswith("e") and len(word) - 1 >= first and word[-2] not in _VOWELS:
        return _undouble(word[:-1]), True
    return word, False


def _ending(word: str, first: int, second: int, had_e: bool) -> str:
    for ending in ("lijk", "baar", "end", "ing", "bar", "ig"):
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if len(rest) < second:
            return word
        if ending in ("end", "ing"):
            if rest.endswith("ig") and len(rest) - 2 >= second and not rest.endswith("eig"):
                return rest[:-2]
            return _undouble(rest)
        if ending == "ig":
            return word if rest.endswith("e") else rest
        if ending == "lijk":
            return _last_e(rest, first)[0]
        return word if ending == "bar" and not had_e else rest
    return word
