"""What is kept of somebody with an account: to take along, and to erase."""

import json

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as BrowserSession
from django.core.serializers import serialize
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Event, Invitation, Membership, Organisation, Role, User
from kompas.ledger import read as ledger
from kompas.signals import restored
from sessions import own_data
from sessions.models import Change, EditedCopy, Link, Note, Reminder, Session
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "een lang wachtwoord"
PAGE = "/account/gegevens/"
EMAIL, NAME = "anna.bakker@school.example", "Anna Bakker-Verzonnen"


@pytest.fixture
def school():
    return Organisation.objects.create(name="School", slug="school")


@pytest.fixture
def anna(school, settings, tmp_path):
    """Somebody with something in every table that can point to a person."""
    settings.KOMPAS_ERASURES = tmp_path / "ledger"
    for number in range(50):  # so that the key of her account is a number of its own
        User.objects.create_user(f"p{number}@school.example")
    user = User.objects.create_user(EMAIL, PASSWORD, name=NAME, pk=987654)
    Membership.objects.create(user=user, organisation=school, role=Role.FACILITATOR)
    talk = cast.whole()
    cast.stand(talk, school, user)
    version = talk.close()
    Change.objects.filter(session=talk.id).update(user=user)
    Note.objects.create(session=talk.session, author=user, text="Dit viel mij op")
    EditedCopy.objects.create(
        version=version, document={}, secret_hash="x", expires_at=timezone.now(), made_by=user
    )
    Reminder.objects.create(
        session=talk.session, user=user, reason="review", due=timezone.localdate()
    )
    for email, by in ((EMAIL, None), ("ander@school.example", user)):
        Invitation.objects.create(
            organisation=school,
            email=email,
            role=Role.BOARD_READER,
            secret_hash=email,
            invited_by=by,
            expires_at=timezone.now(),
        )
    Event.record(school, user, "share", "session", talk.id)
    LogEntry.objects.create(
        user=User.objects.exclude(pk=user.pk).first(),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user),
        action_flag=CHANGE,
    )
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def rows_with(*words):
    """The tables in which one of these stands in any form, and how often."""
    found = {}
    for model in apps.get_models():
        if model._meta.proxy:
            continue
        rows = json.loads(serialize("json", model._base_manager.all()))
        if model is BrowserSession:
            rows = [one.get_decoded() for one in BrowserSession.objects.all()]
        text = [json.dumps(row, ensure_ascii=False) for row in rows]
        hits = sum(any(str(word) in one for word in words) for one in text)
        if hits:
            found[model._meta.label] = hits
    return found


def test_erasing_an_account_leaves_nothing_but_its_random_id_in_the_log(anna, school):
    client, other = logged_in(anna), logged_in(anna)
    key, trail = anna.pk, anna.trail_id
    before = rows_with(EMAIL, NAME, key)
    assert {
        "accounts.User",
        "accounts.Membership",
        "accounts.Invitation",
        "accounts.Login",
        "admin.LogEntry",
        "deliberation.Change",
        "deliberation.Link",
        "deliberation.Note",
        "deliberation.EditedCopy",
        "deliberation.Reminder",
        "deliberation.Session",
        "sessions.Session",
    } == set(before)
    assert client.post(PAGE, {"password": PASSWORD}).status_code == 303
    assert rows_with(EMAIL, NAME, key) == {}
    assert rows_with(trail) == {"accounts.Event": 3}  # roles, and the account
    assert other.get(PAGE).status_code == 302
    assert Note.objects.get().text == "Dit viel mij op"
    assert (Session.objects.get().owner, Session.objects.get().organisation) == (None, school)
    assert not Link.objects.filter(role="facilitator", revoked_at=None).exists()
    assert Invitation.objects.get().email == "ander@school.example"


def test_ledger_knows_the_account_by_no_id_of_the_log_and_a_restore_erases_it_again(anna, settings):
    own_data.erase_account(anna)
    erased = ledger(settings.KOMPAS_ERASURES)
    assert anna.trail_id not in erased
    back = User.objects.create_user(EMAIL, PASSWORD, name=NAME, trail_id=anna.trail_id)
    stays = User.objects.create_user("blijft@school.example")
    Membership.objects.create(
        user=back, organisation=Organisation.objects.get(), role=Role.ADMINISTRATOR
    )
    restored.send(sender=None, erased=erased)
    assert not User.objects.filter(email=EMAIL).exists()
    assert User.objects.filter(pk=stays.pk).exists()


def test_what_goes_and_what_stays_is_said_before(anna):
    shown = logged_in(anna).get(PAGE).content.decode()
    for words in ("Dit gaat weg", "Dit blijft", "Je 1 gesprek", "zonder je naam"):
        assert words in shown


@pytest.mark.parametrize("typed", ["", "fout", PASSWORD.upper()])
def test_wrong_password_erases_nothing(anna, typed):
    answer = logged_in(anna).post(PAGE, {"password": typed})
    assert (answer.status_code, User.objects.filter(pk=anna.pk).exists()) == (422, True)


def test_who_has_no_password_types_the_address(anna):
    anna.set_unusable_password()
    anna.save()
    client = logged_in(anna)
    assert client.post(PAGE, {"email": "ander@school.example"}).status_code == 422
    assert client.post(PAGE, {"password": PASSWORD}).status_code == 422
    assert client.post(PAGE, {"email": EMAIL.upper()}).status_code == 303
    assert not User.objects.filter(pk=anna.pk).exists()


def test_password_is_not_to_be_guessed_here(anna):
    client = logged_in(anna)
    for _time in range(10):
        client.post(PAGE, {"password": "fout"})
    assert client.post(PAGE, {"password": PASSWORD}).status_code == 422
    assert User.objects.filter(pk=anna.pk).exists()


def test_last_administrator_hands_over_first(anna, school):
    board = Organisation.objects.create(name="Bestuur", slug="bestuur")
    Membership.objects.create(user=anna, organisation=school, role=Role.ADMINISTRATOR)
    client = logged_in(anna)
    answer = client.post(PAGE, {"password": PASSWORD})
    assert answer.status_code == 422
    assert "Je bent de enige beheerder van School." in answer.content.decode()
    Organisation.objects.filter(pk=school.pk).update(parent=board)
    above = User.objects.create_user("boven@school.example")
    Membership.objects.create(user=above, organisation=board, role=Role.ADMINISTRATOR)
    User.objects.filter(pk=above.pk).update(is_active=False)
    assert own_data.why_not(anna)
    User.objects.filter(pk=above.pk).update(is_active=True)
    assert own_data.why_not(anna) == ""
    assert client.post(PAGE, {"password": PASSWORD}).status_code == 303


def test_last_administrator_of_the_installation_stays():
    root = User.objects.create_superuser("root@school.example", PASSWORD)
    assert logged_in(root).post(PAGE, {"password": PASSWORD}).status_code == 422
    User.objects.create_superuser("meer@school.example")
    assert logged_in(root).post(PAGE, {"password": PASSWORD}).status_code == 303


def test_file_holds_ones_own_and_nobody_elses(anna):
    answer = logged_in(anna).get(reverse("sessions:own_data_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="mijn-gegevens.json"'
    assert answer["Cache-Control"].count("no-store")
    data = json.loads(answer.content)
    assert data["account"]["email"] == EMAIL
    assert data["roles"][0]["role"] == "facilitator"
    assert [one["title"] for one in data["talks"]] == ["De camera"]
    assert data["notes"][0]["text"] == "Dit viel mij op"
    assert data["changes"][0]["times"] == Change.objects.count()
    assert (len(data["reminders"]), len(data["edited_copies"]), len(data["log"])) == (1, 1, 1)
    other = User.objects.exclude(pk=anna.pk).first()
    empty = json.loads(logged_in(other).get(reverse("sessions:own_data_file")).content)
    filled = {key for key, value in empty.items() if isinstance(value, list) and value}
    assert filled == set()


def test_nobody_in_particular_logs_in_first():
    for name in ("sessions:own_data", "sessions:own_data_file"):
        assert Client().get(reverse(name)).status_code == 302
    assert Client().get(reverse("sessions:account_gone")).status_code == 200
