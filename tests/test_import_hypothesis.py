"""Whatever is imported comes back, and whatever is wrong leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions.document import DocumentError, as_json, document, load, normalise, parse
from sessions.document import format as layout
from sessions.models import Argument, Method, Session, Text, Verdict, Voice, choices_of
from sessions.models.text import LINE, plain_text
from sessions.steps import LISTS, List

from .documents import SCHEMA, fits, publish_methods

pytestmark = pytest.mark.django_db

thorough = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _methods(db):
    publish_methods()


# What may be said

characters = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n'\"\\<&{%é🧭")
words = st.text(characters, min_size=1, max_size=12).filter(str.strip)
anything = st.text(characters, max_size=12)
dates = st.dates().map(lambda day: day.isoformat())
times = st.times().map(lambda time: time.isoformat("minutes"))
weights = st.lists(st.integers(1, 5), max_size=6)
names = st.sampled_from(["Ouders", "Rust", "ß", " x "]) | words


def optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


def column(field: models.Field) -> st.SearchStrategy:
    if isinstance(field, models.ForeignKey):
        return optional(names)
    if field.choices:
        chosen = st.sampled_from([key for key, _label in field.choices])
        return optional(chosen) if field.blank else chosen
    if isinstance(field, models.DateField):
        return optional(dates)
    if isinstance(field, models.BooleanField):
        return optional(st.booleans())
    if isinstance(field, models.PositiveSmallIntegerField):
        return optional(st.integers(0, 99))
    if field.name in ("name", "title"):
        return names
    if field.name == "said_by":
        return optional(anything.map(lambda text: text[: field.max_length]))
    return optional(anything) if field.blank else words


def item(one: List, method: Method) -> st.SearchStrategy[dict[str, Any]]:
    needed, besides = {}, {"merged": st.lists(names, max_size=2)}
    for name in one.model.told():
        field = one.model._meta.get_field(name)
        place = besides if field.blank or field.null else needed
        place[name] = column(field)
    homes = layout.homes(method.steps(method.languages[0]), one)
    if homes:
        besides["step"] = optional(st.sampled_from(homes))
    if one.model is Argument:
        besides["weights"] = optional(weights)
    return st.fixed_dictionaries(needed, optional=besides)


def inquiries() -> st.SearchStrategy[dict[str, Any]]:
    """What was asked beforehand, and what was heard."""
    voice = st.fixed_dictionaries(
        {"text": words},
        optional={
            "role": optional(st.sampled_from(Voice.Role.values)),
            "paper": optional(st.booleans()),
        },
    )
    return st.fixed_dictionaries(
        {"question": words},
        optional={
            "asked": optional(anything),
            "for_children": optional(st.booleans()),
            "voices": optional(st.lists(voice, max_size=4)),
            "answer": optional(anything),
        },
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document of any of the methods."""
    method = draw(st.sampled_from(Method.current()))
    steps = method.steps(method.languages[0])
    keys = [step.key for step in steps]
    objects: dict[str, dict[str, st.SearchStrategy]] = {"": {}}
    for within, texts in layout.TEXTS.items():
        place = objects.setdefault(within, {})
        for key, (kind, prompt) in texts.items():
            choices = choices_of(kind, prompt)
            place[key] = optional(st.sampled_from(choices.values) if choices else anything)
    for within, lists in layout.LISTS_IN.items():
        for one in lists:
            objects[within][one.name] = optional(st.lists(item(one, method), max_size=4))
    top = objects.pop("")
    top["question"] = words
    for within, key in layout.DAYS.values():
        (objects[within] if within else top)[key] = optional(dates)
    top |= {key: optional(times) for key in layout.TIMES}
    top |= {
        within: optional(st.fixed_dictionaries({}, optional=members))
        for within, members in objects.items()
    }
    top |= {
        "method_version": optional(st.just(method.version)),
        "language": optional(st.sampled_from(method.languages)),
        "status": optional(st.sampled_from(Session.Status.values)),
        "step": optional(st.sampled_from(keys)),
        "source": optional(st.lists(words, max_size=3)),
        "fictional": optional(st.booleans()),
        "practice": optional(st.booleans()),
        "naming": optional(st.sampled_from(Session.Naming.values)),
        "intuition": optional(intuitions()),
        "inquiries": optional(st.lists(inquiries(), max_size=3)),
    }
    asked = layout.asked_texts(steps)
    if asked:
        top["texts"] = st.lists(
            st.sampled_from(asked).flatmap(
                lambda place: st.tuples(
                    st.just(place),
                    st.sampled_from(Verdict.values) if place[1] == "verdict" else words,
                )
            ),
            max_size=3,
            unique_by=lambda one: one[0],
        ).map(
            lambda found: [
                {"step": step, "prompt": prompt, "text": text} for (step, prompt), text in found
            ]
        )
    question = top.pop("question")
    found = draw(st.fixed_dictionaries({"question": question}, optional=top))
    if draw(st.booleans()):
        add_rounds(draw, found, layout.weighing_homes(steps))
    return {
        "format": layout.FORMAT,
        "version": layout.VERSION,
        "method": method.slug,
        **found,
    }


@st.composite
def intuitions(draw: st.DrawFn) -> dict[str, Any]:
    """A first and a last intuition, and how many moved."""
    found = draw(st.fixed_dictionaries({}, optional={"first": weights, "last": weights}))
    if draw(st.booleans()):
        found["asked"] = draw(st.integers(0, 8))
        found["moved"] = draw(st.integers(0, found["asked"]))
    return found


def add_rounds(draw: st.DrawFn, found: dict[str, Any], homes: list[str]) -> None:
    """Rounds that agree with the arguments."""
    arguments = found.get("arguments") or []
    number = draw(st.integers(1, 3))
    steps = sorted(draw(st.lists(st.integers(0, len(homes) - 1), min_size=number, max_size=number)))
    rounds: list[dict[str, Any]] = [
        {"number": at, "step": homes[step], "weights": []} for at, step in enumerate(steps, 1)
    ]
    for index, argument in enumerate(arguments):
        if not argument.get("weights"):
            continue
        last = draw(st.integers(1, number))
        if last < number or draw(st.booleans()):
            argument["round"] = last
        for one in rounds[: last - 1]:
            given = draw(weights)
            if given:
                one["weights"].append({"argument": index, "weights": given})
    for one in rounds:
        most = layout.largest(one, arguments, last=one is rounds[-1])
        if draw(st.booleans()):
            one["ballots"] = most + draw(st.integers(0, 2))
        if draw(st.booleans()):
            one["asked"] = draw(st.integers(0, one.get("ballots", most)))
            one["moved"] = draw(st.integers(0, one["asked"]))
    found["rounds"] = rounds


def again(session: Session) -> Session:
    return Session.objects.select_related("method").get(pk=session.pk)


@thorough
@given(data=documents())
def test_imported_document_comes_back_in_normal_form(data):
    whole = normalise(data)
    first = document(again(load(data)))
    assert as_json(first) == as_json(whole)
    second = document(again(load(parse(as_json(first)))))
    assert as_json(second) == as_json(first)


@thorough
@given(data=documents())
def test_normal_form_loses_nothing(data):
    """Whatever was given and is not absent is found again, but for names and defaults."""
    whole = normalise(data)
    assert as_json(normalise(whole)) == as_json(whole)
    for key in ("title", "question", "context", "team", "note", "held_on", "review_on", "source"):
        assert whole.get(key) == (data.get(key) or None)
    for one in LISTS.values():
        given = (data if not one.within else data.get(one.within) or {}).get(one.name) or []
        kept = (whole if not one.within else whole.get(one.within, {})).get(one.name, [])
        assert len(kept) >= len(given)
        homes = layout.homes(Method.latest(data["method"]).steps(whole["language"]), one)
        if any(one.get("step") in homes[1:] for one in given):
            continue  # those stand after all others
        for before, after in zip(given, kept, strict=False):
            for key in one.model.content:
                if not isinstance(one.model._meta.get_field(key), models.ForeignKey):
                    absent = before.get(key) is None or before.get(key) == ""
                    assert after.get(key) == (None if absent else before[key])
            assert after.get("weights", []) == sorted(before.get("weights") or [])


@thorough
@given(data=documents())
def test_schema_accepts_what_import_accepts(data):
    assert fits(data)
    assert fits(normalise(data))


# What is wrong

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=6), children, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, member in members for place in places(member, (*path, key)))]


@thorough
@given(data=documents(), value=json_values, chosen=st.data())
def test_spoilt_document_is_taken_whole_or_refused_whole(data, value, chosen):
    spoilt = json.loads(json.dumps(data))
    *path, last = chosen.draw(st.sampled_from([place for place in places(spoilt) if place]))
    holder = spoilt
    for key in path:
        holder = holder[key]
    if isinstance(holder, dict) and chosen.draw(st.booleans()):
        last = chosen.draw(st.text(max_size=4))
    holder[last] = value
    before = Session.objects.count(), Text.objects.count()
    whole, error = attempt(normalise, spoilt)
    if error is None:
        assert as_json(document(again(load(spoilt)))) == as_json(whole)
        return
    with pytest.raises(DocumentError):
        load(spoilt)
    assert (Session.objects.count(), Text.objects.count()) == before
    assert error.path.startswith("$")
    assert error.path.isprintable()
    assert error.path.isascii()
    assert error.reason.isprintable()


@thorough
@given(text=st.binary(max_size=40) | st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text):
    whole, error = attempt(parse, text)
    assert isinstance(whole, dict) or error.path.startswith("$")


def attempt(function: Callable, argument: Any) -> tuple[Any, DocumentError | None]:
    try:
        return function(argument), None
    except DocumentError as error:
        return None, error


@thorough
@given(text=st.text(max_size=10))
def test_schema_and_models_refuse_the_same_characters(text):
    try:
        plain_text(text)
        allowed = True
    except ValidationError:
        allowed = False
    surrogate = any("\ud800" <= one <= "\udfff" for one in text)  # no JSON Schema can say that
    assert surrogate or fits(text, SCHEMA["$defs"]["line"]) == (allowed and len(text) <= LINE)
