"""How long an organisation keeps what was said, and what then becomes of it."""

import datetime
import json
from unittest import mock

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Event, Membership, Organisation, Role, User
from kompas.ledger import read as ledger
from kompas.signals import restored
from reports.kept import keep, report_of
from reports.models import Rendering
from reports.parts import weighed_first
from sessions import retention
from sessions.document import document, load, normalise
from sessions.models import (
    Argument,
    EditedCopy,
    Erasure,
    Note,
    Reminder,
    Round,
    Session,
    Share,
    Tag,
    Tally,
    Version,
)
from sessions.periods import last_with_months_over, months_after
from sessions.upkeep import erase
from tests import cast

pytestmark = pytest.mark.django_db


class School:
    """A school under a board, with who administers it and who owns its talks."""

    def __init__(self):
        self.board = Organisation.objects.create(name="Bestuur", slug="bestuur")
        self.school = Organisation.objects.create(name="School", slug="school", parent=self.board)
        self.owner = self.person("eigenaar@school.nl", Role.FACILITATOR)
        self.administrator = self.person("beheer@school.nl", Role.ADMINISTRATOR)

    def person(self, email, role, organisation=None):
        user = User.objects.create_user(email, "een lang wachtwoord")
        Membership.objects.create(user=user, organisation=organisation or self.school, role=role)
        return user

    def take(self, talk, **days):
        cast.stand(talk, self.school, self.owner, **days)
        Session.objects.filter(plenary=talk.id).update(organisation=self.school, **days)
        return talk

    def keeps(self, **periods):
        Organisation.objects.filter(pk=self.school.pk).update(**periods)
        self.school.refresh_from_db()

    def client(self, user=None):
        client = Client()
        client.force_login(user or self.administrator)
        return client


@pytest.fixture
def there():
    return School()


@pytest.fixture
def weighed(there):
    """A closed talk with weights, a decision and an edited copy."""
    talk = there.take(cast.whole())
    version = talk.close()
    EditedCopy.objects.create(
        version=version,
        document=version.document,
        secret_hash="x",
        expires_at=timezone.now(),
    )
    return talk


def closed_ago(talk, months):
    day = timezone.now() - datetime.timedelta(days=31 * months)
    Session.objects.filter(pk=talk.id).update(closed_on=timezone.localdate(day))


def changed_ago(talk, days):
    day = timezone.localdate() - datetime.timedelta(days=days)
    Session.objects.filter(pk=talk.id).update(changed_on=day)


# Months


@pytest.mark.parametrize("day", [(2026, 2, 28), (2028, 2, 29), (2026, 3, 31), (2026, 12, 1)])
@pytest.mark.parametrize("months", [1, 11, 12, 25])
def test_a_day_is_months_ago_from_the_first_day_on(day, months):
    day = datetime.date(*day)
    last = last_with_months_over(day, months)
    assert months_after(last, months) <= day
    assert months_after(last + datetime.timedelta(days=1), months) > day


# Weights


def test_weights_go_after_their_months_and_no_day_sooner(there, weighed):
    retention.erase_old_weights()
    assert Tally.objects.count()
    closed_ago(weighed, 11)
    retention.erase_old_weights()
    assert Tally.objects.count()
    closed_ago(weighed, 13)
    retention.erase_old_weights()
    assert (Tally.objects.count(), Round.weighed.count()) == (0, 0)
    assert weighed.session.weights_gone_on == timezone.localdate()
    told = Event.objects.get(action="erase")
    assert (told.thing, told.thing_id, told.actor) == ("weights", str(weighed.id), None)


def test_no_weight_is_left_in_any_document_and_each_stays_valid(there, weighed):
    before = document(weighed.session)
    assert any("weights" in one for one in before["arguments"])
    closed_ago(weighed, 13)
    retention.erase_old_weights()
    kept = [*Version.objects.values_list("document", flat=True)]
    kept += [*EditedCopy.objects.values_list("document", flat=True), document(weighed.session)]
    assert len(kept) == 3
    for one in kept:
        assert one == normalise(one)
        assert not {"rounds", "intuition"} & one.keys()
        assert '"weights"' not in json.dumps(one)
        assert one["weights_gone_on"] == timezone.localdate().isoformat()
        assert one["outcome"] == before["outcome"]
        assert [row["text"] for row in one["arguments"]] == [
            row["text"] for row in before["arguments"]
        ]


def test_erasing_weights_twice_is_once_and_keeps_the_day_of_the_talk(there, weighed):
    closed_ago(weighed, 13)
    changed_ago(weighed, 5)
    before = weighed.session
    retention.erase_old_weights()
    once = weighed.session
    assert (once.changed_on, once.revision) == (before.changed_on, before.revision + 1)
    retention.erase_old_weights()
    assert weighed.session.revision == once.revision
    assert Event.objects.count() == 1


def test_report_says_that_weights_are_gone_and_not_that_nobody_weighed(there, weighed):
    version = Version.objects.get()
    before = report_of(weighed.session, version).html()
    assert "Twee mensen wogen." in before
    closed_ago(weighed, 13)
    retention.erase_old_weights()
    after = report_of(weighed.session, Version.objects.get()).html()
    assert "De gewichten die mensen gaven, zijn gewist op" in after
    assert "niet gewogen" not in after.lower()
    assert "Alleen in de gang." in after
    left = Version.objects.get().document
    left["arguments"][1]["chosen"] = True
    told = weighed_first(left)
    assert [one["rows"][0]["text"] for one in told["groups"][0]["sides"]] == [
        left["arguments"][1]["text"]
    ]
    assert sum(len(side["rows"]) for side in told["not_weighed"]) == 2


def test_step_and_timeline_say_that_weights_are_gone_and_the_step_is_done(there, weighed):
    client = Client()
    client.force_login(there.owner)
    pages = [
        reverse("sessions:step", args=[weighed.id, "weighing"]),
        reverse("sessions:memory", args=[weighed.id]),
    ]
    Argument.objects.filter(text="Het kalmeert.").update(dialogue="Wie is er dan kalm?")
    closed_ago(weighed, 13)
    retention.erase_old_weights()
    step, memory = (client.get(page).content.decode() for page in pages)
    assert "De gewichten die mensen gaven, zijn gewist op" in step
    assert "Wie is er dan kalm?" in step
    assert "Welke argumenten verdienen een afweging?" not in step
    assert step.count("(klaar)") == len(cast.KEYS)
    assert "Gewichten en gevoelens gewist" in memory


def test_kept_file_is_made_anew_without_the_weights(there, weighed):
    version = Version.objects.get()
    with mock.patch("reports.kept.make", lambda paper, format: paper.html().encode()):
        first = keep(version)
        assert b"Twee mensen wogen." in bytes(first.content)
        closed_ago(weighed, 13)
        retention.erase_old_weights()
        assert not Rendering.objects.exists()
        again = keep(Version.objects.get())
    assert b"zijn gewist op" in bytes(again.content)


def test_plenary_and_tables_lose_their_weights_together(there):
    plenary = there.take(cast.Talk.brought_in(with_tables()))
    day = timezone.localdate() - datetime.timedelta(days=400)
    Session.objects.filter(plenary=plenary.id).update(closed_on=day)
    retention.erase_old_weights()
    assert Tally.objects.filter(item__round__session__plenary=plenary.id).exists()
    closed_ago(plenary, 13)
    retention.erase_old_weights()
    assert not Tally.objects.exists()
    for one in Version.objects.all():
        assert '"weights"' not in json.dumps(one.document)
        assert one.document == normalise(one.document) or "table" in one.document


def with_tables():
    talk = cast.whole()
    talk.close()
    one = {key: value for key, value in document(talk.session).items() if key != "tables"}
    talk.session.delete()
    return {**one, "tables": [{**one, "table": 1}, {**one, "table": 2}]}


def test_talk_that_is_open_again_loses_them_once_it_lies_still(there, weighed):
    closed_ago(weighed, 13)
    weighed.reopen()
    retention.erase_old_weights()
    assert Tally.objects.exists()
    changed_ago(weighed, 400)
    retention.erase_old_weights()
    assert not Tally.objects.exists()


def test_guests_talk_and_example_keep_their_weights(there):
    guest = cast.whole()
    guest.close()
    closed_ago(guest, 40)
    retention.erase_old_weights()
    assert Tally.objects.exists()


# Talks


def days_after(monkeypatch, days):
    day = timezone.localdate() + datetime.timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda *given: given[0].date() if given else day)


def test_talk_is_warned_about_then_removed_then_erased(there, monkeypatch):
    there.keeps(keep_talks=12)
    talk = there.take(cast.Talk(), changed_on=timezone.localdate())
    due = months_after(timezone.localdate(), 12)
    assert talk.session.remove_on == due
    assert talk.session.erase_on == due + datetime.timedelta(days=30)
    left = (due - timezone.localdate()).days
    with monkeypatch.context() as later:
        days_after(later, left - 31)
        call_command("tick")
        assert (mail.outbox, retention.soon(talk.session)) == ([], False)
    with monkeypatch.context() as later:
        days_after(later, left - 30)
        call_command("tick")
        call_command("tick")
        assert sorted(one.to[0] for one in mail.outbox) == [
            "beheer@school.nl",
            "eigenaar@school.nl",
        ]
        assert retention.soon(talk.session)
        assert talk.session.removed_on is None
    with monkeypatch.context() as later:
        days_after(later, left - 1)
        call_command("tick")
        assert talk.session.removed_on is None
    with monkeypatch.context() as later:
        days_after(later, left)
        call_command("tick")
        assert talk.session.removed_on == due
    with monkeypatch.context() as later:
        days_after(later, left + 29)
        call_command("tick")
        assert Session.objects.filter(pk=talk.id).exists()
    with monkeypatch.context() as later:
        days_after(later, left + 30)
        call_command("tick")
        assert not Session.objects.filter(pk=talk.id).exists()
        assert Erasure.objects.filter(session_id=talk.id).exists()
    assert [one.action for one in Event.objects.order_by("id")] == ["remove", "erase"]
    assert len(mail.outbox) == 2


def test_warning_holds_no_word_of_a_talk(there):
    there.keeps(keep_talks=1)
    for number in range(25):
        there.take(cast.Talk(f"Vraag {number} over de camera?"), changed_on="2020-01-01")
    retention.warn_of_retention()
    assert len(mail.outbox) == 2
    for one in mail.outbox:
        assert "camera" not in one.subject + one.body
        assert one.subject == "25 gesprekken gaan binnenkort weg"
        assert one.body.count("/gesprekken/") + one.body.count("/bewaren/") == 20
        assert "en nog 5" in one.body


def test_refused_mail_is_sent_again_and_the_talk_waits(there, monkeypatch):
    there.keeps(keep_talks=1)
    due = timezone.localdate() - datetime.timedelta(days=3)
    talk = there.take(cast.Talk(), changed_on=due - datetime.timedelta(days=31))
    with monkeypatch.context() as refusing:
        refusing.setattr("kompas.mail.send", lambda mails: list(mails))
        call_command("tick")
    assert (Reminder.objects.count(), talk.session.removed_on) == (0, None)
    call_command("tick")
    assert (Reminder.objects.count(), talk.session.removed_on) == (2, None)
    with monkeypatch.context() as later:
        days_after(later, 30)
        call_command("tick")
    assert talk.session.removed_on is not None


def test_a_talk_goes_also_where_nobody_can_be_told(there):
    there.keeps(keep_talks=1)
    talk = there.take(cast.Talk(), changed_on="2020-01-01")
    Membership.objects.all().delete()
    Session.objects.update(owner=None)
    call_command("tick")
    assert talk.session.removed_on == timezone.localdate()


def test_plenary_and_tables_go_together_by_the_last_change(there):
    there.keeps(keep_talks=1)
    long_ago = {"changed_on": "2020-01-01", "closed_on": "2020-01-01"}
    plenary = there.take(cast.Talk.brought_in(with_tables()), **long_ago)
    table = Session.objects.get(plenary=plenary.id, table=2)
    Session.objects.filter(pk=table.pk).update(changed_on=timezone.localdate())
    call_command("tick")
    assert plenary.session.removed_on is None
    Session.objects.filter(pk=table.pk).update(changed_on="2020-01-01")
    call_command("tick")
    assert set(Session.objects.values_list("removed_on", flat=True)) == {timezone.localdate()}


def test_what_was_removed_is_listed_until_it_is_erased(there):
    talk = there.take(cast.Talk())
    page = reverse("sessions:retention", args=["school"])
    assert str(talk.id) not in there.client().get(page).content.decode()
    retention.remove(talk.session, None)
    shown = there.client().get(page).content.decode()
    assert reverse("sessions:session", args=[talk.id]) in shown
    assert cast.QUESTION not in shown


def test_a_promise_that_is_ticked_off_keeps_a_closed_talk_for_a_short_while_only(there):
    there.keeps(keep_talks=12)
    talk = there.take(cast.Talk())
    talk.close()
    today = timezone.localdate()
    old = today - datetime.timedelta(days=800)
    Session.objects.filter(pk=talk.id).update(closed_on=old, changed_on=today)
    assert talk.session.remove_on == today + datetime.timedelta(days=30)
    retention.remove_old_talks()
    assert talk.session.removed_on is None
    Session.objects.filter(pk=talk.id).update(changed_on=today - datetime.timedelta(days=60))
    retention.remove_old_talks()
    assert talk.session.removed_on == today


def test_what_was_put_back_meanwhile_is_not_erased(there):
    talk = there.take(cast.Talk(), removed_on="2020-01-01")
    stale = talk.session
    Session.objects.filter(pk=talk.id).update(removed_on=None)
    assert not erase(stale, still=lambda fresh: fresh.removed_on is not None)
    assert Session.objects.filter(pk=talk.id).exists()


# Choosing


def chosen(there, **typed):
    return there.client().post(reverse("sessions:retention", args=["school"]), typed)


def test_shortening_erases_nothing_the_same_day(there, weighed):
    closed_ago(weighed, 6)
    changed_ago(weighed, 90)
    assert chosen(there, keep_weights=3, keep_talks=2).status_code == 303
    there.school.refresh_from_db()
    soon = timezone.localdate() + datetime.timedelta(days=30)
    assert (there.school.keep_weights, there.school.retention_from) == (3, soon)
    call_command("tick")
    assert Tally.objects.exists()
    assert weighed.session.remove_on == soon
    assert weighed.session.weights_go_on == soon
    there.keeps(retention_from=timezone.localdate())
    call_command("tick")
    assert not Tally.objects.exists()


def test_keeping_longer_waits_for_nothing_and_is_in_the_log(there):
    chosen(there, keep_weights=24, keep_talks="")
    chosen(there, keep_weights=24, keep_talks="")
    there.school.refresh_from_db()
    assert there.school.retention_from is None
    event = Event.objects.get()
    assert (event.action, event.actor) == ("keep", there.administrator.trail_id)
    assert event.details == {"weights": [12, 24], "talks": [None, None]}


def test_what_goes_is_seen_before_it_is_chosen(there, weighed):
    closed_ago(weighed, 6)
    changed_ago(weighed, 90)
    url = reverse("sessions:retention", args=["school"])
    shown = there.client().get(url, {"keep_weights": 3, "keep_talks": 2}).content.decode()
    assert "1 gesprek verliest zijn gewichten op" in shown
    assert "1 gesprek gaat weg op" in shown
    there.school.refresh_from_db()
    assert there.school.keep_weights == 12


@pytest.mark.parametrize("typed", [{}, {"keep_weights": 0}, {"keep_weights": 5, "keep_talks": -1}])
def test_wrong_months_are_told_beside_the_field(there, typed):
    answer = chosen(there, **typed)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_who_administers_above_may_and_others_know_nothing_of_it(there):
    url = reverse("sessions:retention", args=["school"])
    above = there.person("bestuur@school.nl", Role.ADMINISTRATOR, there.board)
    other = Organisation.objects.create(name="Ander", slug="ander")
    elsewhere = there.person("ander@school.nl", Role.ADMINISTRATOR, other)
    assert there.client(above).get(url).status_code == 200
    assert there.client(elsewhere).get(url).status_code == 404
    assert there.client(there.owner).get(url).status_code == 404
    of_the_board = reverse("sessions:retention", args=["bestuur"])
    assert there.client().get(of_the_board).status_code == 404
    assert Client().get(url).status_code == 302


def test_page_asks_as_much_of_the_database_for_many_talks_as_for_one(there):
    there.keeps(keep_talks=1)
    counts = []
    for _number in range(3):
        there.take(cast.Talk(), changed_on="2020-01-01")
        there.take(cast.Talk(), removed_on=timezone.localdate())
        client = there.client()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("sessions:retention", args=["school"]))
        counts.append(len(asked))
    assert counts[0] == counts[2] <= 12


def test_nothing_of_an_erased_talk_is_left(there, weighed):
    version = Version.objects.get()
    Rendering.keep(version, "verslag", "pdf", b"x")
    Share.objects.create(version=version, organisation=there.school)
    Tag.objects.create(session=weighed.session, name="camera")
    Note.objects.create(session=weighed.session, text="Een notitie")
    Reminder.objects.create(
        session=weighed.session, user=there.owner, reason="review", due=timezone.localdate()
    )
    follows = there.take(cast.Talk(), follows=weighed.id)
    erase(weighed.session)
    assert follows.session.follows is None
    erase(follows.session)
    left = {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ("deliberation", "reports") and model._base_manager.count()
    }
    assert left == {"deliberation.Method": 1, "deliberation.Erasure": 2}


def test_report_of_an_organisations_talk_asks_little_more_of_the_database(there, weighed):
    there.keeps(keep_talks=24)
    url, client = reverse("reports:report", args=[weighed.id]), weighed.leader.client()
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    Session.objects.filter(pk=weighed.id).update(organisation=None, owner=None)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    assert len(asked) - len(before) <= 3


# Seen at the talk


def test_dates_stand_on_the_talks_pages(there, weighed):
    there.keeps(keep_talks=24)
    client = weighed.leader.client()
    for name in ("reports:report", "sessions:handover", "sessions:links"):
        shown = client.get(reverse(name, args=[weighed.id])).content.decode()
        assert "Dit gesprek gaat weg op" in shown, name
        assert "De gewichten worden gewist op" in shown, name
    there.keeps(keep_talks=1)
    changed_ago(weighed, 25)
    shown = client.get(reverse("reports:report", args=[weighed.id])).content.decode()
    assert "erased-soon" in shown


# Backups


def test_weights_and_talks_that_were_erased_stay_so_after_a_restore(there, tmp_path, settings):
    settings.KOMPAS_ERASURES = tmp_path / "ledger"
    talk = there.take(cast.whole())
    talk.close()
    closed_ago(talk, 13)
    before = document(talk.session)
    retention.erase_old_weights()
    erased = ledger(settings.KOMPAS_ERASURES)
    talk.session.delete()
    again = cast.Talk.brought_in(before)
    Session.objects.filter(pk=again.id).delete()
    load(before, session_id=talk.id, organisation=there.school)
    assert Tally.objects.exists()
    restored.send(sender=None, erased=erased)
    assert not Tally.objects.exists()
    assert '"weights"' not in json.dumps(Version.objects.get().document)
    retention.remove(talk.session, None)
    Session.objects.update(removed_on="2020-01-01")
    call_command("tick")
    assert talk.id in ledger(settings.KOMPAS_ERASURES)


# Taking along


def test_administrator_asks_for_the_file_and_gets_no_word_of_a_talk(there):
    User.objects.create_superuser("installatie@school.nl")
    there.take(cast.Talk())
    url, client = reverse("sessions:taking_along", args=["school"]), there.client()
    assert "export_organisation school" in client.get(url).content.decode()
    assert client.post(url).status_code == 303
    assert client.post(url).status_code == 303
    event = Event.objects.get()
    assert (event.action, event.actor) == ("ask_export", there.administrator.trail_id)
    assert [one.to for one in mail.outbox] == [["installatie@school.nl"]]
    assert "manage.py export_organisation school" in mail.outbox[0].body
    shown = client.get(url).content.decode()
    assert "Vandaag gevraagd" in shown
    assert cast.QUESTION not in shown
    assert there.client(there.owner).post(url).status_code == 404
    assert Client().get(url).status_code == 302
