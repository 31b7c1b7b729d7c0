"""An invented installation is whole: as if all its talks had been held here."""

import os
import subprocess
import sys
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import finding, invented
from sessions.access import Actor, found_faces, known_sessions
from sessions.document import document, normalise
from sessions.models import Findable, FindableKey, Session, Share, Tag, Version

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
BOARDS, TALKS = 2, 130


@pytest.fixture
def methods():
    call_command("load_methods", verbosity=0)


def seed(**options):
    out = StringIO()
    usual = {"boards": BOARDS, "sessions": TALKS, "processes": 1, "stdout": out}
    call_command("seed", **usual | options)
    return out.getvalue()


def test_seed_fills_an_installation_with_what_is_marked_as_invented(methods):
    said = seed(password="welkom-verzonnen")
    assert said.splitlines()[-1] == f"{TALKS} talks of {BOARDS} boards"
    assert (Session.objects.count(), Organisation.objects.filter(parent=None).count()) == (130, 2)
    assert all(invented.MARK in one.name for one in Organisation.objects.all())
    assert all(invented.MARK in one.name for one in User.objects.all())
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    statuses = set(Session.objects.values_list("status", flat=True))
    assert statuses == {"draft", "running", "closed"}
    assert len(set(Session.objects.values_list("method__slug", flat=True))) == 2
    assert len({one.held_on.year for one in Session.objects.all()}) >= 6
    for model in (Version, Share, Tag, FindableKey):
        assert model.objects.exists(), model
    assert Version.objects.filter(number=2).exists()
    assert User.objects.first().check_password("welkom-verzonnen")


def test_every_talk_is_a_valid_document_and_its_last_version(methods):
    seed()
    for session in Session.objects.select_related("method"):
        whole = document(session)
        assert normalise(whole) == whole
        versions = list(session.versions.all())
        assert [one.number for one in versions] == list(range(1, len(versions) + 1))
        assert all(normalise(one.document) == one.document for one in versions)
        if session.is_closed:
            assert _without_promises(whole) == versions[-1].document


def _without_promises(whole):
    """A document without what became of promises since it was kept."""
    for rows in (whole.get("facts", []), whole.get("actions", []), whole.get("outcome", {})):
        for row in rows.get("conditions", []) if isinstance(rows, dict) else rows:
            row.pop("state", None)
    return whole


def test_all_is_found_as_if_it_had_been_indexed(methods):
    seed()
    assert not finding.stale().exists()

    def rows():
        columns = [one.name for one in Findable._meta.fields if one.name != "id"]
        faces = Findable.objects.filter(session__removed_on=None)
        keys = FindableKey.objects.filter(findable__in=faces)
        return (
            set(faces.values_list(*columns)),
            set(keys.values_list("findable__session", "findable__face", "kind", "key", "name")),
        )

    seeded = rows()
    call_command("reindex", verbosity=0)
    assert rows() == seeded
    for user in User.objects.all():
        actor = Actor(user, {})
        known = sorted(known_sessions(actor).values_list("pk", flat=True))
        assert sorted(found_faces(actor).values_list("session", flat=True)) == known


def test_same_seed_gives_the_same_again_and_another_gives_other_talks(methods):
    def told():
        names = list(User.objects.order_by("email").values_list("email", "name"))
        talks = Session.objects.order_by("pk").values_list("pk", "held_on", "owner__email")
        told = names, list(talks), sorted(map(repr, Version.objects.values_list("document")))
        Session.objects.all().delete()
        Membership.objects.all().delete()
        User.objects.all().delete()
        Organisation.objects.update(ended_on="2026-01-31")  # so that the log may go too
        Organisation.objects.filter(parent__isnull=False).delete()
        Organisation.objects.all().delete()
        return told

    seed(sessions=30)
    first = told()
    seed(sessions=30)
    assert told() == first
    seed(sessions=30, seed="anders")
    assert told() != first


def test_first_board_is_the_same_in_a_larger_installation(methods):
    def of_first():
        talks = Session.objects.filter(organisation__parent__slug=f"{invented.SLUG}-0")
        return set(talks.values_list("pk", flat=True))

    seed(boards=1, sessions=20)
    small = of_first()
    Session.objects.all().delete()
    Organisation.objects.update(ended_on="2026-01-31")  # so that the log may go too
    Organisation.objects.filter(parent__isnull=False).delete()
    Organisation.objects.all().delete()
    User.objects.all().delete()
    seed(boards=2, sessions=40)
    assert of_first() == small


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_boards_are_filled_side_by_side(methods):
    """From a process without threads, as one starts it: only that can be forked."""
    command = [sys.executable, "manage.py", "seed", "--boards=3", "--sessions=30", "--processes=2"]
    run = partial(
        subprocess.run,
        check=False,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"postgresql:/{connection.settings_dict['NAME']}"},
        capture_output=True,
        text=True,
    )
    done = run(command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "30 talks of 3 boards"
    of_board = Session.objects.values("organisation__parent").annotate(n=Count("pk"))
    assert [one["n"] for one in of_board] == [10, 10, 10]
    # and: what cannot be stored is not passed over
    Organisation.objects.filter(slug=f"{invented.SLUG}-1").update(slug=f"{invented.SLUG}-4")
    done = run([*command, "--force"])
    assert done.returncode == 1
    assert done.stderr.endswith("Not all was stored: what went wrong stands above.\n")


def test_seed_leaves_a_real_installation_alone(methods):
    Organisation.objects.create(name="Echt", slug="echt")
    with pytest.raises(CommandError, match="There are organisations here already"):
        seed()
    assert not Session.objects.exists()
    seed(sessions=10, force=True)
    seed(sessions=10, force=True)
    assert (Session.objects.count(), Organisation.objects.filter(parent=None).count()) == (20, 5)


def test_seed_says_what_it_needs():
    with pytest.raises(CommandError, match="no methods here yet"):
        seed()
    with pytest.raises(CommandError, match="at least one board"):
        seed(boards=0)
