import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kompas.accounts.management.commands.tick import alone
from kompas.signals import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def receivers():
    """Connects receivers for one test."""
    connected = []

    def connect(receiver):
        tick.connect(receiver, weak=False)
        connected.append(receiver)

    yield connect
    for receiver in connected:
        tick.disconnect(receiver)


def test_one_that_fails_does_not_stop_the_others(receivers, caplog):
    done = []

    def fails(**kwargs):
        raise ZeroDivisionError

    receivers(fails)
    receivers(lambda **kwargs: done.append(1))
    with pytest.raises(CommandError, match=r"^Failed: tests\.test_tick\..*fails\.$"):
        call_command("tick")
    assert done == [1]
    assert "ZeroDivisionError" in caplog.text


def test_tick_can_be_repeated(receivers):
    done = []
    receivers(lambda **kwargs: done.append(1))
    call_command("tick")
    call_command("tick")
    assert done == [1, 1]


def test_two_ticks_do_not_run_at_once(receivers, settings, tmp_path):
    settings.KOMPAS_VAR = tmp_path
    answers = []

    def again(**kwargs):
        # The lock belongs to a connection or an open file, so another process tells.
        code = (
            "import django; django.setup()\n"
            "from django.conf import settings; from pathlib import Path\n"
            f"settings.KOMPAS_VAR = Path({str(tmp_path)!r})\n"
            "from kompas.accounts.management.commands.tick import alone\n"
            "with alone() as mine: print(mine)"
        )
        database = connection.settings_dict["NAME"]
        scheme = "sqlite:///" if connection.vendor == "sqlite" else "postgresql:/"
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "kompas.settings",
                "DATABASE_URL": f"{scheme}{database}",
            },
        )
        answers.append(done.stdout)

    receivers(again)
    call_command("tick")
    assert answers == ["False\n"]
    with alone() as mine:
        assert mine is True
