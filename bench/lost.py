"""What becomes of ballots that are all sent in the same instant."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter

from sessions.models import Ballot, Round, Weight

from .figures import CROWDS, FLAKY
from .talk import Talk, begin
from .wire import Browser, server

# Three hundred weigh what one evening gives: more would only measure how long a ballot is.
ARGUMENTS = {300: 12}


def measure(report, quick: bool) -> None:
    turns = 2 if quick else 10
    with server() as port:
        for crowd in CROWDS:
            lost, double, slowest = crowded(port, crowd, turns)
            report(f"{crowd} lost", lost)
            report(f"{crowd} double", double)
            report(f"{crowd} slowest", slowest)
        lost, double, _ = crowded(port, FLAKY, turns, flaky=True)
        report("flaky lost", lost)
        report("flaky double", double)


def crowded(port: int, crowd: int, turns: int, flaky: bool = False) -> tuple[int, int, float]:
    """Several rounds of so many phones: ballots lost and double, and the longest wait."""
    lost = double = 0
    slowest = 0.0
    talk = begin(phones=crowd, arguments=ARGUMENTS.get(crowd, 40))
    talk.go("weighing")
    for turn in range(turns):
        of_turn = once(port, talk, turn, flaky)
        lost, double = lost + of_turn[0], double + of_turn[1]
        slowest = max(slowest, of_turn[2])
    return lost, double, slowest


def once(port: int, talk: Talk, turn: int, flaky: bool = False) -> tuple[int, int, float]:
    """One round: how many ballots were lost, how many double, and the longest wait.

    A ballot is lost when it was not acknowledged, or is not stored exactly as it was submitted.
    """
    round = talk.open("weighing")
    items = list(round.items.values_list("pk", flat=True))
    random_ = random.Random(turn)
    submitted = [{item: random_.randint(1, 5) for item in items} for _ in talk.phones]
    acknowledged, slowest = asyncio.run(send(port, talk, submitted, flaky))
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


async def send(
    port: int, talk: Talk, submitted: list[dict], flaky: bool
) -> tuple[list[bool], float]:
    """Send all ballots at once, every third one twice; whether each phone got its answers.

    `flaky`: an answer is lost after the server gave it, and the same is sent again.
    """
    barrier = asyncio.Event()
    path = f"{talk.path}meedoen/weighing/stembriefje/"

    async def give(phone: int) -> tuple[int, bool, float]:
        browser = await Browser(port, talk.joined(phone)).connect()
        form = ballot(submitted[phone])
        request = browser.request("POST", path, form)
        await barrier.wait()
        started = time.perf_counter()
        try:
            if flaky:
                await browser.ask(request)  # committed; the answer comes to nobody
                await browser.close()
                await browser.connect()
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
