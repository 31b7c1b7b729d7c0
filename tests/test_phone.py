"""What a phone gives alone, and what becomes of what is typed at the wrong moment."""

import datetime
import re
import uuid
from urllib.parse import unquote

import pytest
from django.urls import reverse

from kompas.live import rights
from sessions import lifecycle, room
from sessions.clock import Clock
from sessions.models import Argument, Ballot, Weight
from tests.cast import Talk, method

pytestmark = pytest.mark.django_db

WORDS = "Wie bekeken wordt, durft minder."


@pytest.fixture
def talk():
    talk = Talk(of=method())
    talk.go("arguments")
    talk.open("arguments")
    return talk


@pytest.fixture
def phone(talk):
    return talk.phone()


def argument(**fields):
    return {"id": str(uuid.uuid4()), "side": "against", "text": WORDS, **fields}


def give(talk, phone, name, /, **data):
    url = reverse(f"sessions:{name}", args=[talk.id, talk.session.room_step])
    return phone.client().post(url, data)


def test_ready_asks_what_to_do_with_what_was_typed(talk, phone):
    response = give(talk, phone, "ready", **argument(ready="yes"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Je hebt nog iets getypt." in page
    assert f"{WORDS}</textarea>" in page
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 0)


@pytest.mark.parametrize(("typed", "found"), [("give", [WORDS]), ("leave", [])])
def test_ready_gives_along_or_leaves_out_what_was_typed(talk, phone, typed, found):
    assert give(talk, phone, "ready", **argument(ready="yes", typed=typed)).status_code == 303
    assert [row.text for row in Argument.everything.all()] == found
    assert Ballot.objects.count() == 1


def test_ready_with_half_an_argument_says_what_is_missing(talk, phone):
    response = give(talk, phone, "ready", **argument(ready="yes", side="", typed="give"))
    assert response.status_code == 422
    assert WORDS in response.content.decode()
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 0)


def test_ready_without_an_argument_is_ready(talk, phone):
    give(talk, phone, "ready", **argument(ready="yes", side="", text=""))
    assert (Argument.everything.count(), Ballot.objects.count()) == (0, 1)


def test_what_was_given_last_stands_first(talk, phone):
    for text in ("Eerst", "Dan", "Laatst"):
        talk.argue(phone, text)
    page = phone.client().get(reverse("sessions:phone", args=[talk.id])).content.decode()
    places = [page.index(f">{text}</p>") for text in ("Laatst", "Dan", "Eerst")]
    assert places == sorted(places)


def test_own_argument_is_asked_for_by_its_place(talk, phone):
    talk.argue(phone, WORDS, "against")
    row = Argument.everything.get()
    here = reverse("sessions:phone", args=[talk.id])
    page = phone.client().get(here).content.decode()
    assert 'href="?bewerk=1"' in page
    assert str(row.pk) not in page
    changing = phone.client().get(here, {"bewerk": "1"}).content.decode()
    assert f'name="id" value="{row.pk}"' in changing
    assert f'name="remove" value="{row.pk}"' in changing


def test_what_comes_too_late_stays_to_be_copied(talk, phone):
    talk.reveal("arguments")
    response = give(talk, phone, "own", **argument())
    assert response.status_code == 422
    page = response.content.decode()
    assert f">{WORDS}</textarea>" in page
    assert Argument.everything.count() == 0


def test_skipping_counts_as_ready_and_weighs_nothing(talk, phone):
    talk.reveal("arguments")
    talk.add("arguments", text="Er verdwijnt minder.")
    talk.go("weighing")
    talk.open("weighing")
    assert give(talk, phone, "ballot", **{"pass": "yes"}).status_code == 303
    assert (Ballot.objects.count(), Weight.objects.count()) == (1, 0)


def test_weight_that_was_given_can_be_left_open_again(talk, phone):
    talk.reveal("arguments")
    for text in ("Een", "Twee"):
        talk.add("arguments", text=text)
    talk.go("weighing")
    talk.open("weighing")
    here = reverse("sessions:phone", args=[talk.id])
    assert "Laat dit open" not in phone.client().get(here).content.decode()
    talk.weigh(phone, 3, 5)
    assert phone.client().get(here).content.decode().count("Laat dit open") == 2
    first, second = talk.ballot(1, 1)
    give(talk, phone, "ballot", **{"id": str(uuid.uuid4()), f"w-{first}": "", f"w-{second}": "5"})
    assert list(Weight.objects.values_list("item", "weight")) == [(second, 5)]


def test_who_sees_it_otherwise_stands_on_every_phone_once_shown(phone):
    talk = Talk(of=method())
    phone = talk.phone()
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "contributions")
    give(talk, phone, "own", id=str(uuid.uuid4()), text="Niet zo.", would_change_if="Een gordijn.")
    other = talk.phone()
    here = reverse("sessions:phone", args=[talk.id])
    assert "Niet zo." not in other.client().get(here).content.decode()
    talk.reveal("outcome")
    for close in (lambda: None, talk.close):
        close()
        page = other.client().get(here).content.decode()
        assert ("Niet zo." in page, "Een gordijn." in page) == (True, True)


def test_ballot_without_a_weight_is_asked_again(talk, phone):
    talk.reveal("arguments")
    talk.add("arguments", text="Er verdwijnt minder.")
    talk.go("weighing")
    talk.open("weighing")
    assert give(talk, phone, "ballot").status_code == 422
    assert Ballot.objects.count() == 0


def test_closed_talk_shows_what_it_came_to(talk, phone):
    talk.reveal("arguments")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    board = talk.board()
    talk.close()
    for person, name in ((board, "board"), (phone, "phone")):
        page = person.client().get(reverse(f"sessions:{name}", args=[talk.id])).content.decode()
        assert "ja, mits" in page.lower()
        assert "Alleen in de gang." in page
    assert reverse("reports:report", args=[talk.id]) in page


# What there is to do, and what stands on the board


def shown(person, name="phone"):
    response = person.client().get(reverse(f"sessions:{name}", args=[person.session_id]))
    assert response.status_code == 200
    return response.content.decode()


def doing(person):
    """The sentence with which the phone's page begins."""
    page = shown(person).partition('id="now"')[2]
    found = re.search(
        r'^[^<]*<p class="phone-doing" id="doing">([^<]+)</p>', page.partition(">")[2]
    )
    assert found, "Something else stands first."
    return found[1]


def test_each_state_begins_with_what_there_is_to_do():
    talk = Talk()
    first = talk.phone()

    def next_is(words):
        assert words in doing(first)

    next_is("Wacht tot het gesprek begint")
    talk.go("question")
    next_is("Praat mee")
    talk.open("question")
    next_is("wat je voelt bij de vraag")
    give(talk, first, "ballot", **{"pass": "yes"})
    next_is("Je kunt alsnog meedoen.")
    talk.go("values")
    talk.open("values")
    next_is("drie waarden")
    talk.choose_values(first, "Privacy")
    next_is("Je kunt nog veranderen wat je gaf.")
    talk.reveal("values")
    next_is("Lees wat iedereen gaf")
    talk.go("arguments")
    talk.open("arguments")
    next_is("Schrijf alleen")
    talk.argue(first, WORDS)
    next_is("Schrijf nog een argument, of zeg dat je klaar bent.")
    give(talk, first, "ready", ready="yes")
    next_is("Wacht op de anderen.")
    talk.reveal("arguments")
    talk.go("weighing")
    talk.open("weighing")
    next_is("elk argument een gewicht")
    talk.weigh(first, 4)
    next_is("Wacht op de anderen.")
    talk.reveal("weighing")
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "intuition")
    next_is("wat je voelt bij de vraag")
    talk.discard("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "contributions")
    next_is("als je het anders ziet")
    talk.reveal("outcome")
    next_is("Lees wat iedereen gaf")
    lifecycle.pause(talk.lead, uuid.uuid4(), "", datetime.date(2099, 1, 31), None, None)
    next_is("Leg je telefoon weg")
    talk.close("discard")
    next_is("Het gesprek is gesloten")


def test_board_tab_says_all_that_the_board_says():
    talk = Talk(of=method())
    talk.text("", "mandate", "advice")
    talk.text("", "decider", "De directeur van de school")
    phone, board = talk.phone(), talk.board()

    def both_say(*texts):
        for person, name in ((board, "board"), (phone, "phone_board")):
            page = shown(person, name).replace("&nbsp;", " ")
            assert [text for text in texts if text not in page] == [], name

    code = f"{talk.session.code[:3]} {talk.session.code[3:]}"
    both_say("Mag er een camera in de klas?", code, "De directeur van de school")
    talk.go("question")
    talk.text("question", "context", "Er wordt gestolen.")
    talk.open("question")
    both_say("Stap 1 van 7", "Question", "Waar question voor is.", "Er wordt gestolen.", "0 van 1")
    talk.go("stakeholders")
    talk.add("stakeholders", name="Leerlingen", interest="Vrij zijn", at_table=False)
    both_say("Leerlingen", "Vrij zijn", "Niet aan tafel:", code)
    room.lock_room(talk.lead, True)
    both_say("Er komt niemand meer bij")
    talk.go("arguments")
    talk.open("arguments")
    talk.argue(phone, WORDS)
    both_say("1 argument is binnen.", "0 van 1 klaar")
    room.expect(talk.lead, talk.step("arguments"), 1)
    give(talk, phone, "ready", ready="yes")
    both_say("1 van 1 klaar")
    room.set_clock(talk.lead, lambda _clock: Clock(left=datetime.timedelta(minutes=3)))
    both_say("3:00", "staat stil")
    talk.reveal("arguments")
    both_say(WORDS)
    talk.go("weighing")
    talk.open("weighing")
    both_say("Iedereen weegt alleen", WORDS)
    talk.weigh(phone, 4)
    talk.reveal("weighing")
    both_say("1 persoon heeft gewogen.", "1× gewicht 4")
    talk.go("outcome")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.add("conditions", text="Een bord bij de ingang", owner="Conciërge")
    talk.add("parked", text="De fietsenstalling")
    both_say("Ja, mits", "Alleen in de gang.", "Een bord bij de ingang", "De fietsenstalling")
    lifecycle.pause(talk.lead, uuid.uuid4(), "", datetime.date(2099, 1, 31), None, None)
    both_say("zaterdag 31 januari")
    talk.close("discard")
    both_say("Het gesprek is gesloten", "Alleen in de gang.")
    assert reverse("reports:report", args=[talk.id]) in shown(phone, "phone_board")


def topic_of(page):
    token = re.search(r'data-events="/events/\?token=([^"]+)"', page)
    heard = rights.read(unquote(token[1])) if token else None
    return heard and heard[0]


def test_board_tab_counts_along_and_leads_back_to_what_was_open(talk, phone):
    assert topic_of(shown(phone, "phone_board")) == talk.session.along_topic
    assert topic_of(shown(phone)) == talk.session.topic
    here = reverse("sessions:phone_board", args=[talk.id])
    back = f'href="{reverse("sessions:phone", args=[talk.id])}'
    asked = phone.client().get(here, {"bewerk": "2"}).content.decode()
    assert f'{back}?bewerk=2"' in asked
    asked = phone.client().get(here, {"bewerk": '"><b'}).content.decode()
    assert f'{back}"' in asked


# Passing, and coming back to it


def passing(talk, kind):
    """Ask one of the five things; gives the address and the button with which one passes."""
    step = {"feeling": "question", "view": "outcome"}.get(kind, kind)
    talk.go(step)
    purpose = {"feeling": "intuition", "view": "contributions"}.get(kind, "")
    round = room.open_round(talk.lead, talk.step(step), purpose)
    button = {"pass": "yes"} if kind in ("feeling", "weighing") else {"ready": "yes"}
    return round, "ballot" if "pass" in button else "ready", button


ASKED = ["feeling", "values", "arguments", "weighing", "view"]


@pytest.mark.parametrize("kind", ASKED)
def test_everything_can_be_passed_and_given_after_all(kind):
    talk = Talk(of=method())
    phone = talk.phone()
    talk.add("arguments", text="Er verdwijnt minder.")
    round, name, button = passing(talk, kind)
    assert "Ik sla over</button>" in shown(phone)
    assert give(talk, phone, name, **button).status_code == 303
    assert (round.ballot_set.count(), Weight.objects.count()) == (1, 0)
    assert "Ik sla over</button>" not in shown(phone)
    # and when: one thinks better of it
    item = round.items.first()
    data = {
        "feeling": {f"w-{item and item.pk}": "4"},
        "weighing": {f"w-{item and item.pk}": "4"},
        "values": {"names": ["Privacy"]},
        "arguments": argument(),
        "view": {"text": "Toch niet"},
    }[kind]
    path = "ballot" if name == "ballot" else "own"
    assert give(talk, phone, path, **({"id": str(uuid.uuid4())} | data)).status_code == 303
    assert (round.ballot_set.count(), "nog veranderen wat je gaf" in doing(phone)) == (1, True)


# Too late, lost and late


@pytest.mark.parametrize(
    ("kind", "path", "data", "kept"),
    [
        ("feeling", "ballot", {}, []),
        ("weighing", "ballot", {}, []),
        (
            "values",
            "own",
            {"names": ["Zorg", "Privacy"], "own": "Stilte"},
            ["Zorg, Privacy", "Stilte"],
        ),
        ("arguments", "own", {"side": "for", "text": WORDS}, [WORDS]),
        ("view", "own", {"text": "Niet zo", "would_change_if": "Een hek"}, ["Niet zo", "Een hek"]),
        ("arguments", "ready", {"ready": "yes", "text": WORDS}, [WORDS]),
    ],
)
def test_what_comes_too_late_is_refused_and_its_words_stay(kind, path, data, kept):
    talk = Talk(of=method())
    phone = talk.phone()
    talk.add("arguments", text="Er verdwijnt minder.")
    round, _name, _button = passing(talk, kind)
    if path == "ballot":
        data = {f"w-{round.items.get().pk}": "4"}
    talk.go("facts") if kind == "feeling" else talk.reveal(talk.session.room_step)
    url = reverse(f"sessions:{path}", args=[talk.id, round.step])
    response = phone.client().post(url, {"id": str(uuid.uuid4()), **data})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Deze ronde is niet meer open." in page
    assert [words for words in kept if words not in page.partition('id="late"')[2]] == []
    assert ('id="late"' in page) == bool(kept)
    assert Ballot.objects.filter(round=round).count() == 0


def test_lost_phone_leaves_one_too_many_and_that_is_told_as_a_count(talk):
    lost, other = talk.phone(), talk.phone()
    room.expect(talk.lead, talk.step("arguments"), 2)
    for phone in (lost, other):
        give(talk, phone, "ready", ready="yes")
    instead = talk.phone()
    assert "Je bent klaar" not in shown(instead)  # a place of its own
    give(talk, instead, "ready", ready="yes")
    for person, name in ((talk.board(), "board"), (other, "phone_board")):
        assert "3 klaar, 2 verwacht" in shown(person, name)
    url = reverse("sessions:step", args=[talk.id, "arguments"])
    laptop = talk.leader.client().get(url).content.decode()
    assert "Dat is 1 meer dan je verwacht." in laptop


def test_late_joiner_gives_in_the_middle_of_a_round(talk, phone, client):
    talk.argue(phone, "Van wie er al was")
    code = {"code": talk.session.code, "key": "k" * 43}
    assert client.post(reverse("sessions:join"), code).status_code == 303
    here = reverse("sessions:phone", args=[talk.id])
    assert "Schrijf alleen" in client.get(here).content.decode()
    url = reverse("sessions:own", args=[talk.id, "arguments"])
    assert client.post(url, argument(text="Van wie later kwam")).status_code == 303
    assert Argument.everything.count() == 2


def test_seat_outlives_the_browser(talk, client):
    code = {"code": talk.session.code, "key": "k" * 43}
    cookies = client.post(reverse("sessions:join"), code).cookies
    assert [one["max-age"] for one in cookies.values() if one.value == "k" * 43] == [30 * 86400]


# Help


@pytest.mark.parametrize("name", ["phone", "phone_board"])
def test_help_says_what_to_do_with_another_phone(talk, phone, name):
    page = shown(phone, name)
    assert "Wat als mijn telefoon uitvalt?" in page
    assert f"met de code {talk.session.code[:3]} {talk.session.code[3:]}" in page
    assert f'action="{reverse("sessions:clear")}"' in page


def test_text_can_be_larger(talk, phone):
    client, here = phone.client(), reverse("sessions:phone", args=[talk.id])
    before = client.get(here)
    assert client.post(reverse("theme"), {"text": "large", "next": here}).url == here
    after = client.get(here)
    assert 'data-text="large"' in after.content.decode()
    assert before["ETag"] != after["ETag"]
    client.post(reverse("theme"), {"theme": "dark", "next": here})
    assert 'data-theme="dark" data-text="large"' in client.get(here).content.decode()
    client.post(reverse("theme"), {"text": "normal", "next": here})
    assert 'data-text="large"' not in client.get(here).content.decode()
