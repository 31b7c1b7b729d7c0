"""The time there is, stopping for today, and closing: what each does and what it leaves alone."""

import datetime
import re
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from sessions import lifecycle, room
from sessions.document import document
from sessions.models import Parked, Session, Text
from tests import cast

pytestmark = pytest.mark.django_db

TOMORROW = datetime.date(2026, 11, 25)


@pytest.fixture
def at(monkeypatch):
    """Set what time it is on Tuesday 24 November 2026."""

    def set(words: str) -> None:
        moment = datetime.datetime.fromisoformat(f"2026-11-24 {words}")
        moment = moment.replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set("15:30")
    return set


def clock(words: str) -> datetime.time:
    return datetime.time.fromisoformat(words)


def url(talk: cast.Talk, name: str, *step: str) -> str:
    return reverse(f"sessions:{name}", args=[talk.id, *step])


def post(talk: cast.Talk, name: str, *step: str, **data: str):
    return talk.leader.client().post(url(talk, name, *step), data)


def page(talk: cast.Talk, name: str, *step: str) -> str:
    return talk.leader.client().get(url(talk, name, *step)).content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# The time there is


def test_end_time_shows_at_every_step_and_on_the_board(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("16:40"))
    talk.go("question")
    assert "Stap 1 van 7, ongeveer 10 minuten, tot 15:40" in words(page(talk, "step", "question"))
    assert "tot 16:40" in words(page(talk, "step", "question"))  # the last, in the rail
    board = talk.board().client().get(url(talk, "board")).content.decode()
    assert "tot ± 15:40" in words(board)


def test_without_an_end_time_the_guide_stands_and_the_board_says_nothing_of_time(at):
    talk = cast.Talk()
    talk.go("question")
    assert "ongeveer 10 minuten" in words(page(talk, "step", "question"))
    board = talk.board().client().get(url(talk, "board")).content.decode()
    assert "±" not in board


def test_change_of_end_time_divides_what_is_left_over_the_steps_that_are_left(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("17:30"))
    talk.go("values")
    at("16:00")
    assert post(talk, "end_time", "values", ends="16:20").status_code == 303
    assert talk.session.ends == clock("16:20")
    assert "ongeveer 5 minuten, tot 16:05" in words(page(talk, "step", "values"))
    assert "tot" not in words(page(talk, "step", "facts")).split("Stap 2 van 7")[1][:40]


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("15:59", "Die tijd is al voorbij. Kies een latere."),
        ("16:00", "Die tijd is al voorbij. Kies een latere."),
        ("laat", "Geef een tijd, bijvoorbeeld 17:30."),
    ],
)
def test_end_time_that_is_past_is_refused_and_stays_in_the_field(at, ends, told):
    talk = cast.Talk()
    talk.go("values")
    at("16:00")
    before = talk.session.revision
    response = post(talk, "end_time", "values", ends=ends)
    assert response.status_code == 422
    html = response.content.decode()
    assert told in html
    assert f'value="{ends}"' in html
    assert (talk.session.ends, talk.session.revision) == (None, before)


def test_end_time_before_the_begin_of_a_talk_in_preparation_is_refused(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"))
    response = post(talk, "end_time", "values", ends="15:00")
    assert response.status_code == 422
    assert "Dat is voordat het gesprek begint. Kies een latere tijd." in response.content.decode()


def test_end_time_can_be_taken_away(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(ends=clock("17:30"))
    assert post(talk, "end_time", "values", ends="").status_code == 303
    assert talk.session.ends is None


def test_same_end_time_again_changes_nothing(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(ends=clock("17:30"))
    before = talk.session.revision
    post(talk, "end_time", "values", ends="17:30")
    assert talk.session.revision == before


def test_what_falls_behind_is_told_to_the_facilitator_only(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("16:40"))
    talk.go("question")
    laptop, board = talk.leader.client(), talk.board().client()
    told = "In het plan duurde deze stap tot 15:40."
    first = laptop.get(url(talk, "step", "question"))
    seen = board.get(url(talk, "board"))
    assert told not in first.content.decode()
    at("15:41")
    # Nothing was written: the laptop learns it all the same, and the board has nothing to learn.
    again = laptop.get(url(talk, "step", "question"), headers={"if-none-match": first["ETag"]})
    assert told in again.content.decode()
    assert told not in board.get(url(talk, "board")).content.decode()
    assert board.get(url(talk, "board"), headers={"if-none-match": seen["ETag"]}).status_code == 304


def test_time_divided_anew_from_here_is_no_longer_behind(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("16:40"))
    talk.go("outcome")
    talk.go("weighing")
    at("16:36")
    assert "In het plan duurde deze stap tot" in page(talk, "step", "weighing")
    assert post(talk, "time_plan", "weighing").status_code == 303
    html = page(talk, "step", "weighing")
    assert "In het plan duurde deze stap tot" not in html
    assert "ongeveer 2 minuten, tot 16:38" in words(html)


def test_talk_that_begins_late_divides_what_is_left(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("16:40"))
    at("16:05")
    talk.go("question")
    assert "ongeveer 5 minuten, tot 16:10" in words(page(talk, "step", "question"))


def test_talk_that_is_tried_out_the_evening_before_keeps_its_plan(at):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(begins=clock("15:30"), ends=clock("16:40"))
    at("20:00")
    talk.go("question")
    assert talk.session.planned_at is None


def test_plan_is_not_in_the_document_and_the_end_time_is(at):
    talk = cast.Talk()
    talk.go("values")
    post(talk, "end_time", "values", ends="17:30")
    whole = document(talk.session)
    assert whole["ends"] == "17:30"
    assert "planned_from" not in whole


# Stop now


def pause(talk: cast.Talk, **data: str):
    return post(talk, "pause", **{"id": str(uuid.uuid4()), "resume_on": "2026-11-25"} | data)


def texts(talk: cast.Talk) -> dict[str, str]:
    return dict(Text.objects.filter(session=talk.id, step="outcome").values_list("prompt", "body"))


def parked(talk: cast.Talk) -> list[str]:
    return list(Parked.objects.filter(session=talk.id).values_list("text", flat=True))


def test_pause_keeps_the_insight_as_the_answer_and_the_talk_under_way(at):
    talk = cast.Talk()
    talk.go("values")
    assert (
        pause(talk, insight="We weten te weinig.", begins="15:00", ends="16:00").status_code == 303
    )
    session = talk.session
    assert (session.status, session.resume_on) == ("running", TOMORROW)
    assert (session.begins, session.ends) == (clock("15:00"), clock("16:00"))
    assert texts(talk) == {"answer": "We weten te weinig.", "verdict": "insight"}
    assert parked(talk) == []


def test_insight_never_takes_the_place_of_an_answer(at):
    talk = cast.Talk()
    talk.go("values")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.text("outcome", "verdict", "no")
    pause(talk, insight="We weten te weinig.")
    assert texts(talk) == {"answer": "Alleen in de gang.", "verdict": "no"}
    assert parked(talk) == ["We weten te weinig."]


def test_verdict_that_stands_is_kept_with_the_insight(at):
    talk = cast.Talk()
    talk.go("values")
    talk.text("outcome", "verdict", "not_yet")
    pause(talk, insight="We weten te weinig.")
    assert texts(talk) == {"answer": "We weten te weinig.", "verdict": "not_yet"}


@pytest.mark.parametrize("answer", ["", "Alleen in de gang."])
def test_insight_that_is_sent_twice_is_kept_once(at, answer):
    talk = cast.Talk()
    talk.go("values")
    talk.text("outcome", "answer", answer)
    id = str(uuid.uuid4())
    for _ in range(2):
        pause(talk, id=id, insight="We weten te weinig.")
    assert [*texts(talk).values(), *parked(talk)].count("We weten te weinig.") == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"resume_on": ""}, "Kies eerst een dag."),
        ({"resume_on": "2026-11-23"}, "Die dag is al geweest. Kies een latere."),
        ({"resume_on": "morgen"}, "Geef een datum"),
        ({"begins": "16:00", "ends": "15:00"}, "Kies een tijd na het begin."),
    ],
)
def test_pause_without_a_day_to_come_is_refused_and_stores_nothing(at, data, told):
    talk = cast.Talk()
    talk.go("values")
    response = pause(talk, insight="We weten te weinig.", **data)
    assert response.status_code == 422
    assert "We weten te weinig." in response.content.decode()
    assert told in response.content.decode()
    assert (talk.session.resume_on, texts(talk), parked(talk)) == (None, {}, [])


def test_board_and_home_say_when_the_group_goes_on(at):
    talk = cast.Talk()
    talk.go("values")
    pause(talk, begins="15:00")
    board = words(talk.board().client().get(url(talk, "board")).content.decode())
    assert "We gaan verder op woensdag 25 november" in board
    assert "We waren bij Values." in board
    phone = words(talk.phone().client().get(url(talk, "phone")).content.decode())
    assert "Jullie gaan verder op woensdag 25 november, om 15:00." in phone
    home = words(talk.leader.client().get(reverse("sessions:home")).content.decode())
    assert "gaat verder op 25 november" in home


def test_day_to_go_on_can_be_put_in_a_calendar(at):
    talk = cast.Talk()
    talk.go("values")
    assert talk.leader.client().get(url(talk, "pause_calendar")).status_code == 404
    pause(talk, begins="15:00", ends="16:00")
    response = talk.leader.client().get(url(talk, "pause_calendar"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART;TZID=Europe/Amsterdam:20261125T150000" in response.content


def test_bringing_the_group_somewhere_goes_on_and_divides_the_time_anew(at):
    talk = cast.Talk()
    talk.go("values")
    pause(talk, begins="15:00", ends="16:00")
    at("15:20")
    talk.go("values")  # the same step as before
    session = talk.session
    assert (session.resume_on, session.planned_from) == (None, "values")
    assert "ongeveer 10 minuten, tot 15:30" in words(page(talk, "step", "values"))


def test_first_intuition_stays_sealed_over_a_pause(at):
    talk = cast.Talk()
    talk.go("question")
    room.open_round(talk.lead, talk.step("question"))
    talk.go("values")
    pause(talk)
    assert [round.state for round in room.unrevealed_rounds(talk.session)] == ["sealed"]


def test_stopping_can_lead_to_closing_with_the_insight_kept(at):
    talk = cast.Talk()
    talk.go("values")
    response = pause(talk, insight="We weten te weinig.", close="yes", resume_on="")
    assert response.headers["Location"] == url(talk, "close")
    assert (talk.session.status, talk.session.resume_on) == ("running", None)
    assert texts(talk) == {"answer": "We weten te weinig.", "verdict": "insight"}


def test_closed_talk_waits_for_no_day(at):
    talk = cast.Talk()
    talk.go("values")
    pause(talk)
    talk.close()
    assert talk.session.resume_on is None
    assert "resume_on" not in talk.session.versions.get().document


def test_talk_that_has_not_begun_cannot_be_paused(at):
    talk = cast.Talk()
    assert pause(talk).status_code == 303
    assert talk.session.resume_on is None


# Closing


def test_closing_says_of_each_round_what_nobody_saw(at):
    talk = cast.Talk()
    phone = talk.phone()
    talk.go("question")
    felt = room.open_round(talk.lead, talk.step("question"))
    room.give_ballot(phone.access, talk.step("question"), {felt.items.get().pk: 2})
    talk.go("arguments")
    talk.open("arguments")
    talk.argue(phone, "Het kalmeert")
    shown = words(page(talk, "close"))
    assert "Question: Het eerste gevoel, alleen." in shown
    assert "Na het afsluiten kun je het niet meer naast een laatste gevoel leggen." in shown
    assert "Arguments: Eerst alleen schrijven, dan samen. De ronde is nog open." in shown
    response = post(talk, "close")
    assert response.status_code == 422
    assert not talk.session.is_closed
    post(talk, "close", unrevealed="discard")
    assert talk.session.is_closed


def test_closing_tells_what_may_have_been_overlooked_and_forbids_nothing(at):
    talk = cast.whole()
    shown = words(page(talk, "close"))
    assert "Niet aan tafel: Leerlingen" in shown
    assert post(talk, "close").status_code == 303


def test_overview_shows_for_whom_which_value_counts(at):
    talk = cast.whole()
    shown = words(page(talk, "overview"))
    assert "Voor wie telt welke waarde?" in shown
    assert "Leerlingen" in shown
    assert page(cast.Talk(), "overview").count("<table") == 0


def test_keeping_no_insight_writes_nothing(at):
    talk = cast.Talk()
    talk.go("values")
    before = talk.session.revision
    lifecycle.keep_insight(talk.lead, uuid.uuid4(), "")
    assert talk.session.revision == before


# The parking lot


def park(talk: cast.Talk, text: str, back: str = "values"):
    data = {"id": str(uuid.uuid4()), "text": text, "back": back}
    address = reverse("sessions:contributions", args=[talk.id, "-", "parkeerplaats"])
    return talk.leader.client().post(address, data)


def test_something_is_parked_from_every_step_without_leaving_it(at):
    talk = cast.Talk()
    for step in cast.KEYS:
        response = park(talk, f"Later bij {step}", step)
        assert response.headers["Location"].startswith(url(talk, "step", step))
    assert parked(talk) == [f"Later bij {step}" for step in cast.KEYS]
    assert "7 dingen geparkeerd" in words(page(talk, "step", "values"))


def test_nothing_is_parked_when_nothing_was_typed(at):
    talk = cast.Talk()
    response = park(talk, " ")
    assert response.status_code == 422
    assert "Values" in response.content.decode()  # still at its step
    assert parked(talk) == []


def test_what_is_parked_stands_small_on_the_board_and_is_asked_about_at_the_end(at):
    talk = cast.Talk()
    talk.go("values")
    park(talk, "Wat doen we met telefoons?")
    board = talk.board().client()
    assert "telefoons?" not in board.get(url(talk, "board")).content.decode()
    talk.go("outcome")
    assert "Wat doen we met telefoons?" in words(board.get(url(talk, "board")).content.decode())
    shown = words(page(talk, "close"))
    assert "Wat doen jullie met wat geparkeerd is?" in shown
    assert "Wat doen we met telefoons?" in shown
    talk.close()
    # Then the board tells the essence alone; what was parked stands in the report.
    assert "telefoons?" not in board.get(url(talk, "board")).content.decode()


def test_parked_thing_is_changed_and_taken_away_on_the_overview(at):
    talk = cast.Talk()
    park(talk, "Wat doen we met telefoons?")
    row = Parked.objects.get(session=talk.id)
    of_row = ["-", "parkeerplaats", row.pk]
    client = talk.leader.client()
    response = client.post(
        reverse("sessions:contribution", args=[talk.id, *of_row]),
        {"text": "En met tablets?", "version": "1", "back": "--"},
    )
    assert response.headers["Location"] == f"{url(talk, 'overview')}#rij-{row.pk}"
    assert "En met tablets?" in page(talk, "overview")
    assert "1 ding geparkeerd" in words(page(talk, "step", "values"))
    client.post(reverse("sessions:removal", args=[talk.id, *of_row]), {"back": "--"})
    assert "1 ding geparkeerd" not in words(page(talk, "step", "values"))


def test_what_is_asked_at_the_end_stands_there_and_not_in_its_step(at):
    call_command("load_methods", verbosity=0)
    talk = cast.Talk(of=lifecycle.newest_method("ethiekkompas"))
    assert "Zouden we dit zelf doen" not in page(talk, "step", "outcome")
    assert "Zouden we dit zelf doen" in page(talk, "close")
    saved = talk.leader.client().post(
        url(talk, "text", "outcome", "ourselves"), {"body": "Ja.", "version": "0"}
    )
    assert saved.headers["Location"] == url(talk, "close")
    stale = talk.leader.client().post(
        url(talk, "text", "outcome", "ourselves"), {"body": "Nee.", "version": "0"}
    )
    assert stale.status_code == 409
    assert "Sluit het gesprek af" in stale.content.decode()
    assert "Nee." in stale.content.decode()


def test_paused_talk_asks_nothing_until_it_goes_on(at):
    talk = cast.Talk()
    talk.go("arguments")
    begin = "Laat iedereen alleen schrijven"
    assert begin in page(talk, "step", "arguments")
    pause(talk)
    assert begin not in page(talk, "step", "arguments")
    talk.go("arguments")
    assert begin in page(talk, "step", "arguments")
