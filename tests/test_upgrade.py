"""The database of the first release, as it was left, brought up to this one.

`release-0.1.sql` was dumped from it: two organisations, a member, a closed talk with a kept report,
and a guest's talk that goes on. All of it is made up.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest

from .documents import ROOT

CLOSED = "b9add4e1-a255-478f-9862-d84e3d8e3d5b"
GUEST = "b14c4b9e-69c4-4000-b47d-246d50e0e31d"
SECRET = "WMiPwQCuwikqE6-jmDlomA0uGRVMxugQLx_iVocS_lA"

LOOK = f"""
import json
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from kompas.accounts.models import Membership, Organisation, User
from reports.kept import report_of
from sessions.document import document, normalise
from sessions.models import Session, Version
guest, closed = Client(), Session.objects.get(pk="{CLOSED}")
guest.cookies["kompas-facilitator-{GUEST.replace("-", "")}"] = "{SECRET}"
version = closed.versions.get()
call_command("render_report", "{CLOSED}", output=settings.KOMPAS_VAR / "report.pdf")
call_command("export_organisation", "bestuur", output=settings.KOMPAS_VAR / "file.zip")
call_command("tick")
print(json.dumps({{
    "guest": [guest.get(f"/gesprekken/{GUEST}/{{page}}").status_code
              for page in ("verslag/", "gesprek.json", "stap/stakeholders/", "links/")],
    "question": document(closed)["question"],
    "same": document(closed) == normalise(version.document) == normalise(document(closed)),
    "report": "Alleen in de gang." in report_of(closed, version).html(),
    "renderings": version.renderings.filter(paper="report").count(),
    "ids": len({{*Organisation.objects.values_list("public_id"),
                 *User.objects.values_list("trail_id")}}),
    "keeps": sorted({{*Organisation.objects.values_list("keep_weights", "keep_talks")}}),
    "member": Membership.objects.get().user.check_password("een lang wachtwoord"),
    "erased": [str(closed.erase_on), str(closed.owner)],
}}))
"""


def manage(var, *arguments, url=""):
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "KOMPAS_VAR": str(var),
            "DATABASE_URL": url or f"sqlite:///{var}/kompas.sqlite3",
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FOUND = {
    "guest": [200, 200, 200, 200],
    "question": "Mag er een camera in de klas?",
    "same": True,
    "report": True,
    "renderings": 1,
    "ids": 3,
    "keeps": [[12, None]],
    "member": True,
    "erased": ["None", "None"],
}
DUMP = ROOT / "tests" / "release-0.1.sql"


def look(var, url=""):
    """Bring the database up to this release, and open all that was in it."""
    manage(var, "migrate", "-v0", url=url)
    assert json.loads(manage(var, "shell", "-v0", "-c", LOOK, url=url).splitlines()[-1]) == FOUND
    assert (var / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (var / "file.zip").stat().st_size > 0


@pytest.mark.sqlite
def test_database_of_the_first_release_is_brought_up_and_all_of_it_opens(tmp_path):
    with closing(sqlite3.connect(tmp_path / "kompas.sqlite3")) as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
    look(tmp_path)


OLD = """
from django.core.management import call_command
for app, name in (("accounts", "0001"), ("deliberation", "0001"), ("reports", "0001")):
    call_command("migrate", app, name, verbosity=0)
"""


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_same_rows_are_brought_up_in_postgresql(tmp_path):
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE upgrade")
    url = url.replace(urlsplit(url).path, "/upgrade", 1)
    manage(tmp_path, "shell", "-v0", "-c", OLD, url=url)
    with psycopg.connect(url) as database:
        for table, columns, rows in dumped():
            kinds = dict(
                database.execute(
                    "SELECT column_name, data_type FROM information_schema.columns"
                    " WHERE table_name = %s",
                    [table],
                ).fetchall()
            )
            into = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join(["%s"] * len(columns))
            for row in rows:
                values = [
                    bool(value) if kinds[name] == "boolean" and value is not None else value
                    for name, value in zip(columns, row, strict=True)
                ]
                statement = f'INSERT INTO "{table}" ({into}) VALUES ({places})'  # noqa: S608
                database.execute(statement, values)
            if kinds.get("id") == "bigint":  # it goes on counting from there
                database.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)")
    look(tmp_path, url)


def dumped():
    """The rows of the dump that are ours: table, its columns, and the rows."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table.startswith(("accounts_", "deliberation_", "reports_")):
                found = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                yield table, [one[0] for one in found.description], found.fetchall()
