"""Logging in by another service: with a provider that these tests start, over HTTP."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import expect

from kompas import environment
from kompas.accounts import invitations, roles, second_step
from kompas.accounts.models import Home, JoinRequest, Membership, Organisation, Role, User
from tests.test_coming_in import PASSWORD, is_in, log_in
from tests.test_two_factor import code

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    # The provider's own, in its thread: of ours there is none here that other tests do not see.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

BEGIN = "/inloggen/via/entree/"
BACK = f"{BEGIN}terug/"
CONNECT = "/inloggen/koppelen/"
HOME = "linde.example"
FIRST_PLACE = "/gesprekken/"
DORA = {
    "email": "dora@linde.example",
    "email_verified": True,
    "name": "Dora Smit",
    "picture": "https://linde.example/dora.jpg",
    "schoolHome": HOME,
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def set_up(settings, provider):
    settings.KOMPAS_OIDC = {
        "entree": {
            "name": "Entree",
            "issuer": provider,
            "client": "kompas",
            "secret": "geheim",
            "home": "schoolHome",
            "trusted": True,
        }
    }


@pytest.fixture
def untrusted(settings):
    settings.KOMPAS_OIDC["entree"]["trusted"] = False


@pytest.fixture
def linde() -> Organisation:
    made = Organisation.objects.create(name="De Linde", slug="linde")
    Home.objects.create(organisation=made, provider="entree", value=HOME)
    return made


@pytest.fixture
def alice(linde) -> User:
    """Who administers the school."""
    user = User.objects.create_user("alice@linde.example", PASSWORD, name="Alice")
    Membership.objects.create(user=user, organisation=linde, role=Role.ADMINISTRATOR)
    return user


def go(client: Client, url: str = BEGIN, **data: str) -> str:
    """Press the button; where the browser goes on to."""
    page = client.post(url, data).content.decode()
    return html.unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)[1])


def there(provider: str, onward: str, sub: str = "dora-1", **claims) -> str:
    """Log in at the provider, as who it says; where it sends the browser back to."""
    httpx.put(f"{provider}/users/{sub}", json=DORA | claims)
    answer = httpx.post(onward, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("testserver", BACK)
    return f"{back.path}?{back.query}"


def come(client: Client, provider: str, sub: str = "dora-1", next: str = "", **claims):
    """Log in by the provider, the whole way."""
    onward = go(client, **({"next": next} if next else {}))
    return client.get(there(provider, onward, sub, **claims))


def text(response) -> str:
    return response.content.decode()


# The whole way


def test_who_comes_from_a_known_home_gets_an_account_without_a_role(client, provider, linde):
    response = come(client, provider)
    assert (response.status_code, response["Location"]) == (302, "/account/")
    dora = User.objects.get()
    assert (dora.email, dora.name) == ("dora@linde.example", "Dora Smit")
    assert not dora.has_usable_password()
    assert Membership.objects.count() == 0
    page = text(client.get("/account/"))
    assert "Je hebt nog geen rol bij De Linde. Vraag de beheerder" in page
    assert "Die ziet dat je wilt meedoen" in page


def test_nothing_is_kept_of_what_the_provider_says_but_who_it_is(client, provider, linde):
    come(client, provider)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == ("entree", "dora-1", {})
    assert SocialToken.objects.count() == 0
    assert EmailAddress.objects.count() == 0
    assert "access_token" not in json.dumps(dict(client.session.items()))


def test_second_log_in_is_the_same_account_also_with_another_address(client, provider, linde):
    come(client, provider)
    other = Client()
    come(other, provider, email="smit@linde.example", name="Anders")
    assert is_in(other)
    dora = User.objects.get()
    assert (dora.email, dora.name) == ("dora@linde.example", "Dora Smit")


def test_one_comes_back_to_where_one_was(client, provider, alice):
    response = come(client, provider, "alice-1", next="/account/?x", email=alice.email)
    assert response["Location"] == "/account/?x"
    assert come(Client(), provider, "alice-1", email=alice.email)["Location"] == FIRST_PLACE


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_one_is_not_led_elsewhere(client, provider, alice, next):
    SocialAccount.objects.create(user=alice, provider="entree", uid="alice-1")
    response = come(client, provider, "alice-1", next=next, email=alice.email)
    assert response["Location"] == FIRST_PLACE


def test_what_is_asked_is_no_more_than_needed(client, provider):
    asked = parse_qs(urlsplit(go(client)).query)
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]


def test_what_a_link_adds_is_not_asked(client, provider):
    onward = go(client, f"{BEGIN}?scope=address&auth_params=prompt%3Dnone&process=connect")
    asked = parse_qs(urlsplit(onward).query)
    assert "address" not in asked["scope"][0]
    assert "prompt" not in asked


def test_home_may_be_one_of_several_and_is_told_apart_by_no_capital(client, provider, linde):
    come(client, provider, schoolHome=["elders.example", "Linde.Example"])
    assert JoinRequest.objects.get().organisation == linde


# Who gets no account


def test_who_comes_from_an_unknown_home_gets_no_account_and_is_told(client, provider, linde):
    response = come(client, provider, schoolHome="elders.example")
    assert response.status_code == 403
    assert "We kennen je organisatie niet" in text(response)
    assert "elders.example" in text(response)
    assert User.objects.count() == 0


@pytest.mark.parametrize("home", [None, "", 7, [], {"a": 1}])
def test_who_comes_from_nowhere_gets_no_account(client, provider, linde, home):
    assert come(client, provider, schoolHome=home).status_code == 403
    assert User.objects.count() == 0


def test_home_of_one_provider_is_not_that_of_another(client, provider, linde):
    Home.objects.update(provider="google")
    assert come(client, provider).status_code == 403


def test_organisation_that_has_left_lets_nobody_in(client, provider, linde):
    Organisation.objects.update(ended_on="2026-01-01")
    assert come(client, provider).status_code == 403


@pytest.mark.parametrize("email", ["", None, "geen adres", 7])
def test_without_an_address_there_is_no_account(client, provider, linde, email):
    response = come(client, provider, email=email)
    assert response.status_code == 403
    assert "Je e-mailadres ontbreekt" in text(response)
    assert User.objects.count() == 0


def test_address_that_is_not_verified_gives_no_account(client, provider, linde):
    response = come(client, provider, email_verified=False)
    assert response["Location"] == "/inloggen/koppelen/"
    assert "Dat weten we niet zeker" in text(client.get("/inloggen/koppelen/"))
    assert User.objects.count() == 0


def test_closed_account_does_not_come_in(client, provider, alice):
    come(Client(), provider, "alice-1", email=alice.email)
    alice.is_active = False
    alice.save()
    response = come(client, provider, "alice-1", email=alice.email)
    assert (response["Location"], is_in(client)) == (reverse("account_inactive"), False)


# An account that is there already


def test_verified_address_of_a_trusted_provider_leads_to_its_account(client, provider, alice):
    come(client, provider, "alice-1", email="Alice@Linde.example")
    assert is_in(client)
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().user == alice


def test_who_had_the_account_of_a_proven_address_before_has_it_no_longer(client, provider, alice):
    before = Client()
    log_in(before, alice.email)
    SocialAccount.objects.create(user=alice, provider="google", uid="somebody")
    response = come(client, provider, "alice-1", email=alice.email)
    assert response["Location"] == "/account/?zonder-wachtwoord"
    assert "Je wachtwoord werkt niet meer" in text(client.get(response["Location"]))
    assert (is_in(client), is_in(before)) == (True, False)
    assert log_in(Client(), alice.email).status_code == 422
    assert SocialAccount.objects.get().uid == "alice-1"


def connecting(client: Client) -> str:
    return text(client.get("/inloggen/koppelen/"))


@pytest.mark.parametrize("verified", [False, None, "false"])
def test_address_that_is_not_proven_is_connected_with_the_password_once(
    client, provider, alice, verified
):
    come(client, provider, "alice-1", email=alice.email, email_verified=verified)
    assert not is_in(client)
    assert "next=/inloggen/koppelen/" in connecting(client)
    assert client.post("/inloggen/koppelen/").status_code == 200
    assert SocialAccount.objects.count() == 0
    log_in(client, alice.email)
    assert "Koppel Entree</button>" in connecting(client)
    client.post("/inloggen/koppelen/")
    assert SocialAccount.objects.get().user == alice
    other = Client()
    come(other, provider, "alice-1", email=alice.email, email_verified=verified)
    assert is_in(other)


def test_untrusted_provider_leads_to_no_account_and_makes_none(client, provider, alice, untrusted):
    come(client, provider, "alice-1", email=alice.email)
    come(client, provider, "dora-1")
    assert not is_in(client)
    assert User.objects.count() == 1
    assert SocialAccount.objects.count() == 0


def test_nobody_learns_from_a_provider_who_has_an_account(client, provider, alice, untrusted):
    known = come(client, provider, "x-1", email=alice.email)
    page = connecting(client)
    other = Client()
    unknown = come(other, provider, "x-2", email="nobody@linde.example")
    assert known["Location"] == unknown["Location"]
    told = connecting(other).replace("nobody@linde.example", alice.email)
    hidden = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert hidden.sub("", page) == hidden.sub("", told)


def test_somebody_else_does_not_connect_it(client, provider, alice, untrusted):
    User.objects.create_user("bob@linde.example", PASSWORD)
    come(client, provider, "alice-1", email=alice.email)
    log_in(client, "bob@linde.example")
    assert "Log eerst uit" in connecting(client)
    client.post("/inloggen/koppelen/")
    assert SocialAccount.objects.count() == 0


def test_administrator_of_the_installation_is_never_found_by_address(client, provider, alice):
    User.objects.update(is_staff=True, is_superuser=True)
    response = come(client, provider, "alice-1", email=alice.email)
    assert response["Location"] == "/inloggen/koppelen/"
    assert not is_in(client)


def test_second_step_is_asked_also_of_who_comes_by_a_provider(client, provider, alice):
    secret = "JBSWY3DPEHPK3PXP"
    locked = second_step.SecondStepAdapter().encrypt(secret)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": locked})
    assert come(Client(), provider, "alice-1", email=alice.email)["Location"] == CONNECT
    SocialAccount.objects.create(user=alice, provider="entree", uid="alice-1")
    response = come(client, provider, "alice-1", email=alice.email)
    assert response["Location"] == "/inloggen/tweede-stap/"
    assert not is_in(client)
    client.post("/inloggen/tweede-stap/", {"code": code(secret)})
    assert is_in(client)


def test_one_connects_and_disconnects_in_ones_own_account(client, provider, alice, untrusted):
    log_in(client, alice.email)
    url = "/account/koppelen/entree/"
    assert client.post(url)["Location"].startswith("/inloggen/opnieuw/")
    client.post("/inloggen/opnieuw/", {"password": PASSWORD, "next": "/account/"})
    response = client.get(there(provider, go(client, url), "alice-9", email="a@elders.example"))
    assert response["Location"] == "/account/?gekoppeld"
    other = Client()
    come(other, provider, "alice-9", email="a@elders.example")
    assert "alice@linde.example" in text(other.get("/account/"))
    client.post(reverse("accounts:disconnect", args=[SocialAccount.objects.get().pk]))
    assert SocialAccount.objects.count() == 0


def test_what_is_connected_to_somebody_stays_theirs(client, provider, alice):
    come(Client(), provider)
    log_in(client, alice.email)
    client.post("/inloggen/opnieuw/", {"password": PASSWORD, "next": "/account/"})
    response = client.get(there(provider, go(client, "/account/koppelen/entree/")))
    assert response["Location"] == "/account/?van-een-ander"
    assert SocialAccount.objects.get().user.email == "dora@linde.example"
    theirs = reverse("accounts:disconnect", args=[SocialAccount.objects.get().pk])
    client.post(theirs)
    assert SocialAccount.objects.count() == 1


def test_only_way_in_is_not_disconnected(client, provider, linde):
    come(client, provider)
    url = reverse("accounts:disconnect", args=[SocialAccount.objects.get().pk])
    assert client.post(url)["Location"] == "/account/?enige-weg"
    assert SocialAccount.objects.count() == 1


# Who would like to take part


@pytest.fixture
def administrator(alice) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def test_administrator_gives_a_role_with_one_press(client, provider, linde, administrator):
    come(client, provider)
    page = text(administrator.get("/organisaties/linde/"))
    assert "Wil meedoen" in page
    assert "dora@linde.example" in page
    url = reverse("accounts:join_request", args=["linde", JoinRequest.objects.get().pk])
    administrator.post(url, {"role": "facilitator"})
    administrator.post(url, {"role": "administrator"})  # answered once
    dora = User.objects.get(email="dora@linde.example")
    assert [one.role for one in dora.memberships.all()] == [Role.FACILITATOR]
    assert "Wil meedoen" not in text(administrator.get("/organisaties/linde/"))
    assert "Alice gaf Dora Smit een rol" in text(administrator.get("/organisaties/linde/logboek/"))


def test_administrator_refuses_and_is_not_asked_again(client, provider, linde, administrator):
    come(client, provider)
    url = reverse("accounts:join_request", args=["linde", JoinRequest.objects.get().pk])
    administrator.post(url, {"role": ""})
    come(Client(), provider)
    assert "Wil meedoen" not in text(administrator.get("/organisaties/linde/"))
    assert Membership.objects.count() == 1
    assert "wees iemand af" in text(administrator.get("/organisaties/linde/logboek/"))
    page = text(client.get("/account/"))
    assert "Vraag de beheerder" in page
    assert "Die ziet dat je wilt meedoen" not in page


def test_who_left_stays_out_when_they_log_in_again(client, provider, linde, administrator):
    come(client, provider)
    url = reverse("accounts:join_request", args=["linde", JoinRequest.objects.get().pk])
    administrator.post(url, {"role": "facilitator"})
    given = Membership.objects.get(role=Role.FACILITATOR)
    administrator.post(reverse("accounts:role_end", args=["linde", given.pk]))
    other = Client()
    come(other, provider)
    assert is_in(other)
    assert not given.user.memberships.exists()
    assert "Wil meedoen" not in text(administrator.get("/organisaties/linde/"))


@pytest.mark.parametrize("who", ["stranger", "facilitator", "elsewhere"])
def test_nobody_else_gives_a_role(client, provider, linde, alice, who):
    come(Client(), provider)
    user = User.objects.create_user("bob@school.nl", PASSWORD)
    elsewhere = Organisation.objects.create(name="Elders", slug="elders")
    if who == "facilitator":
        Membership.objects.create(user=user, organisation=linde, role=Role.FACILITATOR)
    if who == "elsewhere":
        Membership.objects.create(user=user, organisation=elsewhere, role=Role.ADMINISTRATOR)
    client.force_login(user)
    one = JoinRequest.objects.get()
    told = client.post(
        reverse("accounts:join_request", args=["linde", one.pk]), {"role": "administrator"}
    )
    assert told.status_code == (403 if who == "facilitator" else 404)
    client.post(reverse("accounts:join_request", args=["elders", one.pk]), {"role": "facilitator"})
    assert not one.user.memberships.exists()


# By an invitation


@pytest.fixture
def invited(alice, linde):
    """Dora is invited; the way in."""

    class Who:
        user, memberships = alice, list(alice.memberships.all())

    roles.managed(Who, "linde")
    _one, secret, _new = invitations.invite(
        Who, linde, "dora@linde.example", Role.SCHOOL_LEADER, "s" * 43
    )
    return f"/uitnodiging/{secret}/"


def test_invitation_is_accepted_by_who_logs_in_by_a_provider(client, provider, invited):
    client.get(invited)
    page = text(client.get("/uitnodiging/"))
    assert "Log in met Entree" in page
    response = come(client, provider, next="/uitnodiging/", schoolHome="elders.example")
    assert response["Location"] == "/uitnodiging/"
    assert client.post("/uitnodiging/").status_code == 303
    dora = User.objects.get(email="dora@linde.example")
    assert [one.role for one in dora.memberships.all()] == [Role.SCHOOL_LEADER]


@pytest.mark.parametrize(
    "claims", [{"email": "other@linde.example"}, {"email_verified": False}, {"email": ""}]
)
def test_invitation_lets_in_no_other_address(client, provider, invited, claims):
    Home.objects.all().delete()
    client.get(invited)
    come(client, provider, next="/uitnodiging/", **claims)
    assert not is_in(client)
    assert User.objects.count() == 1


def test_invitation_that_was_revoked_lets_nobody_in(client, provider, invited, linde):
    Home.objects.all().delete()
    client.get(invited)
    linde.invitations.update(revoked_at="2026-01-01T00:00Z")
    assert come(client, provider).status_code == 403
    assert User.objects.count() == 1


# What was forged, and what goes wrong


def test_going_there_takes_a_press(client, provider):
    assert client.get(BEGIN).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(BEGIN).status_code == 403


def refused(response, client: Client) -> bool:
    return (
        response.status_code == 502
        and "Inloggen is niet gelukt" in text(response)
        and not is_in(client)
        and User.objects.count() == 0
    )


def changed(url: str, **parts: str) -> str:
    split = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(split.query).items()}
    return split._replace(query=urlencode(query | parts)).geturl()


def test_forged_state_is_refused(client, provider, linde):
    back = there(provider, go(client))
    assert refused(client.get(changed(back, state="x" * 16)), client)


def test_state_of_another_browser_is_refused(client, provider, linde):
    back = there(provider, go(Client()))
    go(client)
    assert refused(client.get(back), client)


def test_answer_is_taken_once(client, provider, linde):
    back = there(provider, go(client))
    assert client.get(back).status_code == 302
    client.post("/uitloggen/")
    assert client.get(back).status_code == 502
    assert not is_in(client)


def test_forged_nonce_is_refused(client, provider, linde):
    onward = changed(go(client), nonce="van-een-ander")
    assert refused(client.get(there(provider, onward)), client)


def test_code_is_redeemed_with_the_secret_behind_its_challenge(
    client, provider, linde, monkeypatch
):
    sent = []
    redeem = OAuth2Client.get_access_token

    def watched(self, code, pkce_code_verifier=None, **more):
        sent.append(pkce_code_verifier)
        return redeem(self, code, pkce_code_verifier, **more)

    monkeypatch.setattr(OAuth2Client, "get_access_token", watched)
    onward = go(client)
    client.get(there(provider, onward))
    (verifier,) = sent
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    challenge = parse_qs(urlsplit(onward).query)["code_challenge"][0]
    assert digest.decode().rstrip("=") == challenge


def test_forged_code_is_refused(client, provider, linde):
    back = there(provider, go(client))
    assert refused(client.get(changed(back, code="x")), client)


def forged(token: str, how: str) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    if how == "signature":
        return f"{head}.{body}.{signature[::-1]}"
    if how == "none":
        return jwt.encode(claims, None, algorithm="none")
    if how == "symmetric":
        return jwt.encode(claims, "k" * 32, algorithm="HS256")
    if how == "missing":
        return ""
    return "geen.echt.token"


@pytest.mark.parametrize("how", ["signature", "none", "symmetric", "missing", "nonsense"])
def test_forged_token_is_refused(client, provider, linde, monkeypatch, how):
    redeem = OAuth2Client.get_access_token

    def tampered(self, *parts, **more):
        answer = redeem(self, *parts, **more)
        return answer | {"id_token": forged(answer["id_token"], how)}

    monkeypatch.setattr(OAuth2Client, "get_access_token", tampered)
    assert refused(client.get(there(provider, go(client))), client)


def test_token_for_another_client_is_refused(client, provider, linde, settings):
    back = there(provider, changed(go(client), client_id="een-ander"))
    assert refused(client.get(back), client)


def test_provider_that_calls_itself_otherwise_is_refused(client, provider, linde, monkeypatch):
    read = requests.Response.json

    def otherwise(self):
        answer = read(self)
        return answer | ({"issuer": "https://evil.example"} if "issuer" in answer else {})

    monkeypatch.setattr(requests.Response, "json", otherwise)
    assert refused(client.post(BEGIN), client)


def test_stopping_there_is_told_calmly(client, provider):
    answer = httpx.post(go(client), data={"action": "deny"})
    back = urlsplit(answer.headers["Location"])
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    assert "error=access_denied" in back.query
    response = client.get(f"{BACK}?error=access_denied&state={state}")
    assert response.status_code == 200
    assert "Je bent bij Entree gestopt" in text(response)


def test_provider_that_is_down_is_told_before_and_after(client, provider, linde, settings, caplog):
    back = there(provider, go(client))
    settings.KOMPAS_OIDC["entree"]["issuer"] = "http://localhost:9"
    assert refused(client.get(back), client)
    assert refused(client.post(BEGIN), client)
    logged = [one.getMessage() for one in caplog.records if one.name.startswith("kompas")]
    assert logged == ["Log-in by entree failed: ConnectionError."] * 2


def test_service_that_is_not_set_up_is_not_there(client):
    assert client.post("/inloggen/via/google/").status_code == 404
    assert client.get("/inloggen/via/google/terug/").status_code == 404
    assert client.get(BACK).status_code == 502


def test_one_place_makes_us_ask_a_provider_so_often(client, provider, monkeypatch):
    monkeypatch.setattr("kompas.accounts.views.openid.STARTS", 1)
    go(client)
    assert client.post(BEGIN).status_code == 502


def test_without_services_the_page_shows_none(client, settings):
    assert "Log in met Entree" in text(client.get("/inloggen/"))
    settings.KOMPAS_OIDC = {}
    assert "Entree" not in text(client.get("/inloggen/"))


# The administration


def test_installation_ties_a_home_to_an_organisation(client, linde):
    client.force_login(User.objects.create_superuser("beheer@school.nl", PASSWORD))
    page = text(client.get(f"/beheer/accounts/organisation/{linde.pk}/change/"))
    assert f'value="{HOME}"' in page
    assert '<option value="entree" selected>Entree</option>' in page


# The setting

ENTREE = {
    "KOMPAS_OIDC": "entree",
    "KOMPAS_OIDC_ENTREE_ISSUER": "https://entree.example",
    "KOMPAS_OIDC_ENTREE_CLIENT": "kompas",
    "KOMPAS_OIDC_ENTREE_SECRET": "geheim",
}


@pytest.fixture
def read(monkeypatch):
    def read(**variables: str) -> dict:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return environment.providers("KOMPAS_OIDC")

    return read


def test_no_service_is_set_up_by_default(read):
    assert read() == {}


def test_known_service_needs_three_variables(read):
    (one,) = read(**ENTREE).values()
    assert one == {
        "name": "Entree",
        "issuer": "https://entree.example",
        "client": "kompas",
        "secret": "geheim",
        "home": "nlEduPersonHomeOrganizationId",
        "trusted": False,
    }


def test_secret_may_stand_in_a_file(read, tmp_path):
    file = tmp_path / "secret"
    file.write_text("uit een bestand\n")
    file.chmod(0o600)
    variables = ENTREE | {
        "KOMPAS_OIDC_ENTREE_SECRET": "",
        "KOMPAS_OIDC_ENTREE_SECRET_FILE": f"{file}",
    }
    assert read(**variables)["entree"]["secret"] == "uit een bestand"
    file.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        read(**variables)
    file.unlink()
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        read(**variables)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KOMPAS_OIDC": "Entree!"}, "small letters"),
        ({"KOMPAS_OIDC_ENTREE_ISSUER": ""}, "KOMPAS_OIDC_ENTREE_ISSUER is missing"),
        ({"KOMPAS_OIDC_ENTREE_ISSUER": "http://entree.example"}, "https address"),
        (
            {"KOMPAS_OIDC_ENTREE_ISSUER": "https://e.example/.well-known/openid-configuration"},
            "without /.well-known",
        ),
        ({"KOMPAS_OIDC_ENTREE_CLIENT": ""}, "KOMPAS_OIDC_ENTREE_CLIENT is missing"),
        ({"KOMPAS_OIDC_ENTREE_SECRET": ""}, "KOMPAS_OIDC_ENTREE_SECRET_FILE"),
        ({"KOMPAS_OIDC_ENTREE_TRUSTED": "ja"}, "set it to 1"),
        ({"KOMPAS_OIDC": "eigen"}, "KOMPAS_OIDC_EIGEN_ISSUER is missing"),
    ],
)
def test_service_that_is_set_up_wrong_is_refused_with_what_to_do(read, variables, said):
    with pytest.raises(ImproperlyConfigured, match=re.escape(said)):
        read(**(ENTREE | variables))


# In a browser


@pytest.mark.once
def test_somebody_logs_in_by_their_school_in_a_browser(server, new_context, axe, provider):
    """Journey: from the button, past the page that goes on, to the provider and back."""
    made = Organisation.objects.create(name="De Linde", slug="linde")
    Home.objects.create(organisation=made, provider="entree", value=HOME)
    httpx.put(f"{provider}/users/dora-1", json=DORA)
    page = new_context(base_url=server).new_page()

    def at_the_provider(route):  # whose own page fetches a style from elsewhere
        answer = httpx.post(route.request.url, data={"sub": "dora-1"})
        route.fulfill(status=302, headers={"Location": answer.headers["Location"]})

    page.route(f"{provider}/**", at_the_provider)
    page.goto("/inloggen/")
    axe(page)
    page.get_by_role("button", name="Log in met Entree").click()
    expect(page.get_by_text("Je hebt nog geen rol bij De Linde")).to_be_visible()
    axe(page)
