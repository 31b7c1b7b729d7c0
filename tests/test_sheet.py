"""How much stands on a board, and how large."""

import math
from types import SimpleNamespace

import pytest

from sessions import room
from sessions.screen import screen_of
from sessions.screen.sheet import (
    ARGUMENTS,
    HEIGHT,
    SIZES,
    Part,
    Sheet,
    fit,
    lines,
    stacked,
)
from sessions.views.room import _where
from tests.cast import Talk

pytestmark = pytest.mark.django_db


def rows(number: int, words: str = "Een kind voelt elke week druk.") -> Part:
    return Part("for", "Voor", [SimpleNamespace(text=words, n=n) for n in range(number)])


def measure(row, size, width):
    return stacked(width, (row.text, 1)) + 1


def sheet(talk: Talk, height: float = HEIGHT) -> Sheet:
    found = talk.board().access
    return Sheet(screen_of(found, _where(found.session)), height)


def test_longer_text_takes_more_lines():
    assert lines("kort", 20) == 1
    assert lines("x" * 400, 20) > lines("x" * 100, 20) > 1
    assert lines("een\ntwee\ndrie", 20) == 3


def test_rows_get_smaller_before_any_is_left_out():
    sizes = [fit([rows(number)], measure, 24) for number in range(1, 40)]
    ems = [one.size.em for one in sizes]
    assert ems == sorted(ems, reverse=True)
    assert all(one.size is SIZES[-1] for one in sizes if one.left)
    assert all(len(one.rows) + one.left == number for number, one in enumerate(sizes, 1))


def test_what_is_left_out_is_counted_per_column():
    shown = fit([rows(100), rows(3)], measure, 24)
    assert [part.left for part in shown.parts] == [100 - len(shown.parts[0].rows), 0]
    assert [part.count for part in shown.parts] == [100, 3]


def test_newest_rows_stay_in_view():
    shown = fit([rows(100)], measure, 24, newest=True)
    assert [row.n for row in shown.rows] == list(range(100 - len(shown.rows), 100))


def test_very_long_text_leaves_room_for_others():
    part = Part("", "", [SimpleNamespace(text="woord " * 4000), *rows(3).rows])
    shown = fit([part], measure, 24, sizes=ARGUMENTS)
    assert shown.left == 0
    assert 100 < shown.most < 3000


def test_phone_shows_all():
    shown = fit([rows(200)], measure, math.inf)
    assert shown.left == 0


def test_board_tells_how_many_arguments_it_does_not_show():
    talk = Talk()
    talk.go("arguments")
    for number in range(60):
        talk.add("arguments", text=f"Argument {number} over de camera", side="for")
    shown = sheet(talk).sides
    page = talk.board().client().get(f"/gesprekken/{talk.id}/bord/").content.decode()
    assert f"{shown.left} eerdere staan op laptop en telefoon" in page
    assert "Argument 59 " in page
    assert "Argument 0 " not in page
    phone = talk.phone().client().get(f"/gesprekken/{talk.id}/meedoen/bord/").content.decode()
    assert "Argument 0 " in phone


def test_board_shows_little_text_large_and_long_text_small():
    talk = Talk()
    talk.go("question")
    talk.text("question", "context", "Er wordt gestolen.")
    short = sheet(talk).words
    talk.text("question", "context", "Er wordt gestolen. " * 1000)
    long = sheet(talk).words
    assert short.size.em > long.size.em
    assert short.most > 20_000 > long.most


def test_feelings_stand_alone_until_something_else_is_done():
    talk = Talk()
    phones = [talk.phone(), talk.phone(), talk.phone()]
    talk.go("question")
    item = talk.open("question").items.get()
    for phone in phones:
        give(talk, phone, "question", item.pk, 2)
    talk.go("outcome")
    item = last_feeling(talk).items.get()
    for phone in phones:
        give(talk, phone, "outcome", item.pk, 4)
    talk.reveal("outcome")
    assert sheet(talk).screen.outcome.feelings_stand_alone
    talk.text("outcome", "answer", "Alleen in de gang.")
    assert not sheet(talk).screen.outcome.feelings_stand_alone


def give(talk: Talk, phone, step: str, item, feeling: int) -> None:
    room.give_ballot(phone.access, talk.step(step), {item: feeling})


def last_feeling(talk: Talk):
    return room.open_round(talk.lead, talk.step("outcome"), "intuition")
