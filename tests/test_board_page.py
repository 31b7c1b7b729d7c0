"""The board's page: numbers over what one may read, and nothing about few."""

import itertools
import random
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import few, gist, lifecycle
from sessions.board_page import BoardPage, school_year
from sessions.models import Action, Gist, Share, Version
from tests import cast
from tests.looking_back import actor, board, client, decided_by, share, somebody, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    return board()


def page_of(user, organisation, year=""):
    return BoardPage(actor(user), organisation.slug, year)


def url(organisation, name="board_page", **query):
    address = reverse(f"sessions:{name}", args=[organisation.slug])
    return address + "?" * bool(query) + "&".join(f"{key}={one}" for key, one in query.items())


def shown(cells):
    return {one.label: one.talks if one.shown else None for one in cells}


# What is counted


def test_reader_for_the_board_counts_what_was_shared_and_nothing_else(there):
    for school in (there.school, there.school, there.other_school):
        talk(school, shared=there.board)
    talk(there.school)
    talk(there.elsewhere, shared=there.elsewhere)
    assert page_of(there.reader, there.board).total.talks == 3


def test_school_leader_counts_the_closed_talks_of_the_own_school(there):
    for _ in range(3):
        talk(there.school)
    talk(there.other_school)
    talk(there.school, status="running", outcome={"verdict": "no"})
    page = page_of(there.leader, there.school)
    assert (page.total.talks, shown(page.verdicts)["Ja"]) == (3, 3)


def test_what_is_removed_practised_or_a_guests_is_not_counted(there):
    gone = talk(there.school, shared=there.board)
    gone.removed_on = timezone.localdate()
    gone.save()
    practice = talk(there.school, shared=there.board)
    practice.kind = practice.Kind.PRACTICE
    practice.save()
    talk(None)
    assert page_of(there.reader, there.board).talks == []


def test_board_counts_the_version_that_was_shared_and_not_a_later_one(there):
    sessions = [talk(there.school, shared=there.board) for _ in range(3)]
    for one in sessions:
        later = {**Version.objects.get(session=one).document, "outcome": {"verdict": "no"}}
        Version.objects.create(session=one, number=2, document=later)
    assert shown(page_of(there.reader, there.board).verdicts)["Ja"] == 3
    assert shown(page_of(there.leader, there.school).verdicts)["Nee"] == 3


def test_share_that_is_taken_back_is_not_counted_a_minute_later(there):
    for _ in range(4):
        talk(there.school, shared=there.board)
    Share.objects.first().delete()
    assert page_of(there.reader, there.board).total.talks == 3


def test_share_ends_when_the_school_goes_to_another_board(there):
    talk(there.school, shared=there.board)
    there.school.parent = there.elsewhere
    there.school.save()
    assert page_of(there.reader, there.board).talks == []


def test_values_under_decisive_arguments_and_who_was_missing_are_counted(there):
    for number in range(3):
        talk(
            there.school,
            shared=there.board,
            **decided_by("autonomie", "Vrijheid" if number else " vrijheid "),
            stakeholders=[
                {"name": "Leerlingen", "at_table": False},
                {"name": "Leraren", "at_table": True},
            ],
        )
    page = page_of(there.reader, there.board)
    assert shown(page.cores) == {
        "Autonomie": 3,
        "Rechtvaardigheid": None,
        "Menselijkheid": None,
    }
    assert shown(page.values) == {"Vrijheid": 3}
    assert shown(page.missing) == {"Leerlingen": 3}


def test_promises_are_told_as_they_stand_today(there):
    today = timezone.localdate()
    for number in range(3):
        session = talk(
            there.school,
            shared=there.board,
            actions=[
                {"what": "Een bord kopen", "who": "Conciërge"},
                {"what": "Ouders vragen", "due": (today - timedelta(1)).isoformat()},
                {"what": "Later", "due": (today + timedelta(1 + number)).isoformat()},
            ],
        )
        Action.objects.filter(session=session, what="Een bord kopen").update(state="done")
    told = {one.key: (one.number, one.talks) for one in page_of(there.reader, there.board).promises}
    assert told == {"kept": (3, 3), "late": (3, 3), "open": (3, 3), "dropped": (0, 0)}


def test_promises_of_a_talk_that_was_closed_again_are_those_of_the_shared_version(there):
    for _ in range(3):
        one = talk(there.school, shared=there.board, actions=[{"what": "Een bord kopen"}])
        Action.objects.filter(session=one).update(state="done")
        last = Version.objects.get(session=one)
        Version.objects.create(session=one, number=2, document=last.document)
    told = {one.key: one.number for one in page_of(there.reader, there.board).promises}
    assert (told["kept"], told["open"]) == (0, 3)


def test_period_is_a_school_year(there):
    assert [school_year(date(2025, 7, 31)), school_year(date(2025, 8, 1))] == [2024, 2025]
    for day in ("2025-07-31", "2025-06-01", "2025-05-01", "2025-08-01", "2025-09-01", "2026-01-05"):
        talk(there.school, shared=there.board, held_on=day)
    page = page_of(there.reader, there.board)
    assert shown(page.over_time) == {"2024–2025": 3, "2025–2026": 3}
    assert page_of(there.reader, there.board, "2024").total.talks == 3
    assert page_of(there.reader, there.board, "1999").year is None


# Nothing about few


def test_fewer_than_three_are_not_told(there):
    for verdict in ["yes"] * 6 + ["no"] * 2 + ["not_yet"]:
        talk(there.school, shared=there.board, outcome={"verdict": verdict})
    page = page_of(there.reader, there.board)
    assert shown(page.verdicts) == {
        "Ja": 6,
        "Ja, mits": None,
        "Nog niet": None,
        "Nee": None,
        "Geen antwoord, wel een inzicht": None,
        "Geen antwoord gekozen": None,
    }
    text = client(there.reader).get(url(there.board)).content.decode()
    assert "te weinig gesprekken" in text
    assert "2 gesprekken" not in text


def test_numbers_that_are_all_hidden_are_one_sentence(there):
    for verdict in ["yes", "yes", "no", "not_yet"]:
        talk(there.school, shared=there.board, outcome={"verdict": verdict})
    text = client(there.reader).get(url(there.board)).content.decode()
    answers = text.partition('id="verdicts"')[2].partition("</section>")[0]
    assert ("Te weinig gesprekken" in answers, "<tr" in answers) == (True, False)


def test_number_that_a_sum_would_tell_is_hidden_with_a_larger_one(there):
    for verdict in ["yes"] * 6 + ["no"] * 3 + ["not_yet"]:
        talk(there.school, shared=there.board, outcome={"verdict": verdict})
    # Ten in all, six and three: that one is left would be no secret.
    assert shown(page_of(there.reader, there.board).verdicts)["Nee"] is None


def test_year_of_few_talks_tells_nothing_at_all(there):
    for day in ["2024-10-01"] * 3 + ["2025-10-01"] * 2 + ["2023-10-01"] * 4:
        talk(there.school, shared=there.board, held_on=day)
    text = client(there.reader).get(url(there.board, jaar=2025)).content.decode()
    assert "Ja, mits" not in text
    assert "minder dan drie" in text


def test_no_sum_tells_what_is_hidden():
    """Each table that agrees with what is shown is tried: a hidden one or two is never sure."""
    rows, columns = 3, 2
    chance = random.Random(5)
    for _ in range(40):
        inner = {
            (r, c): chance.choice([0, 1, 2, 3, 4, 5]) for r in range(rows) for c in range(columns)
        }
        numbers = dict(inner)
        for r in range(rows):
            numbers[r, None] = sum(inner[r, c] for c in range(columns))
        for c in range(columns):
            numbers[None, c] = sum(inner[r, c] for r in range(rows))
        numbers[None, None] = sum(inner.values())
        sums = [few.Sum((r, None), [(r, c) for c in range(columns)]) for r in (*range(rows), None)]
        sums += [few.Sum((None, c), [(r, c) for r in range(rows)]) for c in (*range(columns), None)]
        hidden = few.hidden(numbers, sums)
        assert {key for key, number in numbers.items() if number < few.FEW} <= hidden
        # The rows that agree with what is shown of them, and of those the tables that do.
        possible: dict = {key: set() for key in inner if key in hidden}
        fitting = [
            [
                row
                for row in itertools.product(
                    *([inner[r, c]] if (r, c) not in hidden else range(9) for c in range(columns))
                )
                if (r, None) in hidden or sum(row) == numbers[r, None]
            ]
            for r in range(rows)
        ]
        for table in itertools.product(*fitting):
            told = [sum(row[c] for row in table) for c in range(columns)]
            if all((None, c) in hidden or told[c] == numbers[None, c] for c in range(columns)) and (
                (None, None) in hidden or sum(told) == numbers[None, None]
            ):
                for r, c in possible:
                    possible[r, c].add(table[r][c])
        told = {key for key in possible if numbers[key] in (1, 2) and len(possible[key]) == 1}
        assert not told, (numbers, hidden)


# Each number leads to its talks


def test_every_number_leads_to_as_many_talks(there):
    for number in range(4):
        talk(
            there.school,
            f"Mag het {number}?",
            shared=there.board,
            **decided_by("menselijkheid", "Zorg"),
            stakeholders=[{"name": "Ouders", "at_table": False}],
            actions=[{"what": "Bellen"}],
            outcome={"verdict": "yes_if"},
        )
    page = page_of(there.reader, there.board)
    cells = [page.total, *page.over_time, *page.verdicts, *page.cores, *page.values]
    cells += [*page.missing, *page.promises]
    browser = client(there.reader)
    for cell in [one for one in cells if one.shown]:
        response = browser.get(url(there.board, "board_talks") + cell.url)
        assert response.content.decode().count('name="gesprek"') == cell.talks, cell


def test_list_of_too_few_talks_is_not_there(there):
    for verdict in ["yes"] * 3 + ["no"] * 2:
        talk(there.school, "Geheim?", shared=there.board, outcome={"verdict": verdict})
    text = client(there.reader).get(url(there.board, "board_talks", uitkomst="no")).content.decode()
    assert "te weinig gesprekken" in text
    assert "Geheim?" not in text


def test_schools_are_never_set_beside_one_another(there):
    for school in (there.school, there.other_school):
        for _ in range(3):
            talk(school, shared=there.board)
    text = client(there.reader).get(url(there.board)).content.decode()
    assert there.school.name not in text
    assert there.other_school.name not in text


# Who


def test_others_see_no_numbers(there):
    for _ in range(3):
        talk(there.school, "Geheim?", shared=there.board)
    for name in ("board_page", "board_talks"):
        answers = {
            "anonymous": Client().get(url(there.board, name)),
            "stranger": client(there.stranger).get(url(there.board, name)),
            "leader": client(there.leader).get(url(there.board, name)),
            "administrator": client(there.administrator).get(url(there.board, name)),
            "facilitator": client(there.facilitator).get(url(there.school, name)),
        }
        assert {who: one.status_code for who, one in answers.items()} == {
            "anonymous": 302,
            "stranger": 404,
            "leader": 404,
            "administrator": 403,
            "facilitator": 403,
        }
        assert not any("Geheim?" in one.content.decode() for one in answers.values())


def test_who_leaves_is_out_with_the_next_request(there):
    browser = client(there.reader)
    assert browser.get(url(there.board)).status_code == 200
    Membership.objects.filter(user=there.reader).delete()
    assert browser.get(url(there.board)).status_code == 404


def test_administrator_of_the_installation_sees_how_many_and_nothing_else(there):
    for _ in range(3):
        talk(there.school, "Geheim?", **decided_by("autonomie", "Vrijheid"))
    chief = User.objects.create_superuser("chef@voorbeeld.invalid")
    address = reverse("sessions:installation")
    text = client(chief).get(address).content.decode()
    assert "3 gesprekken" in text
    assert not {word for word in ("Geheim?", "Vrijheid", "De Eik") if word in text}
    assert client(there.administrator).get(address).status_code == 404
    assert Client().get(address).status_code == 302


# As many queries for any number of talks


@pytest.mark.parametrize("name", ["board_page", "board_talks"])
def test_number_of_queries_does_not_grow(there, name, django_assert_max_num_queries):
    Membership.objects.create(user=there.reader, organisation=there.board, role=Role.SCHOOL_LEADER)
    browser, counts = client(there.reader), []
    for more in (3, 9):
        for number in range(more):
            talk(there.school, shared=there.board, actions=[{"what": str(number)}])
            talk(there.board)
        Gist.objects.filter(version=Version.objects.latest("pk")).delete()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get(url(there.board, name))
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 15


# The gist


def test_closing_keeps_a_gist_and_tick_makes_the_missing_ones(there):
    one = cast.whole()
    one.close()
    version = lifecycle.last_version(one.session)
    kept = Gist.objects.get(version=version)
    assert (kept.verdict, kept.missing, len(kept.promises)) == ("yes_if", ["Leerlingen"], 2)
    kept.delete()
    call_command("tick")
    assert Gist.objects.get(version=version).missing == ["Leerlingen"]


def test_page_counts_what_has_no_gist_yet(there):
    for _ in range(3):
        talk(there.school, shared=there.board)
    Gist.objects.all().delete()
    assert page_of(there.reader, there.board).total.talks == 3


def test_promise_is_late_once_its_day_is_over():
    today = date(2026, 3, 1)
    assert [
        gist.became("done", True, None, today),
        gist.became("changed", True, "2026-02-01", today),
        gist.became("dropped", True, None, today),
        gist.became("", False, "2026-02-28", today),
        gist.became("", True, "2026-02-28", today),
        gist.became("", False, today, today),
    ] == ["kept", "kept", "dropped", "late", "open", "open"]


def test_two_roles_in_one_place_count_a_talk_once(there):
    Membership.objects.create(user=there.leader, organisation=there.school, role=Role.BOARD_READER)
    for _ in range(3):
        share(talk(there.school), there.school)
    assert page_of(there.leader, there.school).total.talks == 3


def test_reader_of_a_board_above_reads_what_was_shared_with_that_one(there):
    top = Organisation.objects.create(name="Koepel", slug="koepel")
    there.board.parent = top
    there.board.save()
    reader = somebody("koepel", top, Role.BOARD_READER)
    for _ in range(3):
        talk(there.school, shared=top)
    assert page_of(reader, top).total.talks == 3
    assert page_of(there.reader, there.board).talks == []
