"""Measure everything, print the table, and write var/bench.json.

python -m bench [--quick] [PART ...]    with parts only those are measured, and nothing is written
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.postgresql import postgresql

from . import figures

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 19 * 60 + 20  # seconds, so that all of it ends within twenty minutes


def environment(folder: Path, database: str) -> dict[str, str]:
    """Nothing of the developer's own: another folder, another database, no settings."""
    ours = ("KOMPAS_", "DATABASE_URL", "DJANGO_", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if "KOMPAS_BROWSER" in os.environ:
        kept["KOMPAS_BROWSER"] = os.environ["KOMPAS_BROWSER"]
    return kept | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "KOMPAS_VAR": str(folder),
        "PYTHONPATH": str(ROOT),
    }


def run(command: list[str], env: dict[str, str], seconds: float) -> bool:
    """Run a part of the measuring, and all that it starts, for so long at most."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    try:
        return process.wait(max(1.0, seconds)) == 0
    except subprocess.TimeoutExpired:
        print(f"Given up after {seconds:.0f} s.", file=sys.stderr)
        return False
    finally:
        # Servers that a part started are in its group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measured(
    part: str, database: str, url: str | None, folder: Path, seconds: float, quick: bool
) -> dict[str, Any]:
    """What a part found, by key; empty when it failed."""
    if url is None or seconds < 5:
        return {}
    out = folder / "found.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.part", part, str(out)] + ["--quick"] * quick
    started = time.monotonic()
    print(f"{part}, {database} …", file=sys.stderr, flush=True)
    done = run(command, environment(folder, url), seconds)
    print(f"    {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if not out.exists():
        return {}
    found = json.loads(out.read_text())
    if not done:
        print(f"{part} did not end well; what it had found stands.", file=sys.stderr)
    return found


def measure(parts: list[str], quick: bool) -> list[dict[str, Any]]:
    end = time.monotonic() + LONGEST
    entries: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="kompas-bench-") as name:
        folder = Path(name)
        urls: dict[str, str | None] = {figures.SQLITE: f"sqlite:///{folder}/kompas.sqlite3"}
        with contextlib.ExitStack() as open_until_the_end:
            try:
                socket = open_until_the_end.enter_context(postgresql())
                urls[figures.POSTGRESQL] = f"postgresql://app@/app?host={socket}"
            except (OSError, RuntimeError) as error:
                print(f"No PostgreSQL: {error}", file=sys.stderr)
                urls[figures.POSTGRESQL] = None
            for database, url in urls.items():
                prepare = [sys.executable, "manage.py", "prepare"]
                if url and not run(prepare, environment(folder, url), 240):
                    urls[database] = None
            for part, databases, seconds in figures.PARTS:
                if parts and part.__name__ not in parts:
                    continue
                for database in databases:
                    left = min(seconds, end - time.monotonic())
                    found = measured(part.__name__, database, urls[database], folder, left, quick)
                    for figure in part(database):
                        value, bound = found.get(figure.key, (None, None))
                        entries.append(figure.entry(value, bound))
    return entries


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("--quick", action="store_true", help="few repetitions: to try things out")
    parser.add_argument("parts", nargs="*", metavar="PART")
    arguments = parser.parse_args()
    known = [part.__name__ for part, _, _ in figures.PARTS]
    if unknown := set(arguments.parts) - set(known):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    # Five hundred streams are as many open files, here and in the server.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    entries = measure(arguments.parts, arguments.quick)
    print(figures.table(entries))
    if not arguments.parts:
        target = ROOT / "var" / "bench.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(figures.as_json(entries), encoding="utf-8")


if __name__ == "__main__":
    main()
