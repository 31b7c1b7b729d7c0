"""Words blacked out: a function of a document, in which they are gone and not hidden.

A block is as long for one letter as for twenty pages, and one stands for words that stood next to
one another: it tells nothing of them. What is not typed (sides, days, weights) stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import DateField, ForeignKey
from django.utils.translation import gettext as _

from .document.format import LISTS_IN, TEXTS, columns, words
from .models import Inquiry, Voice, choices_of
from .models.text import BODY
from .personal import capitalised, holds_contact
from .steps import LISTS
from .steps.whole import TEXTS as WHOLE_TEXTS

Document = dict[str, Any]

BLOCK = "████"
WHOLE = -1  # instead of the places of words: all of the text
# Of the preparation only this stands in a report; the page for parents is a paper of its own.
KEPT_OF = {"preparation": ("legal", "legal_note"), "explanation": ()}
# Columns that say who.
WHO = frozenset({"said_by", "owner", "who", "by", "team", "decider", "readers", "function"})
SIGNED = "said_by"
MOST_WORDS = 600  # on a page to look at, and of a text of which words can be tapped
MOST_TEXTS = 15  # on a page

# Words with a capital that point to nobody.
_NOBODY = frozenset(
    word
    for words_ in (
        "nederland nederlands nederlandse engels engelse duits duitse frans franse fries friese",
        "turks turkse arabisch arabische pools poolse spaans spaanse europa europees europese",
        "google microsoft teams classroom magister parnassys somtoday kompas english dutch",
    )
    for word in words_.split()
)
_TOKEN = re.compile(r"\S+")
_PART = re.compile(r"[^\W_]+")


# Words


def spans(text: str) -> list[tuple[int, int]]:
    """Where each word stands, without the punctuation around it."""
    found = []
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        while start < end and _is_mark(text[start]):
            start += 1
        while end > start and _is_mark(text[end - 1]):
            end -= 1
        if start < end:
            found.append((start, end))
    return found


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"


def blackout(text: str, out: Collection[int], most: int = BODY) -> str:
    """The text without the words at these places, counted from 0; `WHOLE` is all of it."""
    places = spans(text)
    gone = sorted(place for place in set(out) if 0 <= place < len(places))
    if WHOLE in out or (places and len(gone) == len(places)):
        return BLOCK
    told, at, last = [], 0, None
    for place in gone:
        start, end = places[place]
        between = text[at:start]
        if last is None or between.strip() or "\n" in between:
            told += [between, BLOCK]
        at = end
        last = place
    left = "".join([*told, text[at:]])
    return left if len(left) <= most else BLOCK


def _parts(word: str) -> set[str]:
    """What a word is made of, without capitals and accents: "Anna's" is "anna" and "s"."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return set(_PART.findall("".join(one for one in plain if not unicodedata.combining(one))))


def places_of(text: str, phrase: str) -> set[int]:
    """The places of the words with which a phrase is said in a text, wherever it stands."""
    sought = [parts for one in _TOKEN.findall(phrase) if (parts := _parts(one))]
    if not sought:
        return set()
    said = [_parts(text[start:end]) for start, end in spans(text)]
    found: set[int] = set()
    for at in range(len(said) - len(sought) + 1):
        if all(wanted <= said[at + place] for place, wanted in enumerate(sought)):
            found |= set(range(at, at + len(sought)))
    return found


# The texts of a document


@dataclass(frozen=True)
class Place:
    """Where a text stands: in which section, as what, and how long it may be."""

    section: str
    title: str
    label: str
    column: str
    most: int = BODY

    @property
    def who(self) -> bool:
        return self.column in WHO

    @property
    def signed(self) -> bool:
        return self.column == SIGNED


Change = Callable[[str, Place], str]


def mapped(document: Document, change: Change) -> Document:
    """The document with `change` of every text in it, and without what is in no report.

    Names under an argument are changed as the names on their lists are. The order is kept.
    """
    whole = _without_what_stays_inside(document)
    _one(whole, change, "", "")
    whole["tables"] = [
        _table(table, change) for table in map(_without_what_stays_inside, whole.get("tables", []))
    ]
    return {key: value for key, value in whole.items() if value not in ({}, [])}


def _table(table: Document, change: Change) -> Document:
    title = _("Table %(number)s") % {"number": table["table"]}
    _one(table, change, f"table-{table['table']}-", f"{title}: ")
    return {key: value for key, value in table.items() if value not in ({}, [])}


def _without_what_stays_inside(document: Document) -> Document:
    whole = dict(document)
    for name, kept in KEPT_OF.items():
        if name in whole:
            whole[name] = {key: whole[name][key] for key in kept if key in whole[name]}
    return whole


def _one(whole: Document, change: Change, prefix: str, before: str) -> None:
    """Change the texts of one talk in place, apart from its tables; `whole` is a copy already."""
    titles = _titles()

    def place(section: str, label: str, column: str, most: int = BODY) -> Place:
        return Place(prefix + section, before + titles[section], label, column, most)

    labels = _labels()
    for within, texts in TEXTS.items():
        if within and within not in whole:
            continue
        if within:
            whole[within] = dict(whole[within])
        holder = whole[within] if within else whole
        for key, (kind, prompt) in texts.items():
            if key in holder and not choices_of(kind, prompt):
                section = (
                    "outcome"
                    if within == "outcome"
                    else "law"
                    if prompt == "legal_note"
                    else "about"
                )
                asked = WHOLE_TEXTS.get(prompt)
                label = labels.get(key) or (str(asked.text) if asked else key)
                holder[key] = change(holder[key], place(section, label, key))
    if "source" in whole:
        whole["source"] = [
            change(one, place("about", _("Source"), "source")) for one in whole["source"]
        ]
    if "inquiries" in whole:
        whole["inquiries"] = [_inquiry(one, change, place, labels) for one in whole["inquiries"]]
    for within, lists in LISTS_IN.items():
        if within and within not in whole:
            continue
        holder = whole if not within else whole[within]
        for one in lists:
            if one.name in holder:
                holder[one.name] = [
                    _item(item, one.name, change, place, labels) for item in holder[one.name]
                ]
    if "texts" in whole:
        whole["texts"] = [
            one
            if choices_of(one["step"], one["prompt"])
            else {**one, "text": change(one["text"], place("texts", _("Answer"), "text"))}
            for one in whole["texts"]
        ]


def _inquiry(one: Document, change: Change, place: Any, labels: Mapping[str, str]) -> Document:
    told = dict(one)
    for key in ("question", "asked", "answer"):
        if key in told:
            most = _most(Inquiry._meta.get_field(key))
            told[key] = change(told[key], place("heard", labels[f"inquiry_{key}"], key, most))
    if "voices" in told:
        most = _most(Voice._meta.get_field("text"))
        told["voices"] = [
            {
                **voice,
                "text": change(voice["text"], place("heard", _("What was heard"), "text", most)),
            }
            for voice in told["voices"]
        ]
    return told


def _item(item: Document, name: str, change: Change, place: Any, labels: Any) -> Document:
    """One contribution; what is chosen and not typed stays."""
    model, told = LISTS[name].model, dict(item)
    for key, column in columns(model).items():
        if not isinstance(item.get(key), str) or column.choices or isinstance(column, DateField):
            continue
        if isinstance(column, ForeignKey):  # said as its list says it
            home = next(one for one in LISTS.values() if one.model is column.related_model)
            said = words(home.model)
            at = place(home.name, labels.get(said.name, ""), said.name, _most(said))
        else:
            at = place(name, labels.get(key, ""), key, _most(column))
        told[key] = change(item[key], at)
    if "merged" in item:
        most = _most(words(model))
        at = place(name, _("Also said as"), "merged", most)
        told["merged"] = [change(text, at) for text in item["merged"]]
    return told


def _most(column: Any) -> int:
    limits = [one.limit_value for one in column.validators if hasattr(one, "limit_value")]
    return min([column.max_length or BODY, *limits])


def _titles() -> dict[str, str]:
    """The sections in their order, each with its title."""
    return {
        "about": _("The talk"),
        "invited": _("At the table"),
        "heard": _("Heard beforehand"),
        "law": _("Does the law allow it?"),
        "facts": _("Facts"),
        "stakeholders": _("Stakeholders"),
        "values": _("Values"),
        "options": _("Options"),
        "arguments": _("Arguments"),
        "outcome": _("The answer"),
        "conditions": _("Conditions"),
        "minority_views": _("Who sees it differently"),
        "actions": _("Agreements"),
        "decisions": _("Decision"),
        "texts": _("Other answers"),
        "parked": _("Kept for later"),
    }


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"),
        "question": _("Question"),
        "context": _("What this is about"),
        "place": _("Where"),
        "team": _("Who took part"),
        "note": _("Note"),
        "decider": _("Who decides"),
        "readers": _("Who reads this report"),
        "legal_note": _("Who looked at this"),
        "answer": _("Answer"),
        "reasons": _("Reasons"),
        "owner": _("Who sees to it"),
        "who": _("Who does it"),
        "by": _("Who decided"),
        "said_by": _("Who wrote it"),
        "interest": _("Their interest"),
        "meaning": _("What it means"),
        "dialogue": _("What was said about it"),
        "would_change_if": _("What would change this view"),
        "result": _("What came of it"),
        "function": _("Who was asked"),
        "inquiry_question": _("What was asked"),
        "inquiry_asked": _("Who was asked"),
        "inquiry_answer": _("What was done with it"),
    }


# To look at


@dataclass
class Passage:
    """A text of a document, once, with all places where it stands.

    What stands at several places is looked at once, and blacked out alike. What somebody signed
    with is apart from the same words elsewhere.
    """

    key: str
    text: str
    places: list[Place] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.places[0]

    @property
    def label(self) -> str:
        names = dict.fromkeys(one.label for one in self.places if one.label)
        return " · ".join(names) or self.place.title

    @property
    def who(self) -> bool:
        return any(one.who for one in self.places)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return spans(self.text)

    @property
    def tappable(self) -> bool:
        """Whether words can be tapped one by one; of a very long text they are typed."""
        return len(self.spans) <= MOST_WORDS

    @cached_property
    def hints(self) -> set[int]:
        """The places of the words that seem to point to a person."""
        found = [(start, end) for start, end, _kind in holds_contact(self.text)]
        return {
            place
            for place, (start, end) in enumerate(self.spans)
            if any(start < to and end > at for at, to in [*found, *self._names])
        }

    @cached_property
    def _names(self) -> list[tuple[int, int]]:
        found = capitalised(self.text)
        return [one for one in found if self.text[slice(*one)].casefold() not in _NOBODY]

    @property
    def suspects(self) -> list[str]:
        """What seems to point to a person, as one types it."""
        contacts = holds_contact(self.text)
        found = [self.text[start:end] for start, end, _kind in contacts]
        found += [
            self.text[start:end]
            for start, end in self._names
            if not any(start < to and end > at for at, to, _kind in contacts)
        ]
        return [" ".join(one.split()) for one in found]


def key_of(text: str, place: Place) -> str:
    told = f"{place.signed}:{text}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def passages(document: Document) -> list[Passage]:
    """Every text of a document, by section, each once."""
    found: dict[str, Passage] = {}

    def note(text: str, place: Place) -> str:
        key = key_of(text, place)
        found.setdefault(key, Passage(key, text)).places.append(place)
        return text

    mapped(document, note)
    order = {name: at for at, name in enumerate(_titles())}

    def rank(passage: Passage) -> tuple[int, int]:
        section = passage.place.section
        if not section.startswith("table-"):
            return 0, order[section]
        number, _dash, name = section.removeprefix("table-").partition("-")
        return int(number), order[name]

    return sorted(found.values(), key=rank)


def redacted(document: Document, out: Mapping[str, Collection[int]]) -> Document:
    """The document without the words that `out` names: by passage, the places of its words."""

    def change(text: str, place: Place) -> str:
        gone = out.get(key_of(text, place), ())
        return blackout(text, gone, place.most) if gone else text

    return mapped(document, change)


def at_first(found: Iterable[Passage]) -> dict[str, list[int]]:
    """What is blacked out before anybody looked: with what people signed."""
    return {one.key: [WHOLE] for one in found if one.place.signed}


def counted(suspects: Iterable[list[str]]) -> list[tuple[str, int]]:
    """Of what each text seems to hold: each once, and in how many texts it stands."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for of_text in suspects:
        for one in dict.fromkeys(of_text):
            key = one.casefold()
            names.setdefault(key, one)
            counts[key] += 1
    return [(names[key], count) for key, count in counts.most_common()]
