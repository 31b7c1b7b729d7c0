"""A board with two schools, its people, and talks that were closed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions.access import Actor
from sessions.models import Session, Share, Version
from tests import cast


@dataclass
class Board:
    """A board over two schools, with somebody in each role; and another board beside it."""

    board: Organisation
    school: Organisation
    other_school: Organisation
    elsewhere: Organisation
    reader: User
    leader: User
    facilitator: User
    administrator: User
    stranger: User  # reads for the other board


def board() -> Board:
    board = Organisation.objects.create(name="Stichting Verzonnen", slug="verzonnen")
    school = Organisation.objects.create(name="De Eik", slug="de-eik", parent=board)
    other = Organisation.objects.create(name="De Beuk", slug="de-beuk", parent=board)
    elsewhere = Organisation.objects.create(name="Elders", slug="elders")
    return Board(
        board,
        school,
        other,
        elsewhere,
        somebody("lezer", board, Role.BOARD_READER),
        somebody("leider", school, Role.SCHOOL_LEADER),
        somebody("begeleider", school, Role.FACILITATOR),
        somebody("beheerder", board, Role.ADMINISTRATOR),
        somebody("vreemde", elsewhere, Role.BOARD_READER),
    )


def somebody(name: str, organisation: Organisation, role: str) -> User:
    user = User.objects.create_user(f"{name}@voorbeeld.invalid", name=name.capitalize())
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def actor(user: User) -> Actor:
    """Who asks, with memberships asked anew."""
    return Actor(user, {})


def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def talk(
    school: Organisation | None,
    question: str = "Mag er een camera in de klas?",
    *,
    shared: Organisation | None = None,
    **keys: Any,
) -> Session:
    """A talk that was closed, from its document, which is quicker than having it."""
    cast.method()
    outcome = {"verdict": "yes", **keys.pop("outcome", {})}
    data = {
        "format": "kompas-session",
        "version": 1,
        "method": "alles",
        "status": "closed",
        "question": question,
        "held_on": "2025-10-01",
        "outcome": outcome,
        **keys,
    }
    session = cast.Talk.brought_in(data).session
    session.organisation = school
    session.save(update_fields=["organisation"])
    if shared is not None:
        share(session, shared)
    return session


def share(session: Session, organisation: Organisation) -> Share:
    version = Version.objects.filter(session=session).latest("number")
    return Share.objects.create(version=version, organisation=organisation)


def decided_by(core: str, name: str) -> dict[str, Any]:
    """What makes a value decisive."""
    return {
        "values": [{"name": name, "core": core}],
        "arguments": [{"side": "for", "text": "Dat telt.", "value": name, "decisive": True}],
    }
