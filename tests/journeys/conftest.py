from collections.abc import Callable, Generator

import pytest
from django.core.management import call_command
from playwright.sync_api import Error, expect

from .people import Team

expect.set_options(timeout=30_000)


@pytest.fixture
def team(server: str, new_context: Callable) -> Team:
    call_command("load_methods", verbosity=0)
    return Team(new_context, server)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows with a failed journey what stood on each screen."""
    report = yield
    team = getattr(item, "funcargs", {}).get("team")
    if report.failed and call.when == "call" and team:
        for somebody in team.everybody:
            try:
                words = somebody.page.inner_text("body", timeout=2000)
            except Error as error:
                words = str(error)
            report.sections.append((f"{somebody} at {somebody.page.url}", words))
    return report
