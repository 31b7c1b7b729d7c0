"""A whole organisation: taken along in a file, taken in elsewhere, and erased."""

import json
import uuid
import zipfile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.utils import timezone

from kompas.accounts.models import Event, Invitation, Membership, Organisation, Role, User
from kompas.ledger import read as ledger
from kompas.signals import restored
from reports.kept import report_of
from sessions import lifecycle, moving
from sessions.document import document
from sessions.models import (
    Decision,
    EditedCopy,
    Note,
    Reminder,
    Session,
    Share,
    Tag,
    Version,
)
from sessions.own_data import erase_account
from sessions.upkeep import erase
from tests import cast

pytestmark = pytest.mark.django_db
QUESTION = "Mag de verzonnen vraag mee?"


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path):
    settings.KOMPAS_ERASURES = tmp_path / "ledger"


@pytest.fixture
def board():
    """A board with a school, people, and talks of every sort."""
    board = Organisation.objects.create(name="Bestuur Łódź 🙂", slug="bestuur", keep_talks=60)
    school = Organisation.objects.create(name="School", slug="school", parent=board)
    anna, bea = (
        User.objects.create_user(f"{name}@school.example", "een lang wachtwoord", name=name)
        for name in ("anna", "bea")
    )
    for user, organisation, role in (
        (anna, school, Role.FACILITATOR),
        (anna, school, Role.SCHOOL_LEADER),
        (bea, board, Role.ADMINISTRATOR),
    ):
        Membership.objects.create(user=user, organisation=organisation, role=role)
    closed = cast.whole()
    cast.stand(closed, school, anna)
    closed.close()
    lifecycle.decide(closed.lead, Decision(result="adopted", by="Bestuur"), 1)
    closed.reopen("Er was nog iets")
    version = closed.close()
    Share.objects.create(version=version, organisation=board)
    Tag.objects.create(session=closed.session, name="camera's")
    Note.objects.create(session=closed.session, author=anna, text="Dit viel op")
    Note.objects.create(session=closed.session, text="Van wie weg is", removed_at=timezone.now())
    EditedCopy.objects.create(
        version=version, document={"x": QUESTION}, secret_hash="x", expires_at=timezone.now()
    )
    Reminder.objects.create(
        session=closed.session, user=anna, reason="review", due=timezone.localdate()
    )
    draft = cast.Talk(QUESTION)
    Session.objects.filter(pk=draft.id).update(
        organisation=school, follows=closed.id, archived_on=timezone.localdate()
    )
    one = {key: value for key, value in document(closed.session).items() if key != "decisions"}
    plenary = cast.Talk.brought_in({**one, "tables": [{**one, "table": 1}, {**one, "table": 3}]})
    Session.objects.filter(pk=plenary.id).update(
        organisation=board, removed_on=timezone.localdate(), changed_on="2026-01-02"
    )
    Session.objects.filter(plenary=plenary.id).update(
        organisation=board, removed_on=timezone.localdate()
    )
    Invitation.objects.create(
        organisation=school,
        email="nieuw@school.example",
        role=Role.FACILITATOR,
        secret_hash="x",
        expires_at=timezone.now(),
    )
    Event.record(school, anna, "share", "session", closed.id, version=2)
    Event.record(board, bea, "keep", "organisation", board.public_id, talks=[None, 60])
    return board


def gone(*, but=None):
    """The database as that of another installation: with the methods, and nothing else."""
    Organisation.objects.update(ended_on=timezone.localdate())
    if but is not None:
        Session.objects.filter(pk=but.pk).update(organisation=None, owner=None)
    Session.objects.filter(plenary=None).exclude(pk=but.pk if but else None).delete()
    User.objects.all().delete()
    while Organisation.objects.exists():
        for one in Organisation.objects.filter(children=None):
            one.delete()
    assert not Event.objects.exists()


def contents(file):
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in sorted(packed.namelist())}


def test_export_of_what_was_taken_in_is_the_same_to_the_byte(board, tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    call_command("export_organisation", "bestuur", output=first)
    assert first.stat().st_mode & 0o777 == 0o600
    assert len(contents(first)) == 4
    gone()
    call_command("import_organisation", first)
    call_command("export_organisation", "bestuur", output=second)
    assert contents(second) == contents(first)
    assert second.read_bytes() == first.read_bytes()


def test_what_was_taken_in_is_all_there(board, tmp_path):
    file = tmp_path / "file.zip"
    closed = Session.objects.get(status="closed", plenary=None, organisation__slug="school")
    report = report_of(closed, closed.versions.last()).html()
    call_command("export_organisation", "bestuur", output=file)
    gone()
    call_command("import_organisation", file)
    there = Session.objects.get(pk=closed.pk)
    assert there.owner.email == "anna@school.example"
    assert not there.owner.has_usable_password()
    assert [one.cause for one in there.versions.all()] == ["closed", "decision", "closed"]
    assert report_of(there, there.versions.last()).html() == report
    assert Session.objects.get(follows=there).archived_on
    assert Share.objects.get().organisation.slug == "bestuur"
    assert dict(Note.objects.values_list("text", "author__name")) == {
        "Van wie weg is": None,
        "Dit viel op": "anna",
    }
    assert [one.action for one in Event.objects.order_by("id")] == ["share", "keep"]
    plenary = Session.objects.get(table_count=2)
    assert [one.removed_on for one in plenary.family] == [timezone.localdate()] * 2


def test_taking_in_twice_is_once_and_what_changed_here_stays(board, tmp_path, capsys):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    gone()
    call_command("import_organisation", file)
    Organisation.objects.filter(slug="school").update(name="Andere naam")
    before = serialized()
    capsys.readouterr()
    call_command("import_organisation", file)
    assert serialized() == before
    assert "all of it was here already" in capsys.readouterr().out


def serialized():
    return [
        serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.app_label in ("accounts", "deliberation")
    ]


def test_file_holds_no_password_no_link_and_nothing_of_others(board, tmp_path):
    other = cast.Talk("Van een gast")
    elsewhere = Organisation.objects.create(name="Elders", slug="elders")
    Session.objects.filter(pk=cast.Talk("Van elders").id).update(organisation=elsewhere)
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    text = "".join(part.decode() for part in contents(file).values())
    for word in ("Van een gast", "Van elders", "secret", "password", "md5", str(other.id)):
        assert word not in text
    assert QUESTION in text


def test_what_was_erased_here_does_not_come_back(board, tmp_path, capsys):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    draft = Session.objects.get(status="draft")
    erase(draft)
    erase_account(User.objects.get(name="anna"), asked=False)
    gone()
    call_command("import_organisation", file)
    assert not Session.objects.filter(pk=draft.pk).exists()
    assert not User.objects.filter(name="anna").exists()
    assert Session.objects.get(organisation__slug="school").owner is None


def test_account_that_is_here_already_gets_the_roles(board, tmp_path):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    gone()
    here = User.objects.create_user("anna@school.example", "een ander wachtwoord")
    call_command("import_organisation", file)
    assert here.memberships.count() == 2
    assert User.objects.get(pk=here.pk).check_password("een ander wachtwoord")


def test_short_name_that_is_taken_here_gets_a_number(board, tmp_path):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "school", output=file)
    gone()
    Organisation.objects.create(name="Een andere school", slug="school")
    call_command("import_organisation", file)
    assert sorted(Organisation.objects.values_list("slug", flat=True)) == ["school", "school-2"]
    assert Organisation.objects.get(slug="school-2").parent is None


def test_file_gives_nobody_a_role_in_what_is_here_already(board, tmp_path):
    """As would one that was made to: ids in a file are chosen by who made it."""
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    before = Membership.objects.count()

    def intrude(head):
        roles = [[one["id"], "administrator"] for one in head["organisations"]]
        new = {"id": str(uuid.uuid4()), "email": "x@x.example", "name": "", "roles": roles}
        head["people"].append(new)

    rewritten(file, intrude, "organisation.json")
    call_command("import_organisation", file)
    assert Membership.objects.count() == before

    def add_one(head):
        head["organisations"].append(
            {**head["organisations"][0], "id": str(uuid.uuid4()), "part_of": None}
        )

    rewritten(file, add_one, "organisation.json")
    with pytest.raises(CommandError, match="is here already, and not all of this file is"):
        call_command("import_organisation", file)
    assert not User.objects.filter(email="x@x.example").exists()


def test_file_changes_no_talk_that_is_here(board, tmp_path):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "school", output=file)
    draft = Session.objects.get(status="draft")
    gone(but=draft)
    with pytest.raises(CommandError, match="this talk is here already"):
        call_command("import_organisation", file)
    assert Session.objects.get().organisation is None


# What is wrong


def rewritten(file, change, name=None):
    """The same file, with one of its parts changed."""
    parts = contents(file)
    name = name or next(one for one in parts if one.startswith("talks/"))
    value = json.loads(parts[name])
    change(value)
    parts[name] = json.dumps(value).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for one, content in parts.items():
            packed.writestr(one, content)


def closed_one(file):
    for name, content in contents(file).items():
        if json.loads(content).get("versions"):
            return name
    raise AssertionError


WRONG = {
    "document": lambda told: told["document"].update(verdict="yes"),
    "version": lambda told: told["versions"][0]["document"].update(unknown=1),
    "cause": lambda told: told["versions"][0].update(cause="whim"),
    "moment": lambda told: told["versions"][0].update(closed_at="gisteren"),
    "without zone": lambda told: told["versions"][0].update(closed_at="2026-01-01T00:00:00"),
    "kind": lambda told: told.update(kind="example"),
    "organisation": lambda told: told.update(organisation=str(uuid.uuid4())),
    "id": lambda told: told.update(id=str(uuid.uuid4())),
    "tag": lambda told: told.update(tags=[""]),
    "note": lambda told: told.update(notes=[{"id": "x"}]),
    "control": lambda told: told.update(reason=1),
    "missing": lambda told: told.pop("tables"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_file_is_refused_whole_in_one_line(board, tmp_path, what):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    gone()
    rewritten(file, WRONG[what], closed_one(file))
    with pytest.raises(CommandError) as refusal:
        call_command("import_organisation", file)
    assert "\n" not in str(refusal.value)
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, "There is no organisation.json in it"),
        ({"organisation.json": "{"}, "organisation.json: this is no JSON."),
        ({"organisation.json": "[" * 100_000}, "organisation.json: this is no JSON."),
        ({"organisation.json": "{}"}, "This is not kompas-organisation version 1."),
        ({"organisation.json": "{}", "../x": ""}, "This is not kompas-organisation version 1."),
    ],
)
def test_other_files_are_refused(tmp_path, parts, said):
    file = tmp_path / "file.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(CommandError, match=said):
        call_command("import_organisation", file)


def test_what_is_no_zip_or_not_there_is_told(tmp_path):
    file = tmp_path / "file.zip"
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_organisation", file)
    file.write_text("geen zip")
    with pytest.raises(CommandError, match="is no zip file"):
        call_command("import_organisation", file)
    with pytest.raises(CommandError, match="There is no organisation niets"):
        call_command("export_organisation", "niets", output=file)


def test_too_large_a_part_is_not_even_unpacked(board, tmp_path, monkeypatch):
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    monkeypatch.setattr(moving, "LARGEST", 10)
    with pytest.raises(CommandError, match="larger than an organisation"):
        call_command("import_organisation", file)


# Erasing


def test_erased_organisation_leaves_nothing(board, settings, tmp_path):
    above = Organisation.objects.create(name="Sector", slug="sector")
    Organisation.objects.filter(pk=board.pk).update(parent=above)
    guest = cast.Talk("Van een gast")
    bea = User.objects.get(name="bea")
    Membership.objects.create(user=bea, organisation=above, role=Role.FACILITATOR)
    file = tmp_path / "file.zip"
    call_command("export_organisation", "bestuur", output=file)
    ids = [str(one) for one in Session.objects.exclude(pk=guest.id).values_list("pk", flat=True)]
    call_command("erase_organisation", "bestuur", yes="bestuur")
    left = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label not in ("contenttypes", "auth", "live")  # of the moment
        and (text := serialize("json", model._base_manager.all()))
        and any(word in text for word in ("School", "Łódź", "anna@", QUESTION, *ids))
    ]
    assert left == ["deliberation.Erasure"]
    assert list(Session.objects.values_list("pk", flat=True)) == [guest.id]
    assert list(User.objects.values_list("name", flat=True)) == ["bea"]
    assert [one.action for one in Event.objects.all()] == ["erase"]
    assert board.public_id in ledger(settings.KOMPAS_ERASURES)
    assert {uuid.UUID(id) for id in ids} <= ledger(settings.KOMPAS_ERASURES)
    with pytest.raises(CommandError, match="was erased here, and does not come back"):
        call_command("import_organisation", file)


def test_erased_organisation_is_erased_again_after_a_restore(board, settings):
    call_command("erase_organisation", "bestuur", yes="bestuur")
    again = Organisation.objects.create(name="Terug", slug="terug", public_id=board.public_id)
    Organisation.objects.create(name="Kind", slug="kind", parent=again)
    restored.send(sender=None, erased=ledger(settings.KOMPAS_ERASURES))
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("typed", ["", "school", "BESTUUR"])
def test_nothing_is_erased_without_its_short_name(board, monkeypatch, typed):
    monkeypatch.setattr("builtins.input", lambda _asked: typed)
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_organisation", "bestuur")
    assert Organisation.objects.count() == 2
    assert Version.objects.exists()
