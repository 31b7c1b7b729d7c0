"""What in a text seems to point to a person. It informs, and refuses nothing."""

from __future__ import annotations

import re

from .models.text import TELEPHONE

MAIL, PHONE, NAME = "mail", "phone", "name"

_ADDRESS = re.compile(r"[^\s@<>()\[\]{},;:\"]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_TITLE = (
    r"(?i:juffrouw|juf|meester|meneer|mijnheer|mevrouw|mevr\.?|mw\.?|dhr\.?|drs\.?|dr\.?"
    r"|miss|mister|mrs\.?|mr\.?|ms\.?)"
)
_WITHIN = r"(?:van|de|den|der|het|ter|ten|te|el|al|bin|ben|von|'t|’t|in)"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w'’-]*"
_TITLED = re.compile(
    rf"\b{_TITLE}\s+(?:{_WITHIN}\s+)*{_CAPITAL}(?:\s+(?:{_WITHIN}\s+)*{_CAPITAL})*"
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# After these a capital says that a sentence begins, not that this is a name.
_ENDS = ".!?…:;\n–—-"
_OPENS = " \t(\"“”‘'«["


def holds_contact(text: str) -> list[tuple[int, int, str]]:
    """Where an e-mail address, a telephone number or a name behind a title seems to stand.

    Each as start, end and "mail", "phone" or "name", in the order of the text, none over another.
    """
    found = [
        (match.start(), match.end(), kind)
        for kind, pattern in ((MAIL, _ADDRESS), (PHONE, TELEPHONE), (NAME, _TITLED))
        for match in pattern.finditer(text)
    ]
    told: list[tuple[int, int, str]] = []
    for one in sorted(found):
        if not told or one[0] >= told[-1][1]:
            told.append(one)
    return told


def capitalised(text: str) -> list[tuple[int, int]]:
    """Words with a capital within a sentence: start and end of each.

    Names of people have one; so have those of schools and of what one buys. An abbreviation, all
    in capitals, is none.
    """
    return [
        (word.start(), word.end())
        for word in _WORD.finditer(text)
        if word[0][0].isupper()
        and any(map(str.islower, word[0]))
        and not _begins(text, word.start())
    ]


def _begins(text: str, place: int) -> bool:
    """Whether a sentence begins there."""
    before = text[max(0, place - 40) : place].rstrip(_OPENS)
    return not before or before[-1] in _ENDS
