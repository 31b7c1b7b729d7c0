"""The same pages in two invented installations: one of a board, and one of many.

python -m bench.installation PART    in an installation: how long the pages of a part take there
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
        there = server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
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


def asked(part: str, sessions: int, quick: bool) -> dict[str, dict[str, Any]]:
    """Of each page of a part: milliseconds, queries and bytes, in an installation of that size."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.installation", part, *(["--quick"] * quick)],
        check=True,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": seeded(sessions)},
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def compare(part: str, report: Callable[..., None], quick: bool) -> None:
    """Report what figures.of_installation names for this part."""
    small, large = (asked(part, sessions, quick) for sessions in (OF_BOARD, LARGE))
    for name, there in large.items():
        report(f"{name} ms", there["ms"])
        report(f"{name} queries", there["queries"])
        if name in small:
            report(name, there["ms"] / small[name]["ms"])
            print(f"    {name}: {small[name]} and {there}", file=sys.stderr)


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


def _page(email: str, path: str, times: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from . import inside

    cookie = _logged_in(email)
    for _warm in range(3):
        status, body = inside.ask(path, cookie)
        assert status == 200, f"{status} for {path}"
    with CaptureQueriesContext(connection) as queries:
        inside.ask(path, cookie)
    asked = len(queries.captured_queries)  # at once: the next request empties the log
    took = []
    for _time in range(times):
        start = time.perf_counter()
        inside.ask(path, cookie)
        took.append((time.perf_counter() - start) * 1000)
    return {
        "ms": statistics.median(took),
        "queries": asked,
        "bytes": len(body),
    }


def main() -> None:
    import django

    django.setup()
    pages: Pages = importlib.import_module(f"bench.{sys.argv[1]}").PAGES
    times = 5 if "--quick" in sys.argv else 40
    print(json.dumps({name: _page(*page, times) for name, page in pages.items()}))


if __name__ == "__main__":
    main()
