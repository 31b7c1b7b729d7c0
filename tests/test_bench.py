"""What script/bench says, and that it compares like with like."""

import json
import re

import pytest
from django.core.management import call_command

from bench import figures, inside, step, talk
from sessions.document import normalise

pytestmark = pytest.mark.once
EVERY = [(part, base) for part, bases, _ in figures.PARTS for base in bases]
WORDS = ["step", "queries", "throughput", "report", "lost", "live", "first load"]
WORDS += ["effort", "words"]


def test_every_word_of_the_issue_has_its_figures():
    names = [figure.name for part, base in EVERY for figure in part(base)]
    assert len(set(names)) == len(names)
    assert {re.match(r'"([^"]+)"', name)[1] for name in names} == set(WORDS)


@pytest.mark.parametrize(
    ("value", "bound", "least", "holds"),
    [
        (1.9, 2.0, False, True),
        (2.1, 2.0, False, False),
        (0.9, 0.8, True, True),
        (0.7, 0.8, True, False),
        (5.0, None, False, True),
        (None, 2.0, False, False),
        (None, None, False, False),
        (0, 0, False, True),
    ],
)
def test_figure_holds_within_its_bound_and_when_it_was_measured(value, bound, least, holds):
    figure = figures.Figure("key", '"step" something', "times", bound, least)
    assert figure.entry(value) == {
        "name": '"step" something',
        "value": value,
        "unit": "times",
        "bound": bound,
        "holds": holds,
    }


def test_bound_can_follow_from_the_run():
    assert figures.Figure("key", "name", "times", 2.0).entry(3.0, 3.5)["holds"] is True


def test_table_and_file_hold_every_figure():
    entries = [figure.entry(None) for part, base in EVERY for figure in part(base)]
    assert json.loads(figures.as_json(entries)) == {"figures": entries}
    assert len(figures.table(entries).splitlines()) == len(entries) + 1
    assert figures.table(entries).count("  NO") == len(entries)


@pytest.fixture
def methods(transactional_db):  # whole requests end with their connection
    call_command("load_methods", verbosity=0)


@pytest.mark.usefixtures("methods")
def test_talk_is_of_the_stated_size():
    document = normalise(talk.document())
    sizes = [len(document[name]) for name in ("stakeholders", "values", "arguments")]
    assert sizes == [10, 10, 40]


@pytest.mark.usefixtures("methods")
def test_constant_page_is_the_page(settings, django_assert_num_queries):
    settings.ROOT_URLCONF = "bench.urls"
    shown = talk.weighed(phones=2)
    own = step.remember(f"{shown.path}stap/arguments/", shown.leading)
    with django_assert_num_queries(0):
        status, constant = inside.ask("/bench/constant/", shown.leading)
    assert status == 200
    assert step.FRESH.sub(rb"\1", constant) == step.FRESH.sub(rb"\1", own)
