"""Where somebody is logged in, and how that ends."""

import uuid

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kompas.accounts.models import Login, User
from tests.test_coming_in import OTHER, PASSWORD, is_in, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WINDOWS_EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
MAC_FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0"
IPAD_SAFARI = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
ANDROID_CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def alice():
    return User.objects.create_user("alice@school.nl", PASSWORD, name="Alice")


def there(agent: str = "") -> Client:
    """A browser in which Alice is logged in."""
    client = Client(HTTP_USER_AGENT=agent)
    assert log_in(client).status_code == 303
    return client


def shown(client: Client) -> str:
    return client.get(reverse("accounts:logins")).content.decode()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS_EDGE, "Edge, Windows"),
        (MAC_FIREFOX, "Firefox, macOS"),
        (IPAD_SAFARI, "Safari, iPad"),
        (ANDROID_CHROME, "Chrome, Android"),
        ("", "een andere browser, een ander apparaat"),
        ("<script>alert(1)</script>", "een andere browser, een ander apparaat"),
    ],
)
def test_list_says_in_two_words_where_one_is_logged_in(alice, agent, words):
    there(agent)
    assert words in shown(there(MAC_FIREFOX))


def test_nothing_else_is_kept_of_a_browser(alice):
    there(WINDOWS_EDGE)
    names = {field.name for field in Login._meta.get_fields()}
    known = {"id", "held", "user", "browser", "system", "since", "seen", "password_hash"}
    assert names == known
    row = Login.objects.values().get()
    assert not any("Mozilla" in str(value) or "127.0.0.1" in str(value) for value in row.values())


def test_key_of_a_browser_stands_on_no_page(alice):
    here, elsewhere = there(), there()
    page = shown(here)
    assert here.cookies["sessionid"].value not in page
    assert elsewhere.cookies["sessionid"].value not in page


def test_one_logs_out_in_one_other_browser(alice):
    here, phone, laptop = there(), there(ANDROID_CHROME), there(WINDOWS_EDGE)
    gone = Login.objects.get(browser="edge")
    url = reverse("accounts:login_end", args=[gone.pk])
    assert here.get(url).status_code == 405
    assert here.post(url).status_code == 303
    assert here.post(url).status_code == 303
    assert (is_in(here), is_in(phone), is_in(laptop)) == (True, True, False)


def test_one_logs_out_everywhere_else_at_once(alice):
    here, phone, laptop = there(), there(ANDROID_CHROME), there(WINDOWS_EDGE)
    here.post(reverse("accounts:logins_end"))
    assert (is_in(here), is_in(phone), is_in(laptop)) == (True, False, False)
    assert "nergens anders" in shown(here)
    assert Session.objects.filter(pk__in=Login.objects.values("held")).count() == 1


def test_logging_out_in_this_browser_by_the_list_is_going_out(alice):
    here = there()
    response = here.post(reverse("accounts:login_end", args=[Login.objects.get().pk]))
    assert (response["Location"], is_in(here)) == ("/", False)
    assert Login.objects.count() == 0


def test_nobody_ends_what_is_of_somebody_else(alice):
    User.objects.create_user("bob@school.nl", PASSWORD)
    bob = Client()
    log_in(bob, "bob@school.nl")
    here = there()
    hers = Login.objects.get(user=alice)
    bob.post(reverse("accounts:login_end", args=[hers.pk]))
    bob.post(reverse("accounts:login_end", args=[uuid.uuid4()]))
    bob.post(reverse("accounts:logins_end"))
    assert is_in(here)
    assert str(hers.pk) not in shown(bob)


def test_another_password_logs_out_everywhere_else(alice):
    here, elsewhere = there(), there()
    data = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    here.post(reverse("account_change_password"), data)
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert Login.objects.count() == 1
    assert "nergens anders" in shown(here)


@pytest.mark.parametrize("how", ["password", "closed", "deleted"])
def test_whoever_ends_an_account_logs_it_out_everywhere(alice, how):
    browsers = [there(), there()]
    if how == "password":
        alice.set_password(OTHER)
        alice.save()
    elif how == "closed":
        alice.is_active = False
        alice.save()
    else:
        alice.delete()
    assert [is_in(one) for one in browsers] == [False, False]
    assert Login.objects.count() == 0


def test_day_on_which_it_was_last_used_is_of_today(alice, monkeypatch):
    here = there()
    Login.objects.update(since="2026-01-01", seen="2026-01-01")
    assert is_in(here)
    assert str(Login.objects.get().seen) == "2026-01-01"  # once a day is enough
    session = here.session
    session["kompas-login"] = ["", "2026-01-01"]
    session.save()
    assert is_in(here)
    row = Login.objects.get()
    assert str(row.since) == "2026-01-01"
    assert str(row.seen) > "2026-01-01"


def test_list_asks_as_much_of_few_as_of_many(alice, django_assert_num_queries):
    here = there()
    with django_assert_num_queries(5):
        shown(here)
    for _ in range(5):
        there()
    with django_assert_num_queries(5):
        shown(here)


def test_whoever_is_not_logged_in_is_asked_to():
    response = Client().get(reverse("accounts:logins"))
    assert response["Location"] == "/inloggen/?next=/account/apparaten/"
