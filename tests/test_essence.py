"""What a talk came to, to read aloud."""

import pytest
from django.utils import translation

from sessions.document import document
from sessions.essence import essence
from tests import cast

WHOLE = {
    "question": "Mag er een camera in de klas?",
    "review_on": "2027-05-03",
    "arguments": [
        {"side": "for", "text": "Er wordt minder gestolen", "decisive": True},
        {"side": "for", "text": "Het kalmeert"},
        {"side": "against", "text": "Wie bekeken wordt,\ndurft minder.", "decisive": True},
    ],
    "outcome": {
        "verdict": "yes_if",
        "answer": "Alleen in de gang.",
        "reasons": "Daar wordt gestolen",
        "conditions": [
            {"text": "Een bord bij de ingang.", "owner": "Conciërge", "due": "2027-01-08"},
            {"text": "Geen geluid"},
        ],
        "minority_views": [
            {"text": "Ook de gang is van leerlingen.", "would_change_if": "Er een eind aan zit"}
        ],
    },
}


@pytest.fixture(autouse=True)
def dutch():
    with translation.override("nl"):
        yield


def test_whole_talk_is_told_in_one_flow():
    assert essence(WHOLE) == [
        "Onze vraag was: Mag er een camera in de klas?",
        "Ons antwoord: ja, mits. Alleen in de gang.",
        "Wat ervoor pleit: Er wordt minder gestolen. "
        "Wat ertegen pleit: Wie bekeken wordt, durft minder. Daar wordt gestolen.",
        "Mits: Een bord bij de ingang (Conciërge, voor 8 januari 2027). Geen geluid.",
        "Wie het anders ziet, zegt: “Ook de gang is van leerlingen.” "
        "Wat dat zou veranderen: Er een eind aan zit.",
        "We kijken opnieuw op 3 mei 2027.",
    ]


def test_reasons_of_one_side_need_no_sides():
    told = {**WHOLE, "arguments": WHOLE["arguments"][:2]}
    assert essence(told)[2] == "Want: Er wordt minder gestolen. Daar wordt gestolen."


def test_reasons_in_words_alone():
    assert essence({**WHOLE, "arguments": []})[2] == "Want: Daar wordt gestolen."


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ({}, "We hebben nog geen antwoord."),
        ({"answer": "In de gang"}, "Ons antwoord: In de gang."),
        ({"verdict": "no"}, "Ons antwoord: nee."),
        (
            {"verdict": "insight", "answer": "We weten te weinig"},
            "We hebben geen antwoord, wel een inzicht. We weten te weinig.",
        ),
    ],
)
def test_answer_is_told_as_far_as_there_is_one(outcome, told):
    assert essence({"question": "Mag het?", "outcome": outcome}) == [
        "Onze vraag was: Mag het?",
        told,
    ]


def test_what_happens_meanwhile_is_told_of_not_yet_only():
    meanwhile = [{"step": "outcome", "prompt": "meanwhile", "text": "We stoppen ermee"}]
    for verdict, told in (("not_yet", ["Zolang geldt: We stoppen ermee."]), ("yes", [])):
        said = essence(
            {"question": "Mag het?", "texts": meanwhile, "outcome": {"verdict": verdict}}
        )
        assert said[2:] == told


def test_talk_that_goes_on_another_day_says_so():
    assert essence({**WHOLE, "resume_on": "2027-01-12"})[-1] == "We gaan verder op 12 januari 2027."


@pytest.mark.django_db
def test_document_of_a_talk_can_be_told():
    assert essence(document(cast.whole().session))[0] == f"Onze vraag was: {cast.QUESTION}"
