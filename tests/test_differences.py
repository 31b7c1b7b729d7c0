"""What differs between two documents."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions.document import document, normalise
from sessions.document.differences import differences, paired, pieces
from sessions.steps import LISTS
from tests import cast

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.text("abcdeé .", min_size=1, max_size=12).filter(str.strip)

pytestmark = pytest.mark.once


def rows(key, **more):
    return st.lists(st.fixed_dictionaries({key: WORDS}, optional=more), max_size=4)


WEIGHTS = st.lists(st.integers(1, 5), max_size=3).map(sorted)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "question": WORDS,
        "team": WORDS,
        "facts": rows("text", kind=st.sampled_from(["fact", "unknown"]), owner=WORDS),
        "arguments": st.lists(
            st.fixed_dictionaries(
                {"side": st.sampled_from(["for", "against"]), "text": WORDS},
                optional={"value": WORDS, "weights": WEIGHTS},
            ),
            max_size=4,
        ),
        "actions": rows("what", state=st.sampled_from(["done", "dropped"])),
        "outcome": st.fixed_dictionaries(
            {},
            optional={
                "verdict": st.sampled_from(["yes", "no"]),
                "answer": WORDS,
                "conditions": rows("text", owner=WORDS),
            },
        ),
        "texts": st.lists(
            st.fixed_dictionaries(
                {"step": st.sampled_from(["a", "b"]), "prompt": WORDS, "text": WORDS}
            ),
            max_size=3,
            unique_by=lambda one: (one["step"], one["prompt"]),
        ),
        "intuition": st.fixed_dictionaries({}, optional={"first": WEIGHTS, "last": WEIGHTS}),
        "source": st.lists(WORDS, max_size=2),
    },
)


def bag(items):
    return sorted(repr(sorted(one.items())) for one in items)


def without_weights(row):
    return {key: value for key, value in row.items() if key != "weights"}


def applied(before, told):
    """`before` with all that differs put into it; lists as bags, since places do not differ."""
    made = copy.deepcopy(before)
    for one in told.texts:
        if one.within.startswith("texts/"):
            step = one.within.removeprefix("texts/")
            texts = [
                text
                for text in made.get("texts", [])
                if (text["step"], text["prompt"]) != (step, one.key)
            ]
            if one.after:
                texts.append({"step": step, "prompt": one.key, "text": one.after})
            made["texts"] = texts
            continue
        holder = made.setdefault(one.within, {}) if one.within else made
        holder[one.key] = one.after
    for one in told.lists:
        within = LISTS[one.name].within if one.name in LISTS else ""
        holder = made.setdefault(within, {}) if within else made
        stood = holder.get(one.name, [])
        if one.name == "source":
            stood = [{"text": text} for text in stood]
        left = list(stood)
        for row in [*one.removed, *(changed.before for changed in one.changed)]:
            left.remove(row)
        left += [*one.added, *(changed.after for changed in one.changed)]
        holder[one.name] = [row["text"] for row in left] if one.name == "source" else left
    for one in told.feelings:
        made.setdefault("intuition", {})[one.text] = one.after
    return made


def flat(data):
    """A document in which order is nothing and absent is empty; weights stand by themselves."""
    outcome = data.get("outcome", {})
    return {
        "texts": {key: data.get(key, "") for key in ("title", "question", "team")},
        "outcome": {key: outcome.get(key, "") for key in ("verdict", "answer")},
        "asked": bag(data.get("texts", [])),
        "intuition": {key: data.get("intuition", {}).get(key, []) for key in ("first", "last")},
        "source": sorted(data.get("source", [])),
        "arguments": bag(without_weights(row) for row in data.get("arguments", [])),
        **{name: bag(data.get(name, [])) for name in ("facts", "actions")},
        "conditions": bag(outcome.get("conditions", [])),
    }


@SOME
@given(DOCUMENTS)
def test_equal_documents_do_not_differ(one):
    assert not differences(one, copy.deepcopy(one))


@SOME
@given(DOCUMENTS, st.randoms())
def test_another_order_is_no_difference(one, random):
    other = copy.deepcopy(one)
    for rows in (*other.values(), *other.get("outcome", {}).values()):
        if isinstance(rows, list):
            random.shuffle(rows)
    told = differences(one, other)
    assert (told.texts, told.lists, told.weights) == ([], [], [])


@SOME
@given(DOCUMENTS, DOCUMENTS)
def test_what_differs_makes_the_second_of_the_first(before, after):
    told = differences(before, after)
    assert flat(applied(before, told)) == flat(after)
    assert bool(told) == (
        flat(before) != flat(after)
        or bag(before.get("arguments", [])) != bag(after.get("arguments", []))
    )


@SOME
@given(DOCUMENTS, DOCUMENTS)
def test_the_other_way_round_what_came_is_what_went(before, after):
    there, back = differences(before, after), differences(after, before)
    assert {(one.within, one.key, one.before, one.after) for one in there.texts} == {
        (one.within, one.key, one.after, one.before) for one in back.texts
    }
    assert {one.name for one in there.lists} == {one.name for one in back.lists}


@given(WORDS, WORDS)
def test_pieces_are_both_texts(before, after):
    told = pieces(before, after)
    assert "".join(text for kind, text in told if kind != "new") == before
    assert "".join(text for kind, text in told if kind != "gone") == after


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5))
def test_each_row_is_paired_once_or_left(before, after):
    old, new = ([{"text": text} for text in one] for one in (before, after))
    pairs, gone, come = paired("facts", old, new)
    assert bag([*gone, *(one for one, _ in pairs)]) == bag(old)
    assert bag([*come, *(one for _, one in pairs)]) == bag(new)


# What is told


def test_reworded_row_is_one_row_that_changed():
    before = {"facts": [{"text": "Er zijn drie fietsen weg", "owner": "Directie"}]}
    after = {"facts": [{"text": "Er zijn vier fietsen weg", "owner": "Directie"}]}
    (one,) = differences(before, after).lists
    assert (one.name, one.added, one.removed) == ("facts", [], [])
    assert [row.keys for row in one.changed] == [("text",)]


def test_argument_that_changes_sides_is_another_argument():
    before = {"arguments": [{"side": "for", "text": "Het is rustig"}]}
    after = {"arguments": [{"side": "against", "text": "Het is rustig"}]}
    (one,) = differences(before, after).lists
    assert (len(one.added), len(one.removed), one.changed) == (1, 1, [])


def test_weights_and_verdict_that_shifted_are_told():
    argument = {"side": "for", "text": "Het is rustig"}
    before = {"arguments": [{**argument, "weights": [1, 2]}], "outcome": {"verdict": "yes"}}
    after = {"arguments": [{**argument, "weights": [4, 5]}], "outcome": {"verdict": "no"}}
    told = differences(before, after)
    assert [(one.text, one.before, one.after) for one in told.weights] == [
        ("Het is rustig", [1, 2], [4, 5])
    ]
    assert (told.verdict, told.lists) == (("yes", "no"), [])


def test_words_that_changed_are_told_apart():
    assert pieces("Alleen in de gang.", "Alleen in de hal.") == [
        ("same", "Alleen in de "),
        ("gone", "gang."),
        ("new", "hal."),
    ]
    assert [kind for kind, _ in pieces("Ja", "Toch nergens meer")] == ["gone", "new"]


def test_tables_are_compared_by_number():
    before = {"tables": [{"table": 1, "title": "A"}, {"table": 2, "title": "B"}]}
    after = {"tables": [{"table": 2, "title": "C"}, {"table": 3, "title": "D"}]}
    assert [number for number, _ in differences(before, after).tables] == [1, 2, 3]


@pytest.mark.django_db
def test_whole_talk_that_is_opened_and_answered_otherwise():
    talk = cast.whole()
    first = talk.close().document
    talk.reopen()
    talk.text("outcome", "answer", "Toch nergens.")
    talk.add("conditions", text="Eerst de ouders vragen")
    second = talk.close().document
    told = differences(first, second)
    assert [(one.within, one.key) for one in told.texts] == [("outcome", "answer")]
    assert [(one.name, [row["text"] for row in one.added]) for one in told.lists] == [
        ("conditions", ["Eerst de ouders vragen"])
    ]
    assert not differences(second, normalise(document(talk.session)))
