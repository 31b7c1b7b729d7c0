"""What a school need not think up itself."""

import pytest

from sessions import catalogues
from sessions.models import Value

LANGUAGES = ["nl", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_values_under_every_core_value(language):
    found = catalogues.values(language)
    assert len(found) >= 18
    assert {value.core for value in found} == set(Value.Core.values)
    assert len({value.name.casefold() for value in found}) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_a_sector_a_context_and_stakeholders(language):
    found = catalogues.questions(language)
    assert len(found) >= 16
    assert sum(one.sector == "po" for one in found) * 2 >= len(found)
    assert {one.sector for one in found} == set(catalogues.SECTORS)
    assert all(one.context and len(one.stakeholders) >= 3 for one in found)


def test_a_question_has_the_same_key_in_every_language():
    keys = [[one.key for one in catalogues.questions(language)] for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0])


def test_a_language_without_a_catalogue_gets_the_dutch_one():
    assert catalogues.values("fy") == catalogues.values("nl")


def test_an_unknown_question_is_none():
    assert catalogues.question("bestaat-niet", "nl") is None
