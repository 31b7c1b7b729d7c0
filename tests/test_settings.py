import logging
import multiprocessing
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kompas import environment
from kompas.logs import RedactingFormatter

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = str(ROOT / "kompas/settings.py")
SAFE = {
    "KOMPAS_PRODUCTION": "1",
    "KOMPAS_SECRET_KEY": "x7Qm2ZrW9kLpT4vB8nYc3JdF6hGs1aEuR5tNqXwKoPiMzVbCyD",
    "KOMPAS_URL": "https://kompas.example.nl",
}


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Reads the settings file anew in the environment that is given, and no other."""

    def load(**variables: str) -> dict:
        for name in list(os.environ):
            if name.startswith(("KOMPAS_", "DATABASE_URL")):
                monkeypatch.delenv(name)
        monkeypatch.setenv("KOMPAS_VAR", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(SETTINGS)

    return load


# A fresh checkout


def test_fresh_checkout_runs_as_the_server_does(load, tmp_path):
    settings = load()
    assert settings["DEBUG"] is False
    assert settings["DATABASES"]["default"]["NAME"] == tmp_path / "kompas.sqlite3"
    assert settings["LANGUAGE_CODE"] == "nl"
    assert settings["KOMPAS_GUESTS"] is True
    assert "SECURE_SSL_REDIRECT" not in settings


def test_secret_key_is_made_once_for_its_owner_alone(load, tmp_path):
    first = load()["SECRET_KEY"]
    assert len(first) >= 50
    assert load()["SECRET_KEY"] == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def read_key(file: Path) -> str:
    return environment.secret_key("KOMPAS_NO_SUCH_KEY", file)


def test_processes_that_start_at_once_share_one_secret_key(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(read_key, [tmp_path / "secret-key"] * 40)
    assert len(set(keys)) == 1


def test_secret_key_from_the_environment_needs_no_file(load, tmp_path):
    assert load(KOMPAS_SECRET_KEY="from outside")["SECRET_KEY"] == "from outside"
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_named(load, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match="set KOMPAS_VAR"):
        load(KOMPAS_VAR=str(tmp_path / "file/var"))


# What the environment says


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KOMPAS_DEBUG", "yes", "KOMPAS_DEBUG is 'yes': set it to 1 (on) or 0 (off)."),
        ("KOMPAS_PROXIES", "-1", "KOMPAS_PROXIES is '-1': set it to a whole number, 0 or more."),
        ("KOMPAS_VAR", "var", "KOMPAS_VAR is 'var': give an absolute path."),
        ("KOMPAS_URL", "kompas.example.nl", "KOMPAS_URL is 'kompas.example.nl': give scheme"),
        ("KOMPAS_URL", "https://example.nl/kompas", "give scheme and host alone"),
        ("DATABASE_URL", "sqlite://kompas.sqlite3", "DATABASE_URL is not understood."),
        ("DATABASE_URL", "mysql://root@localhost/kompas", "DATABASE_URL is not understood."),
        ("DATABASE_URL", "postgresql://localhost:x/kompas", "the port is not a number"),
        ("KOMPAS_MAIL_URL", "mail.example.nl", "KOMPAS_MAIL_URL is not understood."),
    ],
)
def test_value_that_cannot_be_used_is_refused_with_an_instruction(load, name, value, said):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(**{name: value})
    assert said in str(refusal.value)


def test_sqlite_keeps_what_it_acknowledged(load):
    database = load(DATABASE_URL="sqlite:////srv/kompas/db.sqlite3")["DATABASES"]["default"]
    assert database["NAME"] == Path("/srv/kompas/db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous = FULL" in database["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ann:p%40ss@db.example.nl:5433/kompas?sslmode=verify-full",
            ("kompas", "ann", "p@ss", "db.example.nl", "5433", {"sslmode": "verify-full"}),
        ),
        (
            "postgresql:///kompas?host=/run/postgresql",
            ("kompas", "", "", "/run/postgresql", "", {}),
        ),
        ("postgresql:/app", ("app", "", "", "", "", {})),
    ],
)
def test_postgresql_url_says_where(load, url, expected):
    database = load(DATABASE_URL=url)["DATABASES"]["default"]
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(database[name] for name in names) == expected


def test_mail_goes_to_the_server_that_is_named(load):
    settings = load(KOMPAS_MAIL_URL="smtp://kompas:secret@mail.example.nl")
    assert settings["EMAIL_HOST"] == "mail.example.nl"
    assert settings["EMAIL_PORT"] == 587
    assert settings["EMAIL_USE_TLS"] is True


def test_public_address_is_a_name_that_is_answered(load):
    settings = load(
        KOMPAS_URL="https://kompas.example.nl", KOMPAS_HOSTS="kompas.internal, 10.0.0.5"
    )
    assert settings["ALLOWED_HOSTS"] == ["kompas.internal", "10.0.0.5", "kompas.example.nl"]


# Production


def test_production_starts_when_safe(load):
    settings = load(**SAFE)
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31536000
    assert settings["ALLOWED_HOSTS"] == ["kompas.example.nl"]


def test_production_may_use_the_key_that_was_made(load):
    assert len(load(**SAFE | {"KOMPAS_SECRET_KEY": ""})["SECRET_KEY"]) >= 50


@pytest.mark.parametrize(
    ("insecure", "said"),
    [
        ({"KOMPAS_DEBUG": "1"}, "KOMPAS_DEBUG is on"),
        ({"KOMPAS_SECRET_KEY": "short"}, "KOMPAS_SECRET_KEY is short or not random"),
        ({"KOMPAS_SECRET_KEY": "a" * 60}, "KOMPAS_SECRET_KEY is short or not random"),
        ({"KOMPAS_URL": ""}, "KOMPAS_URL is not an https address"),
        ({"KOMPAS_URL": "http://kompas.example.nl"}, "KOMPAS_URL is not an https address"),
        ({"KOMPAS_HOSTS": "*"}, "KOMPAS_HOSTS lets every name in"),
        ({"DATABASE_URL": "postgresql://a:b@db.example.nl/k"}, "unencrypted to db.example.nl"),
    ],
)
def test_production_refuses_what_is_insecure_and_names_it(load, insecure, said):
    with pytest.raises(ImproperlyConfigured, match="KOMPAS_PRODUCTION is on") as refusal:
        load(**SAFE | insecure)
    assert said in str(refusal.value)
    assert str(refusal.value).count("\n- ") == 1


@pytest.mark.parametrize("name", ["secret-key", "kompas.sqlite3"])
def test_production_refuses_files_that_all_can_read(load, tmp_path, name):
    (tmp_path / name).write_text("x")
    (tmp_path / name).chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match=f"{name} can be read by all: chmod 600"):
        load(**SAFE)


def test_production_names_everything_at_once(load):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(KOMPAS_PRODUCTION="1", KOMPAS_DEBUG="1", KOMPAS_HOSTS="*", KOMPAS_SECRET_KEY="x")
    assert str(refusal.value).count("\n- ") == 4


def test_refusal_reaches_the_command_line_as_a_message(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        check=False,
        cwd=ROOT,
        env={"KOMPAS_VAR": str(tmp_path), "KOMPAS_PRODUCTION": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "KOMPAS_URL is not an https address" in done.stderr
    assert "Traceback" not in done.stderr


def test_django_finds_nothing_against_production(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        check=False,
        cwd=ROOT,
        env=SAFE | {"KOMPAS_VAR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


# Headers


def test_every_page_has_a_strict_policy(client, db):
    headers = client.get("/healthz").headers
    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "manifest-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "worker-src 'self'",
    ]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


# Log lines


def logged(message: str) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, None, None)
    return RedactingFormatter("{message}", style="{").format(record)


def test_log_line_holds_no_secret_of_a_link():
    assert logged("Not Found: /gesprekken/1b4e/link/s3cr3t-_x/?a=1 /events/?token=abc.1:def") == (
        "Not Found: /gesprekken/1b4e/link/…/?a=1 /events/?token=…"
    )


def test_log_line_holds_no_code_of_an_inquiry():
    assert logged("Not Found: /vooraf/ACDEFGHJKM/?dank") == "Not Found: /vooraf/…/?dank"
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    kept = re.search(r'"~(\S+)" "\$kompas_start\.\.\.";', conf)[1].replace("(?<", "(?P<")
    assert re.match(kept, "/vooraf/ACDEFGHJKM/")["kompas_start"] == "/vooraf/"
    assert re.match(kept, "/vooraf/") is None


def test_log_line_holds_no_words_of_a_row():
    assert logged(
        "CheckViolation: new row violates a constraint\nDETAIL:  Failing row contains (1, said\n"
        "in confidence).\n\nThe above exception was the direct cause of the following exception:"
    ) == (
        "CheckViolation: new row violates a constraint\nDETAIL: …"
        "\n\nThe above exception was the direct cause of the following exception:"
    )
