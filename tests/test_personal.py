"""What in a text seems to point to a person, and the gentle note beside it."""

import json
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions.models import Text
from sessions.personal import capitalised, holds_contact, kinds
from tests import cast

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NOTE = "Is dat nodig?"

pytestmark = pytest.mark.once


def found(text):
    return [(text[start:end], kind) for start, end, kind in holds_contact(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail anna.bakker@voorbeeld.nl eens.", [("anna.bakker@voorbeeld.nl", "email")]),
        ("Bel 06-12 34 56 78 eens", [("06-12 34 56 78", "phone")]),
        ("Of +31 6 12345678", [("+31 6 12345678", "phone")]),
        ("Mevr. De Vries-Jansen zei dat.", [("Mevr. De Vries-Jansen", "name")]),
        ("Juf Ánne en meester Özgür", [("Juf Ánne", "name"), ("meester Özgür", "name")]),
        ("Vraag het aan Fatima van der Berg.", [("Fatima van der Berg", "name")]),
        ("Kees wil het niet.", [("Kees", "name")]),
        (
            "J.P. Jansen belde, en J. de Vries ook.",
            [("J.P. Jansen", "name"), ("J. de Vries", "name")],
        ),
    ],
)
def test_what_points_to_a_person_is_found_where_it_stands(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Menselijkheid gaat vóór gemak.",
        "Rechtvaardigheid en Autonomie",
        "De Linde wil dit niet. De Anne Frankschool wel.",
        "Basisschool Maria, het Thomas More College en de Jan Ligthartschool",
        "De juf weet het ook niet.",
        "De meester en de mevrouw van de administratie",
        "Meester en juf zijn het eens.",
        "In 2026 waren er 0612 leerlingen.",
        "Wie @ zegt, zegt mail.",
        "A. Camera\nB. Geen camera",
        "N.B. Dit geldt voor AI en Google Workspace.",
        "Mark als gelezen. Roos is een kleur. Sint Jan College",
    ],
)
def test_ordinary_words_point_to_nobody(text):
    assert found(text) == []


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def test_no_text_that_comes_with_kompas_is_taken_for_a_person():
    texts = [
        text for file in FIXTURES.glob("*/*.json") for text in _texts(json.loads(file.read_text()))
    ]
    assert len(texts) > 2000
    assert [found(text) for text in texts if found(text)] == []


def test_several_are_told_in_order_and_none_twice():
    text = "Meneer Bakker (bakker@voorbeeld.nl, 0612345678) belt juf Noor."
    assert [kind for _text, kind in found(text)] == ["name", "email", "phone", "name"]
    assert kinds([text]) == ["name", "email", "phone"]
    assert kinds([text], known=True) == ["email", "phone"]


def test_a_long_text_is_looked_through_at_once():
    for text in ("A. " * 6000, "@" * 20_000, "van de " * 2500, "Juf " * 5000, "0 " * 10_000):
        holds_contact(text)  # would hang where one looked back and back


def test_capital_within_a_sentence_may_be_a_name_and_one_that_begins_it_is_none():
    text = "Ouders zeggen dat Noor niet wil. Toch komt Sam ook. Het gaat om AI: Wie wil?"
    assert [text[start:end] for start, end in capitalised(text)] == ["Noor", "Sam"]


# Beside the field and the row


@pytest.fixture
def talk(db):
    return cast.Talk()


def page(person, name, *parts):
    return person.client().get(reverse(name, args=[person.session_id, *parts])).content.decode()


def test_a_row_with_a_name_is_told_so_beside_it_and_stands_all_the_same(talk):
    talk.add("arguments", text="Wie bekeken wordt, durft minder.")
    assert NOTE not in page(talk.leader, "sessions:step", "arguments")
    talk.add("arguments", text="Bel Sanne Bakker op 0612345678.")
    shown = page(talk.leader, "sessions:step", "arguments")
    assert shown.count(NOTE) == 1
    assert "Hier lijkt een naam en een telefoonnummer in te staan." in shown


def test_facts_and_texts_are_looked_at_too(talk):
    talk.add("facts", text="Er zijn drie dingen weg, zegt meester Bakker", owner="Sanne")
    assert page(talk.leader, "sessions:step", "facts").count(NOTE) == 1
    talk.text("question", "context", "Mail naar anna@voorbeeld.nl")
    assert page(talk.leader, "sessions:step", "question").count(NOTE) == 1


def test_who_sees_to_something_may_have_a_name(talk):
    talk.add("facts", text="Hoeveel kost het?", kind="unknown", owner="Sanne Bakker")
    assert NOTE not in page(talk.leader, "sessions:step", "facts")


def test_saving_a_text_tells_it_without_a_script_and_stops_nothing(talk):
    url = reverse("sessions:text", args=[talk.id, "outcome", "answer"])
    answer = talk.leader.client().post(
        url, {"body": "Sanne Bakker regelt het.", "version": 0}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, NOTE in answer.content.decode()) == (200, True)
    assert Text.objects.get(session=talk.id, prompt="answer").body == "Sanne Bakker regelt het."


def test_a_phone_is_told_beside_its_own_contribution_and_nobody_else_is(talk):
    phone, other = talk.phone(), talk.phone()
    talk.go("arguments")
    talk.open("arguments")
    talk.argue(phone, "Dan ziet Sanne Bakker alles.")
    talk.argue(other, "Het kalmeert.")
    assert NOTE in page(phone, "sessions:phone")
    assert NOTE not in page(other, "sessions:phone")
    assert NOTE not in page(talk.leader, "sessions:step", "arguments")


def test_the_note_costs_no_question_to_the_database(talk):
    counts = []
    for text in ("Niets", "Sanne Bakker, 0612345678"):
        talk.add("arguments", id=uuid.uuid4(), text=text)
        page(talk.leader, "sessions:step", "arguments")
        with CaptureQueriesContext(connection) as asked:
            page(talk.leader, "sessions:step", "arguments")
        counts.append(len(asked))
    assert counts[0] == counts[1]
