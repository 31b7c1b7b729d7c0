"""Advice on the form of a question: neutral, at most three hints, and never in the way."""

import time

import pytest
from django.utils import translation

from sessions import catalogues
from sessions.advice import MOST, question_advice

HINTS = {
    "two": "There is more than one question in it. Choose one.",
    "none": "Make it one question, that one can answer with yes or no.",
    "facts": "This asks for facts or for a way. Ask whether something is good to do.",
    "good": "Ask whether it is good to do: “Is it right that …?”",
    "who": "Say who does it, or to whom it is done: the teacher, the school, the pupil.",
    "what": "Name the technology that it is about.",
    "steers": "One word steers towards an answer. Without it the question stays open.",
    "long": "This is long. Keep the core here; the rest can go to the context.",
}


def advised(text: str, language: str = "nl") -> list[str]:
    with translation.override("en"):
        found = [str(hint) for hint in question_advice(text, language)]
    return [key for hint in found for key, words in HINTS.items() if words == hint]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_example_questions_need_no_advice(language):
    wrong = {
        one.question: advised(one.question, language)
        for one in catalogues.questions(language)
        if question_advice(one.question, language)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("", []),
        ("   \n ", []),
        ("Mag er een camera in de klas?", []),
        ("Is het goed dat onze school Proctorio gebruikt bij toetsen?", []),
        ("Mogen leerlingen hun telefoon in de klas of op het plein gebruiken?", []),
        ("Is het goed dat leraren AI gebruiken? En mogen leerlingen dat ook?", ["two"]),
        ("Is het goed dat we een app gebruiken en hoe leggen we dat uit?", ["two"]),
        ("Is het goed dat we een app gebruiken, en zo ja, welke?", ["two"]),
        ("Telefoons op school", ["none"]),
        ("Hoe gaan we om met AI in de klas?", ["facts"]),
        ("Welke laptop past bij onze leerlingen?", ["facts"]),
        ("Kan de school een robot kopen?", ["good"]),
        ("Is een chatbot goed?", ["who"]),
        ("Is het goed dat leraren meer vergaderen?", ["what"]),
        ("Moeten we niet gewoon de telefoon verbieden op school?", ["steers"]),
        ("Is het goed dat onze school een app " + "en nog iets " * 20 + "doet?", ["long"]),
        ("Kan dat?", ["good", "who", "what"]),
    ],
)
def test_advice_in_dutch(text, hints):
    assert advised(text) == hints


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("Is it right that our school films the yard with a camera?", []),
        ("How do we deal with AI at our school?", ["facts"]),
        ("Is it right that we use an app, and how do we tell parents?", ["two"]),
        ("Phones at school", ["none"]),
        ("Obviously parents should not see marks in the app?", ["steers"]),
    ],
)
def test_advice_in_english(text, hints):
    assert advised(text, "en") == hints


def test_advice_is_short():
    text = "Waarom natuurlijk? Hoe? " + "lang " * 60
    assert len(question_advice(text, "nl")) == MOST


def test_of_another_language_only_the_signs_are_read():
    assert advised("Mei it wol? Of net?", "fy") == ["two"]
    assert advised("Mei it wol?", "fy") == []


def test_advice_takes_no_time_for_the_longest_text():
    for text in ("a" * 20_000, "app " * 5_000, "?" * 20_000, "\u202eא" * 10_000):
        begun = time.perf_counter()
        question_advice(text, "nl")
        assert time.perf_counter() - begun < 0.5
