"""Whole talks, from the first question to the report, in browsers without JavaScript."""

import io
import json
import re
import uuid
from itertools import chain

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from sessions import lifecycle
from sessions.document import document
from sessions.models import Ballot, Seat, Session, Text, Version, new_secret
from tests import cast

pytestmark = pytest.mark.django_db

QUESTION = "Zetten we leerlingen in de gang op beeld?"
SIDES = [("for", "Er verdwijnt elke week iets"), ("against", "Wie bekeken wordt, durft minder")]


@pytest.fixture
def laptop():
    call_command("load_methods", verbosity=0)
    laptop = cast.Browser().open("/")
    assert "/start/kort-kompas/" in cast.Forms(laptop.text).links
    laptop.open("/start/kort-kompas/").submit("/start/kort-kompas/", question=QUESTION)
    assert re.fullmatch(r"/gesprekken/[0-9a-f-]{36}/links/\?nieuw", laptop.url)
    laptop.talk = laptop.url.partition("links/")[0]
    return laptop


def step(laptop, key):
    """Bring the room to a step, from the page of the step where one is."""
    if Session.objects.get().status == "draft":
        laptop.open(laptop.talk).submit("/kamer/")
        assert laptop.url == f"{laptop.talk}stap/question/"
    laptop.open(f"{laptop.talk}stap/{key}/").submit("/kamer/", holds={"step": key})
    assert laptop.url.startswith(f"{laptop.talk}stap/{key}/")
    return laptop


def save(laptop, key, prompt, body):
    laptop.open(f"{laptop.talk}stap/{key}/").submit(f"/tekst/{key}/{prompt}/", body=body)


def outcome(laptop):
    step(laptop, "outcome")
    save(laptop, "outcome", "verdict", "yes_if")
    save(laptop, "outcome", "answer", "Alleen bij de kluisjes.")
    save(laptop, "outcome", "reasons", "Daar verdwijnt het meest.")
    laptop.open(f"{laptop.talk}stap/outcome/")
    laptop.submit("/lijst/voorwaarden/", text="Een bord bij de camera", owner="Conciërge")


def close(laptop):
    laptop.open(f"{laptop.talk}sluiting/").submit("/sluiting/")
    assert laptop.url == f"{laptop.talk}verslag/"


WORDS = [
    QUESTION,
    "Leerlingen",
    *(text for _side, text in SIDES),
    "Alleen bij de kluisjes.",
    "Daar verdwijnt het meest.",
    "Een bord bij de camera",
]


def missing(text):
    text = " ".join(text.split())
    return [words for words in WORDS if words not in text]


def test_team_talks_with_two_phones(laptop):
    # One board, by a link of its own
    laptop.submit("/links/", role="board")
    link = re.search(rf"{laptop.talk}link/[\w-]{{43}}/", laptop.text)[0]
    board = cast.Browser().open(link)
    assert board.url == f"{laptop.talk}bord/"

    # Question and stakeholders, typed for the table
    save(laptop, "question", "context", "Er wordt gestolen.")
    step(laptop, "stakeholders").submit("/lijst/betrokkenen/", line="Leerlingen")
    assert "Leerlingen" in board.open(board.url).text

    # Two phones, by the code on the board
    code = Session.objects.get().code
    phones = [cast.Browser().open(f"/meedoen/{code}/").submit("/meedoen/") for _ in range(2)]
    assert [phone.url for phone in phones] == [f"{laptop.talk}meedoen/"] * 2

    # Arguments, alone and then together
    step(laptop, "arguments").submit("/stap/arguments/ronde/")
    for phone, (side, text) in zip(phones, SIDES, strict=True):
        phone.open(phone.url).submit("/inbreng/", side=side, text=text)
        assert text in phone.text
        assert text not in board.open(board.url).text
        phone.submit("/klaar/")
    assert Ballot.objects.count() == 2
    laptop.open(f"{laptop.talk}stap/arguments/").submit("/stap/arguments/onthulling/")
    board.open(board.url)
    assert [text in board.text for _side, text in SIDES] == [True, True]

    # Weights, alone and then together
    step(laptop, "weighing").submit("/stap/weighing/ronde/")
    for phone, weights in zip(phones, ("51", "42"), strict=True):
        scales = sorted(
            name
            for name in phone.open(phone.url).form("/stembriefje/")["names"]
            if name.startswith("w-")
        )
        assert len(scales) == 2
        phone.submit("/stembriefje/", **dict(zip(scales, weights, strict=True)))
    laptop.open(f"{laptop.talk}stap/weighing/").submit("/stap/weighing/onthulling/")

    # The answer, the report and its paper
    outcome(laptop)
    close(laptop)
    assert missing(laptop.text) == []
    pdf = cast.Browser()
    pdf.client.cookies = laptop.client.cookies
    paper = PdfReader(io.BytesIO(pdf.open(f"{laptop.talk}verslag.pdf").content))
    assert missing("\n".join(page.extract_text() for page in paper.pages)) == []
    given = [one["weights"] for one in Version.objects.get().document["arguments"]]
    assert sorted(weight for weights in given for weight in weights) == [1, 2, 4, 5]
    assert [missing(phone.open(f"{laptop.talk}verslag/").text) for phone in phones] == [[], []]
    assert Ballot.objects.count() == 0


def test_team_talks_without_a_phone(laptop):
    step(laptop, "stakeholders").submit("/lijst/betrokkenen/", line="Leerlingen")
    step(laptop, "arguments")
    for side, text in SIDES:
        laptop.open(f"{laptop.talk}stap/arguments/")
        laptop.submit("/lijst/argumenten/", holds={"side": side}, text=text)
    step(laptop, "weighing").submit("/stap/weighing/ronde/")
    for weights in ("51", "42"):  # one device, passed round
        laptop.open(f"{laptop.talk}stap/weighing/doorgeven/")
        form = laptop.form("/doorgeven/")
        scales = sorted(name for name in form["names"] if name.startswith("w-"))
        laptop.submit("/doorgeven/", **dict(zip(scales, weights, strict=True)))
        assert laptop.url.endswith("/doorgegeven/")
    laptop.open(f"{laptop.talk}stap/weighing/kaarten/")
    cards = sorted(name for name in laptop.form("/kaarten/")["names"] if name.endswith("-3"))
    laptop.submit("/kaarten/", **dict.fromkeys(cards, "2"))
    laptop.submit("/stap/weighing/onthulling/")
    outcome(laptop)
    close(laptop)
    assert missing(laptop.text) == []
    given = [one["weights"] for one in Version.objects.get().document["arguments"]]
    assert sorted(map(len, given)) == [4, 4]
    assert sorted(chain(*given)) == [1, 2, 3, 3, 3, 3, 4, 5]
    assert Seat.objects.count() == 0


def test_closed_talk_is_opened_again_with_a_reason(laptop):
    close(laptop)
    laptop.open(f"{laptop.talk}heropening/").submit("/heropening/", reason="Er was nog iets")
    save(laptop, "outcome", "answer", "Toch niet.")
    close(laptop)
    assert "Toch niet." in laptop.text
    assert list(Version.objects.values_list("number", "reason")) == [
        (1, ""),
        (2, "Er was nog iets"),
    ]


def test_closing_with_something_unseen_asks_first(laptop):
    step(laptop, "arguments").submit("/lijst/argumenten/", holds={"side": "for"}, text="Rust")
    step(laptop, "weighing").submit("/stap/weighing/ronde/")
    laptop.open(f"{laptop.talk}stap/weighing/doorgeven/")
    scale = next(name for name in laptop.form("/doorgeven/")["names"] if name.startswith("w-"))
    laptop.submit("/doorgeven/", **{scale: "4"})
    laptop.open(f"{laptop.talk}sluiting/").submit("/sluiting/")
    assert (laptop.status, Session.objects.get().status) == (422, "running")
    laptop.submit("/sluiting/", unrevealed="discard")
    assert (laptop.url, Session.objects.get().status) == (f"{laptop.talk}verslag/", "closed")


def test_stale_text_is_shown_beside_what_stands_and_can_be_saved_over_it(laptop):
    other = cast.Browser()
    other.client.cookies = laptop.client.cookies
    url = f"{laptop.talk}stap/question/"
    other.open(url)
    save(laptop, "question", "context", "Van de laptop")
    form = other.form("/tekst/question/context/")
    fields = {**form["fields"], "body": "Van de tablet"}
    response = other.client.post(form["action"], fields)
    page = response.content.decode()
    assert (response.status_code, Text.objects.get(prompt="context").body) == (
        409,
        "Van de laptop",
    )
    assert ["Van de laptop" in page, "Van de tablet" in page] == [True, True]
    again = cast.Browser()
    again.client.cookies, again.text, again.url = laptop.client.cookies, page, url
    again.submit("/tekst/question/context/")
    assert Text.objects.get(prompt="context").body == "Van de tablet"


def test_dates_are_stored_unless_somebody_else_stored_others(laptop):
    other = cast.Browser()
    other.client.cookies = laptop.client.cookies
    url = f"{laptop.talk}gegevens/"
    laptop.open(url)
    other.open(url)
    laptop.submit("/gegevens/", held_on="2026-11-22")
    assert str(Session.objects.get().held_on) == "2026-11-22"
    other.submit("/gegevens/", review_on="2027-01-10")
    assert str(Session.objects.get().review_on) == "2027-01-10"
    stale = cast.Browser()
    stale.client.cookies = laptop.client.cookies
    stale.open(url)
    laptop.open(url).submit("/gegevens/", held_on="2026-11-23")
    stale.submit("/gegevens/", held_on="2026-11-24")
    assert (stale.status, str(Session.objects.get().held_on)) == (422, "2026-11-23")


def test_export_is_brought_in_as_another_talk_that_says_the_same(laptop):
    save(laptop, "question", "context", "Er wordt gestolen.")
    exported = laptop.open(f"{laptop.talk}gesprek.json").content
    other = cast.Browser().open("/inlezen/")
    file = io.BytesIO(exported)
    file.name = "gesprek.json"
    other.submit("/inlezen/", file=file)
    talk = other.url.partition("links/")[0]
    again = other.open(f"{talk}gesprek.json").content
    assert (json.loads(again), talk == laptop.talk) == (json.loads(exported), False)


def test_start_sent_twice_is_one_talk():
    cast.method("kort-kompas")
    browser = cast.Browser().open("/start/kort-kompas/")
    form = browser.form("/start/kort-kompas/")
    for _ in range(2):
        browser.client.post(form["action"], {**form["fields"], "question": QUESTION})
    assert Session.objects.count() == 1


def test_wrong_code_is_said_and_the_form_stays():
    browser = cast.Browser().open("/meedoen/")
    browser.submit("/meedoen/", code="FOUT99")
    assert (browser.status, browser.form("/meedoen/")["fields"]["code"]) == (422, "FOUT99")
    # It is a page of its own, so that going back to it sends nothing.
    assert browser.url == "/meedoen/?onbekend=FOUT99"
    assert len(browser.form("/meedoen/")["fields"]["key"]) == 43


def test_copy_of_an_example_holds_no_weights_and_no_answer():
    call_command("load_methods", verbosity=0, stdout=io.StringIO())
    call_command("load_examples", verbosity=0, stdout=io.StringIO())
    example = Session.objects.get(
        kind="example", texts__prompt="title", texts__body__startswith="Cijfers voor ouders"
    )
    whole = document(example)
    new = document(lifecycle.copy(example, uuid.uuid4(), new_secret()))
    assert [argument["text"] for argument in new["arguments"]] == [
        argument["text"] for argument in whole["arguments"]
    ]
    assert not any("weights" in argument for argument in new["arguments"])
    assert {"outcome", "actions", "rounds"} & new.keys() == set()
    assert (new["status"], new["question"]) == ("draft", whole["question"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\xff\xfe", "Dit is geen gespreksbestand van Kompas."),
        (b'{"a": 1}', "Dit is geen gespreksbestand van Kompas."),
        (b"[]", "Dit is geen gespreksbestand van Kompas."),
        (b'{"format": "kompas-session", "a": 1}', "In dit bestand klopt iets niet: $.a: "),
    ],
)
def test_wrong_file_is_told_for_what_it_is(db, content, words):
    browser = cast.Browser().open("/inlezen/")
    file = io.BytesIO(content)
    file.name = "gesprek.json"
    browser.submit("/inlezen/", file=file)
    assert browser.status == 422
    assert words in browser.text
    assert ("klopt iets niet" in browser.text) == words.startswith("In dit")
