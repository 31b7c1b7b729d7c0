"""A large installation, invented from end to end: to see how it is with a hundred boards."""

from __future__ import annotations

import datetime
import gc
import multiprocessing
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import finding, invented
from sessions.document import Rows, rows_of
from sessions.lifecycle import FOLLOW_UP
from sessions.management.plain import PlainCommand
from sessions.models import (
    Action,
    Condition,
    Fact,
    Findable,
    FindableKey,
    Method,
    Session,
    Share,
    Tag,
    Version,
)
from sessions.models.session import CODE_ALPHABET, CODE_LENGTH

BATCH = 500  # talks that are stored together
SCHOOLS = 10  # of a board
FACILITATORS = 4  # of a school
YEARS = 6
MOST_BOARDS = len(CODE_ALPHABET) ** 2  # as many as room codes can tell apart
STATUS = (("closed", 86), ("reopened", 4), ("running", 5), ("draft", 5))


class Command(PlainCommand):
    help = (
        "Fill an installation with invented boards, schools, people and talks, to try out how it "
        "is with many. Everything in it is marked as invented."
    )

    def add_arguments(self, parser):
        parser.add_argument("--boards", type=int, default=2)
        parser.add_argument("--sessions", type=int, default=200, help="talks, over all boards")
        parser.add_argument("--seed", default="kompas", help="the same gives the same again")
        parser.add_argument("--processes", type=int, help="side by side; one for each core")
        parser.add_argument("--password", help="with which all these people can log in")
        parser.add_argument(
            "--force", action="store_true", help="also where there are organisations already"
        )

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        boards, sessions = options["boards"], options["sessions"]
        if boards < 1 or sessions < 0:
            raise CommandError("There is at least one board, and no fewer than no talks.")
        if not options["force"] and Organisation.objects.exists():
            raise CommandError(
                "There are organisations here already. With --force invented ones come beside them."
            )
        # A follow-up belongs to another talk.
        methods = [one for one in Method.current() if one.slug != FOLLOW_UP]
        if not methods:
            raise CommandError("There are no methods here yet: run load_methods first.")
        start = time.monotonic()
        first = Organisation.objects.filter(
            slug__startswith=f"{invented.SLUG}-", parent=None
        ).count()
        if first + boards > MOST_BOARDS:
            raise CommandError(f"There are no more than {MOST_BOARDS} invented boards.")
        password = make_password(options["password"])
        codes = {code for code in Session.objects.values_list("code", flat=True) if code}

        def fill(numbers: Iterable[int]) -> None:
            for number in numbers:
                share = sessions * (number + 1) // boards - sessions * number // boards
                random = Random(f"{options['seed']} {first + number}")  # noqa: S311  no secret
                board, done = Board(random, first + number, password, codes), 0
                with _garbage_left():
                    for stored in board.fill(methods, share):
                        done += stored
                        if verbosity:
                            name = f"board {number + 1} of {boards}"
                            spent = time.monotonic() - start
                            self.stdout.write(f"{name}: {done} of {share} talks, {spent:.0f} s")

        # In SQLite one writes at a time.
        most = (os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
        processes = min(options["processes"] or most, boards)
        if processes == 1:
            fill(range(boards))
        else:
            _side_by_side(fill, [range(n, boards, processes) for n in range(processes)])
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        if verbosity:
            self.stdout.write(f"{sessions} talks of {boards} boards")


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Look for garbage afterwards and not meanwhile: that takes an eighth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def _side_by_side(fill: Callable[[Iterable[int]], None], parts: list[range]) -> None:
    """Fill each part in a process of its own, with a connection of its own."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=fill, args=(part,)) for part in parts]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    if any(one.exitcode for one in workers):
        raise CommandError("Not all was stored: what went wrong stands above.")


class Board:
    """One invented board: the same one for the same random numbers, whatever there is beside it."""

    def __init__(self, random: Random, number: int, password: str, codes: set[str]):
        self.random, self.number, self.password, self.codes = random, number, password, codes
        self.today = timezone.localdate()
        self.schools: list[Organisation] = []
        self.leads: dict[int, list[User]] = {}
        self.last: dict[int, Session] = {}  # of a school, for what follows it

    def fill(self, methods: list[Method], talks: int) -> Iterator[int]:
        """Store the board and so many talks, batch by batch; gives how many each time."""
        with transaction.atomic():
            self._organisations()
        made = [(methods[n % len(methods)], n) for n in range(talks)]
        for start in range(0, talks, BATCH):
            batch = made[start : start + BATCH]
            with transaction.atomic():
                self._talks(batch)
            yield len(batch)

    def _organisations(self) -> None:
        slug = f"{invented.SLUG}-{self.number}"
        self.board = Organisation(name=invented.board_name(self.random, self.number), slug=slug)
        Organisation.objects.bulk_create([self.board])
        self.schools = Organisation.objects.bulk_create(
            Organisation(name=invented.school_name(n), slug=f"{slug}-{n}", parent=self.board)
            for n in range(SCHOOLS)
        )
        users: list[User] = []
        roles: list[tuple[User, Organisation, str]] = []

        def somebody(of: Organisation, role: str, what: str) -> User:
            name = invented.person(self.random)
            email = f"{what}@{of.slug}.example"
            users.append(User(email=email, name=name, password=self.password))
            roles.append((users[-1], of, role))
            return users[-1]

        for n in range(2):
            somebody(self.board, Role.BOARD_READER, f"bestuur{n}")
        somebody(self.board, Role.ADMINISTRATOR, "beheer")
        for school in self.schools:
            somebody(school, Role.SCHOOL_LEADER, "leiding")
            self.leads[school.pk] = [
                somebody(school, Role.FACILITATOR, f"gesprek{n}") for n in range(FACILITATORS)
            ]
        # Some lead talks at two schools.
        for school, other in zip(self.schools[::3], self.schools[1::3], strict=False):
            roles.append((self.leads[school.pk][0], other, Role.FACILITATOR))
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(
            Membership(user=user, organisation=of, role=role) for user, of, role in roles
        )

    def _talks(self, made: list[tuple[Method, int]]) -> None:
        rows, sessions = Rows(), []
        for method, _number in made:
            session, own, stands = self._talk(method)
            sessions.append(session)
            versions = own.get(Version, [])
            told = self._told(own)
            if session.removed_on is None:
                for face, whole in finding.faces(session, versions, stands, told):
                    own.add(Findable, [face])
                    own.add(FindableKey, finding.keys(face, whole))
            for model, several in own.items():
                rows.add(model, several)
        Session.objects.bulk_create(sessions)
        rows.store()

    def _talk(self, method: Method) -> tuple[Session, Rows, dict[str, Any] | None]:
        """A talk, all its rows, and its document as it stands if it is open."""
        random = self.random
        status = random.choices([one for one, _n in STATUS], [n for _one, n in STATUS])[0]
        held_on = self._day(status)
        closed = status in ("closed", "reopened")
        whole = invented.talk(
            random, method.slug, method.version, "closed" if closed else status, held_on
        )
        school = random.choices(self.schools, range(SCHOOLS, 2 * SCHOOLS))[0]
        session = Session(
            pk=uuid.UUID(int=random.getrandbits(128), version=4),
            method=method,
            language="nl",
            organisation=school,
            owner=random.choice(self.leads[school.pk]),
            changed_on=min(held_on, self.today),
            code=self._code(),
        )
        session.family = []
        self._afterwards(session, closed)
        own = rows_of(session, whole)
        stands = None if closed else whole
        if closed:
            stands = self._versions(session, own, whole, held_on, reopened=status == "reopened")
            self._promises(own)
        own.add(Tag, [Tag(session=session, name=name) for name in invented.tags(random)])
        return session, own, stands

    def _day(self, status: str) -> datetime.date:
        if status == "draft":
            return self.today + datetime.timedelta(self.random.randint(1, 90))
        if status == "running":
            return self.today - datetime.timedelta(self.random.randint(0, 60))
        return self.today - datetime.timedelta(self.random.randint(1, YEARS * 365))

    def _code(self) -> str:
        """A room code that no other talk has: it begins with the number of the board."""
        own = "".join(CODE_ALPHABET[n] for n in divmod(self.number, len(CODE_ALPHABET)))
        while True:
            code = own + "".join(self.random.choices(CODE_ALPHABET, k=CODE_LENGTH - len(own)))
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _afterwards(self, session: Session, closed: bool) -> None:
        random, school = self.random, session.organisation_id or 0
        if closed and random.random() < 0.04:
            session.archived_on = self.today
        if random.random() < 0.003:
            session.removed_on = self.today
        if school in self.last and random.random() < 0.03:
            session.follows = self.last[school]
        self.last[school] = session

    def _versions(
        self, session: Session, own: Rows, whole: dict, held_on: datetime.date, *, reopened: bool
    ) -> dict[str, Any] | None:
        """The versions of a closed talk and who may read them; what stands where it is open."""
        random, last = self.random, own[Version][0]
        closed_at = datetime.datetime.combine(held_on, datetime.time(16), datetime.UTC)
        last.closed_at = closed_at
        if not reopened and random.random() < 0.08:
            before = Version(
                session=session,
                number=1,
                document=invented.answered_otherwise(random, whole),
                closed_at=closed_at - datetime.timedelta(20),
            )
            session.reason = last.reason = random.choice(invented.REASONS)
            last.number = 2
            own[Version].insert(0, before)
        if random.random() < 0.6:
            shared = random.choice(own[Version])
            own.add(Share, [Share(version=shared, organisation=self.board, shared_on=held_on)])
        if not reopened:
            return None
        session.status, session.code = Session.Status.RUNNING, self._code()
        session.reason = random.choice(invented.REASONS)
        session.room_step = session.step_of_kind("outcome")
        return invented.opened(whole, session.room_step)

    def _promises(self, own: Rows) -> None:
        """What became of what was promised: most of it was done, or is overdue."""
        for model in (Action, Condition, Fact):
            for row in own.get(model, []):
                if row.is_promised and self.random.random() < 0.6:
                    row.state = self.random.choices(("done", "changed", "dropped"), (6, 2, 1))[0]

    def _told(self, own: Rows) -> set[tuple[str, str]]:
        names = {"actions": Action, "conditions": Condition, "facts": Fact}
        return {
            (name, str(row))
            for name, model in names.items()
            for row in own.get(model, [])
            if row.is_told
        }
