"""Every figure that an issue names: what it is called, its unit and its bound.

This stands apart from the measuring, so that what could not be measured is reported too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"

STEPS = ("question", "facts", "stakeholders", "values", "arguments", "weighing", "outcome")
# Screens other than the laptop's, with what they show.
SCREENS = ("board arguments", "board weighing", "phone arguments", "phone weighing")
CROWDS = (30, 100, 300)  # ballots at once
FLAKY = 30  # phones of which each loses the first answer, and sends again
ROOMS = (8, 30, 100)  # phones in a room
BOUND_ROOMS = (8, 30)
MANY = "50 rooms of 8"
HERD = 100  # phones that are told of one change
WAITING = 1000  # streams open, and nothing happens
KILLS = 50
WHOLE = 5.0  # seconds within which everybody is whole again
PAGES = ("board", "laptop", "phone")

CASES = (
    "cijfers-ouders-app",
    "genai-huiswerk",
    "google-workspace",
    "mobieltjes-uit-de-klas",
    "proctorio-huidskleur-vu",
    "smartwatch-so",
)
EFFORT = 1.15  # keys and clicks for each character of a case
GROWTH = 1.0  # at most linear: no more time for each argument
WORDS = 80

# An installation of one board, and one of many such boards: of as many talks as this says.
OF_BOARD = 1000
LARGE = int(os.environ.get("BENCH_SESSIONS", "100000"))

BUNDLE = (10, 50)  # reports in a bundle

# docs/decisions/live-bound.md says why.
LIVE_BOUND = 20.0


@dataclass(frozen=True)
class Figure:
    """One figure; `least` when its bound is what it must reach rather than stay under."""

    key: str
    name: str
    unit: str
    bound: float | None = None
    least: bool = False

    def entry(self, value: float | None, bound: float | None = None) -> dict[str, Any]:
        """What bench.json says of it; `bound` when it follows from the run itself."""
        bound = self.bound if bound is None else bound
        holds = value is not None and (
            bound is None or (value >= bound if self.least else value <= bound)
        )
        return {
            "name": self.name,
            "value": _short(value),
            "unit": self.unit,
            "bound": _short(bound),
            "holds": holds,
        }


def _short(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else float(f"{value:.4g}")


def step(base: str) -> Iterator[Figure]:
    for screen in (*STEPS, *SCREENS):
        # The promise is about each step; the other screens are reported.
        bound = 2.0 if screen in STEPS else None
        yield Figure(
            screen, f'"step" {screen}: median over constant template, {base}', "times", bound
        )
        yield Figure(f"{screen} ms", f'"step" {screen}: median, {base}', "ms")


def queries(base: str) -> Iterator[Figure]:
    for method, bound in (("GET", 12), ("POST", 15)):
        yield Figure(method, f'"queries" {method}: most for one page, {base}', "queries", bound)
        yield Figure(
            f"{method} grown",
            f'"queries" {method}: pages that need others with four times the rows, {base}',
            "pages",
            0,
        )
    what = '"queries" POST that stores a whole talk (quick entry, close, decide, copy)'
    yield Figure("WHOLE", f"{what}: most, {base}", "queries")
    yield Figure("WHOLE grown", f"{what}: others with four times the rows, {base}", "pages")


def throughput(base: str) -> Iterator[Figure]:
    what = f"arguments step, 8 clients, {base}"
    yield Figure("pages", f'"throughput" {what}', "pages/s")
    yield Figure("handler", f'"throughput" {what}: over Django\'s own ASGI handler', "times")
    yield Figure(
        "streams", f'"throughput" {what}: with 500 streams open over none', "times", 0.8, True
    )


def report(base: str) -> Iterator[Figure]:
    yield Figure("whole", '"report" end to end over WeasyPrint alone', "times", 1.2)
    yield Figure("page", '"report" time per page', "s/page")
    yield Figure("kept", '"report" rendering over serving the kept one', "times", 50.0, True)
    yield Figure("large", '"report" end to end, 200 arguments', "s")
    what = '"report" time per argument, 200 over 40 arguments'
    yield Figure("growth", what, "times", GROWTH)


def effort(base: str) -> Iterator[Figure]:
    what = "keys and clicks over the characters of its texts"
    for case in CASES:
        yield Figure(case, f'"effort" {case}: {what}', "times", EFFORT)
    yield Figure("worst", f'"effort" worst case: {what}', "times", EFFORT)


def words(base: str) -> Iterator[Figure]:
    for kind in STEPS:
        yield Figure(kind, f'"words" {kind}: on screen before one can act', "words", WORDS)


def lost(base: str) -> Iterator[Figure]:
    for crowd in CROWDS:
        what = f"{crowd} ballots at once, ten times, {base}"
        yield Figure(f"{crowd} lost", f'"lost" {what}: lost', "ballots", 0)
        yield Figure(f"{crowd} double", f'"lost" {what}: double', "ballots", 0)
        yield Figure(f"{crowd} slowest", f'"lost" {what}: longest wait for an answer', "s")
    what = f"{FLAKY} ballots at once, each sent again after its answer was lost, ten times, {base}"
    yield Figure("flaky lost", f'"lost" {what}: lost', "ballots", 0)
    yield Figure("flaky double", f'"lost" {what}: double', "ballots", 0)


def live(base: str) -> Iterator[Figure]:
    for room in ROOMS:
        what = f"{room} in a room, {base}"
        yield Figure(
            f"{room}",
            f'"live" {what}: POST on a phone to the board, p95 over the bare round trip\'s',
            "times",
            LIVE_BOUND if room in BOUND_ROOMS else None,
        )
        yield Figure(f"{room} ms", f'"live" {what}: POST on a phone to the board, p95', "ms")
        yield Figure(f"{room} bare", f'"live" {what}: bare notify round trip, p95', "ms")
    for room in (*ROOMS, MANY):
        what = room if room == MANY else f"one room of {room}"
        for share in ("p50", "p95"):
            yield Figure(
                f"{room} {share}",
                f'"room" {what}, {base}: phone to board, {share} over the bare round trip\'s',
                "times",
            )


def herd(base: str) -> Iterator[Figure]:
    what = f"{HERD} phones, {base}"
    yield Figure("requests", f'"herd" {what}: requests for each change and screen', "requests")
    yield Figure(
        "board", f'"herd" {what}: a round opened until the board has it, over one page', "times"
    )
    yield Figure("last", f'"herd" {what}: until the last phone has it, over as many pages', "times")
    yield Figure("last ms", f'"herd" {what}: until the last phone has it', "ms")


def idle(base: str) -> Iterator[Figure]:
    what = f"{WAITING} waiting phones, {base}"
    yield Figure("memory", f'"idle" {what}: memory of the server for each', "bytes")
    yield Figure("processor", f'"idle" {what}: share of one processor', "%")


def kill(base: str) -> Iterator[Figure]:
    for key, what in (
        ("web", f"one of two web processes, {KILLS} times, {base}"),
        ("database", f"{base} restarted"),
    ):
        yield Figure(f"{key} lost", f'"kill" {what}: acknowledged rows lost', "rows", 0)
        yield Figure(f"{key} whole", f'"kill" {what}: until every phone is whole', "s", WHOLE)


def first_load(base: str) -> Iterator[Figure]:
    for page in PAGES:
        yield Figure(page, f'"first load" {page}: bytes over the wire', "kB", 200.0)
        yield Figure(f"{page} hosts", f'"first load" {page}: other hosts asked', "hosts", 0)


def of_installation(word: str, pages: tuple[str, ...], of_all: tuple[str, ...]) -> Iterator[Figure]:
    """Pages of one board among many, and pages of the installation as a whole."""
    many = f"{LARGE:,} talks"
    for page in pages:
        what = f'"{word}" {page}, one board'
        yield Figure(page, f"{what}: in {many} over {OF_BOARD:,}", "times", 2.0)
        yield Figure(f"{page} ms", f"{what}: in {many}", "ms")
        yield Figure(f"{page} queries", f"{what}: in {many}, queries", "queries", 15)
    for page in of_all:
        what = f'"{word}" {page.removeprefix("all ")}, installation administrator over {many}'
        yield Figure(f"{page} ms", what, "ms")
        yield Figure(f"{page} queries", f"{what}, queries", "queries", 15)


def register(base: str) -> Iterator[Figure]:
    pages = ("first page", "search", "filter")
    yield from of_installation("register", pages, ("all first page", "all filter"))


def board(base: str) -> Iterator[Figure]:
    yield from of_installation("board", ("page", "year", "list"), ("all page",))


def bundle(base: str) -> Iterator[Figure]:
    what = f'"bundle" of {BUNDLE[1]} reports'
    yield Figure("time", f"{what}: over the sum of rendering each alone", "times", 1.2)
    yield Figure("seconds", f"{what}: from asking to the file", "s")
    yield Figure("memory", f"{what}: peak memory over that of {BUNDLE[0]}", "times", 1.5)
    yield Figure("peak", f"{what}: peak memory of the worker", "MB")


# What is measured, in order, on which databases, and after how many seconds it is given up.
PARTS: tuple[tuple[Any, tuple[str, ...], int], ...] = (
    (first_load, (SQLITE,), 90),
    (queries, (SQLITE, POSTGRESQL), 90),
    (step, (SQLITE, POSTGRESQL), 150),
    (report, (SQLITE,), 240),
    (effort, (SQLITE,), 60),
    (words, (SQLITE,), 60),
    (lost, (SQLITE, POSTGRESQL), 240),
    (live, (SQLITE, POSTGRESQL), 270),
    (herd, (SQLITE, POSTGRESQL), 60),
    (idle, (SQLITE, POSTGRESQL), 90),
    (kill, (POSTGRESQL,), 330),
    (throughput, (SQLITE, POSTGRESQL), 150),
    (register, (POSTGRESQL,), 420),  # most of it to make a large installation
    (board, (POSTGRESQL,), 300),
    (bundle, (SQLITE,), 240),
)


def table(entries: list[dict[str, Any]]) -> str:
    """The figures as lines of text."""
    widest = max(len(entry["name"]) for entry in entries)
    lines = []
    for entry in entries:
        value = "-" if entry["value"] is None else f"{entry['value']:g}"
        bound = "" if entry["bound"] is None else f"{entry['bound']:g}"
        holds = (
            "" if entry["bound"] is None and entry["holds"] else "yes" if entry["holds"] else "NO"
        )
        lines.append(
            f"{entry['name']:<{widest}}  {value:>9} {entry['unit']:<8} {bound:>7}  {holds}"
        )
    heading = f"{'figure':<{widest}}  {'value':>9} {'unit':<8} {'bound':>7}  holds"
    return "\n".join([heading, *(line.rstrip() for line in lines)])


def as_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps({"figures": entries}, ensure_ascii=False, indent=1) + "\n"
