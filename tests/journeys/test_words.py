"""How much there is to read before one can act: a tired facilitator looks, and does."""

import re

import pytest
from playwright.sync_api import Locator

from sessions.lifecycle import newest_method
from tests import cast

MOST = 80
WORD = re.compile(r"[^\W\d][\w’'-]*")  # a number is seen, and not read

# What is drawn: not what is folded away, hidden, or there for a screen reader only.
DRAWN = """work => {
    const hidden = [...work.querySelectorAll(".visually-hidden")];
    hidden.forEach(one => one.style.display = "none");
    const words = work.innerText;
    hidden.forEach(one => one.style.display = "");
    return words;
}"""


def words_on(work: Locator) -> list[str]:
    return WORD.findall(work.evaluate(DRAWN))


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
