"""What deploy/ shows agrees with what the settings read."""

import os
import re
import runpy
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = (ROOT / "deploy/environment.example").read_text()
SETTINGS = (ROOT / "kompas/settings.py").read_text()
VARIABLE = re.compile(r"\b(?:KOMPAS_[A-Z_]+|DATABASE_URL)\b")


def named_in(text: str) -> set[str]:
    """But for what each service of log-in has of its own: tests/test_openid.py."""
    return {name for name in VARIABLE.findall(text) if not name.startswith("KOMPAS_OIDC_")}


def read_by_settings() -> set[str]:
    return set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', SETTINGS))


def test_example_environment_starts_in_production(monkeypatch, tmp_path):
    for name in [name for name in os.environ if VARIABLE.fullmatch(name)]:
        monkeypatch.delenv(name)
    for line in EXAMPLE.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("KOMPAS_VAR", str(tmp_path))
    settings = runpy.run_path(str(ROOT / "kompas/settings.py"))
    assert settings["KOMPAS_PRODUCTION"] is True
    assert settings["ALLOWED_HOSTS"] == ["kompas.example.nl"]


def test_example_environment_names_what_the_settings_read():
    assert named_in(EXAMPLE) == read_by_settings() - {"KOMPAS_DEBUG"}


def test_each_setting_is_explained():
    explained = named_in((ROOT / "docs/deploy.md").read_text())
    assert explained == read_by_settings()


@pytest.mark.parametrize("script", ["deploy/kompas", "deploy/postgresql"])
def test_scripts_are_sound(script):
    assert os.access(ROOT / script, os.X_OK)
    done = subprocess.run(["sh", "-n", ROOT / script], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_services_run_what_there_is():
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")}
    units = "".join(path.read_text() for path in (ROOT / "deploy").glob("*.service"))
    run = re.findall(r"manage\.py (\w+)", units)
    assert sorted(run) == ["backup", "db_worker", "prepare", "tick"]
    assert commands >= set(run) - {"db_worker"}  # which is Django tasks' own
