"""What can be said of the code without running it: one test per check."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> None:
    done = subprocess.run(
        list(map(str, command)),
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"


def test_code_has_no_known_faults():
    run(BIN / "ruff", "check")


def test_code_is_formatted():
    run(BIN / "ruff", "format", "--check", "--diff")


def test_types_agree():
    run(sys.executable, "-m", "mypy")


def test_imports_point_one_way():
    run(BIN / "lint-imports")


def test_templates_are_formatted():
    templates = sorted((ROOT / "templates").rglob("*.html"))
    run(BIN / "djade", "--target-version", "5.2", "--check", *templates)


def test_migrations_match_models():
    run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")


def test_deployment_is_checked():
    run(sys.executable, "manage.py", "check", "--fail-level", "WARNING")


def test_catalogues_are_whole():
    run(sys.executable, "script/catalogues.py", "check")
