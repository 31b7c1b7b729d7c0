"""What in a text seems to point to a person."""

import pytest

from sessions.personal import capitalised, holds_contact


def found(text):
    return [(text[start:end], kind) for start, end, kind in holds_contact(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail anna.bakker@voorbeeld.nl eens.", [("anna.bakker@voorbeeld.nl", "mail")]),
        ("Bel 06-12 34 56 78 of +31 6 12345678", [("06-12 34 56 78", "phone")]),
        ("Vraag het juf Anna of meneer van den Berg.", [("juf Anna", "name")]),
        ("Mevr. De Vries-Jansen zei dat.", [("Mevr. De Vries-Jansen", "name")]),
        ("Juf Ánne en meester Özgür", [("Juf Ánne", "name"), ("meester Özgür", "name")]),
    ],
)
def test_what_points_to_a_person_is_found_where_it_stands(text, expected):
    assert found(text)[: len(expected)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "De juf weet het ook niet.",
        "De meester en de mevrouw van de administratie",
        "In 2026 waren er 0612 leerlingen.",
        "Wie @ zegt, zegt mail.",
        "Meester en juf zijn het eens.",
    ],
)
def test_ordinary_words_point_to_nobody(text):
    assert found(text) == []


def test_several_are_told_in_order_and_none_twice():
    text = "Meneer Bakker (bakker@voorbeeld.nl, 0612345678) belt juf Noor."
    assert [kind for _text, kind in found(text)] == ["name", "mail", "phone", "name"]


def test_capital_within_a_sentence_may_be_a_name_and_one_that_begins_it_is_none():
    text = "Ouders zeggen dat Noor niet wil. Toch komt Sam ook. Het gaat om AI: Wie wil?"
    assert [text[start:end] for start, end in capitalised(text)] == ["Noor", "Sam"]
