from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from kompas import throttle
from kompas.accounts.models import Attempt
from kompas.signals import tick

HOUR = 3600


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands at the start of an hour until it is moved."""
    now = [1_200_000_000 // HOUR * HOUR]
    monkeypatch.setattr(throttle.time, "time", lambda: now[0])
    return now


@pytest.mark.django_db
def test_attempts_are_allowed_up_to_the_limit(clock):
    answers = [throttle.allowed("join", "192.0.2.1", 3, HOUR) for _ in range(5)]
    assert answers == [True, True, True, False, False]
    assert throttle.allowed("join", "192.0.2.2", 3, HOUR) is True
    assert throttle.allowed("login", "192.0.2.1", 3, HOUR) is True


@pytest.mark.django_db
def test_limit_can_be_asked_without_counting(clock):
    assert throttle.exceeded("code", "192.0.2.1", 2, HOUR) is False
    throttle.allowed("code", "192.0.2.1", 2, HOUR)
    assert throttle.exceeded("code", "192.0.2.1", 2, HOUR) is False
    throttle.allowed("code", "192.0.2.1", 2, HOUR)
    assert throttle.exceeded("code", "192.0.2.1", 2, HOUR) is True
    assert throttle.exceeded("code", "192.0.2.2", 2, HOUR) is False


@pytest.mark.django_db
def test_attempts_are_allowed_again_in_the_next_stretch(clock):
    assert throttle.allowed("join", "192.0.2.1", 1, HOUR) is True
    clock[0] += HOUR - 1
    assert throttle.allowed("join", "192.0.2.1", 1, HOUR) is False
    clock[0] += 1
    assert throttle.allowed("join", "192.0.2.1", 1, HOUR) is True


@pytest.mark.django_db
def test_who_tried_cannot_be_read_or_matched_over_time(clock):
    throttle.allowed("join", "192.0.2.1", 1, HOUR)
    clock[0] += HOUR
    throttle.allowed("join", "192.0.2.1", 1, HOUR)
    keys = [row.key for row in Attempt.objects.all()]
    assert [len(key) for key in keys] == [64, 64]
    assert keys[0] != keys[1]
    assert "192.0.2.1" not in str(list(Attempt.objects.values_list()))


@pytest.mark.django_db
def test_upkeep_forgets_stretches_that_have_ended(clock):
    throttle.allowed("join", "192.0.2.1", 1, HOUR)
    clock[0] += HOUR
    throttle.allowed("join", "192.0.2.1", 1, HOUR)
    throttle.forget()
    assert [row.until for row in Attempt.objects.all()] == [clock[0] + HOUR]
    clock[0] += HOUR
    tick.send_robust(sender=None)
    assert Attempt.objects.count() == 0


@pytest.mark.django_db
def test_stretch_has_one_row(clock):
    row = {"bucket": "join", "key": "a", "until": 1, "count": 1}
    Attempt.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_instant_are_each_counted():
    stretch = 10 * 365 * 24 * HOUR  # that does not end during the test

    def attempt(_):
        try:
            return throttle.allowed("join", "192.0.2.1", 25, stretch)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(60)))
    assert answers.count(True) == 25
    assert Attempt.objects.get().count == 60


# The client's address


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),  # anyone may write that header
        (1, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first is the client's word
        (2, "127.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        (1, "127.0.0.1", "no address", ""),
        (0, "", None, ""),  # over a socket in the file system
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
    ],
)
def test_address_is_believed_as_far_as_there_are_proxies(
    rf, settings, proxies, remote, forwarded, expected
):
    settings.KOMPAS_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = rf.get("/", REMOTE_ADDR=remote, headers=headers)
    assert throttle.client_address(request) == expected


@pytest.mark.django_db
def test_several_at_once_count_as_several(clock):
    assert throttle.allowed("mail", "x", 5, 60, times=3)
    assert not throttle.allowed("mail", "x", 5, 60, times=3)
    assert throttle.allowed("mail", "y", 5, 60, times=5)
