"""How much there is to read before one can act: a tired facilitator looks, and does."""

import pytest

from bench.words import MOST, words_on
from sessions.lifecycle import newest_method
from tests import cast

pytestmark = pytest.mark.once


@pytest.mark.parametrize("slug", ["ethiekkompas", "kort-kompas"])
def test_each_step_can_be_begun_after_few_words(team, slug):
    talk = cast.Talk("Mag het?", newest_method(slug))
    talk.go(talk.session.steps[0].key)
    leader = team.leading(talk)
    read = {}
    for step in talk.session.steps:
        leader.open(f"{leader.talk}stap/{step.key}/")
        read[step.key] = len(words_on(leader.page.locator("#main")))
    assert {key: count for key, count in read.items() if count > MOST} == {}
    assert min(read.values()) > 5  # something was counted
