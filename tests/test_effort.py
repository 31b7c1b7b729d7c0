"""Cases entered by quick entry, key by key: the same lists, and hardly more keys than words."""

import pytest
from django.core.management import call_command

from bench import effort, figures
from sessions.document import normalise

CASES = dict(effort.cases())


@pytest.fixture
def methods(transactional_db):  # whole requests end with their connection
    call_command("load_methods", verbosity=0)


def test_there_are_six_cases():
    assert tuple(CASES) == figures.CASES


@pytest.mark.usefixtures("methods")
@pytest.mark.parametrize("name", CASES)
def test_case_entered_key_by_key_is_that_case(name):
    case = CASES[name]
    keys, stored = effort.enter(case)
    assert effort.said(stored) == effort.said(normalise(case))
    assert round(keys / effort.characters(case), 3) <= figures.EFFORT
