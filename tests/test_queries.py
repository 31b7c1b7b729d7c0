"""What a screen asks of the database, and when it need not be sent at all."""

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import room
from sessions import tables as acts_on_tables
from sessions.document import document, load
from sessions.models import (
    Argument,
    Ballot,
    Fact,
    Inquiry,
    Item,
    Link,
    MinorityView,
    Option,
    Round,
    Session,
    Stakeholder,
    Text,
    Value,
    Voice,
    Weight,
)
from tests import cast

pytestmark = pytest.mark.django_db

GET_MOST, POST_MOST = 12, 15 - 2  # without the brackets of a transaction
TRANSACTION = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK", re.IGNORECASE)


def crowd(times: int) -> cast.Talk:
    """10 stakeholders, 10 values, 40 arguments with 7 weights each, or so many times that.

    One round of arguments and one of weights are open, after one of weights that was revealed.
    """
    talk = cast.Talk()
    session = talk.session

    def rows(model, number, **columns):
        # Without a place, so that all have to be told apart by themselves.
        made = [
            model(
                session=session,
                position=at,
                first=uuid.uuid4().hex,
                **{
                    name: value(at) if callable(value) else value for name, value in columns.items()
                },
            )
            for at in range(1, number * times + 1)
        ]
        return model.everything.bulk_create(made)

    stakeholders = rows(Stakeholder, 10, step="stakeholders", name=lambda at: f"Groep {at}")
    values = rows(Value, 10, step="values", name=lambda at: f"Waarde {at}", core="autonomie")
    rows(Fact, 10, step="facts", text=lambda at: f"Feit {at}", kind="fact")
    options = rows(Option, 3, step="arguments", title=lambda at: f"Optie {at}")
    for name in ("conditions", "minority_views", "actions"):
        model = cast.MODELS[name]
        rows(model, 5, step="outcome", **{model.content[0]: lambda at: f"Woorden {at}"})
    arguments = rows(
        Argument,
        40,
        step="arguments",
        side=lambda at: "for" if at % 2 else "against",
        text=lambda at: f"Argument {at}",
        stakeholder=lambda at: stakeholders[at % len(stakeholders)],
        value=lambda at: values[at % len(values)],
        option=lambda at: options[at % len(options)],
    )
    talk.phone_ = talk.phone()
    for number, state in ((1, "revealed"), (2, "open")):
        round = Round.objects.create(
            session=session, step="weighing", purpose="weights", number=number, state=state
        )
        items = Item.objects.bulk_create(
            Item(round=round, position=at, argument=argument)
            for at, argument in enumerate(arguments)
        )
        owners = [round.owner(talk.phone_.secret), *(f"{at}" for at in range(7 * times - 1))]
        ballots = Ballot.objects.bulk_create(Ballot(round=round, owner=owner) for owner in owners)
        Weight.objects.bulk_create(
            Weight(ballot=ballot, item=item, weight=1 + at % 5)
            for ballot in ballots
            for at, item in enumerate(items)
        )
    alone = Round.objects.create(
        session=session, step="arguments", purpose="contributions", number=1
    )
    rows(
        Argument,
        10,
        step="arguments",
        side="for",
        text=lambda at: f"Alleen {at}",
        round=alone,
        author=lambda at: alone.owner(talk.phone_.secret) if at % 2 else f"{at}",
    )
    Text.objects.bulk_create(
        Text(session=session, step=step, prompt=prompt, body="ja")
        for step, prompts in cast.ASKED.items()
        for prompt in prompts
        if prompt not in ("question", "verdict")
    )
    asked = Inquiry.objects.bulk_create(
        Inquiry(session=session, question="Wat merk je?") for _ in range(2 * times)
    )
    Voice.objects.bulk_create(
        Voice(inquiry=inquiry, text=f"Stem {at}", state=state)
        for inquiry in asked
        for state in Voice.State.values
        for at in range(5 * times)
    )
    talk.go("question")
    talk.board_ = talk.board()
    return talk


def asked(client, method, url, data=None) -> tuple[int, int]:
    """The status, and how many queries were made but for the brackets of transactions."""
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(url, data)
    made = [query["sql"] for query in queries if not TRANSACTION.match(query["sql"])]
    return response.status_code, len(made)


def pages(talk) -> dict[str, tuple[int, int]]:
    """Queries of every page that is looked at."""
    laptop, board, phone = (person.client() for person in (talk.leader, talk.board_, talk.phone_))
    found = {}
    for step in talk.session.steps:
        talk.go(step.key)
        url = reverse("sessions:step", args=[talk.id, step.key])
        found[f"step {step.key}"] = asked(laptop, "get", url)
        found[f"board {step.key}"] = asked(board, "get", reverse("sessions:board", args=[talk.id]))
        found[f"phone {step.key}"] = asked(phone, "get", reverse("sessions:phone", args=[talk.id]))
        url = reverse("sessions:phone_board", args=[talk.id])
        found[f"phone's board {step.key}"] = asked(phone, "get", url)
    first = Stakeholder.objects.filter(session=talk.id).first()
    url = reverse("sessions:step", args=[talk.id, "stakeholders"])
    found["edit"] = asked(laptop, "get", f"{url}?bewerk={first.pk}")
    first = Argument.objects.filter(session=talk.id).first()
    url = reverse("sessions:step", args=[talk.id, "arguments"])
    found["sweep"] = asked(laptop, "get", f"{url}?veeg={first.pk}")
    found["merge argument"] = asked(laptop, "get", f"{url}?samen={first.pk}")
    found["edit argument"] = asked(laptop, "get", f"{url}?bewerk={first.pk}")
    for name in ("cards", "passed", "passed_on"):
        url = reverse(f"sessions:{name}", args=[talk.id, "weighing"])
        found[name] = asked(laptop, "get", url)
    names = (
        "inquiries",
        "session",
        "links",
        "details",
        "overview",
        "pause",
        "entry",
        "close",
        "copy",
    )
    for name in (*names, "export"):
        found[name] = asked(laptop, "get", reverse(f"sessions:{name}", args=[talk.id]))
    inquiry = Inquiry.objects.filter(session=talk.id).first()
    found["inquiry"] = asked(laptop, "get", reverse("sessions:inquiry", args=[talk.id, inquiry.pk]))
    page = reverse("sessions:inquiry_code", args=[inquiry.code])
    found["answering"] = asked(Client(), "get", page)
    for name in ("report", "report_pdf", "report_docx"):
        found[name] = asked(laptop, "get", reverse(f"reports:{name}", args=[talk.id]))
    url = reverse("sessions:earlier", args=[talk.id, "outcome", "answer"])
    found["earlier"] = asked(laptop, "get", url)
    for name in ("home", "examples", "import"):
        found[name] = asked(laptop, "get", reverse(f"sessions:{name}"))
    found["start"] = asked(laptop, "get", reverse("sessions:start", args=["alles"]))
    found["join"] = asked(Client(), "get", reverse("sessions:join"))
    return found


def posts(talk) -> dict[str, tuple[int, int]]:
    """Queries of every act, each done and undone."""
    laptop, phone = talk.leader.client(), talk.phone_.client()
    first = {
        model: model.objects.filter(session=talk.id).first() for model in (Stakeholder, Argument)
    }
    ballot = {f"w-{item.pk}": 5 for item in open_items(talk)}
    ballot["id"] = str(uuid.uuid4())
    cards = {f"c-{item.pk}-3": 4 for item in open_items(talk)}

    def of_row(name):
        pk = first[Stakeholder].pk
        return reverse(f"sessions:{name}", args=[talk.id, "stakeholders", "betrokkenen", pk])

    def of_argument(name):
        pk = first[Argument].pk
        return reverse(f"sessions:{name}", args=[talk.id, "arguments", "argumenten", pk])

    def of_step(name, step="weighing", *more):
        return reverse(f"sessions:{name}", args=[talk.id, step, *more])

    inquiry = Inquiry.objects.filter(session=talk.id).first()
    voices = inquiry.voices.filter(state="shown")

    def of_inquiry(name, *more):
        return reverse(f"sessions:{name}", args=[talk.id, inquiry.pk, *more])

    acts = {
        "ask beforehand": (
            laptop,
            reverse("sessions:inquiries", args=[talk.id]),
            {"id": uuid.uuid4(), "asked": "Ouders", "question": "Wat merk je?"},
        ),
        "reword": (
            laptop,
            of_inquiry("inquiry"),
            {"id": inquiry.pk, "version": 1, "asked": "Ouders", "question": "Anders?"},
        ),
        "tell": (laptop, of_inquiry("told"), {"version": 1, "answer": "Gelezen"}),
        "type a card": (laptop, of_inquiry("cards_typed"), {"id": uuid.uuid4(), "text": "Kaart"}),
        "hide a voice": (laptop, of_inquiry("voice", voices.first().pk), {"act": "hide"}),
        "erase a voice": (laptop, of_inquiry("voice", voices.first().pk), {"act": "erase"}),
        "take a voice over": (
            laptop,
            of_step("take_over", "stakeholders", voices.first().pk),
            {"as": "interest"},
        ),
        "answer beforehand": (
            Client(),
            reverse("sessions:give"),
            {"id": uuid.uuid4(), "code": inquiry.code, "text": "Stem"},
        ),
        "add": (laptop, of_step("contributions", "stakeholders", "betrokkenen"), {"name": "A"}),
        "add argument": (
            laptop,
            of_step("contributions", "arguments", "argumenten"),
            {"text": "A", "side": "for", "stakeholder": first[Stakeholder].pk},
        ),
        "edit": (laptop, of_row("contribution"), {"name": "B", "version": 1}),
        "remove": (laptop, of_row("removal"), {}),
        "place": (laptop, of_row("place"), {"to": "down"}),
        "choose who is there": (laptop, of_row("choice"), {"at_table": "no", "origin": "heard"}),
        "add a line": (
            laptop,
            of_step("contributions", "stakeholders", "betrokkenen"),
            {"line": "A: rust"},
        ),
        "merge": (
            laptop,
            of_row("merger"),
            {"into": Stakeholder.objects.filter(session=talk.id).last().pk},
        ),
        "choose an argument": (laptop, of_argument("choice"), {"chosen": "yes"}),
        "place an argument": (
            laptop,
            of_argument("choice"),
            {"stakeholder": first[Stakeholder].pk, "veeg": "yes"},
        ),
        "dialogue": (
            laptop,
            of_argument("dialogue"),
            {"dialogue": "Rust", "version": "1", "back": "weighing"},
        ),
        "withdraw": (
            laptop,
            of_step(
                "withdrawal",
                "outcome",
                "minderheid",
                MinorityView.objects.filter(session=talk.id).first().pk,
            ),
            {},
        ),
        "review": (laptop, reverse("sessions:review", args=[talk.id]), {"months": "6"}),
        "text": (
            laptop,
            reverse("sessions:text", args=[talk.id, "outcome", "answer"]),
            {"body": "nee", "version": 1},
        ),
        "room": (laptop, reverse("sessions:room", args=[talk.id]), {"step": "facts"}),
        "round": (laptop, of_step("round", "arguments"), {}),
        "reveal arguments": (laptop, of_step("reveal", "arguments"), {}),
        "reveal weights": (laptop, of_step("reveal"), {}),
        "discard arguments": (laptop, of_step("discard", "arguments"), {}),
        "discard weights": (laptop, of_step("discard"), {}),
        "expectation": (laptop, of_step("expectation"), {"expected": 7}),
        "cards": (laptop, of_step("cards"), cards),
        "passed": (laptop, of_step("passed"), ballot),
        "ballot": (phone, of_step("ballot"), ballot),
        "links": (
            laptop,
            reverse("sessions:links", args=[talk.id]),
            {"role": "board", "secret": "s" * 43},
        ),
        "details": (
            laptop,
            reverse("sessions:details", args=[talk.id]),
            {"held_on": "2026-11-22"},
        ),
        "join": (
            Client(),
            reverse("sessions:join"),
            {"code": talk.session.code, "key": "s" * 43},
        ),
        "start": (
            Client(),
            reverse("sessions:start", args=["alles"]),
            {
                "id": uuid.uuid4(),
                "secret": uuid.uuid4().hex + "s" * 11,
                "question": "Mag dat?",
                "language": "nl",
            },
        ),
    }
    talk.go("weighing")
    found = {}
    for name, (client, url, data) in acts.items():
        with transaction.atomic():
            found[name] = asked(client, "post", url, data)
            transaction.set_rollback(True)
    talk.go("arguments")
    for name, data in {
        "own": {"id": uuid.uuid4(), "side": "for", "text": "Alleen ik"},
        "ready": {"ready": "yes"},
    }.items():
        with transaction.atomic():
            found[name] = asked(phone, "post", of_step(name, "arguments"), data)
            transaction.set_rollback(True)
    for step, name in (("values", "own"), ("question", "ballot")):
        talk.go(step)
        talk.open(step)
        data = {"names": ["Zorg", "Contact"], "own": "Stilte", "id": uuid.uuid4()}
        data |= {f"w-{item.pk}": 2 for item in open_items(talk) if item.argument_id is None}
        with transaction.atomic():
            found[f"{name} in {step}"] = asked(phone, "post", of_step(name, step), data)
            transaction.set_rollback(True)
    return found


def open_items(talk):
    return Item.objects.filter(round__session=talk.id, round__state="open")


@pytest.fixture
def crowds(monkeypatch, settings, tmp_path):
    settings.KOMPAS_ERASURES = tmp_path / "erased"
    monkeypatch.setattr("reports.views.make", lambda report, *_: report.html().encode())
    assert connection.features.supports_json_field is True  # SQLite is asked once a process
    return crowd(1), crowd(4)


def too_many(found, most):
    return {name: number for name, (_status, number) in found.items() if number > most}


@pytest.mark.once
def test_pages_ask_little_however_much_there_is(crowds):
    once, four_times = (pages(talk) for talk in crowds)
    assert {name: status for name, (status, _number) in once.items() if status != 200} == {
        "session": 302
    }
    assert too_many(once, GET_MOST) == {}
    assert four_times == once


class Owner:
    """Who leads a talk with an account, of a school below two boards."""

    def __init__(self, talk):
        self.leader, self.user = talk.leader, User.objects.create_user("eigenaar@school.example")
        school = None
        for name in ("koepel", "bestuur", "school"):
            school = Organisation.objects.create(name=name, slug=name, parent=school)
        Membership.objects.create(user=self.user, organisation=school, role=Role.FACILITATOR)
        Session.objects.filter(pk=talk.id).update(organisation=school, owner=self.user)
        Session.objects.filter(plenary=talk.id).update(organisation=school, owner=self.user)
        Link.objects.update(made_by=self.user)

    @property
    def access(self):
        return self.leader.access

    def client(self):
        client = Client()
        client.force_login(self.user)
        return client


@pytest.mark.once
def test_owner_with_an_account_asks_little_too(crowds):
    talk, _ = crowds
    by_link = pages(talk)
    talk.leader = Owner(talk)
    by_account = pages(talk)
    assert too_many(by_account, GET_MOST) == {}
    more = {name: number - by_link[name][1] for name, (_status, number) in by_account.items()}
    # Who is logged in, and what they are; the talk is found in one query either way.
    assert {name for name, number in more.items() if number > 2} == set()


def test_owner_of_a_plenary_asks_little_too(crowds):
    talk = cast.Talk()
    acts_on_tables.make(talk.lead, 3)
    leader = Owner(talk).client()
    found = {}
    for step in ("facts", "arguments", "outcome"):
        talk.go(step)
        for name, parts in (("step", [step]), ("tables", []), ("board", []), ("close", [])):
            address = reverse(f"sessions:{name}", args=[talk.id, *parts])
            found[name, step] = asked(leader, "get", address)
    table = Session.objects.filter(plenary=talk.id).first()
    for name in ("step", "close", "ownership"):
        parts = ["outcome"] if name == "step" else []
        found["table", name] = asked(
            leader, "get", reverse(f"sessions:{name}", args=[table.pk, *parts])
        )
    found["report"] = asked(leader, "get", reverse("reports:report", args=[talk.id]))
    found["ownership"] = asked(leader, "get", reverse("sessions:ownership", args=[talk.id]))
    found["mine"] = asked(leader, "get", reverse("sessions:mine"))
    assert too_many(found, GET_MOST) == {}


def test_acts_ask_little_however_much_there_is(crowds):
    once, four_times = (posts(talk) for talk in crowds)
    refused = {name: status for name, (status, _number) in once.items() if status != 303}
    assert refused == {"links": 200}
    assert too_many(once, POST_MOST) == {}
    assert four_times == once


def test_talk_that_is_closed_is_read_in_few_queries(crowds):
    found = []
    for talk in crowds:
        talk.close("reveal")
        laptop, board, phone = (
            person.client() for person in (talk.leader, talk.board_, talk.phone_)
        )
        found.append(
            {
                "report": asked(laptop, "get", reverse("reports:report", args=[talk.id])),
                "reopen": asked(laptop, "get", reverse("sessions:reopen", args=[talk.id])),
                "board": asked(board, "get", reverse("sessions:board", args=[talk.id])),
                "phone": asked(phone, "get", reverse("sessions:phone", args=[talk.id])),
            }
        )
    assert too_many(found[0], GET_MOST) == {}
    assert found[1] == found[0]


def test_front_door_asks_the_same_however_many_talks_and_examples_there_are():
    talk = cast.whole()
    found = []
    for _ in range(2):
        load(document(talk.session), kind=Session.Kind.EXAMPLE)
        found.append(
            [
                asked(Client(), "get", reverse("sessions:home")),
                asked(Client(), "get", reverse("sessions:examples")),
            ]
        )
    assert found[0] == found[1]
    assert max(number for _status, number in found[0]) <= GET_MOST


# What a screen has already is not sent again


class Browser:
    """A browser that asks again with the tag of what it has, as live.js does."""

    def __init__(self, person, url):
        self.client, self.url = person.client(), url
        self.tag = self.client.get(url)["ETag"]

    def ask(self, method="get", tag=None):
        response = getattr(self.client, method)(
            self.url, headers={"If-None-Match": tag or self.tag}
        )
        if response.status_code == 200:
            self.tag = response["ETag"]
        return response.status_code


@pytest.fixture
def talk():
    talk = cast.whole()
    talk.open("weighing")
    return talk


@pytest.fixture
def browsers(talk):
    def at(person, name, *parts):
        return Browser(person, reverse(f"sessions:{name}", args=[talk.id, *parts]))

    return {
        "laptop": at(talk.leader, "step", "weighing"),
        "details": at(talk.leader, "details"),
        "cards": at(talk.leader, "cards", "weighing"),
        "board": at(talk.board(), "board"),
        "phone": at(talk.phone(), "phone"),
    }


def ask_all(browsers, method="get"):
    return {browser.ask(method) for browser in browsers.values()}


def test_same_screen_is_not_sent_again(browsers):
    ask_all(browsers)  # taking the second seat changed the first screens
    assert (ask_all(browsers), ask_all(browsers, "head")) == ({304}, {304})


def test_304_costs_no_more_than_the_way_through_the_door(browsers):
    ask_all(browsers)
    browser = browsers["laptop"]
    with CaptureQueriesContext(connection) as queries:
        assert browser.ask() == 304
    assert len(queries) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda talk: talk.add("stakeholders", name="Buren"),
        lambda talk: talk.text("outcome", "answer", "Toch niet"),
        lambda talk: talk.go("outcome"),
        lambda talk: talk.reveal("weighing"),
        lambda talk: talk.phone(),
    ],
    ids=["row", "text", "room", "reveal", "seat"],
)
def test_every_screen_is_sent_after_a_change(change, talk, browsers):
    ask_all(browsers)
    change(talk)
    expected = {200, 303} if talk.session.rounds.filter(state="open").count() == 0 else {200}
    assert ask_all(browsers) == expected  # without an open round there are no cards to count


def test_laptop_and_board_are_sent_after_a_ballot(talk, browsers):
    ask_all(browsers)
    talk.weigh(talk.phone(), 1, 2, 3)
    assert (browsers["laptop"].ask(), browsers["board"].ask()) == (200, 200)


def test_write_that_changes_nothing_sends_nothing(talk, browsers):
    ask_all(browsers)
    talk.go(talk.session.room_step)
    room.expect(talk.lead, talk.step("weighing"), None)
    assert ask_all(browsers) == {304}


def test_tag_of_another_is_not_ones_own(talk, browsers):
    other = Browser(talk.phone(), browsers["phone"].url)
    ask_all(browsers)
    tags = {browser.tag for browser in (*browsers.values(), other)}
    assert len(tags) == 6
    assert other.ask(tag=browsers["phone"].tag) == 200


def test_tag_does_not_open_the_door(talk, browsers):
    url, tag = browsers["laptop"].url, browsers["laptop"].tag
    assert Client().get(url, headers={"If-None-Match": tag}).status_code == 403


def test_screens_are_kept_by_this_browser_only(browsers):
    for name, browser in browsers.items():
        response = browser.client.get(browser.url)
        # A phone's page holds what one gave: going back never shows it once more.
        kept = "private, no-store" if name == "phone" else "private, no-cache"
        assert (response["Cache-Control"], "Cookie" in response["Vary"]) == (kept, True)


def test_screen_in_another_language_or_theme_is_another(browsers):
    ask_all(browsers)
    browser = browsers["laptop"]
    for name, value in (("django_language", "en"), ("theme", "dark")):
        browser.client.cookies[name] = value
        assert (browser.ask(), browser.ask()) == (200, 304)
