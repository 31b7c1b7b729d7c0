"""What becomes of ballots that are all sent in the same instant."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter

from sessions.models import Ballot, Round, Weight

from .figures import CROWDS
from .talk import Talk, begin
from .wire import Browser, server


def measure(report, quick: bool) -> None:
    with server() as port:
        for crowd in CROWDS:
            lost = double = 0
            slowest = 0.0
            talk = begin(phones=crowd)
            talk.go("weighing")
            for turn in range(2 if quick else 10):
                of_turn = once(port, talk, turn)
                lost, double = lost + of_turn[0], double + of_turn[1]
                slowest = max(slowest, of_turn[2])
            report(f"{crowd} lost", lost)
            report(f"{crowd} double", double)
            report(f"{crowd} slowest", slowest)


def once(port: int, talk: Talk, turn: int) -> tuple[int, int, float]:
    """One round: how many ballots were lost, how many double, and the longest wait.

    A ballot is lost when it was not acknowledged, or is not stored exactly as it was submitted.
    """
    round = talk.open("weighing")
    items = list(round.items.values_list("pk", flat=True))
    random_ = random.Random(turn)
    submitted = [{item: random_.randint(1, 5) for item in items} for _ in talk.phones]
    acknowledged, slowest = asyncio.run(send(port, talk, submitted))
    stored, ballots = read(round)
    owners = [round.owner(key) for key in talk.phones]
    lost = sum(
        not (acknowledged[phone] and stored.get(owner) == submitted[phone])
        for phone, owner in enumerate(owners)
    )
    double = sum(count - 1 for count in ballots.values()) + len(ballots.keys() - set(owners))
    talk.reveal("weighing")
    return lost, double, slowest


def ballot(weights: dict) -> dict[str, object]:
    """The fields of a phone's ballot."""
    return {"id": uuid.uuid4(), **{f"w-{item}": weight for item, weight in weights.items()}}


async def send(port: int, talk: Talk, submitted: list[dict]) -> tuple[list[bool], float]:
    """Send all ballots at once, every third one twice; whether each phone got its answers."""
    barrier = asyncio.Event()
    path = f"{talk.path}meedoen/weighing/stembriefje/"

    async def give(phone: int) -> tuple[int, bool, float]:
        browser = await Browser(port, talk.joined(phone)).connect()
        form = ballot(submitted[phone])
        request = browser.request("POST", path, form)
        await barrier.wait()
        started = time.perf_counter()
        try:
            taken = (await browser.ask(request)).status == 303
        except (OSError, EOFError):
            taken = False
        waited = time.perf_counter() - started
        await browser.close()
        return phone, taken, waited

    phones = range(len(talk.phones))
    # An impatient finger sends the same ballot twice.
    tasks = [asyncio.create_task(give(phone)) for phone in (*phones, *phones[::3])]
    await asyncio.sleep(0.2)  # all are connected
    barrier.set()
    taken = [True for _ in phones]
    slowest = 0.0
    for phone, acknowledged, waited in await asyncio.gather(*tasks):
        taken[phone] = taken[phone] and acknowledged
        slowest = max(slowest, waited)
    return taken, slowest


def read(round: Round) -> tuple[dict[str, dict], Counter[str]]:
    """The stored weights of each owner, and how many ballots each has."""
    stored: dict[str, dict] = {}
    for owner, item, weight in Weight.objects.filter(ballot__round=round).values_list(
        "ballot__owner", "item", "weight"
    ):
        stored.setdefault(owner, {})[item] = weight
    return stored, Counter(Ballot.objects.filter(round=round).values_list("owner", flat=True))
