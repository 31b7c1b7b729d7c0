"""A talk of a stated size, and who may do what in it."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any

from sessions import room
from sessions.access import FACILITATOR, SEAT, Access
from sessions.document import load
from sessions.models import Link, Round, Seat, Session, author, new_secret, secret_hash

WORDS = "leerlingen leraren ouders rust toezicht gegevens keuze klas school kansen tijd hulp samen"

CSRF = "b" * 32  # a cookie and a field that are equal: that is all that is asked


def text(random_: random.Random, words: int) -> str:
    return " ".join(random_.choices(WORDS.split(), k=words)).capitalize() + "."


def document(times: int = 1, arguments: int = 40) -> dict[str, Any]:
    """A talk with ten stakeholders, ten values and forty arguments, or so many times that."""
    random_ = random.Random(7)
    stakeholders = [f"Betrokkene {n}" for n in range(10 * times)]
    values = [f"Waarde {n}" for n in range(10 * times)]
    options = [f"Mogelijkheid {n}" for n in range(3 * times)]
    cores = ("autonomie", "rechtvaardigheid", "menselijkheid")
    return {
        "format": "kompas-session",
        "version": 1,
        "method": "ethiekkompas",
        "language": "nl",
        "status": "running",
        "title": "Een gesprek van ware grootte",
        "question": "Is het goed om dit op onze school te doen, en zo ja, hoe dan?",
        "context": text(random_, 60),
        "team": "Een leraar, een ouder en een schoolleider",
        "note": text(random_, 30),
        "source": ["https://www.example.nl/bron"],
        "facts": [
            {
                "text": text(random_, 15),
                "kind": random_.choice(("fact", "assumption", "unknown")),
                "owner": "De ict-coördinator",
                "due": "2027-01-15",
            }
            for _ in range(10 * times)
        ],
        "stakeholders": [
            {"name": name, "interest": text(random_, 10), "at_table": n % 2 == 0}
            for n, name in enumerate(stakeholders)
        ],
        "values": [
            {"name": name, "core": cores[n % 3], "meaning": text(random_, 10)}
            for n, name in enumerate(values)
        ],
        "options": [{"title": title} for title in options],
        "arguments": [
            {
                "side": ("for", "against")[n % 2],
                "text": f"{n + 1}. " + text(random_, 15),
                "option": random_.choice(options),
                "stakeholder": random_.choice(stakeholders),
                "value": random_.choice(values),
                "kind": random_.choice(("fact", "assumption", "judgement")),
            }
            for n in range(arguments * times)
        ],
        "outcome": {
            "verdict": "yes_if",
            "answer": text(random_, 30),
            "reasons": text(random_, 60),
            "conditions": [
                {"text": text(random_, 12), "owner": "De directeur", "due": "2027-03-01"}
                for _ in range(4 * times)
            ],
            "minority_views": [
                {"text": text(random_, 12), "would_change_if": text(random_, 10)}
                for _ in range(3 * times)
            ],
        },
        "actions": [
            {"what": text(random_, 10), "who": "De directeur", "due": "2027-02-01"}
            for _ in range(4 * times)
        ],
    }


@dataclass(frozen=True)
class Talk:
    """A talk in the database, with the secrets of who takes part."""

    session: Session
    lead: str
    board: str
    phones: list[str]

    @property
    def path(self) -> str:
        return f"/gesprekken/{self.session.pk}/"

    def cookie(self, role: str, secret: str) -> str:
        """The Cookie header of a browser that holds this secret."""
        return f"kompas-{role}-{self.session.pk.hex}={secret}; csrftoken={CSRF}"

    @property
    def leading(self) -> str:
        return self.cookie("facilitator", self.lead)

    @property
    def showing(self) -> str:
        return self.cookie("board", self.board)

    def joined(self, phone: int) -> str:
        return self.cookie("seat", self.phones[phone])

    @property
    def access(self) -> Access:
        return Access(Session.objects.get(pk=self.session.pk), FACILITATOR)

    def go(self, step: str) -> None:
        """Bring the room to a step."""
        room.move_room(self.access, step)

    def open(self, step: str) -> Round:
        """Ask each alone what the step asks."""
        return room.open_round(self.access, self.session.step(step))

    def reveal(self, step: str) -> None:
        room.reveal_round(self.access, self.session.step(step))

    def weigh(self, phone: int, weights: dict[uuid.UUID, int]) -> None:
        """Give the ballot of a phone, without the server."""
        session = Session.objects.get(pk=self.session.pk)
        access = Access(session, SEAT, key=self.phones[phone])
        room.give_ballot(access, self.session.step("weighing"), weights)


def begin(phones: int = 7, **size: int) -> Talk:
    """Store a talk of that size (see `document`); nothing of it is weighed yet."""
    session = load(document(**size))
    lead, board = new_secret(), new_secret()
    Link.objects.create(session=session, role=Link.Role.FACILITATOR, secret_hash=secret_hash(lead))
    Link.objects.create(session=session, role=Link.Role.BOARD, secret_hash=secret_hash(board))
    keys = [new_secret() for _ in range(phones)]
    Seat.objects.bulk_create(
        Seat(session=session, key_hash=author(key, "seat", session.pk)) for key in keys
    )
    return Talk(session, lead, board, keys)


def weighed(phones: int = 7, **size: int) -> Talk:
    """Store a talk in which every phone has weighed every argument, and all see it."""
    talk = begin(phones, **size)
    talk.go("weighing")
    items = list(talk.open("weighing").items.values_list("pk", flat=True))
    random_ = random.Random(11)
    for phone in range(phones):
        talk.weigh(phone, {item: random_.randint(1, 5) for item in items})
    talk.reveal("weighing")
    return talk
