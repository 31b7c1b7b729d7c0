"""Anything may be said; it is stored and shown as it was typed, or refused with a reason."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import escape

from sessions.models import Argument, Round, Session, Stakeholder, Text
from sessions.models.text import BODY, LINE, plain_text
from tests import cast

pytestmark = pytest.mark.django_db

WORDS = {
    "markup": "<script>alert('x')</script> & <b>vet</b>",
    "template code": "{{ request.user }} {% now 'Y' %} {# weg #}",
    "attribute": '" onmouseover="alert(1)" x="',
    "right to left": "לא בטוח أم نعم",
    "emoji": "Leuk 👩🏽‍🏫🇳🇱 hè",
    "lines": "Eén\n\nTwee\tDrie",
    "line feeds of Windows": "Eén\r\nTwee\rDrie",
    "a formula": '=HYPERLINK("https://example.nl")',
    "a percent sign": "100% %s %(x)s %%",
    "longest": "x" * BODY,
}
REFUSED = {
    "NUL": "a\x00b",
    "escape": "a\x1b[31mb",
    "backspace": "a\x08b",
    "delete": "a\x7fb",
    "C1 control": "a\x85b",
    "lone surrogate": "a\ud800b",
}


@pytest.fixture
def talk():
    talk = cast.Talk()
    talk.go("outcome")
    return talk


def as_typed(words):
    return words.replace("\r\n", "\n").replace("\r", "\n")


def save(talk, body, prompt="answer", version=0):
    url = reverse("sessions:text", args=[talk.id, "outcome", prompt])
    return talk.leader.client().post(url, {"body": body, "version": version})


def add(talk, **content):
    url = reverse("sessions:contributions", args=[talk.id, "stakeholders", "betrokkenen"])
    return talk.leader.client().post(url, {"id": str(uuid.uuid4()), **content})


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_are_stored_and_shown_as_they_were_typed(words, talk):
    assert save(talk, words).status_code == 303
    assert Text.objects.get(prompt="answer").body == as_typed(words)
    client = talk.leader.client()
    pages = [
        reverse("sessions:step", args=[talk.id, "outcome"]),
        reverse("sessions:board", args=[talk.id]),
        reverse("reports:report", args=[talk.id]),
    ]
    for url in pages:
        text = client.get(url).content.decode()
        if words != WORDS["lines"] and "\r" not in words:  # lines may become paragraphs
            # The board ends where its sheet does, and says where the rest stands.
            whole = words if url != pages[1] else words[:400]
            assert (url, escape(whole) in text) == (url, True)
        assert "<script>alert" not in text
    document = client.get(reverse("sessions:export", args=[talk.id])).json()
    assert document["outcome"]["answer"] == as_typed(words)


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_control_characters_are_refused_with_their_number(words):
    with pytest.raises(ValidationError) as refusal:
        plain_text(words)
    assert f"U+{ord(words[1]):04X}" in str(refusal.value)


# A browser cannot send a lone surrogate: it is no UTF-8.
SENT = {name: words for name, words in REFUSED.items() if name != "lone surrogate"}


@pytest.mark.parametrize("words", SENT.values(), ids=SENT)
def test_nothing_is_stored_of_what_is_refused(words, talk):
    answers = [
        save(talk, words).status_code,
        add(talk, name=words).status_code,
        add(talk, name="Ouders", interest=words).status_code,
    ]
    assert answers == [422, 422, 422]
    assert (Text.objects.filter(prompt="answer").count(), Stakeholder.objects.count()) == (0, 0)


@pytest.mark.parametrize("words", SENT.values(), ids=SENT)
def test_start_refuses_control_characters(words, client):
    cast.method()
    answer = client.post(
        reverse("sessions:start", args=["alles"]),
        {"id": str(uuid.uuid4()), "secret": "s" * 43, "question": words, "language": "nl"},
    )
    assert (answer.status_code, Session.objects.count()) == (422, 0)


def test_what_is_too_long_is_refused_and_kept_in_the_form(talk):
    long = "é" * (BODY + 1)
    answer = save(talk, long)
    assert (answer.status_code, long in answer.content.decode()) == (422, True)
    answer = add(talk, name="é" * (LINE + 1))
    assert (answer.status_code, "é" * (LINE + 1) in answer.content.decode()) == (422, True)
    assert (Text.objects.filter(prompt="answer").count(), Stakeholder.objects.count()) == (0, 0)


def test_longest_name_is_stored(talk):
    assert add(talk, name="é" * LINE).status_code == 303
    assert Stakeholder.objects.get().name == "é" * LINE


def test_empty_row_is_refused_and_an_empty_text_is_not(talk):
    assert add(talk, name="   ").status_code == 422
    save(talk, "Ja")
    assert save(talk, "", version=1).status_code == 303
    assert (Text.objects.get(prompt="answer").body, Stakeholder.objects.count()) == ("", 0)


def test_question_cannot_be_taken_away(talk):
    url = reverse("sessions:text", args=[talk.id, "question", "question"])
    answer = talk.leader.client().post(url, {"body": "  ", "version": 1})
    assert (answer.status_code, Text.objects.get(prompt="question").body) == (422, cast.QUESTION)


def test_verdict_is_one_of_five(talk):
    assert save(talk, "misschien", "verdict").status_code == 422
    assert save(talk, "insight", "verdict").status_code == 303
    assert Text.objects.get(prompt="verdict").body == "insight"


@pytest.mark.parametrize(
    "data",
    [
        {"body": "Ja"},
        {"body": "Ja", "version": "x"},
        {"body": "Ja", "version": -1},
        {"body": "Ja", "version": 10**30},
    ],
)
def test_text_without_the_version_that_was_seen_is_refused(data, talk):
    url = reverse("sessions:text", args=[talk.id, "outcome", "answer"])
    answer = talk.leader.client().post(url, data)
    # Of a version that never was, nothing can have been seen: a conflict.
    assert answer.status_code == (409 if data.get("version") == 10**30 else 422)
    assert Text.objects.filter(prompt="answer").count() == 0


@pytest.mark.parametrize("step", ["outcome/nothing", "nowhere/answer", "-/answer", "facts/answer"])
def test_text_that_nobody_asked_for_is_not_there(step, talk):
    url = reverse("sessions:text", args=[talk.id, *step.split("/")])
    assert talk.leader.client().post(url, {"body": "Ja", "version": 0}).status_code == 404
    assert Text.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"text": "A", "side": "naast"}, "side"),
        ({"text": "A"}, "side"),
        ({"side": "for"}, "text"),
        ({"text": "A", "side": "for", "kind": "gerucht"}, "kind"),
        ({"text": "A", "side": "for", "stakeholder": str(uuid.uuid4())}, "stakeholder"),
        ({"text": "A", "side": "for", "value": "x"}, "value"),
        ({"text": "A", "side": "for", "id": "x"}, "id"),
    ],
)
def test_wrong_argument_is_refused(content, wrong, talk):
    url = reverse("sessions:contributions", args=[talk.id, "arguments", "argumenten"])
    answer = talk.leader.client().post(url, content)
    assert (answer.status_code, Argument.objects.count()) == (422, 0)
    assert set(answer.context["screen"].forms["argumenten"].errors) == {wrong}


def test_argument_does_not_point_into_another_talk(talk):
    elsewhere = cast.Talk().add("stakeholders", name="Ouders")
    url = reverse("sessions:contributions", args=[talk.id, "arguments", "argumenten"])
    content = {"text": "A", "side": "for", "stakeholder": str(elsewhere.pk)}
    assert talk.leader.client().post(url, content).status_code == 422


def test_row_of_another_talk_is_not_there(talk):
    elsewhere = cast.Talk().add("stakeholders", name="Ouders")
    for name in ("contribution", "removal", "restoration", "place", "merger"):
        parts = [talk.id, "stakeholders", "betrokkenen", elsewhere.pk]
        answer = talk.leader.client().post(
            reverse(f"sessions:{name}", args=parts), {"name": "Weg", "version": 1}
        )
        assert (name, answer.status_code) == (name, 404)
    elsewhere.refresh_from_db()
    assert (elsewhere.name, elsewhere.stands) == ("Ouders", True)


@pytest.fixture
def weighing(talk):
    talk.add("arguments", text="Een")
    talk.go("weighing")
    talk.open("weighing")
    return talk


@pytest.mark.parametrize("weight", ["0", "6", "-1", "x", "3.5", ""])
def test_weight_is_one_to_five(weight, weighing):
    item = Round.objects.get().items.get()
    answer = (
        weighing.phone()
        .client()
        .post(
            reverse("sessions:ballot", args=[weighing.id, "weighing"]),
            {"id": str(uuid.uuid4()), f"w-{item.pk}": weight},
        )
    )
    assert (answer.status_code, Round.objects.get().ballot_set.count()) == (422, 0)


@pytest.mark.parametrize("count", ["-1", "1000", "x", "1.5"])
def test_cards_are_a_number_of_people(count, weighing):
    item = Round.objects.get().items.get()
    answer = weighing.leader.client().post(
        reverse("sessions:cards", args=[weighing.id, "weighing"]), {f"c-{item.pk}-3": count}
    )
    assert (answer.status_code, item.tally_set.count()) == (422, 0)


@pytest.mark.parametrize("expected", ["0", "-1", "1000", "x"])
def test_expected_is_a_number_of_people(expected, weighing):
    url = reverse("sessions:expectation", args=[weighing.id, "weighing"])
    answer = weighing.leader.client().post(url, {"expected": expected})
    assert (answer.status_code, Round.objects.get().expected) == (422, None)
