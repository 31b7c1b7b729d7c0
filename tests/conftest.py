import gc
import ipaddress
import os
import shutil
import socket
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.postbox import Postbox, free_port, use

ROOT = Path(__file__).resolve().parent.parent
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]  # all that a theme makes a difference to
STAND_STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { animation: none !important; transition: none !important; }");
    document.adoptedStyleSheets = [sheet];
}"""

# The sync API of Playwright runs an event loop in this thread; our queries know nothing of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Settings and selection


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    var = config.rootpath / "var" / "tests" / database_vendor()
    static = var / "static"
    static.mkdir(parents=True, exist_ok=True)
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Static files from where they lie, whether or not they were collected in this checkout.
    django_settings.STATIC_ROOT = static
    django_settings.WHITENOISE_USE_FINDERS = True
    # Every test client is an application of its own: reading all files takes longer than a page.
    django_settings.WHITENOISE_AUTOREFRESH = True
    django_settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    database = django_settings.DATABASES["default"]
    # A server that stops leaves no connection open in its threads.
    database["CONN_MAX_AGE"] = 0
    if database_vendor() == "sqlite":
        # In memory it could not be shared with the server's threads.
        database.setdefault("TEST", {})["NAME"] = str(var / "test.sqlite3")


def database_vendor() -> str:
    return django_settings.DATABASES["default"]["ENGINE"].rpartition(".")[2].removesuffix("3")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what belongs to the other database, and begins with what takes longest.

    Of what runs once, PostgreSQL has what needs a browser and SQLite the rest: so both take as
    long. Journeys come first and small files last, so that no worker waits for another in the end.
    """
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database_vendor()]
    left_out = []
    for item in items:
        in_browser = "browser" in getattr(item, "fixturenames", ())
        if in_browser:
            item.add_marker(pytest.mark.browser)
        marks = {mark.name for mark in item.iter_markers()}
        elsewhere = "once" in marks and in_browser is (other == "postgresql")
        if other in marks or elsewhere:
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent.name != "journeys", -tests[item.path], item.path))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: not looked through again for garbage, a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        report.sections.append(("Database", database_vendor()))
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """On SQLite tables are emptied by deleting their rows, which the audit log refuses.

    On PostgreSQL a database is dropped only when nobody is connected to it: also no thread that
    ended with its test.
    """
    post_migrate.disconnect(sender=apps.get_app_config("accounts"), dispatch_uid="log_append_only")
    if database_vendor() == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER accounts_event_no_delete")
    yield
    if database_vendor() == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# Network: nothing leaves this machine


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    original = socket.socket.connect

    def connect(self: socket.socket, address: tuple | str) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            try:
                loopback = ipaddress.ip_address(address[0]).is_loopback
            except ValueError:
                loopback = address[0] == "localhost"
            if not loopback:
                raise PermissionError(f"A test reached for the network: {address}")
        original(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Begin in the default language, whatever an earlier test in this thread spoke."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """A lock and a ledger of its own: tests run side by side."""
    settings.KOMPAS_VAR = tmp_path
    settings.KOMPAS_ERASURES = tmp_path / "erasures.log"


@pytest.fixture
def smtp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """A mail server, set up as an administrator would."""
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    use(settings, monkeypatch, controller.port)
    yield postbox
    controller.stop()


# The real server, on the test database


@pytest.fixture(scope="session")
def application() -> Any:
    """The whole application; it keeps the static files, as in production."""
    with override_settings(WHITENOISE_AUTOREFRESH=False):
        return import_module("kompas.asgi").application


@pytest.fixture
def server(transactional_db: None, application: Any) -> Iterator[str]:
    """Serves the whole application, event streams included; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = uvicorn.Server(
            uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield "http://{}:{}".format(*listener.getsockname())
        running.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "The server did not stop."


# Browsers


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    candidates = [
        os.environ.get("KOMPAS_BROWSER"),
        ROOT / "var/browser/chromium",
        "chromium-headless-shell",
        "chromium",
        "google-chrome",
        "google-chrome-stable",
    ]
    found = next((path for name in candidates if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("No Chromium was found: script/setup test installs one.")
    return browser_type_launch_args | {
        "executable_path": found,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            # No other host is there.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return browser_context_args | {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam"}


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Iterator[Callable]:
    """Makes browser contexts that fail on a script error, a missing file or a foreign request."""
    wrong: list[str] = []

    # By what the console says and what fails: an event for each request costs more than they do.
    def on_console(message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        address = urlsplit(message.location["url"])
        if message.text.startswith("Failed to load resource"):
            if address.path.startswith("/static/") and "status of" in message.text:
                wrong.append(f"missing: {address.geturl()}")
            return  # a refused or lost request is what tests ask for
        expected = (
            "Response Status Error Code",
            "htmx:afterRequest",
            "htmx:sendError",
            # the service worker, asked for while there is no connection
            "An unknown error occurred when fetching the script",
        )
        if not message.text.startswith(expected):
            wrong.append(f"console: {message.text}")

    def on_failed(request: Request) -> None:
        address = urlsplit(request.url)
        here = address.hostname in ("127.0.0.1", "localhost")
        if address.scheme in ("http", "https", "ws", "wss") and not here:
            wrong.append(f"request to another host: {request.url}")

    def watched(**options: object) -> BrowserContext:
        context = new_context(**options)
        context.on("console", on_console)
        context.on("requestfailed", on_failed)
        context.on("weberror", lambda error: wrong.append(f"script: {error.error}"))
        context.set_default_timeout(30_000)
        return context

    yield watched
    assert wrong == []


@pytest.fixture
def axe() -> Callable[..., None]:
    """Checks a page against WCAG 2.2 AA and fails with what to mend where."""

    def violations(page: Page, only: dict[str, Any]) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        options = {"runOnly": only, "resultTypes": ["violations"]}
        found = page.evaluate(
            "options => axe.run(options).then(results => results.violations)", options
        )
        return [
            f"{violation['id']}: {violation['help']}\n"
            f"    {' '.join(map(str, node['target']))}\n"
            f"    {node['html'][:200]}\n"
            f"    {node.get('failureSummary', '')}"
            for violation in found
            for node in violation["nodes"]
        ]

    def check(page: Page, *, themes: bool = False) -> None:
        """As it is, or with `themes` in the light, and in the dark what colours make of it."""
        report: list[str] = []
        if themes:
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        # What is still coming up has not the colours yet that it will have.
        page.evaluate(STAND_STILL)
        if themes:
            report += violations(page, {"type": "rule", "values": OF_COLOUR})
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
        report += violations(page, {"type": "tag", "values": WCAG})
        page.evaluate("document.adoptedStyleSheets = []")
        assert not report, f"{page.url} fails WCAG:\n" + "\n".join(report)

    return check
