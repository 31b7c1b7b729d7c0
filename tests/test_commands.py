"""The commands for methods, examples and whole talks."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sessions.document import as_json, document, load, parse
from sessions.models import Link, Method, Session, Text, Version, secret_hash

from .documents import EXAMPLES, METHODS, ROOT, publish_methods, talk

LINK = re.compile(r"/gesprekken/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/link/([\w-]{40,})/")


@pytest.fixture
def methods(db):
    publish_methods()


def run(*arguments, capsys) -> list[str]:
    call_command(*map(str, arguments))
    return capsys.readouterr().out.splitlines()


# One talk


def test_imported_session_is_led_by_the_printed_link(methods, tmp_path, capsys):
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(talk(title="Één")), encoding="utf-8-sig")
    (printed,) = run("import_session", file, capsys=capsys)
    id, secret = LINK.fullmatch(printed).groups()
    session = Session.objects.get(pk=id)
    assert (session.kind, session.status) == ("talk", "draft")
    link = Link.objects.get(session=session)
    assert (link.role, link.secret_hash, link.works) == ("facilitator", secret_hash(secret), True)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_exported_session_can_be_imported_again(file, methods, tmp_path, capsys):
    copy = tmp_path / "copy.json"
    exports = []
    for source in (file, copy):
        (printed,) = run("import_session", source, capsys=capsys)
        id = LINK.fullmatch(printed)[1]
        call_command("export_session", id)
        exports.append(capsys.readouterr().out)
        copy.write_text(exports[-1], encoding="utf-8")
    assert exports[0] == exports[1]


@pytest.mark.parametrize(
    "text",
    [b"", b"\x89PNG\r\n\x1a\n\x00", b"[]", b'{"format": "kompas-session"}', b"[" * 100_000],
)
def test_wrong_file_is_refused_and_nothing_is_stored(text, methods, tmp_path):
    file = tmp_path / "wrong.json"
    file.write_bytes(text)
    with pytest.raises(CommandError, match=r"^\$"):
        call_command("import_session", str(file))
    assert not Session.objects.exists()
    assert not Link.objects.exists()


def test_what_cannot_be_read_is_refused(methods, tmp_path):
    for wrong in (tmp_path, tmp_path / "none.json", "nul\x00.json"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_session", str(wrong))


def test_unknown_session_cannot_be_exported(db):
    for wrong in ("nope", "", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(CommandError):
            call_command("export_session", wrong)


# Methods


def test_methods_are_loaded_once(db, capsys):
    assert run("load_methods", capsys=capsys) == [
        "ethiekkompas 1",
        "ethiekkompas 2",
        "kort-kompas 1",
        "kort-kompas 2",
        "terugkijken 1",
    ]
    run("load_methods", capsys=capsys)
    assert Method.objects.count() == 5


def test_methods_are_listed(methods, capsys):
    assert run("list_methods", capsys=capsys) == [
        "ethiekkompas\tnl\t2\tEthiekkompas",
        "ethiekkompas\ten\t2\tEthics compass",
        "kort-kompas\tnl\t2\tKort kompas",
        "kort-kompas\ten\t2\tShort compass",
        "terugkijken\tnl\t1\tTerugkijken",
        "terugkijken\ten\t1\tLooking back",
        "twofold\tnl\t1\tTwee keer",
    ]


def test_wrong_method_is_refused_by_name(db, tmp_path):
    file = tmp_path / "wrong.json"
    for text in ("{", "{}", json.dumps(json.loads(METHODS[0].read_text()) | {"group": []})):
        file.write_text(text)
        with pytest.raises(CommandError, match=r"^wrong\.json: "):
            call_command("load_methods", str(tmp_path))
    with pytest.raises(CommandError, match="not a folder"):
        call_command("load_methods", str(file))
    assert not Method.objects.exists()


# Examples


def test_examples_are_closed_talks_without_a_code(methods):
    call_command("load_examples", verbosity=0)
    sessions = Session.objects.all()
    assert len(sessions) == 9
    assert {(one.kind, one.status, one.code) for one in sessions} == {("example", "closed", None)}
    assert Version.objects.count() == 9


def test_example_says_what_its_file_says(methods):
    call_command("load_examples", verbosity=0)
    titles = {json.loads(file.read_text())["title"] for file in EXAMPLES}
    assert set(Text.objects.filter(prompt="title").values_list("body", flat=True)) == titles


def test_loading_examples_again_does_nothing(methods, django_assert_max_num_queries):
    call_command("load_examples", verbosity=0)
    before = set(Text.objects.values_list("pk"))
    with django_assert_max_num_queries(12):
        call_command("load_examples", verbosity=0)
    assert set(Text.objects.values_list("pk")) == before


def test_examples_follow_their_files(methods, tmp_path):
    for file in EXAMPLES[:3]:
        shutil.copy(file, tmp_path)
    call_command("load_examples", str(tmp_path), verbosity=0)
    ids = set(Session.objects.values_list("pk", flat=True))
    changed, removed = (tmp_path / file.name for file in EXAMPLES[:2])
    changed.write_text(json.dumps(json.loads(changed.read_text()) | {"title": "Anders"}))
    removed.unlink()
    call_command("load_examples", str(tmp_path), verbosity=0)
    now = set(Session.objects.values_list("pk", flat=True))
    assert (len(ids), len(now), now < ids) == (3, 2, True)
    assert Text.objects.filter(prompt="title", body="Anders").count() == 1


def test_other_examples_and_talks_stay(methods, tmp_path):
    mine = load(talk()), load(talk(status="closed"), kind=Session.Kind.EXAMPLE)
    call_command("load_examples", str(tmp_path), verbosity=0)
    assert set(Session.objects.values_list("pk", flat=True)) == {one.pk for one in mine}


def test_wrong_example_is_refused_by_name(methods, tmp_path):
    shutil.copy(EXAMPLES[0], tmp_path)
    (tmp_path / "wrong.json").write_text("{}")
    with pytest.raises(CommandError, match=r"^wrong\.json: \$\.format"):
        call_command("load_examples", str(tmp_path), verbosity=0)
    assert not Session.objects.exists()


# From a shell, with a database of its own


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs `manage.py` as from a shell whose locale knows ASCII only."""
    folder = tmp_path_factory.mktemp("shell")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "KOMPAS_VAR": str(folder),
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }

    def manage(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=False,
        )

    return manage


@pytest.mark.once
def test_commands_from_a_shell(shell, tmp_path):
    def refused(*arguments):
        done = shell(*arguments)
        assert (done.returncode, done.stdout) == (1, b"")
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith(b"CommandError: ")
        return done.stderr

    assert b"The database refused" in refused("list_methods")
    shell("migrate", "--verbosity", "0")
    assert shell("load_methods").returncode == 0
    refused("import_session")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(talk(**{"é\n\ud800": 1})))
    assert rb'$["\u00e9\n\ud800"]' in refused("import_session", wrong)

    done = shell("import_session", EXAMPLES[0])
    assert (done.returncode, done.stderr) == (0, b"")
    id = LINK.fullmatch(done.stdout.decode().splitlines()[-1])[1]
    done = shell("export_session", id)
    assert (done.returncode, done.stderr) == (0, b"")
    whole = parse(done.stdout)
    assert whole["title"] == json.loads(EXAMPLES[0].read_text())["title"]
    assert done.stdout.decode("utf-8") == as_json(whole)


def test_printed_export_is_the_document(methods, capsys):
    session = load(talk(note="Één"))
    call_command("export_session", str(session.pk))
    assert capsys.readouterr().out == as_json(document(session))
