import errno
import gzip
import json
import os
import subprocess
import sys
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from kompas import backup
from kompas.accounts.models import Membership, Organisation, Role, User
from kompas.signals import restored
from sessions.document import load

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def people():
    board = Organisation.objects.create(name="Bestuur “Łódź” 🙂", slug="bestuur")
    school = Organisation.objects.create(name="School", slug="school", parent=board)
    # The parent has the higher number: rows come back in no order that suits the keys.
    Organisation.objects.filter(pk=board.pk).update(
        parent=Organisation.objects.create(name="Sector", slug="sector")
    )
    alice = User.objects.create_user("alice@school.nl", "wachtwoord", name="Alice")
    User.objects.update(created=datetime(2026, 11, 22, 9, 30, 15, 123456, UTC))
    Membership.objects.create(user=alice, organisation=school, role=Role.FACILITATOR)


@pytest.fixture
def talks(people):
    call_command("load_methods", verbosity=0)
    call_command("load_examples", verbosity=0)
    # Tables, whose ids stand before and after that of their plenary.
    plenary = {"format": "kompas-session", "version": 1, "method": "kort-kompas", "question": "?"}
    load({**plenary, "tables": [plenary] * 6}, session_id=uuid.UUID(int=1 << 127))


def rows(file):
    """The rows of a backup, by model and key, without its head and tail."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return sorted(list(lines)[1:-1])


def empty():
    call_command("flush", interactive=False, verbosity=0)


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


# Round trips


def test_restored_database_is_the_same(talks, tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    call_command("backup", first)
    empty()
    call_command("restore", first)
    call_command("backup", second)
    assert rows(second) == rows(first)
    assert len(rows(first)) > 100
    assert f"{first}: {len(rows(first))} rows.\n" in capsys.readouterr().out


def test_restored_database_goes_on_counting(people, tmp_path):
    call_command("backup", tmp_path / "file")
    empty()
    call_command("restore", tmp_path / "file")
    before = set(User.objects.values_list("pk", flat=True))
    assert User.objects.create_user("bob@school.nl").pk not in before
    assert User.objects.get(email="alice@school.nl").check_password("wachtwoord")


@pytest.mark.postgresql
def test_backup_goes_from_postgresql_to_sqlite_and_back(talks, tmp_path):
    here, there, back = tmp_path / "here", tmp_path / "there", tmp_path / "back"
    other = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "KOMPAS_VAR": str(tmp_path)}
    call_command("backup", here)
    for command in (["migrate", "-v0"], ["restore", here], ["backup", there]):
        done = manage(*command, **other)
        assert done.returncode == 0, done.stderr
    empty()
    call_command("restore", there)
    call_command("backup", back)
    assert rows(here) == rows(there) == rows(back)


def test_every_row_of_ours_is_in_a_backup_or_named_as_left_out():
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert labels >= backup.LEFT_OUT
    ours = {label for label in backup.LEFT_OUT if label.startswith(("deliberation", "reports"))}
    # Made anew by the next tick, or copies that are gone within days.
    derived = {f"deliberation.{name}" for name in ("findable", "findablekey", "gist")}
    assert ours == {*derived, "reports.bundle", "reports.bundlepart"}


# Backup


@pytest.mark.once
def test_backup_is_for_its_owner_alone(people, tmp_path):
    call_command("backup", tmp_path / "file")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


@pytest.mark.once
def test_backup_says_what_it_is(people, tmp_path, settings):
    call_command("backup", tmp_path / "file")
    with gzip.open(tmp_path / "file", "rt") as lines:
        head = json.loads(next(lines))
    assert (head["format"], head["version"]) == ("kompas-backup", 1)
    assert head["release"] == settings.KOMPAS_RELEASE
    assert ["accounts", "0001_initial"] in head["migrations"]


@pytest.mark.once
def test_full_disk_leaves_the_former_backup(people, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("former")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match=r"was not written: No space left on device\.$"):
        call_command("backup", file)
    assert file.read_text() == "former"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


@pytest.mark.once
def test_folder_that_is_not_there_is_named(people, tmp_path):
    with pytest.raises(CommandError, match=r"none/file cannot be written: No such file"):
        call_command("backup", tmp_path / "none/file")


def test_backup_is_of_one_moment_and_keeps_nobody_from_writing(people, tmp_path, monkeypatch):
    """A user who comes while the backup is being written is written, and is not in it."""
    original, written = backup.fields, []

    def write():
        User.objects.create_user(f"{uuid.uuid4()}@school.nl")
        written.append(1)
        connection.close()

    def fields(model):
        if model is Membership and not written:  # after the users, in the middle
            writer = threading.Thread(target=write)
            writer.start()
            writer.join(5)
        return original(model)

    monkeypatch.setattr(backup, "fields", fields)
    monkeypatch.setattr(backup, "kept", lambda kept=backup.kept: [Membership, User, *others(kept)])
    call_command("backup", tmp_path / "file")
    assert written == [1]
    assert len([row for row in rows(tmp_path / "file") if '"accounts.user"' in row]) == 1
    assert User.objects.count() == 2


def others(kept):
    return [model for model in kept() if model not in (Membership, User)]


# Restore: whole or nothing


@pytest.fixture
def kept_file(people, tmp_path):
    file = tmp_path / "file"
    call_command("backup", file)
    empty()
    return file


def refused(file, said):
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("restore", file)
    assert "\n" not in str(refusal.value)
    assert User.objects.count() == Organisation.objects.count() == 0


def rewrite(file, change):
    """Change the lines of a backup."""
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(change(lines))))


@pytest.mark.once
def test_backup_cut_short_is_refused(kept_file):
    kept_file.write_bytes(kept_file.read_bytes()[:-30])
    refused(kept_file, "stops half-way. Nothing was restored.")


@pytest.mark.once
def test_backup_without_its_tail_is_refused(kept_file):
    rewrite(kept_file, lambda lines: lines[:-1])
    refused(kept_file, "not whole, or was changed")


@pytest.mark.once
def test_backup_with_a_row_less_is_refused(kept_file):
    rewrite(kept_file, lambda lines: lines[:1] + lines[2:])
    refused(kept_file, "not whole, or was changed")


@pytest.mark.once
def test_backup_with_a_changed_word_is_refused(kept_file):
    rewrite(kept_file, lambda lines: [line.replace(b"Alice", b"Alide") for line in lines])
    refused(kept_file, "not whole, or was changed")


@pytest.mark.once
def test_backup_with_damage_is_refused(kept_file):
    content = bytearray(kept_file.read_bytes())
    content[len(content) // 2] ^= 255
    kept_file.write_bytes(content)
    refused(kept_file, "damaged|not whole|stops half-way")


@pytest.mark.once
@pytest.mark.parametrize(
    "content", [b"", b"text", gzip.compress(b"", mtime=0), gzip.compress(b"{}\n", mtime=0)]
)
def test_other_file_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    refused(tmp_path / "file", "not a backup of Kompas|damaged|stops half-way")


@pytest.mark.once
def test_file_that_is_not_there_is_named(tmp_path):
    refused(tmp_path / "none", r"none cannot be read: No such file or directory\.$")


@pytest.mark.once
def test_backup_of_another_release_is_refused(kept_file):
    rewrite(kept_file, lambda lines: [lines[0].replace(b"0001_initial", b"0001_other"), *lines[1:]])
    refused(kept_file, "whose tables differ .* Restore it with that release")


@pytest.mark.once
def test_row_that_has_no_business_here_is_refused(kept_file):
    row = b'{"model": "auth.group", "pk": 1, "fields": {"name": "x", "permissions": []}}\n'
    rewrite(kept_file, lambda lines: [lines[0], row, *lines[1:]])
    refused(kept_file, "A row of auth.group is no part of a backup")


def test_database_that_is_not_empty_is_left_alone(kept_file):
    Organisation.objects.create(name="Ander", slug="ander")
    with pytest.raises(CommandError, match=r"not empty \(it has accounts\.Organisation\)"):
        call_command("restore", kept_file)
    assert [found.slug for found in Organisation.objects.all()] == ["ander"]


@pytest.mark.once
def test_database_without_tables_is_named(tmp_path, kept_file):
    other = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "KOMPAS_VAR": str(tmp_path)}
    done = manage("restore", kept_file, **other)
    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: This database has no tables yet: run manage.py migrate first.\n",
    )


# What was erased stays erased


@pytest.mark.once
def test_ledger_is_handed_to_the_rooms(kept_file, tmp_path, capsys):
    handed = []

    def receiver(erased, **kwargs):
        handed.append(erased)

    gone = uuid.uuid4()
    (tmp_path / "erasures.log").write_text(f"{gone} 2026-11-22\n\n")
    restored.connect(receiver)
    try:
        call_command("restore", kept_file, erasures=tmp_path / "erasures.log")
    finally:
        restored.disconnect(receiver)
    assert handed == [{gone}]
    assert "1 erasures and endings hold.\n" in capsys.readouterr().out


def test_talk_erased_after_the_backup_stays_erased(talks, tmp_path, settings):
    from sessions.models import Session

    session, *rest = Session.objects.order_by("pk")
    call_command("backup", tmp_path / "file")
    empty()
    settings.KOMPAS_ERASURES.write_text(f"{session.pk} 2026-11-22\n")
    call_command("restore", tmp_path / "file")
    assert list(Session.objects.order_by("pk")) == rest


@pytest.mark.once
def test_ledger_that_cannot_be_read_stops_the_restore(kept_file, tmp_path):
    (tmp_path / "ledger").write_text(f"{uuid.uuid4()} 2026-11-22\nhalf-a-l")
    with pytest.raises(CommandError, match=r"ledger, line 2: no id\.$"):
        call_command("restore", kept_file, erasures=tmp_path / "ledger")
    with pytest.raises(CommandError, match=r"none cannot be read"):
        call_command("restore", kept_file, erasures=tmp_path / "none")
    assert User.objects.count() == 0


@pytest.mark.once
def test_missing_ledger_is_said(kept_file, settings, capsys):
    call_command("restore", kept_file)
    assert f"There is no {settings.KOMPAS_ERASURES}" in capsys.readouterr().err


def test_room_that_cannot_forget_stops_the_restore(kept_file):
    def receiver(**kwargs):
        raise ZeroDivisionError

    restored.connect(receiver)
    try:
        with pytest.raises(ZeroDivisionError):
            call_command("restore", kept_file)
    finally:
        restored.disconnect(receiver)
    assert User.objects.count() == 0
