"""The public explanation: what is derived, reworded or left out, and what is never in it."""

import io
import json

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from reports import pdf, word
from reports.explanation import Explanation, parts
from sessions.document import document
from sessions.models import Method, Text
from tests import cast

from .documents import EXAMPLES, ROOT, talk
from .pdfua import violations

FICTIONAL = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in EXAMPLES
    if file.stem.startswith("fictief")
}


def told(data: dict) -> dict[str, str]:
    return {part.key: part.text for part in parts(data) if part.is_shown}


def paper(data: dict, **more) -> Explanation:
    slug, version = data["method"], data.get("method_version", 2)
    definition = json.loads((ROOT / f"fixtures/methods/{slug}-{version}.json").read_text())
    return Explanation(data, Method(slug=slug, digest=slug, definition=definition), **more)


# What the talk says


def test_answer_tells_verdict_decision_and_day():
    data = talk(
        outcome={
            "verdict": "yes_if",
            "answer": "Alleen in de gang.",
            "minority_views": [{"text": "Ik niet"}],
        },
        decisions=[
            {
                "result": "partly",
                "by": "Rector",
                "reasons": "Te duur",
                "verdict": "yes_if",
                "answer": "Alleen in de gang.",
            }
        ],
        review_on="2027-02-09",
    )
    assert told(data)["answer"] == (
        "Ja, mits. Alleen in de gang.\n"
        "Niet iedereen die meepraatte, ziet het zo.\n"
        "De school neemt een deel van dit antwoord over.\n"
        "De school schrijft daarbij: Te duur\n"
        "Op 9 februari 2027 kijken we hier opnieuw naar."
    )


def test_decision_about_a_former_answer_is_not_told():
    former = {"result": "adopted", "verdict": "no", "answer": "Nee, liever niet."}
    data = talk(outcome={"verdict": "yes", "answer": "Toch wel."}, decisions=[former])
    assert told(data)["answer"] == "Ja. Toch wel.\nOver dit antwoord is nog niet besloten."


def decided_partly(**condition) -> dict:
    answer = {"verdict": "yes_if", "answer": "Alleen in de gang."}
    return talk(
        outcome={**answer, "conditions": [{"text": "Een bord", **condition}]},
        decisions=[{"result": "partly", **answer}],
    )


def test_conditions_of_what_is_adopted_in_part_are_those_of_the_group():
    assert told(decided_partly())["child"] == (
        "De mensen die meepraatten, vinden dat dit eerst geregeld moet zijn:\n- Een bord"
    )


def test_dropped_condition_is_not_told():
    assert "child" not in told(decided_partly(state="dropped"))


def test_conditions_of_an_answer_that_is_not_adopted_are_not_told():
    data = decided_partly()
    data["decisions"][0]["result"] = "not_adopted"
    assert "child" not in told(data)


def test_answer_that_begins_with_its_verdict_is_not_told_twice():
    data = talk(outcome={"verdict": "not_yet", "answer": "Nog niet. Eerst dit."})
    assert told(data)["answer"] == "Nog niet. Eerst dit."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("advice", "Dit is een advies. Er is nog niets over besloten."),
        ("exploration", "Dit gesprek verkende de vraag. Er is nog niets over besloten."),
        ("decision", ""),
    ],
)
def test_undecided_answer_says_what_it_is(kind, words):
    data = talk(mandate={"kind": kind}, outcome={"answer": "Zo doen we het."})
    assert told(data)["answer"] == "\n".join(filter(None, ["Zo doen we het.", words]))


def test_both_sides_give_what_decided_first_and_no_more_than_four():
    data = talk(
        arguments=[
            *({"side": "for", "text": f"Voor {n}"} for n in range(6)),
            {"side": "for", "text": "Gekozen", "chosen": True},
            {"side": "for", "text": "Doorslag", "decisive": True},
            {"side": "against", "text": "Tegen"},
        ]
    )
    assert told(data)["for"] == "- Doorslag\n- Gekozen\n- Voor 0\n- Voor 1"
    assert told(data)["against"] == "- Tegen"


def test_who_was_there_is_told_by_group():
    data = talk(
        invited=[
            {"function": "Conrector", "group": "staff", "number": 2, "present": True},
            {"function": "Klassenouder", "group": "parent", "present": True},
            {"function": "Prefect", "group": "pupil", "present": False},
        ]
    )
    assert told(data)["question"].split("\n")[-1] == (
        "Dit zijn de mensen die meepraatten: twee medewerkers en één ouder."
        " Er was geen leerling bij."
    )


def test_child_hears_interest_meanwhile_and_conditions():
    data = talk(
        stakeholders=[
            {"name": "Leerlingen", "interest": "Rust"},
            {"name": "Bestuur", "interest": "Geld"},
        ],
        outcome={"verdict": "not_yet", "conditions": [{"text": "Een bord", "owner": "Conrector"}]},
        texts=[{"step": "outcome", "prompt": "meanwhile", "text": "We doen niets."}],
    )  # fmt: skip
    assert told(data)["child"] == (
        "Dit is belangrijk voor leerlingen:\n- Rust\nZolang geldt: We doen niets.\n"
        "Hieronder staat wat eerst geregeld moet zijn:\n- Een bord"
    )


def test_almost_empty_talk_says_little_and_nothing_untrue():
    assert told(talk()) == {
        "question": "Is het goed om dit te doen?",
        "answer": "Er is nog geen antwoord.",
        "contact": "Heb je een vraag, of zie je het anders? Vraag het op school.",
    }


@pytest.mark.parametrize("name", FICTIONAL)
def test_no_function_no_weight_and_no_feeling_is_derived(name):
    """But for a function in words that somebody typed, of which the page warns."""
    data = FICTIONAL[name]
    owners = [one["owner"] for one in data["outcome"]["conditions"] if "owner" in one]
    asked = [one["function"] for one in data["invited"]]
    typed = json.dumps(
        [data["outcome"], data["arguments"], data["texts"], data["context"]], ensure_ascii=False
    ).casefold()
    whole = "\n".join(told(data).values())
    bare = {**data, "arguments": [{**one} for one in data["arguments"]]}
    for one in bare["arguments"]:
        one.pop("weights", None)
    bare.pop("rounds", None)
    bare.pop("intuition")
    assert told(bare) == told(data)
    for function in {*owners, *asked}:
        assert function not in whole or function.casefold() in typed


def test_long_texts_are_cut_at_the_end_of_a_sentence():
    data = talk(context="Dit is een zin. " * 60)
    context = told(data)["question"].split("\n")[1]
    assert context.endswith("zin.")
    assert len(context) <= 420


# What stands there instead


def test_reworded_part_stands_in_place_of_the_talks():
    data = talk(explanation={"answer": "We doen het niet."})
    part = next(one for one in parts(data) if one.key == "answer")
    assert (part.text, part.derived) == ("We doen het niet.", "Er is nog geen antwoord.")


def test_part_that_is_left_out_is_not_told():
    assert "contact" not in told(talk(explanation={"without_contact": "yes"}))


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Vraag het de oudste stagiair.", ("oudste stagiair",)),
        ("De directeur belt. De Directeur mailt.", ("directeur",)),
        ("De schoolleider of bestuurder besluit.", ("schoolleider", "bestuurder")),
        ("Mail a.bos@school.nl of bel 06-1234 5678.", ("a.bos@school.nl", "06-1234 5678")),
        ("Volgens Anna de Vries en juf Els niet.", ("Anna de Vries", "juf Els")),
        ("Ouders en leraren zagen 12 kinderen op 9 februari 2027.", ()),
    ],
)
def test_words_by_which_somebody_may_be_known_are_noticed(text, marks):
    data = talk(
        actions=[{"what": "Bellen", "who": "Oudste stagiair"}],
        explanation={"child": text, "contact": text},
    )
    made = paper(data)
    found = {part.key: part.marks for part in made.parts}
    assert (found["child"], found["contact"]) == (marks, ())  # whom one can ask is to be known
    assert made.marks == [*marks]


def test_one_side_alone_is_noticed():
    assert paper(talk(explanation={"without_for": "yes"})).one_side == "against"
    assert paper(talk(explanation={"without_against": "yes"})).one_side == "for"
    both = {"without_against": "yes", "without_for": "yes"}
    assert paper(talk(explanation=both)).one_side == paper(talk()).one_side == ""


def test_lines_with_a_dash_are_a_list():
    data = talk(explanation={"child": "Dit:\n- een\n• twee\n\nEn dit."})
    part = next(one for one in parts(data) if one.key == "child")
    assert part.blocks == [
        {"is_list": False, "lines": ["Dit:"]},
        {"is_list": True, "lines": ["een", "twee"]},
        {"is_list": False, "lines": ["En dit."]},
    ]


# On paper


@pytest.mark.once
@pytest.mark.parametrize("name", [file.stem for file in EXAMPLES])
def test_usual_talk_is_one_accessible_page(name):
    data = json.loads((ROOT / f"fixtures/examples/{name}.json").read_text())
    data.setdefault("method_version", 1)
    made = paper(data, example=True)
    content = pdf.render(*made.sizes())
    assert violations(content) == []
    assert pdf.count_pages(*made.sizes()) == 1
    read = PdfReader(io.BytesIO(content))
    assert read.metadata.title.startswith("Uitleg: ")
    whole = "".join("".join(page.extract_text().split()) for page in read.pages)
    for part in made.parts:
        for block in part.blocks:
            for line in block["lines"]:
                assert "".join(line.split()) in whole.replace("\xad", "")


@pytest.mark.once
def test_what_does_not_fit_is_told_and_whole():
    data = talk(explanation={"child": "\n".join(f"- regel {n} van veel" for n in range(200))})
    made = paper(data)
    assert pdf.count_pages(*made.sizes()) > 1
    content = pdf.render(*made.sizes())
    assert violations(content) == []
    assert "regel 199 van veel" in PdfReader(io.BytesIO(content)).pages[-1].extract_text()


def test_word_says_the_same():
    made = paper(FICTIONAL["fictief-ai-rapportteksten"], example=True)
    read = Document(io.BytesIO(word.render(made.html())))
    whole = "\n".join(paragraph.text for paragraph in read.paragraphs)
    for part in made.parts:
        for block in part.blocks:
            for line in block["lines"]:
                assert line in whole


# The page


@pytest.fixture
def given(db):
    return cast.whole()


def address(given, name="explanation", *more) -> str:
    return reverse(f"reports:{name}", args=[given.id, *more])


def words(given, part) -> str:
    return document(given.session).get("explanation", {}).get(part, "")


def test_page_shows_the_fields_beside_what_it_reads_like(given):
    page = given.leader.client().get(address(given)).content.decode()
    assert "De uitleg voor ouders" in page
    assert "Het past op één bladzijde." in page
    assert page.count("Er wordt minder gestolen.") == 2  # in its field, and on the sheet


def test_part_is_reworded_and_taken_back(given):
    browser = cast.Browser()
    browser.client = given.leader.client()
    browser.open(address(given))
    browser.submit("/uitleg/answer/", holds={"act": None}, body="We hangen hem in de gang.")
    assert words(given, "answer") == "We hangen hem in de gang."
    assert "Wat het gesprek zelf zegt" in browser.text
    browser.submit("/uitleg/answer/", holds={"act": "back"})
    assert words(given, "answer") == ""


def test_same_words_as_the_talk_go_on_following_it(given):
    browser = cast.Browser()
    browser.client = given.leader.client()
    browser.open(address(given)).submit("/uitleg/answer/", holds={"act": None})
    assert words(given, "answer") == ""
    given.text("outcome", "answer", "Ook in de hal.")
    assert "Ook in de hal." in browser.open(address(given)).text


def test_reworded_part_asks_whether_it_is_right_once_the_talk_changed(given):
    browser = cast.Browser()
    browser.client = given.leader.client()
    given.close()
    browser.open(address(given))
    browser.submit("/uitleg/answer/", holds={"act": None}, body="We hangen hem in de gang.")
    assert "Klopt dit nog?" not in browser.text
    given.reopen("Nieuw")
    given.close()
    assert browser.open(address(given)).text.count("Klopt dit nog?") == 1
    assert "Uit het gesprek van nu" in browser.text
    browser.submit("/uitleg/answer/", holds={"act": None}, body="We hangen hem in de hal.")
    assert "Klopt dit nog?" not in browser.text


def test_report_asks_whom_parents_can_ask_until_it_is_said(given):
    report = reverse("reports:report", args=[given.id])
    asks = "Vul in bij wie ouders terechtkunnen"
    browser = cast.Browser()
    browser.client = given.leader.client()
    assert asks in browser.open(report).text
    assert asks in browser.open(address(given)).text
    browser.submit("/uitleg/contact/", holds={"act": None}, body="Bel de balie.")
    assert asks not in browser.text
    assert asks not in browser.open(report).text


def test_part_is_left_out_and_put_back_also_in_a_closed_talk(given):
    given.close()
    browser = cast.Browser()
    browser.client = given.leader.client()
    browser.open(address(given)).submit("/uitleg/contact/", holds={"act": "leave_out"})
    assert words(given, "without_contact") == "yes"
    assert "Dit deel is weggelaten." in browser.text
    browser.submit("/uitleg/contact/", holds={"act": "take_in"})
    assert words(given, "without_contact") == ""


def test_stale_words_change_nothing_and_are_kept_beside_the_others(given):
    client = given.leader.client()
    given.text("", "explanation_answer", "Van een ander")
    answer = client.post(
        address(given, "explanation_part", "answer"), {"body": "Van mij", "version": 0}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Van mij" in page
    assert "Van een ander" in page
    assert words(given, "answer") == "Van een ander"


def test_wrong_words_are_refused_beside_their_field(given):
    answer = given.leader.client().post(
        address(given, "explanation_part", "answer"), {"body": "a\x00b", "version": 0}
    )
    assert answer.status_code == 422
    assert not Text.objects.filter(session=given.id, prompt="explanation_answer").exists()


def test_unknown_part_is_not_there(given):
    url = address(given, "explanation_part", "weights")
    assert given.leader.client().post(url, {"body": "x", "version": 0}).status_code == 404


def test_htmx_gets_the_page_anew(given):
    answer = given.leader.client().post(
        address(given, "explanation_part", "answer"),
        {"body": "Anders gezegd", "version": 0},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert answer.content.decode().count("Anders gezegd") == 2


@pytest.mark.parametrize(("format", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_files_are_live_also_after_closing(given, format, begins):
    given.close()
    client = given.leader.client()
    first = client.get(address(given, f"explanation_{format}"))
    assert first.content.startswith(begins)
    assert 'filename="uitleg-de-camera-' in first["Content-Disposition"]
    client.post(address(given, "explanation_part", "answer"), {"body": "Nieuw", "version": 0})
    assert client.get(address(given, f"explanation_{format}"))["ETag"] != first["ETag"]
