"""The same pages in two invented installations: one of a board, and one of many.

python -m bench.installation PART    answers, in one of them, for each page whose name it reads
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .figures import LARGE, OF_BOARD

ROOT = Path(__file__).resolve().parent.parent
# Who asks, by e-mail address, for which path; the first board is the same in each installation.
Pages = Mapping[str, tuple[str, str]]
READER, ADMINISTRATOR = "bestuur0@verzonnen-0.example", "installatie@verzonnen.example"


def seeded(sessions: int) -> str:
    """The DATABASE_URL of an installation with so many talks, made when it is not there yet."""
    import psycopg

    here = urlsplit(os.environ["DATABASE_URL"])
    name = f"seeded_{sessions}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            # Half made it has another name.
            server.execute(f"DROP DATABASE IF EXISTS half_{name}")
            server.execute(f"CREATE DATABASE half_{name}")
            half = urlunsplit(here._replace(path=f"/half_{name}"))
            _fill(half, sessions)
            server.execute(f"ALTER DATABASE half_{name} RENAME TO {name}")
    return urlunsplit(here._replace(path=f"/{name}"))


def _fill(url: str, sessions: int) -> None:
    boards = ["--boards", str(max(1, sessions // OF_BOARD)), "--sessions", str(sessions)]
    for command in (["migrate", "--no-input"], ["load_methods"], ["seed", *boards]):
        subprocess.run(
            [sys.executable, "manage.py", *command, "-v", "0"],
            check=True,
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
        )


class Installation:
    """A process of its own in an installation of so many talks."""

    def __init__(self, part: str, sessions: int):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.installation", part],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": seeded(sessions)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, name: str) -> dict[str, Any]:
        """Of one request for a page: milliseconds, queries and bytes."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(name, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate()


def compare(part: str, report: Callable[..., None], quick: bool) -> None:
    """Report what figures.of_installation names for this part."""
    pages: Pages = importlib.import_module(f"bench.{part}").PAGES
    small, large = Installation(part, OF_BOARD), Installation(part, LARGE)
    for name, (who, _path) in pages.items():
        compared = [large] if who == ADMINISTRATOR else [large, small]
        took: dict[Installation, list[float]] = {one: [] for one in compared}
        for _warm in range(3):
            told = [one.ask(name) for one in compared]
        for _time in range(5 if quick else 40):
            for one in compared:  # in turns: whatever else the machine does touches both
                took[one].append(one.ask(name)["ms"])
        median = [statistics.median(took[one]) for one in compared]
        report(f"{name} ms", median[0])
        report(f"{name} queries", told[0]["queries"])
        if len(median) > 1:
            report(name, median[0] / median[1])
        print(f"    {name}: {median} ms, {told[0]}", file=sys.stderr)
    small.end()
    large.end()


def _logged_in(email: str) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kompas.accounts.models import User

    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_superuser(email)
    browser = SessionStore()
    browser[SESSION_KEY] = str(user.pk)
    browser[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    browser[HASH_SESSION_KEY] = user.get_session_auth_hash()
    browser.save()
    return f"{settings.SESSION_COOKIE_NAME}={browser.session_key}"


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from . import inside

    pages: Pages = importlib.import_module(f"bench.{sys.argv[1]}").PAGES
    cookies = {who: _logged_in(who) for who, _path in pages.values()}
    for line in sys.stdin:
        who, path = pages[line.strip()]
        with CaptureQueriesContext(connection) as queries:
            start = time.perf_counter()
            status, body = inside.ask(path, cookies[who])
            spent = time.perf_counter() - start
        assert status == 200, f"{status} for {path}"
        told = {"ms": spent * 1000, "queries": len(queries), "bytes": len(body)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
