"""The verdict and the answer in words, where people often begin the answer with the verdict."""

from __future__ import annotations

import re

from .models import Verdict

SENTENCE = re.compile(r"[.!:;…]")


def _after(verdict: str, answer: str) -> tuple[str, str | None]:
    """The words of the verdict, and what follows them in an answer that begins with them."""
    word = str(Verdict(verdict).label) if verdict else ""
    said = answer.strip()
    rest = said[len(word) :]
    begins = word and said.casefold().startswith(word.casefold()) and not rest[:1].isalnum()
    return word, rest if begins else None


def apart(verdict: str, answer: str) -> tuple[str, str]:
    """The verdict's words, and the answer without them: for where the two stand apart."""
    word, rest = _after(verdict, answer)
    if rest is None:
        return word, answer
    mark, said = re.match(r"^([\s.,:;!…–—-]*)(.*)$", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    return word, said[:1].upper() + said[1:] if SENTENCE.search(mark) else said


def together(verdict: str, answer: str) -> str:
    """Both in one text, the verdict said once."""
    word, rest = _after(verdict, answer)
    lead = f"{word}." if word and rest is None else ""
    return " ".join(filter(None, [lead, answer.strip()]))
