"""The report on paper: accessible, whole, and what it says on its first page."""

import io
import json
import logging
import random
import re
import time
import unicodedata
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader
from weasyprint.logger import LOGGER

from reports import pdf
from reports.characters import FONTS, direction, font_files, in_pieces, printable
from reports.report import Report
from sessions.document import normalise
from sessions.models import Method, Result
from sessions.said import apart

from .documents import EXAMPLES, METHODS, publish_methods, talk
from .pdfua import violations

pytestmark = pytest.mark.once

# What printing or reading back may change: line breaks, and marks that show nothing.
SPACE = re.compile(
    "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+"
)
HARD = [
    "<b>vet</b> & <script>alert(1)</script> {{ settings.SECRET_KEY }} {% load x %}",
    "Blij 🙂🎉 ✅ ❤️ ☕ een lerares 👩‍🏫 een duim 👍🏽 een vlag 🇳🇱",
    "中文字符：这是一个很长的问题，没有空格。日本語のテキスト",
    "Een ½ łódź ĳs voor € 5 – „zo” … Привет Γειά é e\u0301 ﬁ",
    "tab\tregel\nnieuwe regel   drie spaties\u2028nog een",
    "\u202dvooruit\u202c nul\u200bbreed \ufeff zacht\u00adkoppelteken",
    "Eenheellangwoordzonderspaties" * 30,
]
MISSING = ["ትግርኛ ጽሑፍ", "हिन्दी", "ภาษาไทย", "한국어", "\U00012000 \ue000 \U000e0041"]
RTL = ["שלום עולם, זה טקסט", "مرحبا بالعالم، هذا نص"]


def bare(text: str) -> str:
    return unicodedata.normalize("NFC", SPACE.sub("", text))


def full(words: list[str]) -> dict:
    """A talk with `words` in every place that takes a text."""
    a, *_rest = words

    def short(text):
        return text[:200]

    return talk(
        title=short(a),
        context="\n\n".join(words),
        team=short(words[-1]),
        held_on="2025-03-12",
        review_on="2026-03-12",
        note=words[-1],
        source=words,
        facts=[
            {"text": text, "kind": kind, "owner": short(text), "due": "2025-04-01"}
            for text, kind in zip(words, ["fact", "assumption", "unknown", None] * 9, strict=False)
        ],
        stakeholders=[
            {"name": short(text), "interest": text, "at_table": True, "origin": "heard"}
            for text in words
        ],
        values=[
            {"name": short(text), "core": core, "meaning": text, "effect": "both", "voices": 3}
            for text, core in zip(
                words,
                ["autonomie", "rechtvaardigheid", "menselijkheid", None] * 9,
                strict=False,
            )
        ],
        options=[{"title": short(text)} for text in words],
        arguments=[
            {
                "side": side,
                "text": text,
                "option": short(text),
                "stakeholder": short(text),
                "value": short(text),
                "kind": "fact",
                "weights": [1, 3, 3, 5] if text != words[-1] else [],
                "merged": [f"Anders: {text}"],
                "origin": "imagined",
                "chosen": True,
                "decisive": text == a,
                "dialogue": text,
            }
            for text in words
            for side in ("for", "against")
        ],
        outcome={
            "verdict": "yes_if",
            "answer": "\n".join(words),
            "reasons": words[0],
            "conditions": [
                {
                    "text": text,
                    "owner": short(text),
                    "due": "2025-09-01",
                    "state": "done",
                    "result": text,
                }
                for text in words
            ],
            "minority_views": [
                {"text": text, "would_change_if": text, "read_back": True} for text in words
            ],
        },
        actions=[{"what": text, "who": short(text), "due": "2025-10-01"} for text in words],
        texts=[
            {"step": step, "prompt": prompt, "text": words[0]}
            for step, prompt in (
                *(("question", "why-now"), ("outcome", "meanwhile"), ("outcome", "ourselves")),
                *(("outcome", "explain"), ("outcome", "learned")),
            )
        ],
        begins="15:30",
        ends="17:30",
        place=short(a),
        resume_on="2026-01-02",
        mandate={
            "kind": "advice",
            "decider": short(a),
            "readers": short(a),
            "council": "consent",
            "decide_by": "2025-05-01",
        },
        preparation={
            **dict.fromkeys(("invitation", "emotion", "at_stake", "harm", "legal_note"), a),
            "legal": "no_basis",
        },
        invited=[
            {"function": short(text), "group": group, "number": 2, "present": present}
            for text, group, present in zip(
                words, ["staff", "parent", "pupil"] * 9, [True, False] * 9, strict=False
            )
        ],
        parked=[{"text": text} for text in words],
        decisions=[
            {
                "result": "partly",
                "reasons": text,
                "by": short(text),
                "decided_on": "2025-06-01",
                "verdict": "no",
                "answer": text,
            }
            for text in words
        ],
        intuition={"first": [1, 2, 5], "last": [3, 3, 4], "moved": 2, "asked": 3},
    )


def huge() -> dict:
    """Two hundred arguments, texts and words of 20,000 characters."""
    chance = random.Random(7)
    some = ["de", "school", "leerling", "ouder", "weegt", "zorgvuldig", "gesprek", "onderwijs"]

    def words(mark: str, length: int) -> str:
        text = mark
        while len(text) < length:
            text += chance.choice([" ", " ", ", ", ". ", "\n"]) + chance.choice(some)
        return text[:length].strip()

    return talk(
        title="Een heel groot gesprek",
        question=words("De vraag", 20_000),
        facts=[{"text": words(f"Feit {n}", 100), "kind": "fact"} for n in range(30)],
        stakeholders=[{"name": "L" * 500, "interest": words("Het belang", 5_000)}],
        values=[{"name": "Welzijn", "core": "menselijkheid", "meaning": "m" * 5_000}],
        arguments=[
            {
                "side": chance.choice(["for", "against"]),
                "text": words(f"Argument {n}", 150),
                "weights": chance.choices(range(1, 6), k=30),
            }
            for n in range(198)
        ]
        + [
            {"side": "for", "text": "&" * 20_000},
            {"side": "against", "text": words("Het lange argument", 20_000), "weights": [5]},
        ],
        outcome={
            "verdict": "no",
            "answer": words("Het antwoord", 3_000),
            "conditions": [{"text": words("De voorwaarde", 20_000), "owner": "e" * 500}],
        },
        actions=[{"what": "w" * 5_000}],
    )


def plenary() -> dict:
    """Three tables: a talk with something everywhere, one that said little, and an empty one."""
    spoken = full(HARD[:2])
    return talk(
        title="Studiedag",
        outcome={"verdict": "not_yet", "answer": "Eerst vragen we ouders."},
        tables=[
            {
                **{key: spoken[key] for key in spoken if key not in UNTOLD_OF_A_TABLE},
                "table": 1,
            },
            talk(
                table=2,
                outcome={"verdict": "no", "minority_views": [{"text": "Wij zien het anders."}]},
                arguments=[{"side": "for", "text": "Het helpt.", "weights": [1, 5, 5]}],
            ),
            talk(table=4),
        ],
    )


# What a table has of its plenary stands there and not once more.
UNTOLD_OF_A_TABLE = {
    "context",
    "team",
    "place",
    "note",
    "source",
    "mandate",
    "preparation",
    "begins",
    "ends",
}
UNTOLD_OF_A_TABLE |= {"invited", "title"}

DOCUMENTS = {
    **{file.stem: json.loads(file.read_text(encoding="utf-8")) for file in EXAMPLES},
    "almost empty": talk(),
    "hard texts": full(HARD),
    "right to left": full(RTL),
    "missing characters": full(MISSING),
    "huge": huge(),
    "plenary": plenary(),
}


def report_of(name: str, **more: Any) -> Report:
    data = DOCUMENTS[name]
    slug, number = data["method"], data.get("method_version", 2)
    source = next(file for file in METHODS if file.stem == f"{slug}-{number}")
    method = Method(
        slug=slug,
        version=number,
        digest=source.stem,
        definition=json.loads(source.read_text(encoding="utf-8")),
    )
    return Report(data, method, example=name in {file.stem for file in EXAMPLES}, **more)


class Paper:
    """One document as a PDF, and what it says when it is read back."""

    def __init__(self, name: str):
        self.said, self.report = DOCUMENTS[name], report_of(name)
        said: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: said.append(record.getMessage())
        LOGGER.addHandler(handler)
        try:
            self.content = pdf.render(self.report.html())
        finally:
            LOGGER.removeHandler(handler)
        self.log = said
        self.reader = PdfReader(io.BytesIO(self.content))
        self.pages = [page.extract_text() for page in self.reader.pages]

    @property
    def text(self) -> str:
        return bare("".join(self.pages))


@cache
def paper(name: str) -> Paper:
    return Paper(name)


@pytest.fixture(params=DOCUMENTS)
def each(request) -> Paper:
    return paper(request.param)


# What stays with who led the talk.
UNTOLD = ("emotion", "at_stake", "harm", "invitation")


def texts(value: object) -> list[str]:
    """Every text of a document that somebody typed for the report."""
    if isinstance(value, dict):
        if value.get("answer") and value.get("verdict"):
            # The verdict stands above the answer: an answer that begins with it says it once.
            with translation.override("nl"):
                value = value | {"answer": apart(value["verdict"], value["answer"])[1]}
        left_out = {"format", "method", "kind", "core", "side", "verdict", "due", "step", "prompt",
                    "held_on", "review_on", "resume_on", "decide_by", "decided_on", "language",
                    "status", "origin", "effect", "group", "state", "legal", "council",
                    "explanation", *UNTOLD}  # fmt: skip
        return [text for key, one in value.items() if key not in left_out for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) and value not in Result.values else []


def test_paper_is_accessible(each):
    assert violations(each.content) == []


def test_making_it_warns_of_nothing(each):
    assert each.log == []


def without_feet(paper: Paper) -> str:
    """All that the pages say, the line that runs along at the foot taken out."""
    foot = bare(printable(paper.report.context()["foot"]))
    whole = ""
    for page in paper.pages:
        page = bare(page)
        page = re.sub(r"(\d{1,2}[a-z]{3,9}\d{4}·)?pagina\d+van\d+", "", page)
        at = page.rfind(foot)
        whole += page[:at] + page[at + len(foot) :] if at >= 0 else page
    return whole


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "right to left"])
def test_every_text_is_in_it(name):
    whole = paper(name)
    state = bare(whole.report.state)
    there = without_feet(whole).replace(state, "")
    missing = [
        text[:80]
        for text in texts(whole.said)
        if bare(printable(text)).replace(state, "") not in there
    ]
    assert missing == []


def test_right_to_left_reads_in_its_own_order():
    """Readers give such a line in the order of the eye or of the mouth; both hold every word."""
    there = paper("right to left").text
    for text in RTL:
        for word in re.findall(r"\w+", text):
            assert word in there or word[::-1] in there


def test_title_and_language_are_told(each):
    assert each.reader.trailer["/Root"]["/Lang"] == "nl"
    assert each.reader.metadata.title.startswith("Verslag: ")
    assert each.reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith("fictief")])
def test_essence_of_a_usual_talk_is_one_page(name):
    assert paper(name).pages[1].lstrip().startswith("Inhoud")


def test_contents_name_the_page_of_each_part():
    made = paper("fictief-ai-rapportteksten")
    contents = " ".join(made.pages[1].split())
    for number, page in enumerate(made.pages[1:], 2):
        for line in page.split("\n"):
            if line.strip() in ("Feiten", "Waarden", "Argumenten", "Terugblik"):
                assert re.search(rf"{line.strip()} [. ]+ {number}\b", contents)


def test_short_report_has_no_contents():
    for name in ("almost empty", "genai-huiswerk"):
        assert "Inhoud" not in "".join(paper(name).pages)


def test_words_are_broken_as_dutch_does_and_stay_whole():
    """A line ends in a soft hyphen and no other sign; without it the word is there."""
    pages = "\n".join(paper("fictief-ai-rapportteksten").pages)
    broken = re.findall(r"(\w+)\xad\n(\w+)", pages)
    assert broken
    assert all(len(first) >= 4 and len(second) >= 4 for first, second in broken)
    assert "\u02d7" not in pages
    assert "\u2010" not in pages


def test_huge_report_takes_no_more_time_for_each_argument():
    """Twice as many arguments take at most somewhat more than twice as long."""

    def seconds(count: int) -> float:
        data = talk(
            arguments=[
                {"side": "for", "text": f"Argument {n} over de school", "weights": [1, 3, 5]}
                for n in range(count)
            ]
        )
        html = replace(report_of("almost empty"), document=data).html()
        started = time.process_time()
        pdf.render(html)
        return time.process_time() - started

    assert seconds(200) < 3 * min(seconds(100), seconds(100))


def test_every_heading_is_a_bookmark():
    def names(outline):
        for one in outline:
            yield from names(one) if isinstance(one, list) else [one.title]

    found = list(names(paper("cijfers-ouders-app").reader.outline))
    assert found == [
        "Cijfers voor ouders afschermen", "Het antwoord", "Wie het anders ziet",
        "Opmerking", "Waar het over gaat", "Feiten", "We weten dit", "Betrokkenen", "Waarden",
        "Autonomie", "Rechtvaardigheid", "Menselijkheid", "Voor wie welke waarde telt", "Opties",
        "Argumenten", "Voor", "Tegen", "Bronnen",
    ]  # fmt: skip


def test_plenary_has_a_chapter_for_each_table():
    whole = paper("plenary")
    first = bare(whole.pages[0])
    assert bare("Eerst vragen we ouders.") in first
    assert bare("Wij zien het anders.") not in first
    starts = [page for page in whole.pages if re.match(r"\s*Tafel \d", page)]
    assert len(starts) == 3
    beside = next(page for page in whole.pages if "Drie" in page and "Tafel 4" in page)
    assert bare("Tafel 2 Drie Nee") in bare(beside)
    assert bare("Tafel 4 niemand woog geen antwoord") in bare(beside)


def test_first_page_says_the_essence():
    first = bare(paper("hard texts").pages[0])
    for words in ("Ja,mits", "12maart2025", "12maart2026", "Viermensen", "Ethiekkompas"):
        assert words in first


def test_almost_empty_talk_is_one_page():
    empty = paper("almost empty")
    assert len(empty.pages) == 1
    assert "Er is nog geen antwoord." in empty.pages[0]


def test_every_page_of_an_open_talk_is_marked(each):
    state = "Concept"
    if each.report.example:
        state = "Verzonnen voorbeeld" if each.said.get("fictional") else "Voorbeeld"
    assert all(state in page for page in each.pages)


def test_every_page_has_its_number(each):
    count = len(each.pages)
    for number, page in enumerate(each.pages, 1):
        assert f"pagina {number} van {count}" in page


def test_example_says_what_it_is():
    words = paper("cijfers-ouders-app").text
    assert "uitopenbarebronnenuitgewerkt" in words
    assert "Degewichtenzijnbedachtalsvoorbeeld." in words
    assert "Degewichten" not in paper("genai-huiswerk").text


def test_fonts_are_in_it(each):
    """None comes from the machine that made it: those could look otherwise, or miss glyphs."""
    ours = {"AtkinsonHyperlegibleNext", "DejaVuSans", "DroidSansFallback", "NotoEmoji"}
    used = {
        re.sub(r"^[A-Z]{6}\+|-", "", str(font.get_object()["/BaseFont"])[1:])
        for page in each.reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name for name in used if not name.startswith(tuple(ours))} == set()


# Characters


def test_missing_character_is_printed_as_its_code():
    assert printable("ä ☕ 中 ا") == "ä ☕ 中 ا"
    assert printable("a\u1200b") == "a[U+1200]b"
    assert printable("\U00012000") == "[U+12000]"
    assert printable("een\u2028twee") == "een\ntwee"


def test_words_of_thousands_of_letters_are_cut_in_pieces():
    assert in_pieces("<p>kort</p>") == "<p>kort</p>"
    cut = in_pieces(f"<p>{'&amp;' * 1000} eind</p>")
    assert re.sub(r"</?span[^>]*>", "", cut) == f"<p>{'&amp;' * 1000} eind</p>"
    assert cut.count("<span") == 17
    href = f'<a href="https://example.org/{"a" * 2000}">hier</a>'
    assert in_pieces(href) == href


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Vraag", "ltr"), ("123 שלום", "rtl"), ("مرحبا", "rtl"), ("12", "ltr"), ("", "ltr")],
)
def test_text_runs_by_its_first_strong_letter(text, expected):
    assert direction(text) == expected


def test_every_font_has_its_licence_beside_it():
    assert len(font_files()) == 4
    assert sorted(path.name for path in FONTS.glob("*.txt")) == [
        "DejaVuSans-LICENSE.txt",
        "DroidSansFallback-LICENSE.txt",
        "NotoEmoji-OFL.txt",
    ]


def test_nothing_is_fetched(caplog, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for address in ("https://example.org/a.png", secret.as_uri(), "data:image/png;base64,AA=="):
        with pytest.raises(ValueError, match="A report fetches nothing from elsewhere"):
            pdf.OwnFiles().fetch(address)


def test_documents_of_these_tests_are_valid(db):
    publish_methods()
    for name in ("almost empty", "hard texts", "right to left", "missing characters", "huge"):
        normalise(DOCUMENTS[name])
