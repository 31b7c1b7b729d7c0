"""How many questions a page asks the database, and whether that grows with the rows."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import lifecycle
from sessions import tables as acts
from sessions.access import FACILITATOR, Access
from sessions.models import (
    Action,
    Argument,
    Method,
    Round,
    Session,
    Text,
    Verdict,
    new_secret,
)

from . import inside, talk
from .figures import STEPS


def measure(report, quick: bool) -> None:
    dict(counts(1))  # what a process asks only once
    once, grown = dict(counts(1)), dict(counts(4))
    for method in ("GET", "POST", "WHOLE"):
        names = [name for name in once if name.startswith(f"{method} ")]
        most = max(names, key=lambda name: max(once[name], grown[name]))
        report(method, max(once[most], grown[most]))
        unequal = [name for name in names if once[name] != grown[name]]
        report(f"{method} grown", len(unequal))
        print(f"    most: {most}, {once[most]} and {grown[most]}", file=sys.stderr)
        for name in unequal:
            print(f"    grows: {name}, {once[name]} and {grown[name]}", file=sys.stderr)


def count(path: str, cookie: str, form: dict | None = None) -> int:
    with CaptureQueriesContext(connection) as asked:
        status, _ = inside.ask(path, cookie, form)
    assert status in (200, 303), f"{status} for {path}"
    return len(asked.captured_queries)


def typed() -> dict[str, str]:
    """Something in every list of quick entry."""
    return {
        "id": str(uuid.uuid4()),
        "list-talk-invited": "2 ouders\nleraar",
        "list-facts-facts": "= Dit weten we\n? Dit niet | ict",
        "list-stakeholders-stakeholders": "Buren: rust\nConciërge",
        "list-values-values": "Privacy\nRust",
        "list-arguments-options": "Later",
        "list-arguments-arguments": "+ Een reden @Bur #Pri &Lat\n- Een andere @Nieuw #Anders",
        "list-outcome-conditions": "Een bord | ict",
        "list-outcome-minority_views": "Toch niet | als het blijft",
        "list-outcome-actions": "Vragen | ict",
        "list-talk-parked": "Telefoons",
        "list-talk-source": "Een krant",
    }


def of_tables(times: int) -> Iterator[tuple[str, int]]:
    """The pages of a plenary with two tables, or with five."""
    secret = new_secret()
    begun = lifecycle.begin(
        uuid.uuid4(), secret, Method.latest("ethiekkompas"), "nl", "Is het goed?"
    )
    lead = f"kompas-facilitator-{begun.pk.hex}={secret}; csrftoken={talk.CSRF}"
    path = f"/gesprekken/{begun.pk}/"
    yield "GET tables to make", count(f"{path}tafels/", lead)
    number = 2 if times == 1 else 5
    yield "WHOLE make tables", count(f"{path}tafels/", lead, {"number": 2})
    acts.make(Access(Session.objects.get(pk=begun.pk), FACILITATOR), number)
    for table in Session.objects.filter(plenary=begun.pk):
        with table.writing(Access(table, FACILITATOR)) as write:
            Text.put(write, "outcome", "verdict", Verdict.NO, 0)
            argument = Argument(session=table, step="arguments", side="for", text="Rust")
            argument.add(write)
            round = Round.open(write, "weighing", Round.Purpose.WEIGHTS, [argument])
            round.raise_cards(write, {round.items.get().pk: {4: 2}})
            round.reveal(write)
    code = Session.objects.get(pk=begun.pk).code
    yield "GET choice of table", count(f"/meedoen/{code}/tafels/", "")
    data = {"number": 1, "key": new_secret()}
    yield "POST table", count(f"/meedoen/{code}/tafels/", "csrftoken=" + talk.CSRF, data)
    yield "POST into a table", count(f"{path}tafels/1/", lead, {"secret": new_secret()})
    yield (
        "WHOLE table links",
        count(f"{path}tafels/links/", lead, {"secret": new_secret(), "number": 1}),
    )
    for step in ("facts", "outcome"):
        yield f"POST plenary to {step}", count(f"{path}kamer/", lead, {"step": step})
        yield f"GET plenary's tables, {step}", count(f"{path}tafels/", lead)
        yield f"GET plenary's board, {step}", count(f"{path}bord/", lead)
        yield f"GET plenary's laptop, {step}", count(f"{path}stap/{step}/", lead)
    yield "GET plenary's closing", count(f"{path}sluiting/", lead)
    yield "GET plenary's report", count(f"{path}verslag/", lead)
    yield "GET plenary's export", count(f"{path}gesprek.json", lead)
    yield "GET home with a plenary", count("/", lead)


def of_owner(times: int) -> Iterator[tuple[str, int]]:
    """The pages of who leads a talk with an account, at a school below two boards."""
    shown = talk.weighed(times=times)
    user = User.objects.create_user(f"{uuid.uuid4()}@school.example")
    here = None
    for level in ("above", "board", "school"):
        here = Organisation.objects.create(name=level, slug=str(uuid.uuid4()), parent=here)
    Membership.objects.create(user=user, organisation=here, role=Role.FACILITATOR)
    Session.objects.filter(pk=shown.session.pk).update(owner=user, organisation=here)
    browser = Client()
    browser.force_login(user)
    cookie = f"sessionid={browser.cookies['sessionid'].value}; csrftoken={talk.CSRF}"
    path = shown.path
    for step in STEPS:
        shown.go(step)
        yield f"GET owner's laptop {step}", count(f"{path}stap/{step}/", cookie)
    argument = Argument.objects.filter(session=shown.session).first()
    yield "GET owner's edit", count(f"{path}stap/arguments/?bewerk={argument.pk}", cookie)
    for name in ("overzicht", "invoer", "sluiting", "verslag", "links", "beheer"):
        yield f"GET owner's {name}", count(f"{path}{name}/", cookie)
    yield "GET owner's talks", count("/gesprekken/", cookie)
    yield "GET owner's home", count("/", cookie)
    count(f"{path}sluiting/", cookie, {"unrevealed": "reveal"})  # counted by link, in `counts`
    yield "GET owner's closed report", count(f"{path}verslag/", cookie)
    yield "GET owner's sharing", count(f"{path}beheer/", cookie)
    share = {"organisation": here.pk, "version": 1}
    yield "POST share", count(f"{path}beheer/deling/", cookie, share)
    yield "POST archive", count(f"{path}beheer/archief/", cookie, {"act": "away"})
    yield "POST remove", count(f"{path}beheer/verwijdering/", cookie, {"reason": "Dubbel"})
    yield "POST restore", count(f"{path}beheer/herstel/", cookie, {})


def counts(times: int) -> Iterator[tuple[str, int]]:
    """Every page and action of a talk, in the order of a talk, with how many queries it asks."""
    shown = talk.weighed(times=times)
    path, lead, board = shown.path, shown.leading, shown.showing
    phone, other = shown.joined(0), shown.joined(1)

    def get(name: str, where: str, cookie: str) -> tuple[str, int]:
        return f"GET {name}", count(where, cookie)

    def post(name: str, where: str, cookie: str, **form) -> tuple[str, int]:
        return f"POST {name}", count(where, cookie, form)

    def whole(name: str, where: str, cookie: str, **form) -> tuple[str, int]:
        return f"WHOLE {name}", count(where, cookie, form)

    yield get("home", "/", "")
    yield get("home with a talk", "/", lead)
    yield get("examples", "/voorbeelden/", "")
    yield get("join", "/meedoen/", "")
    yield get("start", "/start/ethiekkompas/", "")
    yield post(
        "start",
        "/start/ethiekkompas/",
        "csrftoken=" + talk.CSRF,
        id=uuid.uuid4(),
        secret=new_secret(),
        question="Is het goed?",
        language="nl",
    )
    yield whole("quick entry", f"{path}invoer/", lead, **typed())
    yield post(
        "join", "/meedoen/", "csrftoken=" + talk.CSRF, code=shown.session.code, key=new_secret()
    )
    yield get("links", f"{path}links/", lead)
    yield get("details", f"{path}gegevens/", lead)
    yield get("prepare", f"{path}voorbereiding/", lead)
    yield post("prepare", f"{path}voorbereiding/", lead, held_on="2099-01-31", begins="15:30")
    yield get("quick entry", f"{path}invoer/", lead)
    yield get("overview", f"{path}overzicht/", lead)
    yield get("connected", f"{path}verbonden/", lead)
    yield get("pause", f"{path}pauze/", lead)
    yield get("closing", f"{path}sluiting/", lead)
    yield get("report", f"{path}verslag/", lead)
    yield get("explanation", f"{path}uitleg/", lead)
    yield get("print pack", f"{path}printpakket/kaarten.pdf", lead)
    yield get("export", f"{path}gesprek.json", lead)
    for step in STEPS:
        here = f"{path}stap/{step}/"
        yield get(f"laptop {step}", here, lead)
        yield post(f"room to {step}", f"{path}kamer/", lead, step=step)
        yield get(f"board {step}", f"{path}bord/", board)
        yield get(f"phone {step}", f"{path}meedoen/", phone)
        yield get(f"phone's board {step}", f"{path}meedoen/bord/", phone)
    argument = Argument.objects.filter(session=shown.session).first()
    yield get("edit", f"{path}stap/arguments/?bewerk={argument.pk}", lead)
    yield get("sweep", f"{path}stap/arguments/?veeg={argument.pk}", lead)
    row = f"{path}stap/arguments/lijst/argumenten/{argument.pk}/"
    yield post("choice", f"{row}keuze/", lead, origin="heard")
    yield post("dialogue", f"{row}gesprek/", lead, dialogue="Rust", version=argument.version)
    yield post("review", f"{path}opnieuw/", lead, months=6)
    yield post("time plan", f"{path}stap/facts/planning/", lead)
    yield post("end time", f"{path}stap/facts/eindtijd/", lead, ends="")
    yield post("clock", f"{path}stap/facts/klok/", lead, act="set", clock="", minutes=5)
    yield post("lock", f"{path}stap/facts/deur/", lead, act="lock")
    yield post("text", f"{path}tekst/outcome/reasons/", lead, body="Anders", version=1)
    rows = f"{path}stap/arguments/lijst/argumenten/"
    own = {"id": uuid.uuid4(), "side": "for", "text": "Een argument erbij"}
    yield post("add", rows, lead, **own)
    yield post("remove", f"{rows}{own['id']}/verwijdering/", lead)
    yield post("restore", f"{rows}{own['id']}/herstel/", lead)
    yield post("change", f"{rows}{own['id']}/", lead, **{**own, "text": "Anders"}, version=1)
    # Each alone, in both kinds of rounds.
    shown.go("arguments")
    here = f"{path}stap/arguments/"
    yield post("ask arguments", f"{here}ronde/", lead)
    for name, cookie in (("first", phone), ("second", other)):
        given = {"id": uuid.uuid4(), "side": "for", "text": f"Alleen gegeven, {name}"}
        yield post(f"{name} own argument", f"{path}meedoen/arguments/inbreng/", cookie, **given)
        yield post(f"{name} ready", f"{path}meedoen/arguments/klaar/", cookie, ready="yes")
    yield get("laptop arguments, asked", here, lead)
    yield get("board arguments, asked", f"{path}bord/", board)
    yield get("phone arguments, asked", f"{path}meedoen/", phone)
    yield post("reveal arguments", f"{here}onthulling/", lead)
    shown.go("weighing")
    here = f"{path}stap/weighing/"
    yield post("ask weights", f"{here}ronde/", lead)
    round = shown.open("weighing")  # the one that is open
    weights = {f"w-{item.pk}": 3 for item in round.items.all()}
    for name in ("first", "second"):  # the second takes the place of the first
        value = {"first": 3, "second": 4}[name]
        yield post(
            f"{name} ballot",
            f"{path}meedoen/weighing/stembriefje/",
            phone,
            id=uuid.uuid4(),
            **dict.fromkeys(weights, value),
        )
    yield get("laptop weighing, asked", here, lead)
    yield get("board weighing, asked", f"{path}bord/", board)
    yield get("phone weighing, asked", f"{path}meedoen/", phone)
    yield get("device passed round", f"{here}doorgeven/", lead)
    yield post("device passed round", f"{here}doorgeven/", lead, id=uuid.uuid4(), **weights)
    yield get("cards", f"{here}kaarten/", lead)
    first = round.items.first()
    yield post("cards", f"{here}kaarten/", lead, **{f"c-{first.pk}-3": 2})
    yield post("expected", f"{here}verwachting/", lead, expected=5)
    yield post("reveal weights", f"{here}onthulling/", lead)
    yield whole("close", f"{path}sluiting/", lead)
    yield get("closed report", f"{path}verslag/", lead)
    yield get("hand over", f"{path}overdracht/", lead)
    yield get("decision", f"{path}besluit/", lead)
    decided = {"result": "adopted", "decided_on": timezone.localdate(), "version": 1}
    yield whole("decision", f"{path}besluit/", lead, id=uuid.uuid4(), **decided)
    yield get("promises", f"{path}afspraken/", lead)
    promise = Action.objects.filter(session=shown.session).first()
    yield post(
        "promise",
        f"{path}afspraken/afspraken/{promise.pk}/",
        lead,
        state="done",
        version=promise.version,
    )
    yield get("phone, closed", f"{path}meedoen/", phone)
    yield post("reopen", f"{path}heropening/", lead, reason="Er is iets nieuws")
    yield whole("copy", f"{path}kopie/", lead, id=uuid.uuid4(), secret=new_secret())
    yield from of_tables(times)
    yield from of_owner(times)
