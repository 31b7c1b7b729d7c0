import io
import sys

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from kompas.accounts.models import Membership, Organisation, Role, User

pytestmark = pytest.mark.django_db

PASSWORD = "een lang genoeg wachtwoord"


@pytest.fixture
def alice():
    return User.objects.create_user("alice@school.nl", PASSWORD, name="Alice")


@pytest.fixture
def administrator():
    return User.objects.create_superuser("beheer@school.nl", PASSWORD)


@pytest.fixture
def board():
    return Organisation.objects.create(name="Bestuur", slug="bestuur")


@pytest.fixture
def school(board):
    return Organisation.objects.create(name="School", slug="school", parent=board)


def broken(action, *arguments, **named) -> str:
    """The name of the constraint that an action breaks in the database."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        action(*arguments, **named)
    return str(refusal.value)


# Users


def test_email_is_one_whatever_its_case(alice):
    assert User.objects.create_user(" Bob@School.NL ").email == "bob@school.nl"
    assert User.objects.get_by_natural_key("ALICE@school.nl") == alice
    assert "email" in broken(User.objects.create_user, "Alice@School.nl")


def test_email_in_capitals_is_refused_by_the_database(alice):
    said = broken(User.objects.filter(pk=alice.pk).update, email="Alice@school.nl")
    assert "user_email_lower_case" in said


def test_user_without_a_password_cannot_log_in(client):
    User.objects.create_user("carol@school.nl")
    assert client.login(username="carol@school.nl", password="") is False


# Organisations


def test_organisation_is_not_its_own_parent(board):
    said = broken(Organisation.objects.filter(pk=board.pk).update, parent=board)
    assert "organisation_not_its_own_parent" in said
    board.parent = board
    with pytest.raises(ValidationError):
        board.save()


def test_organisations_do_not_go_round(board, school):
    room = Organisation.objects.create(name="Afdeling", slug="afdeling", parent=school)
    assert room.ancestors() == [school, board]
    board.parent = room
    with pytest.raises(ValidationError):
        board.save()
    with pytest.raises(ValidationError):
        board.full_clean()


def test_slug_is_one_organisations(board):
    assert "slug" in broken(Organisation.objects.create, name="Ander", slug="bestuur")


# Memberships


def test_membership_is_had_once_per_role(alice, school):
    Membership.objects.create(user=alice, organisation=school, role=Role.FACILITATOR)
    Membership.objects.create(user=alice, organisation=school, role=Role.SCHOOL_LEADER)
    broken(Membership.objects.create, user=alice, organisation=school, role=Role.FACILITATOR)
    assert alice.memberships.count() == 2


def test_role_is_a_known_one(alice, school):
    said = broken(Membership.objects.create, user=alice, organisation=school, role="king")
    assert "membership_role_known" in said


# The first administrator


@pytest.fixture
def create(monkeypatch, capsys):
    def create(email, password):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        call_command("create_administrator", email, "--password-stdin")
        return capsys.readouterr().out

    return create


def test_first_administrator_is_made(create, client):
    assert create("Beheer@School.nl", PASSWORD) == "beheer@school.nl can log in at /beheer/.\n"
    assert client.login(username="beheer@school.nl", password=PASSWORD) is True
    assert client.get("/beheer/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("alice@school.nl", PASSWORD, "Er is al een gebruiker met dit e-mailadres."),
        ("no address", PASSWORD, "Voer een geldig e-mailadres in."),
        ("dave@school.nl", "kort", "Dit is te kort: minstens 12 tekens."),
        ("dave@school.nl", "dave@school.nl", "lijkt te veel op je naam of e-mailadres"),
    ],
)
def test_administrator_who_cannot_be_made_is_refused_in_one_line(
    create, alice, email, password, said
):
    with pytest.raises(CommandError) as refusal:
        create(email, password)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert User.objects.count() == 1


def test_administrator_needs_someone_to_ask(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_administrator", "beheer@school.nl")


# The administration


def test_administration_is_in_dutch_and_for_administrators_alone(client, alice, administrator):
    client.force_login(alice)
    assert client.get("/beheer/").status_code == 302  # see tests/test_coming_in.py
    client.force_login(administrator)
    assert "Kompas beheer" in client.get("/beheer/").content.decode()


@pytest.mark.parametrize(
    "page", ["accounts/user/", "accounts/user/add/", "accounts/organisation/add/"]
)
def test_administration_shows_its_pages(client, administrator, page):
    client.force_login(administrator)
    assert client.get(f"/beheer/{page}").status_code == 200


def test_administrator_makes_and_changes_a_user(client, administrator):
    client.force_login(administrator)
    form = {
        "email": "Erin@School.nl",
        "name": "Erin",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post("/beheer/accounts/user/add/", form).status_code == 302
    erin = User.objects.get(email="erin@school.nl")
    assert erin.check_password(PASSWORD)
    assert client.get(f"/beheer/accounts/user/{erin.pk}/change/").status_code == 200
