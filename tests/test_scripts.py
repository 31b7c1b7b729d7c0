"""The scripts as a person or a machine uses them, beside the checkout's own data."""

import json
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import polib
import pytest

from script import catalogues

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent


class Installation:
    """One of its own: of this checkout nothing is used but the code."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"
        self.log = folder / "log"
        self.address = f"http://127.0.0.1:{free_port()}"
        others = ("DATABASE_URL", "KOMPAS_", "DJANGO_", "HOST", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        port = self.address.rpartition(":")[2]
        self.environment = kept | {"KOMPAS_VAR": str(self.var), "PORT": port}

    @contextmanager
    def serving(self, **more: str) -> Iterator[subprocess.Popen]:
        """Runs script/server from when it is healthy; what it says is in the log."""
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [ROOT / "script/server"],
                env=self.environment | more,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            until = time.monotonic() + 300
            while not self.healthy():
                said = self.log.read_text()
                assert process.poll() is None, said
                assert time.monotonic() < until, f"Not healthy in five minutes: {said}"
                time.sleep(0.1)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def healthy(self) -> bool:
        with suppress(httpx.TransportError):
            return self.get("/healthz").status_code == 200
        return False

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.address + path, **options)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Set up once: the first start makes the database and compresses the static files."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    with made.serving():
        return made


def processor_seconds() -> float:
    """What all that was started here and has ended took, of whatever one processor it had."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_server_is_healthy_with_little_work_later_on(installation):
    before = processor_seconds()
    with installation.serving():
        pass
    # Within ten seconds, alone; how long it takes here depends on what runs beside it.
    assert processor_seconds() - before < 10


def test_server_serves_pages_with_their_files(installation):
    with installation.serving():
        assert installation.get("/healthz").headers["content-type"] == "application/json"
        assert httpx.head(installation.address + "/healthz").status_code == 200
        page = installation.get("/")
        assert page.status_code == 200
        assert "/static/" in page.text
        assert f"Kompas: {installation.address}\n" in installation.log.read_text()


def test_static_files_are_hashed_compressed_and_kept(installation):
    paths = json.loads((installation.var / "static/staticfiles.json").read_text())["paths"]
    name = next(hashed for source, hashed in paths.items() if source.endswith(".css"))
    with installation.serving():
        answer = installation.get(f"/static/{name}", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_server_on_the_network_shows_a_code_and_says_it_is_unencrypted(installation):
    with installation.serving(HOST="0.0.0.0"):
        said = installation.log.read_text()
    assert "not encrypted" in said
    assert "▄▄▄▄▄" in said


def test_timer_and_worker_end_with_the_server(installation):
    with installation.serving() as server:
        assert len(processes_of(server.pid)) == 3
        server.terminate()
        assert server.wait(10) in (0, -signal.SIGTERM)
        assert nothing_left(server.pid)


def test_timer_and_worker_end_with_a_killed_server(installation):
    with installation.serving() as server:
        server.kill()
        server.wait()
        assert nothing_left(server.pid)


def nothing_left(group: int) -> bool:
    until = time.monotonic() + 5
    while processes_of(group) and time.monotonic() < until:
        time.sleep(0.1)
    return processes_of(group) == []


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


@pytest.mark.parametrize("port", ["acht", "0", "65536", "-1", "80 80"])
def test_server_refuses_a_wrong_port(port):
    done = subprocess.run(
        [ROOT / "script/server"],
        check=False,
        env=os.environ | {"PORT": port},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == f'PORT must be a number from 1 to 65535, not "{port}".\n'


def test_set_up_with_nothing_to_do_is_silent_and_quick():
    before = processor_seconds()
    done = subprocess.run(
        [ROOT / "script/setup", "test"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert processor_seconds() - before < 3  # a tenth of a second


CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Show all weights"
msgstr "Toon alle gewichten"

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


def test_missing_fuzzy_and_unused_texts_are_found(catalogue, monkeypatch):
    texts = dict.fromkeys(
        [("Show all weights", ""), ("Values", ""), ("Arguments", ""), ("New", "")]
    )
    monkeypatch.setattr(catalogues, "marked", lambda: texts)
    found = [line.split(": ", 1)[1] for line in catalogues.faults()]
    assert found == [
        "missing: New",
        "not translated: Values",
        "fuzzy: Arguments",
        "out of use: Score",
    ]


def test_texts_are_found_in_modules_and_templates():
    module = 'a = _("One"), ngettext("%(n)s part", "%(n)s parts", n), other("No")'
    assert set(catalogues.in_python(module)) == {("One", ""), ("%(n)s part", "%(n)s parts")}
    template = (
        """{% trans "Two" %}{% blocktranslate with n=x %}Part {{ n }}{% endblocktranslate %}No"""
    )
    assert set(catalogues.in_template(template)) == {("Two", ""), ("Part %(n)s", "")}


def test_catalogue_is_compiled(catalogue):
    catalogues.compile_all()
    compiled = {
        entry.msgid: entry.msgstr for entry in polib.mofile(str(catalogue.with_suffix(".mo")))
    }
    assert compiled == {"Show all weights": "Toon alle gewichten"}
