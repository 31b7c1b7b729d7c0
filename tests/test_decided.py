"""Which decision holds for the answer as it stands."""

import pytest

from reports.kept import report_of
from sessions import lifecycle
from sessions.decided import decided
from tests import cast
from tests.test_after import decision, url

STOOD = {"verdict": "yes_if", "answer": "Alleen in de gang."}


def talk(*decisions, **outcome):
    return {"outcome": STOOD | outcome, "decisions": list(decisions)}


def taken(result, **about):
    return {"result": result, **STOOD, **about}


def test_nothing_is_decided_where_nothing_was_recorded():
    assert decided({}) == (None, [])


def test_last_decision_about_the_answer_holds():
    first, second, third = taken("partly"), taken("returned"), taken("adopted")
    assert decided(talk(first, second, third)) == (third, [second, first])


@pytest.mark.parametrize("change", [{"verdict": "no"}, {"answer": "Nergens."}])
def test_decision_about_another_answer_is_an_earlier_one(change):
    only = taken("adopted")
    assert decided(talk(only, **change)) == (None, [only])


def test_decision_about_this_answer_holds_over_a_later_one_about_another():
    this, other = taken("adopted"), taken("returned", answer="Nergens.")
    assert decided(talk(this, other)) == (this, [other])


def test_two_alike_are_one_that_holds_and_one_earlier():
    assert decided(talk(taken("adopted"), taken("adopted"))) == (
        taken("adopted"),
        [taken("adopted")],
    )


# On every screen and paper


@pytest.fixture
def changed(db):
    """A talk that was decided about, opened again, and closed with another answer."""
    talk = cast.whole()
    phone, board = talk.phone(), talk.board()
    talk.close()
    decider = talk.decider()
    assert decider.client().post(url("decision", talk), decision(talk)).status_code == 303
    talk.reopen("De ouders waren niet gehoord.")
    talk.text("outcome", "answer", "Nergens.")
    talk.close()
    return talk, phone, board, decider


def essence(talk):
    page = report_of(talk.session, lifecycle.last_version(talk.session)).content()
    return page.partition('class="report-rest"')[0], page


def test_old_decision_does_not_stand_on_a_new_answer(changed):
    talk, phone, board, decider = changed
    first_page, page = essence(talk)
    assert "Overgenomen" not in first_page
    assert "Over dit antwoord is nog niets besloten." in first_page
    assert "Eerder: Overgenomen" in page
    assert "Dit gaat over het antwoord van toen" in page
    for person, name in ((phone, "phone"), (board, "board"), (talk.leader, "board")):
        assert "Overgenomen" not in person.client().get(url(name, talk)).content.decode()
    for name in ("handover", "decision"):
        shown = talk.leader.client().get(url(name, talk)).content.decode()
        assert "Over dit antwoord is nog niets besloten." in shown
    form = decider.client().get(url("decision", talk)).content.decode()
    assert "Al vastgelegd" not in form


def test_first_page_holds_one_decision_however_many_there_were(changed):
    talk, _phone, _board, decider = changed
    for result in ("partly", "returned", "not_adopted"):
        data = decision(talk, result=result, reasons=f"Reden {result}.")
        decider.client().post(url("decision", talk), data)
    first_page, page = essence(talk)
    assert first_page.count("report-decided") == 1
    assert "Niet overgenomen" in first_page
    told = [page.index(f"Reden {result}.") for result in ("not_adopted", "returned", "partly")]
    assert told == sorted(told)


def test_who_decides_is_told_that_nothing_is_decided(db):
    talk = cast.whole()
    talk.text("", "decider", "De directeur")
    assert "nog niets besloten" not in essence_of_open(talk)
    talk.close()
    assert "Over dit antwoord is nog niets besloten." in essence(talk)[0]


def essence_of_open(talk):
    return report_of(talk.session, None).content()
