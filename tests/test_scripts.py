"""The scripts as a person or a machine uses them, beside the checkout's own data."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import polib
import pytest

from script import catalogues

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own: nothing of this checkout's is touched but the code."""
    own = {"KOMPAS_VAR": str(tmp_path / "var"), "PORT": str(free_port())}
    others = ("DATABASE_URL", "KOMPAS_", "DJANGO_", "HOST", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return kept | own


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable]:
    """Starts script/server and waits until it is healthy; stops what is left at the end."""
    running = []

    def started(seconds: float = 60, **more: str) -> subprocess.Popen:
        with (tmp_path / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [ROOT / "script/server"],
                env=environment | more,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running.append(process)
        until = time.monotonic() + seconds
        while time.monotonic() < until and process.poll() is None:
            try:
                if httpx.get(address(environment, "/healthz")).status_code == 200:
                    return process
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(
            f"Not healthy in {seconds} s:\n{(tmp_path / 'server.log').read_text()}"
        )

    yield started
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def address(environment: dict[str, str], path: str) -> str:
    return f"http://127.0.0.1:{environment['PORT']}{path}"


def test_server_serves_and_later_starts_within_ten_seconds(start, environment, tmp_path):
    first = start()
    health = httpx.get(address(environment, "/healthz"))
    assert health.headers["content-type"].startswith("application/json")
    assert json.loads(health.text)
    assert httpx.head(address(environment, "/healthz")).status_code == 200
    page = httpx.get(address(environment, "/"), follow_redirects=True)
    assert (page.status_code, page.url.scheme) == (200, "http")
    assert "/static/" in page.text
    stop(first)
    assert address(environment, "") in (tmp_path / "server.log").read_text()
    stop(start(seconds=10))


def test_static_files_are_hashed_compressed_and_kept(start, environment, tmp_path):
    start()
    manifest = json.loads((tmp_path / "var/static/staticfiles.json").read_text())
    name = next(name for source, name in manifest["paths"].items() if source.endswith(".css"))
    answer = httpx.get(address(environment, f"/static/{name}"), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_server_ends_at_sigterm_and_its_timer_with_it(start, environment):
    process = start()
    group = process.pid
    stop(process)
    until = time.monotonic() + 5
    while processes_of(group) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(group) == []


def test_timer_ends_with_a_killed_server(start):
    process = start()
    process.kill()
    process.wait()
    until = time.monotonic() + 5
    while processes_of(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert processes_of(process.pid) == []


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    assert process.wait(10) in (0, -signal.SIGTERM)


def processes_of(group: int) -> list[str]:
    """The commands that run in a process group; bare systems have no `ps`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # After the name, which may hold anything, come state, parent and group.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[2] == str(group) and fields[0] != "Z":
                found.append((entry / "cmdline").read_text().replace("\0", " "))
    return found


def test_server_on_the_network_shows_a_code_and_says_it_is_unencrypted(
    start, environment, tmp_path
):
    start(HOST="0.0.0.0")
    said = (tmp_path / "server.log").read_text()
    assert "not encrypted" in said
    assert "█" in said or "▀" in said
    assert httpx.get(address(environment, "/healthz")).status_code == 200


@pytest.mark.parametrize("port", ["acht", "0", "65536", "-1", "80 80"])
def test_server_refuses_a_wrong_port(environment, port):
    done = subprocess.run(
        [ROOT / "script/server"],
        check=False,
        env=environment | {"PORT": port},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == f'PORT must be a number from 1 to 65535, not "{port}".\n'


def test_set_up_with_nothing_to_do_is_silent_and_quick():
    begin = time.monotonic()
    done = subprocess.run(
        [ROOT / "script/setup", "test"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - begin < 3  # a tenth of a second, alone


CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Show all weights"
msgstr "Toon alle wegingen"

msgid "Values"
msgstr ""

#, fuzzy
msgid "Arguments"
msgstr "Argumenten"

#~ msgid "Score"
#~ msgstr "Score"
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "locale/nl/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE)
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return path


def test_missing_fuzzy_and_unused_texts_are_found(catalogue):
    found = [line.split(": ", 1)[1] for line in catalogues.faults()]
    assert found == ["missing: Values", "fuzzy: Arguments", "out of use: Score"]


def test_catalogue_is_compiled(catalogue):
    catalogues.compile_all()
    compiled = {
        entry.msgid: entry.msgstr for entry in polib.mofile(str(catalogue.with_suffix(".mo")))
    }
    assert compiled == {"Show all weights": "Toon alle wegingen"}
