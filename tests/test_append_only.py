"""The audit log: the database itself keeps what was written."""

import datetime

import pytest
from django.db import Error, connection, transaction

from kompas.accounts import append_only
from kompas.accounts.models import Event, Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """An event, with the triggers as an installation has them."""
    append_only.put()
    school = Organisation.objects.create(name="De Vlieger", slug="vlieger")
    return Event.record(school, User.objects.create_user("a@school.nl"), "end", "membership", 7)


def refused(act):
    with pytest.raises(Error, match=r"append-only|has ended"), transaction.atomic():
        act()


def test_event_is_neither_changed_nor_deleted(event):
    refused(lambda: Event.objects.update(action="begin"))
    refused(lambda: Event.objects.all().delete())
    refused(event.organisation.delete)
    assert Event.objects.values_list("action", flat=True).get() == "end"


@pytest.mark.sqlite
def test_event_is_not_written_over(event):
    def over():
        with connection.cursor() as cursor:
            cursor.execute("REPLACE INTO accounts_event SELECT * FROM accounts_event")

    refused(over)


def test_log_goes_with_an_organisation_that_has_ended_and_does_not_come_back(event):
    school = event.organisation
    Organisation.objects.filter(pk=school.pk).update(ended_on=datetime.date(2026, 1, 31))
    refused(lambda: Organisation.objects.filter(pk=school.pk).update(ended_on=None))
    school.delete()
    assert Event.objects.count() == 0


def test_tables_can_be_made_anew_by_a_migration(event):
    append_only.take_away()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_organisation RENAME TO elsewhere")
        cursor.execute("ALTER TABLE elsewhere RENAME TO accounts_organisation")
    append_only.put()
    refused(lambda: Event.objects.all().delete())


def test_event_names_an_account_by_nothing_but_its_random_id(event):
    user = User.objects.get()
    assert event.actor == user.trail_id
    assert "a@school.nl" not in str([getattr(event, one.attname) for one in Event._meta.fields])


def test_triggers_are_put_in_place_by_migrating():
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    # The one that tests are in the way of is taken away before they begin.
    assert found >= set(append_only.TRIGGERS[connection.vendor]) - {"accounts_event_no_delete"}
