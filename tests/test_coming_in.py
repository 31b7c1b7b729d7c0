"""Coming in: log in, a new password, an invitation; and going out."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Role, User
from kompas.signals import tick
from tests import cast, staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PASSWORD = "een lang genoeg wachtwoord"
OTHER = "een ander lang wachtwoord"


@pytest.fixture
def alice():
    return User.objects.create_user("alice@school.nl", PASSWORD, name="Alice")


@pytest.fixture
def mails(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail


def log_in(client, email="alice@school.nl", password=PASSWORD, **more):
    next = more.pop("next", "")
    data = {"login": email, "password": password} | ({"next": next} if next else {})
    return client.post(reverse("account_login"), data, **more)


def is_in(client) -> bool:
    return client.get(reverse("accounts:account")).status_code == 200


# Log in and out


@pytest.mark.parametrize("typed", ["alice@school.nl", " Alice@School.NL "])
def test_one_logs_in_by_address_whatever_its_case(client, alice, typed):
    response = log_in(client, typed)
    assert (response.status_code, response["Location"], is_in(client)) == (303, "/", True)


@pytest.mark.parametrize("email", ["alice@school.nl", "nobody@school.nl"])
def test_wrong_password_and_unknown_address_are_told_alike(client, alice, email):
    response = log_in(client, email, "verkeerd wachtwoord")
    page = response.content.decode()
    assert response.status_code == 422
    assert "horen niet bij elkaar" in page
    assert f'value="{email}"' in page


def test_closed_account_does_not_come_in(client, alice):
    alice.is_active = False
    alice.save()
    response = log_in(client)
    assert (response["Location"], is_in(client)) == (reverse("account_inactive"), False)


def test_one_comes_back_to_where_one_was(client, alice):
    response = log_in(client, next="/account/?x")
    assert response["Location"] == "/account/?x"


def test_log_in_leads_to_the_first_place_of_a_role():
    beuk = staff.organisation("De Beuk")
    for role, name in (
        (Role.FACILITATOR, "mine"),
        (Role.SCHOOL_LEADER, "due"),
        (Role.BOARD_READER, "register"),
        (Role.ADMINISTRATOR, "mine"),
    ):
        user = staff.person(role, (beuk, role))
        user.set_password(PASSWORD)
        user.save()
        assert log_in(Client(), user.email)["Location"] == reverse(f"sessions:{name}"), role


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_one_is_not_led_elsewhere(client, alice, next):
    assert log_in(client, next=next)["Location"] == "/"


def test_gate_leads_to_log_in_and_back(client, alice):
    talk = cast.Talk()
    url = reverse("sessions:links", args=[talk.id])
    page = client.get(url).content.decode()
    assert f'href="/inloggen/?next={url}"' in page
    login = client.get(f"/inloggen/?next={url}").content.decode()
    assert f'name="next" value="{url}"' in login


def test_login_lasts_as_long_as_the_browser_unless_it_is_ones_own_device(client, alice):
    log_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    own = Client()
    own.post(
        reverse("account_login"),
        {"login": "alice@school.nl", "password": PASSWORD, "remember": "on"},
    )
    assert own.cookies["sessionid"]["max-age"] > 86400


def test_logging_out_takes_a_post(client, alice):
    log_in(client)
    assert client.get(reverse("account_logout")).status_code == 405
    assert is_in(client)
    assert client.post(reverse("account_logout")).status_code == 303
    assert not is_in(client)


def test_clearing_this_computer_logs_out_everywhere_it_could_be_kept(client, alice):
    log_in(client)
    kept = client.cookies["sessionid"].value
    client.post(reverse("sessions:clear"))
    client.cookies["sessionid"] = kept
    assert not is_in(client)


def test_who_guesses_from_one_place_locks_nobody_else_out(client, alice):
    for _ in range(10):
        log_in(client, password="verkeerd")
    told = log_in(client).content.decode()
    assert "Wacht een kwartier" in told
    elsewhere = log_in(Client(), REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 303


def test_guessing_at_one_account_from_everywhere_ends(alice):
    for number in range(50):
        log_in(Client(), "ALICE@school.nl", "verkeerd", REMOTE_ADDR=f"192.0.2.{number}")
    assert log_in(Client(), REMOTE_ADDR="192.0.2.99").status_code == 422


def test_guessing_at_every_account_from_one_place_ends(alice):
    for number in range(50):
        log_in(Client(), f"{number}@school.nl", "verkeerd")
    assert log_in(Client()).status_code == 422


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code == 404
    assert "/signup" not in client.get(reverse("account_login")).content.decode()


# The administration


def test_administration_is_entered_by_the_same_door(client):
    User.objects.create_superuser("beheer@school.nl", PASSWORD)
    response = client.get("/beheer/", follow=True)
    assert response.redirect_chain[-1][0] == "/inloggen/?next=/beheer/"
    response = log_in(client, "beheer@school.nl", next="/beheer/")
    assert response["Location"] == "/beheer/"
    assert client.get("/beheer/").status_code == 200


def test_who_may_not_administer_is_told_so_and_not_sent_round(client, alice):
    log_in(client)
    response = client.get("/beheer/", follow=True)
    assert response.status_code == 403
    assert "de beheerder van de installatie" in response.content.decode()


def test_ended_logins_are_forgotten(client, alice):
    log_in(client)
    Session.objects.update(expire_date=timezone.now())
    tick.send(None)
    assert not Session.objects.exists()


# A new password


def ask(client, email="alice@school.nl", **more):
    return client.post(reverse("account_reset_password"), {"email": email}, **more)


def test_forgotten_password_is_chosen_anew_by_mail(client, alice, mails):
    other = Client()
    log_in(other)
    ask(client, " Alice@school.nl")
    (sent,) = mails.outbox
    assert (sent.to, sent.subject) == (["alice@school.nl"], "Een nieuw wachtwoord voor Kompas")
    link = re.search(r"http://testserver(/wachtwoord/nieuw/\S+)", sent.body)[1]
    response = client.get(link, follow=True)
    shown = response.redirect_chain[-1][0]
    assert link not in shown
    data = {"password1": OTHER, "password2": OTHER}
    assert client.post(shown, data | {"password2": PASSWORD}).status_code == 422
    assert client.post(shown, data).status_code == 303
    assert (is_in(client), is_in(other)) == (False, False)
    assert log_in(client, password=OTHER).status_code == 303
    again = Client().get(link, follow=True)
    assert "Vraag een nieuwe aan" in again.content.decode()


def test_asking_for_a_password_tells_nobody_who_has_an_account(client, alice, mails):
    known, unknown = ask(client), ask(Client(), "nobody@school.nl")
    assert known.status_code == unknown.status_code == 303
    assert known["Location"] == unknown["Location"]
    assert [sent.to for sent in mails.outbox] == [["alice@school.nl"], ["nobody@school.nl"]]
    assert "/wachtwoord/nieuw/" not in mails.outbox[1].body


def test_closed_account_gets_no_link(client, alice, mails):
    User.objects.update(is_active=False)
    ask(client)
    assert "/wachtwoord/nieuw/" not in mails.outbox[0].body


def test_one_account_is_not_flooded_with_mail(client, alice, mails):
    for _ in range(5):
        assert ask(client).status_code == 303
    assert ask(client).status_code == 422
    assert len(mails.outbox) == 5


def test_without_mail_the_page_says_whom_to_ask(client, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = client.get(reverse("account_reset_password")).content.decode()
    assert "verstuurt geen mail" in page
    assert 'name="email"' not in page
    assert ask(client)["Location"] == reverse("account_reset_password")


def test_password_is_changed_with_the_present_one(client, alice):
    log_in(client)
    other = Client()
    log_in(other)
    url = reverse("account_change_password")
    data = {"oldpassword": "verkeerd", "password1": OTHER, "password2": OTHER}
    assert client.post(url, data).status_code == 422
    assert client.post(url, data | {"oldpassword": PASSWORD}).status_code == 303
    assert (is_in(client), is_in(other)) == (True, False)


def test_weak_password_is_refused(client, alice):
    log_in(client)
    data = {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"}
    page = client.post(reverse("account_change_password"), data).content.decode()
    assert "12 tekens" in page


# One's own account


def test_name_is_saved(client, alice):
    client.force_login(alice)
    assert client.post(reverse("accounts:account"), {"name": ""}).status_code == 422
    client.post(reverse("accounts:account"), {"name": "Alice de Vries"})
    assert User.objects.get().name == "Alice de Vries"
    assert "Alice de Vries" in client.get("/").content.decode()


def test_pages_ask_nothing_for_who_is_not_logged_in(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("account_login"))
