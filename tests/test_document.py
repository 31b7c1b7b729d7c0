"""The exchange format: what is exported, what is imported, and what is refused."""

import datetime
import json
import re
import uuid

import pytest
from django.utils import translation

from sessions.access import FACILITATOR, Access
from sessions.document import DocumentError, as_json, document, load, normalise, parse
from sessions.document import format as layout
from sessions.models import (
    LONGEST_VOICE,
    MOST_INQUIRIES,
    MOST_VOICES,
    Argument,
    Ballot,
    Fact,
    Item,
    Link,
    Option,
    Round,
    Seat,
    Session,
    Stakeholder,
    Tally,
    Text,
    Value,
    Verdict,
    Version,
    Voice,
    Weight,
)
from sessions.models.text import BODY, LINE
from sessions.steps import LISTS

from .documents import EXAMPLES, ROOT, SCHEMA, fits, publish_methods, talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _methods(db):
    publish_methods()
    with translation.override("en"):
        yield


def stored(**keys) -> Session:
    """A talk as the database gives it."""
    return again(load(talk(**keys)))


def again(session: Session) -> Session:
    return Session.objects.select_related("method").get(pk=session.pk)


def refusal(text_or_data) -> tuple[str, str]:
    """Path and reason of what is refused; nothing may be stored."""
    before = counts()
    with pytest.raises(DocumentError) as caught:
        load(parse(text_or_data) if isinstance(text_or_data, (str, bytes)) else text_or_data)
    assert counts() == before
    assert str(caught.value) == f"{caught.value.path}: {caught.value.reason}"
    assert "\n" not in str(caught.value)
    return caught.value.path, caught.value.reason


def counts() -> list[int]:
    models = [Session, Text, Round, Item, Tally, Version, *(one.model for one in LISTS.values())]
    return [model._base_manager.count() for model in models]


# The examples


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_case_comes_back_as_it_went_in(file):
    case = parse(file.read_bytes())
    found = document(again(load(case)))
    for key in ("title", "question", "context", "source", "note", "facts", "stakeholders"):
        assert found.get(key) == case.get(key)
    assert found["outcome"] == case["outcome"]
    for key in case.keys() - {"values", "arguments", "rounds", "texts"}:
        assert found[key] == case[key], key
    assert found["values"][: len(case["values"])] == [
        {key: value for key, value in one.items() if value is not None} for one in case["values"]
    ]
    assert found["arguments"] == [
        one | ({"weights": sorted(one["weights"])} if "weights" in one else {})
        for one in case["arguments"]
    ]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_export_import_export_is_the_same_document(file):
    first = document(again(load(parse(file.read_bytes()))))
    second = document(again(load(parse(as_json(first)))))
    assert as_json(second) == as_json(first)
    assert as_json(normalise(first)) == as_json(first)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_schema_accepts_cases_and_their_export(file):
    case = parse(file.read_bytes())
    assert fits(case)
    assert fits(normalise(case))


def test_name_that_no_list_has_joins_its_list():
    found = stored(
        values=[{"name": "Privacy"}],
        arguments=[
            {"side": "for", "text": "a", "value": "Rust", "stakeholder": "Ouders", "option": "Wel"},
            {"side": "against", "text": "b", "value": "Privacy", "stakeholder": "Ouders"},
        ],
    )
    assert document(found)["values"] == [{"name": "Privacy"}, {"name": "Rust"}]
    assert document(found)["stakeholders"] == [{"name": "Ouders"}]
    assert document(found)["options"] == [{"title": "Wel"}]
    assert Value.objects.get(name="Rust").step == "values"


# What is in it


def test_every_key_comes_back_in_its_order():
    whole = {
        "format": "kompas-session",
        "version": 1,
        "method": "ethiekkompas",
        "method_version": 2,
        "language": "en",
        "status": "running",
        "fictional": True,
        "practice": True,
        "naming": "function",
        "title": "A title",
        "question": "Is it right?\n\tReally?",
        "context": "Context",
        "held_on": "2026-03-31",
        "begins": "15:30",
        "ends": "17:30",
        "place": "The hall",
        "team": "Two teachers",
        "review_on": "2027-03-31",
        "resume_on": "2026-04-07",
        "note": "A note",
        "source": ["https://example.org/", "A book"],
        "step": "weighing",
        "mandate": {
            "kind": "advice",
            "decider": "The director",
            "readers": "The board",
            "council": "consent",
            "decide_by": "2026-05-01",
        },
        "preparation": {
            "invitation": "Come",
            "emotion": "Worry",
            "at_stake": "Trust",
            "harm": "Pupils",
            "legal": "personal_data",
            "legal_note": "Asked",
        },
        "inquiries": [
            {
                "question": "What would change for you?",
                "asked": "Parents",
                "voices": [
                    {"text": "I would ask", "role": "parent", "paper": True},
                    {"text": "Nothing"},
                ],
                "answer": "We wrote it down.",
            },
            {"question": "Is it fun?", "asked": "Class 5", "for_children": True},
        ],
        "invited": [{"function": "Parent", "group": "parent", "number": 2, "present": True}],
        "facts": [
            {
                "text": "f",
                "kind": "unknown",
                "owner": "Ann",
                "due": "2026-04-01",
                "state": "done",
                "result": "found",
            }
        ],
        "stakeholders": [
            {
                "name": "Pupils",
                "interest": "Calm",
                "at_table": False,
                "origin": "imagined",
                "merged": ["Students"],
            },
            {"name": "Teachers", "at_table": True, "origin": "heard"},
        ],
        "values": [
            {
                "name": "Privacy",
                "core": "autonomie",
                "meaning": "Mine",
                "effect": "pressure",
                "voices": 3,
                "chosen": True,
            }
        ],
        "options": [{"title": "Later"}],
        "arguments": [
            {
                "side": "against",
                "text": "t",
                "option": "Later",
                "stakeholder": "Pupils",
                "value": "Privacy",
                "kind": "judgement",
                "origin": "imagined",
                "chosen": True,
                "decisive": False,
                "dialogue": "Said",
                "said_by": "Teacher",
                "weights": [1, 5, 5],
                "merged": ["u", "v"],
            }
        ],
        "outcome": {
            "verdict": "yes_if",
            "answer": "Yes",
            "reasons": "Because",
            "conditions": [{"text": "c", "owner": "Bob", "due": "2026-05-01", "state": "changed"}],
            "minority_views": [
                {"text": "No", "would_change_if": "Proof", "read_back": True, "said_by": "Ann"}
            ],
        },
        "actions": [{"what": "Write", "who": "Ann", "due": "2026-06-01", "result": "Sent"}],
        "decisions": [
            {
                "result": "partly",
                "reasons": "Costs",
                "by": "The board",
                "decided_on": "2026-05-02",
                "verdict": "yes_if",
                "answer": "Yes",
            }
        ],
        "parked": [{"text": "Later"}],
        "texts": [{"step": "question", "prompt": "why-now", "text": "Now"}],
        "rounds": [{"number": 1, "ballots": 4}],
        "intuition": {"first": [1, 3, 5], "last": [3, 4, 5], "moved": 2, "asked": 3},
        "weights_gone_on": "2026-05-03",
        "explanation": {
            part: part for part in ("question", "answer", "for", "against", "child", "contact")
        }
        | {"without_child": "yes", "without_contact": "yes"},
        "tables": [
            {
                "format": "kompas-session",
                "version": 1,
                "method": "ethiekkompas",
                "method_version": 2,
                "language": "en",
                "status": "running",
                "fictional": True,
                "practice": True,
                "table": 2,
                "question": "Is it right?\n\tReally?",
                "step": "facts",
                "arguments": [{"side": "for", "text": "At the table", "weights": [2, 3]}],
            }
        ],
    }
    assert as_json(document(again(load(whole)))) == as_json(whole)
    assert tuple(whole) == layout.TOP


def test_null_and_empty_are_absent():
    nothing = dict.fromkeys(set(layout.TOP) - set(talk()))
    assert document(stored(**nothing)) == document(stored())
    empty = {"facts": [], "outcome": {"verdict": None, "conditions": []}, "title": "", "source": []}
    assert document(stored(**empty)) == document(stored())


def test_defaults_are_filled_in():
    assert document(stored()) == talk(method_version=2, language="nl", status="draft")
    assert document(stored(status="running"))["step"] == "question"


def test_languages_are_those_of_the_method():
    assert document(stored(language="en"))["language"] == "en"
    assert refusal(talk(method="twofold", language="en"))[0] == "$.language"


def test_running_talk_can_be_joined_and_closed_one_cannot():
    assert stored(status="running").code
    closed = stored(status="closed", note="Done")
    assert closed.code is None
    version = Version.objects.get(session=closed)
    assert (version.number, version.reason, version.document) == (1, "", document(closed))


def test_only_what_is_shared_and_stands_is_in_it():
    session = stored(
        stakeholders=[{"name": "A"}, {"name": "B"}, {"name": "C"}],
        arguments=[
            {"side": "for", "text": "of A", "stakeholder": "A"},
            {"side": "for", "text": "of B", "stakeholder": "B"},
            {"side": "for", "text": "of C", "stakeholder": "C"},
        ],
    )
    with session.writing(Access(session, FACILITATOR)) as write:
        rows = {row.name: row for row in Stakeholder.objects.filter(session=session)}
        rows["A"].remove(write)
        rows["B"].merge(write, rows["C"])
        Argument.objects.get(session=session, text="of C").remove(write)
        round = Round.open(write, "arguments", Round.Purpose.CONTRIBUTIONS)
        Argument(side="for", text="secret", step="arguments", round=round, author="x").add(write)
    Link.objects.create(session=session, role="board", secret_hash="linkhash")
    Seat.objects.create(session=session, key_hash="seathash")
    found = document(again(session))
    assert found["stakeholders"] == [{"name": "C", "merged": ["B"]}]
    assert found["arguments"] == [
        {"side": "for", "text": "of A"},
        {"side": "for", "text": "of B", "stakeholder": "C"},
    ]
    assert not any(
        word in as_json(found) for word in ("secret", "linkhash", "seathash", session.code)
    )
    assert document(again(load(found))) == found


def test_what_was_merged_into_something_removed_is_gone_too():
    session = stored(facts=[{"text": "stays"}, {"text": "goes", "merged": ["along"]}])
    with session.writing(Access(session, FACILITATOR)) as write:
        Fact.objects.get(session=session, text="goes").remove(write)
    assert document(session)["facts"] == [{"text": "stays"}]


def test_merged_wording_means_the_one_that_stands():
    found = normalise(
        talk(
            values=[{"name": "Privacy", "merged": ["Geheim"]}],
            arguments=[{"side": "for", "text": "t", "value": "Geheim"}],
        )
    )
    assert found["values"] == [{"name": "Privacy", "merged": ["Geheim"]}]
    assert found["arguments"][0]["value"] == "Privacy"


def test_same_name_twice_stays_twice():
    names = [{"name": "Ouders"}, {"name": "Ouders", "interest": "Rust"}]
    arguments = [{"side": "for", "text": "t", "stakeholder": "Ouders"}]
    found = document(stored(stakeholders=names, arguments=arguments))
    assert (found["stakeholders"], found["arguments"]) == (names, arguments)


def test_list_without_a_step_is_kept():
    session = stored(method="twofold", values=[{"name": "Privacy"}], context="Waar het speelt")
    assert Value.objects.get(session=session).step == ""
    assert document(session)["values"] == [{"name": "Privacy"}]
    assert Text.objects.get(session=session, prompt="context").step == "question"


def test_second_step_of_a_kind_is_named():
    whole = talk(
        method="twofold",
        method_version=1,
        language="nl",
        status="draft",
        facts=[{"text": "one"}, {"text": "two", "merged": ["too"], "step": "facts-2"}],
        outcome={"answer": "first", "conditions": [{"text": "c", "step": "outcome-2"}]},
        texts=[
            {"step": "question", "prompt": "hope", "text": "h"},
            {"step": "question-2", "prompt": "question", "text": "q"},
            {"step": "outcome-2", "prompt": "verdict", "text": "no"},
        ],
    )
    session = again(load(whole))
    assert document(session) == whole
    assert Fact.objects.get(session=session, text="too").step == "facts-2"
    first = normalise(whole | {"facts": [{"text": "one", "step": "facts"}]})
    assert first["facts"] == [{"text": "one"}]


def test_steps_of_a_kind_stand_in_the_methods_order():
    whole = normalise(
        talk(
            method="twofold",
            arguments=[
                {"side": "for", "text": "later", "step": "arguments-2", "weights": [1]},
                {"side": "for", "text": "earlier", "weights": [2]},
            ],
            rounds=[{"weights": [{"argument": 0, "weights": [4]}]}, {}],
        )
    )
    assert [one["text"] for one in whole["arguments"]] == ["earlier", "later"]
    assert whole["rounds"][0]["weights"] == [{"argument": 1, "weights": [4]}]
    assert document(again(load(whole))) == whole


def test_text_is_kept_literally():
    odd = "  <b>&amp; {{ x }} {% y %}</b> \u202eשלום 👩‍🏫 e\u0301 \u2028 ￿ \t\n "
    found = document(stored(title=odd, facts=[{"text": odd, "owner": odd}], source=[odd]))
    assert (found["title"], found["facts"], found["source"]) == (
        odd,
        [{"text": odd, "owner": odd}],
        [odd],
    )
    assert parse(as_json(found)) == found


def test_limits_are_included():
    long = talk(
        question="é" * BODY,
        stakeholders=[{"name": "n" * LINE}],
        facts=[{"text": f"{number}"} for number in range(layout.LONGEST)],
    )
    assert document(again(load(long))) == normalise(long)


# Weights and rounds


def test_weights_are_one_revealed_round():
    session = stored(
        arguments=[
            {"side": "for", "text": "a", "weights": [5, 1, 1]},
            {"side": "for", "text": "b"},
            {"side": "for", "text": "c", "weights": [2]},
        ]
    )
    round = Round.objects.get(session=session)
    assert (round.purpose, round.state, round.number) == ("weights", "revealed", 1)
    assert (round.step, round.ballots, round.moved) == ("weighing", 3, None)
    assert [item.argument.text for item in round.items.all()] == ["a", "c"]
    tallies = Tally.objects.filter(item__round=round).values_list("weight", "count", "source")
    assert sorted(tallies) == [(1, 2, "import"), (2, 1, "import"), (5, 1, "import")]
    assert [one.get("weights") for one in document(session)["arguments"]] == [[1, 1, 5], None, [2]]


def open_weighing(session, arguments):
    with session.writing(Access(session, FACILITATOR)) as write:
        return Round.open(write, "weighing", Round.Purpose.WEIGHTS, arguments)


def reveal(session, round):
    with session.writing(Access(session, FACILITATOR)) as write:
        round.reveal(write)


def test_unrevealed_and_discarded_weights_are_not_in_it():
    session = stored(arguments=[{"side": "for", "text": "a"}])
    argument = Argument.objects.get(session=session)
    for end in ("discard", None):
        round = open_weighing(session, [argument])
        with session.writing(Access(session, FACILITATOR)) as write:
            round.give(write, "owner", {round.items.get().pk: 4})
            if end:
                round.discard(write)
    assert document(session)["arguments"] == [{"side": "for", "text": "a"}]
    assert "rounds" not in document(session)


def test_later_round_stands_and_the_earlier_is_told():
    session = stored(arguments=[{"side": "for", "text": text} for text in "abc"])
    a, b, c = Argument.objects.filter(session=session)
    first = open_weighing(session, [a, b, c])
    with session.writing(Access(session, FACILITATOR)) as write:
        for owner, weight in (("x", 1), ("y", 2), ("w", 2)):
            first.give(write, owner, {item.pk: weight for item in first.items.all()})
        first.raise_cards(write, {first.items.get(argument=b).pk: {3: 2}})
    reveal(session, first)
    second = open_weighing(session, [a])
    with session.writing(Access(session, FACILITATOR)) as write:
        item = second.items.get()
        second.give(write, "x2", {item.pk: 5}, earlier="x")
        second.give(write, "y2", {item.pk: 2}, earlier="y")
        second.give(write, "w2", {item.pk: 2}, earlier="w")
        second.give(write, "z2", {})
    reveal(session, second)
    found = document(again(session))
    assert [(one["weights"], one.get("round")) for one in found["arguments"]] == [
        ([2, 2, 5], None),
        ([1, 2, 2, 3, 3], 1),
        ([1, 2, 2], 1),
    ]
    assert found["rounds"] == [
        {"number": 1, "ballots": 5, "weights": [{"argument": 0, "weights": [1, 2, 2]}]},
        {"number": 2, "ballots": 3, "moved": 1, "asked": 3},  # who skipped did not weigh
    ]
    copy = again(load(found))
    assert document(copy) == found
    assert not Ballot.objects.filter(round__session=copy).exists()
    assert not Weight.objects.filter(ballot__round__session=copy).exists()


def test_two_weighing_steps_keep_their_rounds():
    whole = normalise(
        talk(
            method="twofold",
            arguments=[
                {"side": "for", "text": "a", "weights": [1, 1], "round": 1},
                {"side": "for", "text": "b", "weights": [2, 2], "step": "arguments-2"},
            ],
            rounds=[{}, {"step": "weighing-2"}],
        )
    )
    assert whole["rounds"] == [
        {"number": 1, "ballots": 2},
        {"number": 2, "step": "weighing-2", "ballots": 2},
    ]
    session = again(load(whole))
    assert document(session) == whole
    assert set(Round.objects.filter(session=session).values_list("step", "number")) == {
        ("weighing", 1),
        ("weighing-2", 2),
    }


def test_round_in_which_nobody_gave_a_weight_is_told():
    session = stored(arguments=[{"side": "for", "text": "a"}])
    reveal(session, open_weighing(session, Argument.objects.filter(session=session)))
    assert document(session)["rounds"] == [{"number": 1, "ballots": 0}]
    assert document(again(load(document(session)))) == document(session)


def test_round_that_weights_tell_is_left_out():
    arguments = [{"side": "for", "text": "a", "weights": [1, 2], "round": 1}]
    whole = normalise(talk(arguments=arguments, rounds=[{"number": 1, "ballots": 2}]))
    assert "rounds" not in whole
    assert whole["arguments"] == [{"side": "for", "text": "a", "weights": [1, 2]}]


# Queries


def filled(times: int) -> Session:
    names = [{"name": f"n{number}"} for number in range(10 * times)]
    return stored(
        stakeholders=names,
        values=names,
        facts=[{"text": "f"}] * times,
        arguments=[
            {"side": "for", "text": "t", "value": "n0", "weights": [1, 2, 3, 4, 5, 5, 5]}
            for _number in range(40 * times)
        ],
        outcome={"conditions": [{"text": "c"}] * times},
        inquiries=[{"question": "q", "voices": [{"text": "v"}] * times}] * times,
    )


def test_document_takes_five_queries(django_assert_num_queries):
    for session in (filled(1), filled(4)):
        with django_assert_num_queries(5):
            document(session)


def test_import_of_much_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        filled(5)


# What is refused


def asked(*voices):
    return talk(inquiries=[{"question": "q", "voices": list(voices)}])


SIDE = {"side": "for", "text": "t"}
WEIGHED = {**SIDE, "weights": [1, 2]}
TWO = [{}, {}]

REFUSED = [
    ([], "$", "An object is expected."),
    ({}, "$.format", "This is missing."),
    (talk(format="kompas"), "$.format", "This must be kompas-session."),
    (talk(version=2), "$.version", "This must be 1."),
    (talk(version=True), "$.version", "This must be 1."),
    (talk(version=1.0), "$.version", "This must be 1."),
    (talk(version="1"), "$.version", "This must be 1."),
    (talk(version=None), "$.version", "This is missing."),
    (talk(method=None), "$.method", "This is missing."),
    (talk(method="nope"), "$.method", "This method is not known here."),
    (talk(method=3), "$.method", "This method is not known here."),
    (talk(method="\x00"), "$.method", "This method is not known here."),
    (talk(method_version=3), "$.method_version", "This version of the method is not known here."),
    (talk(method_version=10**30), "$.method_version", None),
    (talk(method_version=True), "$.method_version", None),
    (talk(method_version=1.0), "$.method_version", None),
    (talk(language="fr"), "$.language", "This must be one of: nl, en."),
    (talk(language=["nl"]), "$.language", None),
    (talk(status="done"), "$.status", "This must be one of: draft, running, closed."),
    (talk(step="nope"), "$.step", None),
    (talk(question=None), "$.question", "The question is missing."),
    (talk(question=" \n\t "), "$.question", "The question is missing."),
    (talk(question=3), "$.question", "Text is expected."),
    (talk(title=["x"]), "$.title", "Text is expected."),
    (talk(title="x" * (BODY + 1)), "$.title", None),
    (talk(note="a\x00b"), "$.note", None),
    (talk(note="a\ud800b"), "$.note", None),
    (talk(note="a\x1bb"), "$.note", None),
    (talk(note="a\r\nb"), "$.note", None),
    (talk(note="a\x85b"), "$.note", None),
    (talk(team={"a": 1}), "$.team", "Text is expected."),
    (talk(held_on="2026-02-30"), "$.held_on", "A date is expected, as in 2026-03-31."),
    (talk(held_on="20260201"), "$.held_on", None),
    (talk(held_on="2026-W01-1"), "$.held_on", None),
    (talk(held_on="٢٠٢٦-01-01"), "$.held_on", None),
    (talk(held_on="2026-03-31\n"), "$.held_on", None),
    (talk(held_on=2026), "$.held_on", None),
    (talk(review_on="0000-01-01"), "$.review_on", None),
    (talk(source="https://example.org/"), "$.source", "A list is expected."),
    (talk(source=[""]), "$.source[0]", "This must not be empty."),
    (talk(source=["a", None]), "$.source[1]", "This is missing."),
    (talk(source=["a\x07"]), "$.source[0]", None),
    (talk(unknown=1), "$.unknown", "This key is not known."),
    (talk(unknown=None), "$.unknown", "This key is not known."),
    (talk(**{"a b\n\ud800": 1}), '$["a b\\n\\ud800"]', "This key is not known."),
    (talk(id=str(uuid.uuid4())), "$.id", "This key is not known."),
    (talk(inquiries=[{}]), "$.inquiries[0].question", "This is missing."),
    (talk(inquiries=[{"question": "q", "code": "A"}]), "$.inquiries[0].code", None),
    (talk(inquiries=[{"question": "q"}] * (MOST_INQUIRIES + 1)), "$.inquiries", None),
    (talk(inquiries=[{"question": "q", "for_children": 1}]), "$.inquiries[0].for_children", None),
    (asked({}), "$.inquiries[0].voices[0].text", "This is missing."),
    (asked({"text": "v" * (LONGEST_VOICE + 1)}), "$.inquiries[0].voices[0].text", None),
    (asked({"text": "v", "role": "aunt"}), "$.inquiries[0].voices[0].role", None),
    (asked({"text": "v", "state": "hidden"}), "$.inquiries[0].voices[0].state", None),
    (talk(facts={}), "$.facts", "A list is expected."),
    (talk(facts=["x"]), "$.facts[0]", "An object is expected."),
    (talk(facts=[None]), "$.facts[0]", "An object is expected."),
    (talk(facts=[{"text": "x"}, {}]), "$.facts[1].text", "This is missing."),
    (talk(facts=[{"text": " "}]), "$.facts[0].text", "This must not be empty."),
    (talk(facts=[{"text": "x", "kind": "opinion"}]), "$.facts[0].kind", None),
    (talk(facts=[{"text": "x", "weights": [1]}]), "$.facts[0].weights", None),
    (talk(facts=[{"text": "x", "due": "soon"}]), "$.facts[0].due", None),
    (talk(facts=[{"text": "x", "owner": "o" * (LINE + 1)}]), "$.facts[0].owner", None),
    (talk(facts=[{"text": "x", "step": "values"}]), "$.facts[0].step", None),
    (talk(facts=[{"text": "x"}] * (layout.LONGEST + 1)), "$.facts", None),
    (talk(facts=[{"text": "x", "merged": "y"}]), "$.facts[0].merged", None),
    (talk(facts=[{"text": "x", "merged": [""]}]), "$.facts[0].merged[0]", None),
    (talk(stakeholders=[{"name": "n" * (LINE + 1)}]), "$.stakeholders[0].name", None),
    (talk(stakeholders=[{"name": "n", "at_table": 1}]), "$.stakeholders[0].at_table", None),
    (talk(stakeholders=[{"name": "n", "at_table": "yes"}]), "$.stakeholders[0].at_table", None),
    (talk(values=[{"name": "n", "core": "privacy"}]), "$.values[0].core", None),
    (talk(values=[{"name": ["n"]}]), "$.values[0].name", "Text is expected."),
    (talk(options=[{"title": ""}]), "$.options[0].title", "This must not be empty."),
    (
        talk(method="twofold", values=[{"name": "n", "step": "facts"}]),
        "$.values[0].step",
        "The method has no step for this.",
    ),
    (talk(arguments=[{"text": "t"}]), "$.arguments[0].side", "This is missing."),
    (talk(arguments=[{"side": "", "text": "t"}]), "$.arguments[0].side", None),
    (talk(arguments=[{"side": "both", "text": "t"}]), "$.arguments[0].side", None),
    (talk(arguments=[{**SIDE, "kind": "unknown"}]), "$.arguments[0].kind", None),
    (talk(arguments=[{**SIDE, "value": " "}]), "$.arguments[0].value", None),
    (talk(arguments=[{**SIDE, "value": "v" * (LINE + 1)}]), "$.arguments[0].value", None),
    (talk(arguments=[{**SIDE, "weights": 3}]), "$.arguments[0].weights", None),
    (talk(arguments=[{**SIDE, "weights": [0]}]), "$.arguments[0].weights[0]", None),
    (talk(arguments=[{**SIDE, "weights": [5, 6]}]), "$.arguments[0].weights[1]", None),
    (talk(arguments=[{**SIDE, "weights": [True]}]), "$.arguments[0].weights[0]", None),
    (talk(arguments=[{**SIDE, "weights": [3.0]}]), "$.arguments[0].weights[0]", None),
    (talk(arguments=[{**SIDE, "weights": ["3"]}]), "$.arguments[0].weights[0]", None),
    (talk(arguments=[{**SIDE, "weights": [None]}]), "$.arguments[0].weights[0]", None),
    (talk(arguments=[{**WEIGHED, "round": 2}]), "$.arguments[0].round", "There is no such round."),
    (talk(arguments=[{**SIDE, "round": 1}]), "$.arguments[0].round", None),
    (
        talk(
            values=[{"name": f"{number}"} for number in range(layout.LONGEST)],
            arguments=[{**SIDE, "value": "one more"}],
        ),
        "$.values",
        "This list holds more than 1000.",
    ),
    (talk(outcome="yes"), "$.outcome", "An object is expected."),
    (talk(outcome={"verdict": "maybe"}), "$.outcome.verdict", None),
    (talk(outcome={"actions": []}), "$.outcome.actions", "This key is not known."),
    (talk(outcome={"conditions": [{}]}), "$.outcome.conditions[0].text", "This is missing."),
    (talk(outcome={"minority_views": [{"text": 1}]}), "$.outcome.minority_views[0].text", None),
    (talk(actions=[{"who": "Ann"}]), "$.actions[0].what", "This is missing."),
    (talk(begins="8:30"), "$.begins", "A time is expected, as in 15:30."),
    (talk(ends="24:00"), "$.ends", "A time is expected, as in 15:30."),
    (talk(ends="15:30:00"), "$.ends", None),
    (talk(fictional="yes"), "$.fictional", "True or false is expected."),
    (talk(naming="nickname"), "$.naming", None),
    (talk(arguments=[{**SIDE, "said_by": "x" * 61}]), "$.arguments[0].said_by", None),
    (talk(facts=[{"text": "a", "said_by": "Ann"}]), "$.facts[0].said_by", "This key is not known."),
    (talk(practice=1), "$.practice", "True or false is expected."),
    (talk(mandate={"kind": "order"}), "$.mandate.kind", None),
    (talk(mandate={"decide_by": "soon"}), "$.mandate.decide_by", None),
    (talk(mandate={"who": "me"}), "$.mandate.who", "This key is not known."),
    (talk(preparation={"legal": "perhaps"}), "$.preparation.legal", None),
    (talk(explanation={"without_child": "no"}), "$.explanation.without_child", None),
    (talk(invited=[{"group": "parent"}]), "$.invited[0].function", "This is missing."),
    (talk(invited=[{"function": "a", "number": -1}]), "$.invited[0].number", None),
    (talk(values=[{"name": "a", "voices": True}]), "$.values[0].voices", None),
    (talk(parked=[{"text": "a", "step": "facts"}]), "$.parked[0].step", None),
    (talk(decisions=[{"reasons": "a"}]), "$.decisions[0].result", "This is missing."),
    (talk(intuition=[1]), "$.intuition", "An object is expected."),
    (talk(intuition={"first": [0]}), "$.intuition.first[0]", None),
    (talk(intuition={"last": [3], "moved": 1}), "$.intuition", "moved and asked go together."),
    (talk(intuition={"moved": 2, "asked": 1}), "$.intuition.moved", None),
    (talk(texts=[{}]), "$.texts[0].step", "This is missing."),
    (talk(texts=[{"step": "nope"}]), "$.texts[0].step", None),
    (talk(texts=[{"step": "facts", "prompt": "law"}]), "$.texts[0].prompt", None),
    (
        talk(texts=[{"step": "question", "prompt": "question", "text": "q"}]),
        "$.texts[0].prompt",
        "This text has a key of its own.",
    ),
    (talk(texts=[{"step": "question", "prompt": "why-now"}]), "$.texts[0].text", None),
    (
        talk(texts=[{"step": "question", "prompt": "why-now", "text": "t"}] * 2),
        "$.texts[1]",
        "This text stands here twice.",
    ),
    (
        talk(method="twofold", texts=[{"step": "outcome-2", "prompt": "verdict", "text": "maybe"}]),
        "$.texts[0].text",
        None,
    ),
    (talk(rounds=[{"number": 2}]), "$.rounds[0].number", None),
    (talk(rounds=[{"step": "facts"}]), "$.rounds[0].step", None),
    (talk(arguments=[WEIGHED], rounds=[{"ballots": 1}]), "$.rounds[0].ballots", None),
    (talk(rounds=[{"ballots": -1}]), "$.rounds[0].ballots", None),
    (talk(rounds=[{"moved": 1}]), "$.rounds[0]", "moved and asked go together."),
    (talk(rounds=[{"ballots": 3, "moved": 2, "asked": 1}]), "$.rounds[0].moved", None),
    (talk(rounds=[{"ballots": 3, "moved": 2, "asked": 4}]), "$.rounds[0].asked", None),
    (
        talk(arguments=[WEIGHED], rounds=[{"weights": [{"argument": 0, "weights": [1]}]}]),
        "$.rounds[0].weights",
        "The weights of the last round stand with the arguments.",
    ),
    (talk(rounds=[{"weights": [{"argument": 0}]}, {}]), "$.rounds[0].weights[0].argument", None),
    (
        talk(
            method="twofold",
            rounds=[{"step": "weighing-2"}, {"step": "weighing"}],
        ),
        "$.rounds[1].step",
        None,
    ),
    (
        talk(
            arguments=[{**WEIGHED, "round": 1}],
            rounds=[{"weights": [{"argument": 0, "weights": [1]}]}, {}],
        ),
        "$.rounds[0].weights[0].argument",
        "The weights of this argument stand here twice.",
    ),
    (
        talk(arguments=[SIDE], rounds=[{"weights": [{"argument": 0, "weights": [1]}]}, {}]),
        "$.rounds[0].weights[0].argument",
        "The last weights of this argument stand with the argument itself.",
    ),
    (
        talk(
            arguments=[{**WEIGHED, "round": 1}],
            rounds=[{}, {"weights": [{"argument": 0, "weights": [1]}]}, {}],
        ),
        "$.rounds[1].weights[0].argument",
        "The last weights of this argument stand with the argument itself.",
    ),
    (
        talk(arguments=[WEIGHED], rounds=[{"weights": [{"argument": 0, "weights": []}]}, {}]),
        "$.rounds[0].weights[0].weights",
        "This is missing.",
    ),
]


@pytest.mark.parametrize(("data", "path", "reason"), REFUSED)
def test_wrong_document_is_refused_with_path_and_reason(data, path, reason):
    found = refusal(data)
    assert found == (path, reason or found[1])


REFUSED_TEXTS = [
    (b"", "$"),
    (b"{", "$"),
    (b"\xff\xfe{}", "$"),
    (b'{"a": "\xe9"}', "$"),
    ("[" * 100_000, "$"),
    ('"' + '\\"' * 2_000_000, "$"),
    ('{"a":' * 100_000, "$"),
    ('{"version": ' + "9" * 5000 + "}", "$"),
    ("[]", "$"),
    ("null", "$"),
    ('{"a": NaN}', "$.a"),
    ('{"a": [1, -Infinity]}', "$.a[1]"),
    ('{"title": "a", "title": "b"}', "$.title"),
    ('{"facts": [{"text": "a", "text": "a"}]}', "$.facts[0].text"),
    ('{"a b": 1, "a b": 2}', '$["a b"]'),
    (b" " * (layout.LARGEST + 1), "$"),
    (json.dumps(talk()) + "x", "$"),
    (json.dumps(talk(title="\ud800")), "$.title"),
    (json.dumps(talk()).replace('"version": 1', '"version": 1e999'), "$.version"),
]


@pytest.mark.parametrize(("text", "path"), REFUSED_TEXTS, ids=range(len(REFUSED_TEXTS)))
def test_text_that_is_not_json_is_refused(text, path):
    assert refusal(text)[0] == path


def test_byte_order_mark_is_accepted():
    text = json.dumps(talk())
    assert parse(b"\xef\xbb\xbf" + text.encode()) == parse("\ufeff" + text) == talk()


def test_question_may_be_missing_in_a_copy():
    whole = talk()
    del whole["question"]
    assert document(again(load(whole, whole=False))) == whole | {
        "method_version": 2,
        "language": "nl",
        "status": "draft",
    }


def test_load_takes_id_and_kind():
    id = uuid.uuid4()
    session = load(talk(held_on="2026-01-02"), session_id=id, kind=Session.Kind.EXAMPLE)
    assert (session.pk, session.is_example, session.code) == (id, True, None)
    assert again(session).held_on == datetime.date(2026, 1, 2)


# The schema


def test_schema_has_the_keys_of_the_code():
    assert list(SCHEMA["properties"]) == list(layout.TOP)
    of = {
        "facts": "fact", "stakeholders": "stakeholder", "values": "value", "options": "option",
        "arguments": "argument", "conditions": "condition", "minority_views": "minority_view",
        "actions": "action", "invited": "invitee", "parked": "parked", "decisions": "decision",
    }  # fmt: skip
    assert of.keys() == LISTS.keys()
    for name, one in LISTS.items():
        place = SCHEMA["$defs"][of[name]]
        assert list(place["properties"]) == list(layout.item_keys(one.model))
        needed = [
            key
            for key in one.model.content
            if not (one.model._meta.get_field(key).blank or one.model._meta.get_field(key).null)
        ]
        assert place["required"] == needed
        for key in one.model.content:
            choices = one.model._meta.get_field(key).choices
            if choices:
                allowed = place["properties"][key]["enum"]
                assert [one for one in allowed if one] == [value for value, _label in choices]
    for within, keys in layout.OBJECTS.items():
        assert list(SCHEMA["$defs"][within]["properties"]) == list(keys)
    for name, keys in (
        ("text", layout.TEXT_KEYS),
        ("inquiry", layout.INQUIRY_KEYS),
        ("voice", layout.VOICE_KEYS),
        ("round", layout.ROUND_KEYS),
        ("round_weights", layout.ROUND_WEIGHT_KEYS),
        ("intuition", layout.INTUITION_KEYS),
    ):
        assert list(SCHEMA["$defs"][name]["properties"]) == list(keys)


def test_schema_has_the_limits_of_the_code():
    kinds = SCHEMA["$defs"]
    assert (kinds["line"]["maxLength"], kinds["body"]["maxLength"]) == (LINE, BODY)
    assert kinds["weights"]["maxItems"] == kinds["count"]["maximum"] == layout.MOST_WEIGHTS
    assert [one for one in kinds["outcome"]["properties"]["verdict"]["enum"] if one] == list(
        Verdict.values
    )
    inquiries = SCHEMA["properties"]["inquiries"]["anyOf"][0]
    assert inquiries["maxItems"] == MOST_INQUIRIES
    assert kinds["inquiry"]["properties"]["voices"]["anyOf"][0]["maxItems"] == MOST_VOICES
    assert kinds["voice"]["properties"]["text"]["allOf"][1]["maxLength"] == LONGEST_VOICE
    role = kinds["voice"]["properties"]["role"]["enum"]
    assert [one for one in role if one] == list(Voice.Role.values)
    status = SCHEMA["properties"]["status"]["enum"]
    assert [one for one in status if one] == list(Session.Status.values)


@pytest.mark.parametrize(
    "data",
    [
        talk(unknown=1),
        talk(version=True),
        talk(question=" "),
        talk(note="\x00"),
        talk(facts=[{}]),
        talk(facts=[{"text": "x", "kind": "opinion"}]),
        talk(stakeholders=[{"name": "n" * (LINE + 1)}]),
        talk(arguments=[{**SIDE, "weights": [6]}]),
        talk(arguments=[{**SIDE, "weights": [True]}]),
        talk(outcome={"actions": []}),
    ],
)
def test_schema_refuses_what_it_can(data):
    assert not fits(data)


def test_option_can_be_chosen_by_its_title():
    session = stored(options=[{"title": "Later"}], arguments=[{**SIDE, "option": "Later"}])
    assert Argument.objects.get(session=session).option == Option.objects.get(session=session)


# The page that describes it

PAGE = (ROOT / "docs" / "exchange-format.md").read_text(encoding="utf-8")


def test_page_names_every_key_and_choice():
    def names(schema):
        for key, member in schema.get("properties", {}).items():
            yield key
            yield from names(member)
            yield from (choice for choice in member.get("enum", []) if choice)

    known = {name for place in (SCHEMA, *SCHEMA["$defs"].values()) for name in names(place)}
    assert {name for name in known if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE} == set()


def test_examples_on_the_page_are_valid():
    small, rounds = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert document(again(load(parse(small))))["values"] == [{"name": "Privacy"}]
    whole = normalise(talk(**parse(f"{{{rounds}}}")))
    assert whole["rounds"] == parse(f"{{{rounds}}}")["rounds"]
