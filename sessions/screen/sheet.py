"""How large what stands on the board can be, and how much of it: reckoned, for it is not measured.

The board's type grows with the screen, so that a board of any size is a sheet of as many ems.
Few things stand large; more of them smaller, down to what still reads from four metres; then what
belongs to a row is left out, then rows stand beside each other. What does not fit even so is told
in a number, and can be read on laptop and phone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from sessions.models import Argument, Effect, Fact, Value

if TYPE_CHECKING:
    from .step import StepScreen
    from .talk import Screen

# In rem of the board: beside the compass, and from its top to its foot.
WIDTH = 51.0
HEIGHT = 32.7
# Of the type, in em: how wide a letter is, also where it is bold, and how tall a line.
LETTER, BOLD = 0.45, 0.485
LINE = 1.33
# Letters that are lost at the end of a line, where a word does not fit any more.
RAGGED = 2.5
# What stands above, beside and between rows, in rem.
HEAD = 2.2
LEFT = 2.1
GAP = 2.0
# In em of their own, beside the words of a card and of a voice.
INSET_CARD, INSET_VOICE = 2.3, 1.3
# Nobody reads more of one row from a board.
FEWEST_LETTERS = 120


@dataclass(frozen=True)
class Size:
    """How large rows stand: in rem, how many beside each other, and with what belongs to them."""

    name: str
    em: float
    across: int = 1
    whole: bool = True


LARGER, LARGE, NORMAL = Size("larger", 1.45), Size("large", 1.2), Size("normal", 1)
SMALL, SMALLER = Size("small", 0.88), Size("smaller", 0.78)
SIZES = (LARGER, LARGE, NORMAL, SMALL, SMALLER)
# Arguments lose what belongs to them before they get small.
ARGUMENTS = (
    *(LARGER, LARGE, NORMAL, Size("normal", 1, whole=False), Size("small", 0.88, whole=False)),
    *(Size("smaller", 0.78, whole=False), Size("smaller", 0.78, across=2, whole=False)),
)
CARDS = (
    *(
        Size("larger", 1.45, across=3),
        Size("large", 1.2, across=3),
        Size("normal", 1, across=3),
        Size("small", 0.88, across=3),
    ),
    *(Size("smaller", 0.78, across=4), Size("smaller", 0.78, across=4, whole=False)),
)
# What was heard beforehand: at most so much of the height.
VOICES = (
    *(Size("normal", 1, across=3), Size("small", 0.88, across=3)),
    Size("smaller", 0.78, across=4),
)
HEARD = 0.45
# The question: where it is what the talk is about now, and above all else.
QUESTIONS = (
    *(Size("4xl", 3.6), Size("3xl", 2.9), Size("2xl", 2.15), Size("xl", 1.6)),
    *(Size("l", 1.25), Size("m", 1), SMALL, SMALLER),
)
ABOVE = (Size("xxl", 1.8), Size("xl", 1.5), Size("l", 1.2), Size("m", 1))
WORDS = (Size("lead", 1.35), LARGE, NORMAL, SMALL, SMALLER, Size("smaller", 0.78, across=2))
ESSENCE = (
    *(Size("lead", 1.6), Size("larger", 1.4), LARGE, Size("normal", 1.05)),
    *(SMALL, SMALLER),
)


def lines(text: str, width: float, letter: float = LETTER) -> int:
    """How many lines a text has in a column of so many of its own ems."""
    across = max(1, int(width / letter - RAGGED))
    return sum(max(1, math.ceil(len(part) / across)) for part in text.split("\n"))


def stacked(width: float, *paragraphs: tuple[str, float]) -> float:
    """The height of paragraphs, each with its size in em of the row; empty ones take none."""
    return sum(lines(text, width / em) * em * LINE for text, em in paragraphs if text)


@dataclass(frozen=True)
class Part:
    """The rows of one column that are shown, and how many are not."""

    key: str
    title: str
    rows: Sequence[Any]
    left: int = 0

    @property
    def count(self) -> int:
        return len(self.rows) + self.left


@dataclass(frozen=True)
class Fit:
    """Columns as they fit: how large, how many letters of a text at most, the room left."""

    size: Size
    parts: Sequence[Part]
    most: int = 10**6
    room: float = math.inf

    @property
    def left(self) -> int:
        return sum(part.left for part in self.parts)

    @property
    def most_of_name(self) -> int:
        """How many letters of a name, above a text that is shortened."""
        return self.most if self.most == 10**6 else min(self.most, FEWEST_LETTERS)

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of the only column."""
        return [row for part in self.parts for row in part.rows]


# The height of a row in em, at a size and in a column of so many em.
Measure = Callable[[Any, Size, float], float]


def _plain(row: Any, size: Size, width: float) -> float:
    return 2


def fit(
    parts: Sequence[Part],
    measure: Measure,
    height: float,
    *,
    width: float = WIDTH,
    sizes: Sequence[Size] = SIZES,
    newest: bool = False,
    beside: Measure = _plain,
    inset: float = 0,
) -> Fit:
    """The largest size at which all columns fit, or as many rows of each as do at the smallest.

    Of a list that grows under everyone's eyes the `newest` rows are those shown. Where a text is
    shortened, `beside` is the height of what stands around it, and `inset` the width.
    """
    each = (width - GAP * (len(parts) - 1)) / max(1, len(parts))
    for size in sizes:
        columns = [_heights(part.rows, measure, size, each) for part in parts]
        tallest = max((sum(column) for column in columns), default=0)
        if tallest <= height:
            return Fit(size, parts, room=height - tallest)
    size = sizes[-1]
    inner = (each - (size.across - 1)) / size.across / size.em
    rows = max(len(part.rows) for part in parts)
    own = (height - LEFT) / size.em / min(4, math.ceil(rows / size.across))
    around = max(beside(row, size, inner) for part in parts for row in part.rows)
    across = max(1.0, (inner - inset) / LETTER - RAGGED)
    most = max(FEWEST_LETTERS, int(across * ((own - around) // LINE)))

    def shortened(row: Any, size: Size, width: float) -> float:
        longest = lines("x" * most, width - inset) * LINE + beside(row, size, width)
        return min(measure(row, size, width), longest)

    cut = [_cut(part, shortened, size, each, height - LEFT, newest) for part in parts]
    return Fit(size, cut, most, 0)


def _heights(rows: Sequence[Any], measure: Measure, size: Size, width: float) -> list[float]:
    """In rem, of every line of rows; those beside each other are as tall as the tallest."""
    inner = (width - (size.across - 1)) / size.across / size.em
    tall = [measure(row, size, inner) * size.em for row in rows]
    return [max(tall[i : i + size.across]) for i in range(0, len(tall), size.across)]


def _cut(
    part: Part, measure: Measure, size: Size, width: float, height: float, newest: bool
) -> Part:
    rows = list(reversed(part.rows)) if newest else list(part.rows)
    shown, used = 0, 0.0
    for tall in _heights(rows, measure, size, width):
        if used + tall > height and shown:
            break
        used, shown = used + tall, shown + size.across
    kept = rows[:shown]
    kept = list(reversed(kept)) if newest else kept
    return Part(part.key, part.title, kept, len(rows) - len(kept))


def _who_when(who: str, due: Any) -> str:
    return f"{who}, {due}" if who or due else ""


class Sheet:
    """What of one screen stands on the board, and how large.

    Without a height it is endless, as a phone's page is: then all stands on it.
    """

    def __init__(self, screen: Screen | StepScreen, height: float = math.inf):
        self.screen: Any = screen
        self.height = height

    # -- the question ---------------------------------------------------------------------------

    @cached_property
    def question(self) -> Fit:
        """The question: large where nothing else stands, smaller where it only stays in view."""
        words = self.screen.question
        part = [Part("question", "", [words])]
        if self.is_full:
            share = 0.74 if self.is_bare else 0.28 if self.is_crowded else 0.44
            return fit(part, _measure_question, self.height * share, sizes=QUESTIONS)
        tables = self.screen.tables
        crowded = tables is not None and tables.mode == "answers" and tables.room.is_tight
        return fit(part, _measure_question, 2.0 if crowded else 7.0, sizes=ABOVE)

    @property
    def is_full(self) -> bool:
        """Whether the talk is about the question itself now, or is about to be."""
        if self.screen.tables:
            return False
        step = self.screen.step
        return step is None or step.kind == "question"

    @property
    def is_bare(self) -> bool:
        """Whether nothing stands there but the question."""
        step = self.screen.step
        asked = step is not None and (self.screen.waiting_round or self.told)
        return step is not None and not asked and not self.has_mandate

    @property
    def is_crowded(self) -> bool:
        """Whether much was told, or something is asked beside it."""
        told = sum(text.count("\n") + 1 for _prompt, text in self.told) if self.screen.step else 0
        return told > 6 or bool(told and self.screen.waiting_round)

    @property
    def has_mandate(self) -> bool:
        keys = ("mandate", "decider", "readers", "council")
        text = self.screen.text
        return any(text("", key) for key in keys) or bool(self.screen.session.decide_by)

    @property
    def room(self) -> float:
        """What is left of the height under the question."""
        if math.isinf(self.height):
            return self.height
        shown = self.question
        words = [row[: shown.most] for row in shown.rows]
        rows = _heights(words, _measure_question, shown.size, WIDTH)
        return self.height - sum(rows) - 1.2

    # -- what is told in one's own words --------------------------------------------------------

    @property
    def told(self) -> list[tuple[Any, str]]:
        """What was typed beside the question: prompt and text."""
        return [one for one in self.screen.answers if one[1] and one[0].key != "question"]

    @cached_property
    def words(self) -> Fit:
        room = self.room
        room -= 6.5 if self.screen.waiting_round else 2.5  # what is asked under it
        room -= 5.0 if self.has_mandate else 0
        part = Part("words", "", self.told)
        return fit([part], _measure_words, max(room, 4.0), width=min(WIDTH, 48), sizes=WORDS)

    @cached_property
    def essence(self) -> Fit:
        """What it came to; beside it stands the code that leads to the report."""
        part = Part("essence", "", self.screen.essence)
        return fit([part], _measure_essence, self.height + 0.8, width=38.5, sizes=ESSENCE)

    @cached_property
    def prompts(self) -> Fit:
        """What the method asks aloud, while there is nothing yet."""
        first = [one for one in self.screen.step.answers if one.key == "answer"]
        part = Part("prompts", "", self.screen.asked_aloud or first)
        across = 2 if len(part.rows) > 2 else 1
        sizes = [Size(size.name, size.em, across) for size in SIZES]
        room = self.room - 3 - self._heard_height
        return fit([part], _measure_prompt, room, width=WIDTH - 4, sizes=sizes)

    # -- lists ----------------------------------------------------------------------------------

    @cached_property
    def facts(self) -> Fit:
        titles = {
            Fact.Kind.FACT: _("We know this"),
            Fact.Kind.ASSUMPTION: _("We assume this"),
            Fact.Kind.UNKNOWN: _("To find out"),
            "": _("Not sorted yet"),
        }
        parts = _by("kind", titles, self.screen.lists[0].standing)
        room = self.room - HEAD
        if self.screen.legal_stop:
            note = self.screen.text("", "legal_note")
            room -= 5.9 + (lines(note, (WIDTH - 5) / 0.92) * 1.25 + 0.2 if note else 0)
        return fit(parts, _measure_fact, room, newest=True)

    @cached_property
    def stakeholders(self) -> Fit:
        part = Part("stakeholders", "", self.screen.lists[0].standing)
        room = self.room - self._heard_height
        return fit(
            [part],
            _measure_card,
            room,
            sizes=CARDS,
            newest=True,
            beside=_beside_card,
            inset=INSET_CARD,
        )

    @cached_property
    def heard(self) -> Fit:
        """What was heard beforehand and no row here holds yet, under what the group collects."""
        shows = self.screen.step.kind in ("stakeholders", "arguments")
        heard = self.screen.heard if shows and not self.screen.waiting_round else ()
        part = Part("heard", "", [one for one in heard if not one.is_taken])
        return fit(
            [part],
            _measure_voice,
            self._room_of_heard,
            sizes=VOICES,
            beside=_beside_voice,
            inset=INSET_VOICE,
        )

    @property
    def _room_of_heard(self) -> float:
        return self.room * HEARD - HEAD - 1.2

    @property
    def _heard_height(self) -> float:
        """What it takes of the height, with what stands above it."""
        if math.isinf(self.height) or not self.heard.rows:
            return 0
        return self._room_of_heard - self.heard.room + HEAD + 1.2

    @cached_property
    def values(self) -> Fit:
        """What each chose alone, under the core values; what most chose stands first."""
        titles = {
            Value.Core.AUTONOMY: _("Autonomy"),
            Value.Core.JUSTICE: _("Justice"),
            Value.Core.HUMANITY: _("Humanity"),
            "": _("Other values"),
        }
        parts = _by("core", titles, self.screen.lists[0].most_chosen)
        return fit(parts, _measure_value, self.room - HEAD)

    @cached_property
    def chosen_values(self) -> Fit:
        """The values that the group goes on with, each in a row of its own."""
        rows = self.screen.lists[0]
        others = 5.4 if rows.others else 0
        return fit([Part("", "", rows.chosen)], _measure_chosen, self.room - 2.9 - others)

    @cached_property
    def sides(self) -> Fit:
        """For and against, beside each other: what was collected, is chosen, or is weighed now."""
        step = self.screen.step
        if step.kind == "arguments":
            options = self.screen.lists[0].standing
            above = 1.5 * lines("".join(one.title + "x" * 5 for one in options), (WIDTH - 5) / 0.88)
            room = self.room - (above + 1.2 if options else 0)
            room -= 11 if self.screen.waiting_round else self._heard_height
            return self._sides(self.screen.lists[1].standing, room, newest=True)
        asked = [item.argument for item in self.screen.items if item.argument]
        bare = [replace(size, whole=False) for size in ARGUMENTS]
        shown = asked if self.screen.waiting_round else self.screen.chosen
        return self._sides(shown, self.room - 4.2, sizes=bare)

    def _sides(
        self,
        rows: Iterable[Argument],
        room: float,
        sizes: Sequence[Size] = ARGUMENTS,
        newest: bool = False,
    ) -> Fit:
        rows = list(rows)
        parts = [
            Part(side.value, str(side.label), [row for row in rows if row.side == side])
            for side in Argument.Side
        ]
        return fit(parts, _measure_argument, room - HEAD, sizes=sizes, newest=newest)

    @cached_property
    def weighed(self) -> Fit:
        """Every argument with its dots; those of which people differ least are left out first."""
        part = Part("weighed", "", self.screen.weighed)
        return fit([part], _measure_weighed, self.room - 3.2)

    @cached_property
    def outcome(self) -> OutcomeFit:
        return fit_outcome(self.screen, self.room)


def _by(field: str, titles: dict[Any, str], rows: Sequence[Any]) -> list[Part]:
    """Rows in columns, by what a field says; a column that would be empty is left out."""
    parts = [
        Part(str(key), title, [row for row in rows if getattr(row, field) == key])
        for key, title in titles.items()
    ]
    return [part for part in parts if part.rows]


def _measure_question(row: str, size: Size, width: float) -> float:
    return lines(row, width, BOLD) * 1.22


def _measure_words(row: tuple[Any, str], size: Size, width: float) -> float:
    return stacked(width, (row[0].text, 1 / size.em), (row[1], 1)) / size.across + 1.2


def _measure_essence(row: str, size: Size, width: float) -> float:
    return lines(row, width) * 1.36 + 0.5


def _measure_prompt(row: Any, size: Size, width: float) -> float:
    return stacked(width, (row.text, 1.45), (row.help, 1.15)) + 2.2


def _measure_fact(row: Any, size: Size, width: float) -> float:
    about = _who_when(row.owner, row.due and "x" * 22)
    return stacked(width, (row.text, 1), (about, 0.84)) + (1.45 if about else 1.15)


def _measure_card(row: Any, size: Size, width: float) -> float:
    words = stacked(width - INSET_CARD, (row.interest, 1))
    return words + _around_card(row, row.name, size, width)


def _beside_card(row: Any, size: Size, width: float) -> float:
    return _around_card(row, row.name[:FEWEST_LETTERS], size, width)


def _around_card(row: Any, name: str, size: Size, width: float) -> float:
    """The name above the words, and under them where this is from and who is not there."""
    tag = "x" * 18 if row.at_table is not None else ""
    about = tag + row.get_origin_display() if size.whole or row.at_table is False else ""
    return stacked(width - INSET_CARD, (name, 1.2), (about, 0.9)) + (2.5 if about else 1.9)


def _measure_voice(row: Any, size: Size, width: float) -> float:
    return stacked(width - INSET_VOICE, (row.text, 1)) + _beside_voice(row, size, width)


def _beside_voice(row: Any, size: Size, width: float) -> float:
    return stacked(width - INSET_VOICE, (row.whose, 0.84)) + 1.2


def _measure_value(row: Any, size: Size, width: float) -> float:
    return stacked(width, (row.name + "x" * 8, 1.05), (row.meaning, 1)) + 1.2


def _measure_chosen(row: Any, size: Size, width: float) -> float:
    name = lines(row.name, width * 0.26 / 1.3, BOLD) * 1.3 * LINE
    meaning = stacked(width * 0.42, (row.meaning, 1))
    effect = {"": "", Effect.BOTH: "x" * 37}.get(row.effect, "x" * 16)
    about = stacked(width * 0.235, (effect + "oo" * (row.voices or 0), 0.9))
    return max(name, meaning, about) + 1.4


def _measure_argument(row: Argument, size: Size, width: float) -> float:
    tall = stacked(width - 2.2, (row.text, 1), (row.said_by, 0.84)) + 1.45
    if not size.whole:
        return tall
    beside = (row.option, row.stakeholder, row.value, row.kind and "x" * 12)
    about = "    ".join(str(one) for one in beside if one)
    return tall + stacked(width - 2.2, (about, 0.95)) + (0.4 if about else 0)


def _measure_weighed(row: Any, size: Size, width: float) -> float:
    words = (43.5 - 13.3 * size.em) / size.em
    first = row.apart
    text = lines(row.argument.text, words) * LINE
    if first:
        text = lines(row.argument.text, words / 1.25, BOLD) * 1.25 * LINE
    text += 0.84 * LINE if row.argument.said_by else 0
    dots = 1.73 + 0.52 * (_stacks(row.counts) - 1)
    dots += 0.26 + 0.52 * _stacks(row.before) if row.before else 0
    return max(text + (1.6 if first else 0), dots) + 0.85 + (0.7 if first else 0)


def _stacks(counts: Counter[int]) -> int:
    """How many dots lie on each other, of four beside each other."""
    return math.ceil(max(counts.values(), default=1) / 4)


@dataclass(frozen=True)
class OutcomeFit:
    """The answer, and under it why, or else what goes with it: how large, and how much of each."""

    size: Size
    most: int = 10**6
    rows: int = 10**6  # of each list
    room: float = math.inf
    why: bool = True  # whether the reasons are shown too


def fit_outcome(screen: Any, height: float) -> OutcomeFit:
    """Few things at once: once something is agreed the reasons make room for it."""
    if math.isinf(height):
        return OutcomeFit(NORMAL)
    agreed = any(rows.standing for rows in screen.lists)
    tries = [OutcomeFit(size, why=not agreed) for size in SIZES]
    fewer = [(most, rows) for most in (600, 300, 150) for rows in (6, 5, 4, 3, 2, 1)]
    tries += [OutcomeFit(SMALLER, most, rows, why=not agreed) for most, rows in fewer]
    for one in tries:
        used = _outcome_height(screen, one)
        if used <= height:
            return replace(one, room=height - used)
    return replace(tries[-1], room=0)


def _outcome_height(screen: Any, one: OutcomeFit) -> float:
    """In rem, of the answer and what stands under it."""
    em = one.size.em
    outcome, texts = screen.outcome, {prompt.key: text for prompt, text in screen.answers}

    def said(text: str) -> str:
        return text[: one.most]

    verdict = 3.2 * em if texts.get("verdict") else 0
    beside = 10 * em if verdict else 0
    answer = stacked((WIDTH - beside) / em, (said(texts.get("answer", "")), 1.25)) * em
    height = max(verdict, answer) + 1.2
    for prompt, text in screen.answers:
        if text and prompt.key not in ("verdict", "answer", "reasons"):
            height += stacked(38 / em, (prompt.text, 1), (said(text), 1)) * em + 1.0
    if screen.intuition and screen.intuition.asked:
        height += 2.5
    if one.why:
        for reason in outcome.picked[: one.rows]:
            words = (WIDTH - 3) / em - 11
            height += (max(stacked(words, (said(reason.argument.text), 1)), 1.4) + 0.8) * em
        height += stacked(38 / em, (said(texts.get("reasons", "")), 1)) * em + 2.5
    columns = [rows.standing for rows in screen.lists if rows.standing]
    width = (WIDTH - GAP * (len(columns) - 1)) / max(1, len(columns)) / em
    tallest = 0.0
    for column in columns:
        tall = sum(_measure_agreed(row, width, said) for row in column[: one.rows]) * em
        tallest = max(tallest, tall + HEAD + (LEFT if len(column) > one.rows else 0))
    return height + tallest


def _measure_agreed(row: Any, width: float, said: Callable[[str], str]) -> float:
    who = getattr(row, "owner", "") or getattr(row, "who", "")
    about = _who_when(who, getattr(row, "due", "") and "x" * 22)
    changes = getattr(row, "would_change_if", "")
    about = about or (changes and "x" * 28 + said(changes))
    said_by = getattr(row, "said_by", "")
    return stacked(width, (said(str(row)), 1), (said_by, 0.84), (about, 0.84)) + 1.2
