"""The second step: an app, recovery codes, a passkey."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from kompas.accounts import second_step
from kompas.accounts.models import User
from tests.test_coming_in import OTHER, PASSWORD, is_in, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STEP = "/inloggen/tweede-stap/"
AGAIN = "/inloggen/opnieuw/"


@pytest.fixture
def alice():
    return User.objects.create_user("alice@school.nl", PASSWORD, name="Alice")


def code(secret: str, later: int = 0) -> str:
    """What the app shows, in this half minute or so many later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def again(client: Client, then: str) -> None:
    """Type the password once more, as is asked before something that matters."""
    url = reverse("account_reauthenticate")
    assert client.post(url, {"password": PASSWORD, "next": then})["Location"] == then


@pytest.fixture
def app(alice) -> str:
    """Alice has an app; its secret."""
    client = Client()
    log_in(client)
    url = reverse("mfa_activate_totp")
    assert client.get(url)["Location"].startswith(AGAIN)
    again(client, url)
    page = client.get(url).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert "<svg" in page
    assert "data:" not in page
    assert client.post(url, {"code": "000000"}).status_code == 422
    response = client.post(url, {"code": code(secret)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def half(client: Client, **more) -> None:
    """The first step."""
    response = log_in(client, **more)
    assert (response.status_code, response["Location"]) == (303, STEP)
    assert not is_in(client)


def step(client: Client, typed: str, **more):
    return client.post(STEP, {"code": typed}, **more)


# An app


def test_password_alone_is_not_enough(client, app):
    half(client, next="/account/?x")
    assert step(client, "").status_code == 422
    response = step(client, code(app, 1))
    assert (response.status_code, response["Location"]) == (303, "/account/?x")
    assert is_in(client)


def test_code_may_be_typed_with_a_space(client, app):
    half(client)
    typed = code(app)
    assert step(client, f"{typed[:3]} {typed[3:]}").status_code == 303


@pytest.mark.parametrize("later", [-3, 3])
def test_code_of_long_ago_or_later_is_refused(client, app, later):
    half(client)
    response = step(client, code(app, later))
    assert response.status_code == 422
    assert "Dit klopt niet" in response.content.decode()
    assert not is_in(client)


def test_code_works_once_whoever_has_seen_it(client, app):
    seen = code(app, 1)
    half(client)
    assert step(client, seen).status_code == 303
    other = Client()
    half(other)
    assert step(other, seen).status_code == 422
    assert step(other, code(app)).status_code == 422  # nor does an earlier one


def test_guessing_codes_ends(app):
    guesser = Client()
    half(guesser)
    for _ in range(second_step.TRIES):
        assert step(guesser, "000000").status_code == 422
    told = step(guesser, code(app)).content.decode()
    assert "Wacht een kwartier" in told
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    half(elsewhere)
    assert step(elsewhere, code(app)).status_code == 303


def test_one_goes_back_to_the_first_step(client, app):
    half(client)
    assert client.get("/inloggen/")["Location"] == STEP
    assert client.post("/uitloggen/", {"next": "/inloggen/"})["Location"] == "/inloggen/"
    assert client.get("/inloggen/").status_code == 200


def test_second_step_is_not_reached_without_the_first(client, app):
    assert client.get(STEP)["Location"] == "/inloggen/"
    assert step(client, code(app))["Location"] == "/inloggen/"


def test_secret_of_an_app_is_locked_in_the_database(app):
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert app not in kept
    assert second_step.SecondStepAdapter().decrypt(kept) == app


def test_with_another_key_no_code_fits(client, app, settings):
    adapter = second_step.SecondStepAdapter()
    codes = Authenticator.objects.get(type="recovery_codes")
    settings.SECRET_KEY = "another key, as after a backup was put back elsewhere"
    assert adapter.decrypt(codes.data["seed"]) != adapter.decrypt(codes.data["seed"])
    half(client)
    assert step(client, code(app)).status_code == 422


def test_new_password_by_mail_does_not_pass_by_the_second_step(app, alice):
    alice.set_password(OTHER)
    alice.save()
    half(Client(), password=OTHER)


def test_app_is_turned_off_after_the_password(client, app):
    half(client)
    step(client, code(app, 1))
    url = reverse("mfa_deactivate_totp")
    assert client.get(url)["Location"].startswith(AGAIN)
    again(client, url)
    assert client.get(url).status_code == 200
    assert client.post(url)["Location"] == reverse("mfa_index")
    assert Authenticator.objects.count() == 0  # its recovery codes went along
    assert log_in(Client()).headers["Location"] == "/"


# Recovery codes


@pytest.fixture
def codes(app) -> list[str]:
    return Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()


def test_recovery_code_works_once(codes):
    assert len(codes) == 10
    for attempt, told in ((Client(), 303), (Client(), 422)):
        half(attempt)
        assert step(attempt, codes[3]).status_code == told


def test_recovery_codes_are_shown_after_the_password_and_can_be_made_anew(client, app, codes):
    half(client)
    step(client, code(app, 1))
    url = reverse("mfa_view_recovery_codes")
    assert client.get(url)["Location"].startswith(AGAIN)
    again(client, url)
    assert all(one in client.get(url).content.decode() for one in codes)
    assert client.post(reverse("mfa_generate_recovery_codes"))["Location"] == url
    assert not any(one in client.get(url).content.decode() for one in codes)
    other = Client()
    half(other)
    assert step(other, codes[0]).status_code == 422


# Whoever lost all of it


def test_installation_takes_away_a_second_step_that_was_lost(app, capsys):
    call_command("drop_second_step", "Alice@school.nl")
    assert "alice@school.nl" in capsys.readouterr().out
    assert log_in(Client())["Location"] == "/"
    with pytest.raises(CommandError, match="has no second step"):
        call_command("drop_second_step", "alice@school.nl")


def test_administrator_takes_it_away_in_the_administration(client, app, alice):
    client.force_login(User.objects.create_superuser("beheer@school.nl", PASSWORD))
    data = {"action": "drop_second_step", "_selected_action": [alice.pk]}
    assert client.post("/beheer/accounts/user/", data).status_code == 302
    assert not second_step.has(alice)


@pytest.mark.parametrize(
    "page", ["mfa/authenticator", "account/emailaddress", "socialaccount/socialapp"]
)
def test_administration_shows_nothing_that_one_logs_in_with(client, page):
    client.force_login(User.objects.create_superuser("beheer@school.nl", PASSWORD))
    assert client.get(f"/beheer/{page}/").status_code == 404


def test_administration_asks_for_the_second_step_too(client, app):
    User.objects.update(is_staff=True, is_superuser=True)
    half(client, next="/beheer/")
    assert client.get("/beheer/").status_code == 302
    assert step(client, code(app, 1))["Location"] == "/beheer/"
    assert client.get("/beheer/").status_code == 200


# A passkey


@pytest.mark.parametrize(
    "typed", ["", "x", "{}", '{"id": "x"}', "[]", "null", '{"response": 1}', "[" * 100_000]
)
def test_what_is_no_passkey_is_refused(client, alice, typed):
    url = reverse("mfa_login_webauthn")
    asked = client.get(url, headers={"Accept": "application/json"}).json()
    assert asked["request_options"]["publicKey"]["userVerification"] == "required"
    response = client.post(url, {"credential": typed})
    assert response.status_code == 422
    assert "kennen we niet" in response.content.decode()
    assert not is_in(client)


def test_adding_a_passkey_takes_the_password(client, alice):
    log_in(client)
    url = reverse("mfa_add_webauthn")
    assert client.get(url)["Location"].startswith(AGAIN)
    again(client, url)
    assert client.post(url, {"name": "x", "credential": "{}"}).status_code == 422
    assert Authenticator.objects.count() == 0


def test_account_without_a_password_is_told_to_choose_one_first(client, alice):
    alice.set_unusable_password()
    alice.save()
    client.force_login(alice)
    assert "Kies dan eerst een wachtwoord" in client.get(reverse("mfa_index")).content.decode()
    response = client.get(reverse("mfa_activate_totp"))
    assert response.status_code == 403
    assert "Kies er eerst een" in response.content.decode()


@pytest.mark.once
def test_somebody_sets_up_an_app_and_a_passkey_and_logs_in_with_each(server, new_context, axe):
    """Journey: an app, its codes, a passkey; out, and in by the passkey alone; and by both."""
    User.objects.create_user("alice@school.nl", PASSWORD, name="Alice")
    base = server.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    page = new_context(base_url=base).new_page()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def log_in_with_password():
        page.goto("/inloggen/")
        page.get_by_label("E-mailadres").fill("alice@school.nl")
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()

    def log_out():
        page.get_by_role("button", name="Uitloggen").click()

    log_in_with_password()
    page.goto("/account/tweestaps/")
    axe(page)
    page.get_by_role("link", name="Stel een app in").click()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_text("Ik kan hem niet scannen").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    axe(page)
    page.get_by_label("De code die de app nu toont").fill(code(secret))
    page.get_by_role("button", name="Zet hem aan").click()
    expect(page.locator("#codes li")).to_have_count(10)
    axe(page)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.get_by_role("link", name="Voeg een passkey toe").click()
    axe(page)
    page.get_by_label("Naam van deze passkey").fill("Mijn laptop")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text("Mijn laptop").first).to_be_visible()
    axe(page)
    log_out()

    page.goto("/inloggen/?next=/account/")
    axe(page)
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page).to_have_url(f"{base}/account/")
    expect(page.get_by_text("De tweede stap staat aan")).to_be_visible()
    page.get_by_role("link", name="Bekijk je apparaten").click()
    axe(page)
    log_out()

    log_in_with_password()
    axe(page)
    page.get_by_role("button", name="Gebruik een passkey").click()
    page.wait_for_url(f"{base}/")
    log_out()

    log_in_with_password()
    page.get_by_label("Code").fill(code(secret, 1))
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url(f"{base}/")
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None
