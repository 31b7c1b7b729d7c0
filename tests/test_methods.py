"""The methods that come with the product, and how a method is published."""

import copy
import json

import pytest
from django.core.exceptions import ValidationError

from sessions.models import Method, MethodError
from sessions.steps import required_prompts

from .documents import METHODS, publish_methods, twofold

DEFINITIONS = [json.loads(file.read_text(encoding="utf-8")) for file in METHODS]
NAMES = [file.stem for file in METHODS]


def texts(definition, language):
    """Every text of a definition in one language, with its place."""
    yield from definition["languages"][language].items()
    for step in definition["steps"]:
        spoken = step[language]
        for name in ("title", "purpose", "cue"):
            yield f"{step['key']}.{name}", spoken[name]
        for prompt in spoken["prompts"]:
            for name in ("text", "help"):
                if name in prompt:
                    yield f"{step['key']}.{prompt['key']}.{name}", prompt[name]
        for name in ("say", "stuck"):
            for number, sentence in enumerate(spoken.get(name, [])):
                yield f"{step['key']}.{name}.{number}", sentence


def test_every_published_version_is_kept():
    assert NAMES == [
        "ethiekkompas-1",
        "ethiekkompas-2",
        "kort-kompas-1",
        "kort-kompas-2",
        "terugkijken-1",
    ]
    for name, definition in zip(NAMES, DEFINITIONS, strict=True):
        assert f"{definition['slug']}-{definition['version']}" == name


@pytest.mark.parametrize(
    ("name", "kinds", "minutes"),
    [
        (
            "ethiekkompas",
            ["question", "facts", "stakeholders", "values", "arguments", "weighing", "outcome"],
            110,
        ),
        ("kort-kompas", ["question", "stakeholders", "arguments", "weighing", "outcome"], 40),
        ("terugkijken", ["question", "facts", "arguments", "weighing", "outcome"], 30),
    ],
)
@pytest.mark.django_db
def test_method_has_its_steps_and_minutes(name, kinds, minutes):
    publish_methods()
    method = Method.latest(name)
    assert [step.kind for step in method.steps("nl")] == kinds
    assert [step.key for step in method.steps("en")] == kinds
    assert method.minutes == minutes
    assert method.languages == ["nl", "en"]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=NAMES)
def test_languages_say_the_same_things(definition):
    dutch, english = (dict(texts(definition, language)) for language in ("nl", "en"))
    assert list(dutch) == list(english)
    assert all(dutch[place] != english[place] for place in dutch)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=NAMES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_texts_are_neat(definition, language):
    for place, text in texts(definition, language):
        assert text == " ".join(text.split()), place
        assert not set("'\"") & set(text), f"{place}: straight quotes"
        assert text.count("‘") <= text.count("’"), place
        if not place.endswith("title"):
            assert text[-1] in ".?’", place


@pytest.mark.parametrize("definition", DEFINITIONS, ids=NAMES)
def test_dutch_sentences_are_short(definition):
    """About fifteen words at most; a few more where a sentence lists things."""
    for place, text in texts(definition, "nl"):
        for sentence in text.replace("?", ".").replace(":", ".").split("."):
            assert len(sentence.split()) <= 18, f"{place}: {sentence}"


@pytest.mark.parametrize("definition", DEFINITIONS, ids=NAMES)
def test_dutch_words_are_those_of_the_glossary(definition):
    said = " ".join(text for _place, text in texts(definition, "nl")).lower()
    for word in ("stakeholder", "facilitator", "score", "stemmen", "deelnemer", " u ", " uw "):
        assert word not in said


# Publishing


def publish(**changes):
    return Method.publish(twofold() | changes, required_prompts())


@pytest.mark.django_db
def test_publishing_twice_is_one_version():
    assert publish() == publish()
    assert Method.objects.count() == 1


@pytest.mark.django_db
def test_other_content_under_a_published_version_is_refused():
    first = publish()
    with pytest.raises(MethodError):
        publish(group=[2, 9])
    assert Method.objects.get().definition == first.definition


@pytest.mark.django_db
def test_next_version_stands_beside_the_first():
    publish()
    publish(version=2, group=[2, 9])
    assert Method.latest("twofold").version == 2
    assert [(one.slug, one.version) for one in Method.current()] == [("twofold", 2)]
    assert Method.objects.count() == 2


@pytest.mark.django_db
def test_published_method_cannot_be_saved():
    with pytest.raises(ValidationError):
        publish().save()


def without(*path):
    definition = copy.deepcopy(twofold())
    holder = definition
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return definition


def with_step(**changes):
    definition = twofold()
    definition["steps"][1] |= changes
    return definition


WRONG = [
    ([], "$"),
    (without("slug"), "$.slug"),
    (twofold() | {"version": 0}, "$.version"),
    (twofold() | {"version": True}, "$.version"),
    (without("languages"), "$.languages"),
    (without("languages", "nl", "summary"), "$.languages.nl.summary"),
    (twofold() | {"group": [3, 2]}, "$.group"),
    (twofold() | {"steps": []}, "$.steps"),
    (with_step(key="Facts"), "$.steps[1].key"),
    (with_step(key="question"), "$.steps[1].key"),
    (with_step(kind="nope"), "$.steps[1].kind"),
    (with_step(minutes=None), "$.steps[1].minutes"),
    (with_step(nl=None), "$.steps[1].nl"),
    (without("steps", 1, "nl", "purpose"), "$.steps[1].nl.purpose"),
    (with_step(nl={"title": "t", "purpose": "p", "prompts": [{"key": "k"}]}), "$.steps[1].nl"),
    (with_step(kind="outcome"), "$.steps[1]"),
]


@pytest.mark.parametrize(("definition", "place"), WRONG, ids=range(len(WRONG)))
@pytest.mark.django_db
def test_incomplete_method_is_refused_with_its_place(definition, place):
    with pytest.raises(MethodError) as caught:
        Method.publish(definition, required_prompts())
    assert str(caught.value).startswith(place)
    assert not Method.objects.exists()
