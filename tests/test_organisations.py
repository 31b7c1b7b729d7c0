"""Organisations: who manages them, roles, invitations, and who leaves."""

import datetime
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from kompas.accounts import log, roles
from kompas.accounts.models import Event, Invitation, Membership, Organisation, Role, User
from kompas.live import rights
from kompas.signals import tick
from sessions import lifecycle, ownership
from sessions.access import Actor, NoGrant, find
from sessions.models import Change, Link, Session, Share, new_secret
from tests import cast

pytestmark = pytest.mark.django_db

PASSWORD = "een lang genoeg wachtwoord"


class Board:
    """A board with two schools, another board, and somebody in each role."""

    def __init__(self):
        self.board = Organisation.objects.create(name="Bestuur", slug="bestuur")
        self.school = Organisation.objects.create(name="De Linde", slug="linde", parent=self.board)
        self.other = Organisation.objects.create(name="Ander bestuur", slug="ander")
        self.administrator = self.person("beheer", self.board, Role.ADMINISTRATOR)
        self.school_administrator = self.person("linde", self.school, Role.ADMINISTRATOR)
        self.facilitator = self.person("leider", self.school, Role.FACILITATOR)
        self.leader = self.person("directie", self.school, Role.SCHOOL_LEADER)
        self.reader = self.person("bestuurder", self.board, Role.BOARD_READER)
        self.elsewhere = self.person("elders", self.other, Role.ADMINISTRATOR)
        self.nobody = User.objects.create_user("los@school.nl", PASSWORD)
        self.installation = User.objects.create_superuser("installatie@school.nl", PASSWORD)

    def person(self, name, organisation, role):
        user = User.objects.create_user(f"{name}@school.nl", PASSWORD, name=name.capitalize())
        Membership.objects.create(user=user, organisation=organisation, role=role)
        return user


@pytest.fixture
def board():
    return Board()


def client(user=None) -> Client:
    browser = Client()
    if user is not None:
        browser.force_login(user)
    return browser


def url(name, *arguments):
    return reverse(f"accounts:{name}", args=arguments)


def invite(browser, slug="linde", email="nieuw@school.nl", role=Role.FACILITATOR, **more):
    page = browser.get(url("invite", slug)).content.decode()
    form = next(one for one in cast.Forms(page).found if one["action"].endswith("/uitnodigen/"))
    data = form["fields"] | {"email": email, "role": role} | more
    return browser.post(url("invite", slug), data)


def shown_link(response) -> str:
    return re.search(r"https?://[^/]+(/uitnodiging/[\w-]+/)", response.content.decode())[1]


def events(organisation):
    found = Event.objects.filter(organisation=organisation).order_by("pk")
    return [(one.action, one.thing, one.details.get("role", "")) for one in found]


# Who may come there


PAGES = {
    "organisation": [],
    "log": [],
    "invite": [],
}
POSTS = {
    "school": {"id": str(uuid.uuid4()), "name": "Nieuwe school"},
    "name": {"name": "Andere naam"},
    "role": {},
    "invite": {"email": "x@school.nl", "role": "facilitator", "secret": "s" * 43, "how": "link"},
}
MANAGES = {
    "linde": {"administrator", "school_administrator", "installation"},
    "bestuur": {"administrator", "installation"},
    "ander": {"elsewhere", "installation"},
}
KNOWN = {
    "linde": {"facilitator", "leader"},
    "bestuur": {"reader"},
    "ander": set(),
}
ACTORS = [
    "administrator", "school_administrator", "facilitator", "leader", "reader", "elsewhere",
    "nobody", "installation",
]  # fmt: skip


@pytest.mark.parametrize("slug", MANAGES)
def test_organisation_is_managed_there_and_above_and_nowhere_else(board, slug):
    found = {}
    for actor in ACTORS:
        browser = client(getattr(board, actor))
        answers = {browser.get(url(name, slug)).status_code for name in PAGES}
        before = Event.objects.count()
        if actor not in MANAGES[slug]:
            answers |= {browser.post(url(name, slug), POSTS[name]).status_code for name in POSTS}
            membership = Membership.objects.filter(organisation__slug=slug).first()
            answers.add(browser.post(url("role_end", slug, membership.pk)).status_code)
            for name in ("again", "revocation"):
                answers.add(browser.post(url(name, slug, uuid.uuid4())).status_code)
            assert Event.objects.count() == before
        found[actor] = answers
    assert found == {
        actor: {200} if actor in MANAGES[slug] else {403} if actor in KNOWN[slug] else {404}
        for actor in ACTORS
    }


def test_who_is_not_logged_in_is_led_to_log_in_and_told_nothing(board):
    for slug in ("linde", "bestaat-niet"):
        for name in PAGES:
            response = client().get(url(name, slug))
            assert response.status_code == 302
            assert response["Location"] == f"/inloggen/?next={url(name, slug)}"


def test_row_of_another_organisation_is_not_reached_through_ones_own(board):
    elsewhere = Membership.objects.get(user=board.elsewhere)
    browser = client(board.administrator)
    browser.post(url("role_end", "bestuur", elsewhere.pk))
    browser.post(
        url("role", "bestuur"), {"person": board.elsewhere.trail_id, "role": "facilitator"}
    )
    assert list(board.elsewhere.memberships.all()) == [elsewhere]
    invited = client(board.elsewhere)
    invite(invited, "ander", how="link")
    (one,) = Invitation.objects.all()
    browser.post(url("revocation", "bestuur", one.pk))
    browser.post(url("again", "bestuur", one.pk), {"secret": "t" * 43, "how": "link"})
    assert Invitation.objects.get() == one
    assert Invitation.objects.get().works


def test_ended_organisation_is_gone(board):
    Organisation.objects.filter(slug="ander").update(ended_on=timezone.localdate())
    assert client(board.elsewhere).get(url("organisation", "ander")).status_code == 404


# Organisations


def test_installation_makes_the_first_organisation_once(board):
    browser, id = client(board.installation), str(uuid.uuid4())
    for _ in range(2):
        response = browser.post(url("make"), {"id": id, "name": "Nieuw"})
        assert response["Location"] == url("organisation", "nieuw-1")
    assert Organisation.objects.filter(name="Nieuw").count() == 1
    assert browser.post(url("make"), {"id": uuid.uuid4(), "name": "Nieuw"})["Location"] == url(
        "organisation", "nieuw-1-2"
    )
    assert client(board.administrator).get(url("make")).status_code == 403
    assert client(board.administrator).post(url("make"), {"id": id}).status_code == 403


def test_school_is_made_below_and_no_lower_than_three_levels(board):
    browser = client(board.administrator)
    data = {"id": str(uuid.uuid4()), "name": "De Beuk"}
    assert browser.post(url("school", "linde"), data)["Location"] == url("organisation", "de-beuk")
    data["id"] = str(uuid.uuid4())
    response = browser.post(url("school", "de-beuk"), data)
    assert response.status_code == 422
    assert "hoogstens drie lagen" in response.content.decode()
    assert "Maak een school" not in browser.get(url("organisation", "de-beuk")).content.decode()


def test_organisation_gets_another_name_and_keeps_its_address(board):
    browser = client(board.school_administrator)
    assert browser.post(url("name", "linde"), {"name": " "}).status_code == 422
    browser.post(url("name", "linde"), {"name": "De Eik"})
    assert Organisation.objects.get(slug="linde").name == "De Eik"


# Roles


def test_role_is_given_and_ended(board):
    browser = client(board.administrator)
    data = {"person": board.facilitator.trail_id, "role": Role.SCHOOL_LEADER}
    for _ in range(2):
        browser.post(url("role", "linde"), data)
    one = Membership.objects.get(user=board.facilitator, role=Role.SCHOOL_LEADER)
    for _ in range(2):
        assert browser.post(url("role_end", "linde", one.pk)).status_code == 303
    assert board.facilitator.memberships.get().role == Role.FACILITATOR
    assert events(board.school) == [
        ("give", "role", "school_leader"),
        ("end", "role", "school_leader"),
    ]
    assert {one.actor for one in Event.objects.all()} == {board.administrator.trail_id}


def test_last_administrator_stays(board):
    one = Membership.objects.get(user=board.administrator)
    response = client(board.administrator).post(url("role_end", "bestuur", one.pk))
    assert response.status_code == 422
    assert "de laatste beheerder" in response.content.decode()
    assert Membership.objects.filter(pk=one.pk).exists()
    # Of a school, the board's is there still.
    one = Membership.objects.get(user=board.school_administrator)
    response = client(board.school_administrator).post(url("role_end", "linde", one.pk))
    assert response["Location"] == url("organisations")
    assert not Membership.objects.filter(pk=one.pk).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_end_each_other_one_stays(board):
    second = board.person("tweede", board.board, Role.ADMINISTRATOR)
    both = list(Membership.objects.filter(organisation=board.board, role=Role.ADMINISTRATOR))

    def end(one):
        by = second if one.user_id != second.pk else board.administrator
        try:
            with translation.override("nl"):
                roles.end(Actor(by, {}), board.board, one.pk)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, both)) == [False, True]


# Invitations


def test_invited_person_makes_an_account_and_is_in(board):
    response = invite(client(board.administrator), role=Role.SCHOOL_LEADER, how="link")
    link, browser = shown_link(response), Client()
    assert link not in browser.get(link)["Location"]
    page = browser.get(url("invitation")).content.decode()
    assert "Je bent uitgenodigd bij De Linde" in page
    assert not User.objects.filter(email="nieuw@school.nl").exists()
    data = {"name": "Nieuw", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post(url("invitation"), data | {"password2": "x"}).status_code == 422
    assert browser.post(url("invitation"), data | {"password1": "x"}).status_code == 422
    response = browser.post(url("invitation"), data)
    assert (response.status_code, response["Location"]) == (303, "/account/?welkom")
    page = browser.get(response["Location"]).content.decode()
    assert "schoolleider" in page
    new = User.objects.get(email="nieuw@school.nl")
    assert new.memberships.get().organisation == board.school
    assert events(board.school) == [
        ("issue", "invitation", "school_leader"),
        ("accept", "invitation", "school_leader"),
    ]


def test_link_works_once(board):
    link, data = (
        shown_link(invite(client(board.administrator), how="link")),
        {"name": "Nieuw", "password1": PASSWORD, "password2": PASSWORD},
    )
    twice = [Client(), Client()]
    for browser in twice:
        form = browser.get(link, follow=True)
        data |= cast.Forms(form.content.decode()).found[0]["fields"] | data
    for browser in twice:
        assert browser.post(url("invitation"), data).status_code == 303  # a double click
    assert User.objects.filter(email="nieuw@school.nl").count() == 1
    assert Event.objects.filter(action="accept").count() == 1
    assert Invitation.objects.get().email == ""  # it waits no longer
    other = Client()
    response = other.get(link, follow=True)
    assert response.status_code == 410
    assert "al gebruikt" in response.content.decode()
    data["password1"] = data["password2"] = "een heel ander wachtwoord"
    assert other.post(url("invitation"), data).status_code == 422


def test_somebody_with_an_account_logs_in_and_accepts(board):
    link = shown_link(invite(client(board.administrator), email="LOS@school.nl", how="link"))
    browser = Client()
    page = browser.get(link, follow=True).content.decode()
    assert "/inloggen/?next=/uitnodiging/" in page
    data = {"name": "X", "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    assert browser.post(url("invitation"), data).status_code == 422  # not by another password
    browser.force_login(board.nobody)
    assert "Neem de uitnodiging aan" in browser.get(url("invitation")).content.decode()
    browser.post(url("invitation"))
    assert board.nobody.memberships.get().role == Role.FACILITATOR


def test_opening_a_link_gives_nothing(board):
    link = shown_link(invite(client(board.administrator), email="los@school.nl", how="link"))
    browser = client(board.nobody)
    browser.get(link, follow=True)
    assert not board.nobody.memberships.exists()


def test_invitation_for_another_address_says_so(board):
    link = shown_link(invite(client(board.administrator), how="link"))
    browser = client(board.nobody)
    page = browser.get(link, follow=True).content.decode()
    assert "Je bent ingelogd als los@school.nl" in page
    assert browser.post(url("invitation")).status_code == 403
    assert not board.nobody.memberships.exists()


def test_invitation_ends_after_two_weeks(board):
    link = shown_link(invite(client(board.administrator), how="link"))
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    browser = Client()
    response = browser.get(link, follow=True)
    assert response.status_code == 410
    assert "is verlopen" in response.content.decode()
    data = {"name": "Nieuw", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post(url("invitation"), data).status_code == 422
    assert not User.objects.filter(email="nieuw@school.nl").exists()


def test_revoked_invitation_does_not_work(board):
    manager = client(board.administrator)
    link = shown_link(invite(manager, how="link"))
    one = Invitation.objects.get()
    for _ in range(2):
        manager.post(url("revocation", "linde", one.pk))
    assert "is ingetrokken" in Client().get(link, follow=True).content.decode()
    assert events(board.school)[1:] == [("revoke", "invitation", "facilitator")]
    assert Invitation.objects.get().email == ""


def test_invitation_of_an_organisation_that_ended_does_not_work(board):
    link = shown_link(invite(client(board.elsewhere), "ander", how="link"))
    Organisation.objects.filter(slug="ander").update(ended_on=timezone.localdate())
    assert Client().get(link, follow=True).status_code == 410


def test_unknown_link_says_so():
    response = Client().get(url("invitation_link", "x" * 43), follow=True)
    assert (response.status_code, "werkt niet" in response.content.decode()) == (404, True)


def test_sending_again_ends_the_former_link(board):
    manager = client(board.administrator)
    former = shown_link(invite(manager, how="link"))
    one = Invitation.objects.get()
    again = url("again", "linde", one.pk)
    link = shown_link(manager.post(again, {"secret": new_secret(), "how": "link"}))
    assert Client().get(former, follow=True).status_code == 404
    assert Client().get(link, follow=True).status_code == 200
    by_form = shown_link(invite(manager, how="link"))  # the same address once more
    assert Client().get(link, follow=True).status_code == 404
    assert Client().get(by_form, follow=True).status_code == 200
    assert Invitation.objects.count() == 1


def test_double_click_is_one_invitation_and_one_mail(board):
    manager = client(board.administrator)
    secret = new_secret()
    for _ in range(2):
        response = invite(manager, secret=secret, how="mail")
        assert response["Location"].endswith("?gemaild#uitgenodigd")
    assert len(mail.outbox) == 1
    (sent,) = mail.outbox
    assert sent.to == ["nieuw@school.nl"]
    assert sent.subject == "Een uitnodiging voor Kompas, van De Linde"
    again = url("again", "linde", Invitation.objects.get().pk)
    secret = new_secret()
    for _ in range(2):
        manager.post(again, {"secret": secret, "how": "mail"})
    assert len(mail.outbox) == 2


def test_role_that_somebody_has_needs_no_invitation(board):
    response = invite(client(board.administrator), email="leider@school.nl", how="link")
    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_without_mail_there_is_a_link_to_give(board, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    manager = client(board.administrator)
    page = manager.get(url("invite", "linde")).content.decode()
    assert "verstuurt geen mail" in page
    assert 'value="mail"' not in page
    assert shown_link(invite(manager, how="mail"))


def test_secrets_of_invitations_are_stored_as_hashes_and_out_of_the_log(board):
    from kompas.logs import SECRETS

    link = shown_link(invite(client(board.administrator), how="link"))
    secret = link.split("/")[2]
    stored = {str(value) for row in Invitation.objects.values_list() for value in row}
    assert secret not in stored
    assert secret not in SECRETS.sub(r"\1…", f"GET {link}")
    assert "key" not in SECRETS.sub(r"\1…", "/wachtwoord/nieuw/1-key/")


def test_addresses_of_old_invitations_are_forgotten(board):
    invite(client(board.administrator), how="link")
    tick.send(None)
    assert Invitation.objects.count() == 1
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(days=31))
    tick.send(None)
    assert not Invitation.objects.exists()


# Who leaves


class School(Board):
    """The facilitator leads a talk of the school, with links of every kind."""

    def __init__(self):
        super().__init__()
        self.talk = cast.whole()
        cast.stand(self.talk, self.school, self.facilitator)
        self.links = {
            "facilitator": self.talk.leader,
            "board": self.talk.board(),
            "scribe": self.talk.scribe(),
        }

    def working(self):
        found = Link.objects.filter(session=self.talk.id, revoked_at=None)
        return sorted(link.role for link in found if link.works)

    def end(self, user, role=Role.FACILITATOR):
        one = Membership.objects.get(user=user, role=role)
        response = client(self.administrator).post(url("role_end", "linde", one.pk))
        assert response.status_code == 303


@pytest.fixture
def school():
    return School()


def close(school):
    school.facilitator.is_active = False
    school.facilitator.save()


LEAVES = {
    "their role is ended": lambda school: school.end(school.facilitator),
    "their account is closed": close,
    "their account is deleted": lambda school: school.facilitator.delete(),
    "the administration takes the role away": lambda school: Membership.objects.filter(
        user=school.facilitator
    ).delete(),
}


@pytest.mark.parametrize("how", LEAVES)
def test_who_leaves_is_out_at_once(school, how):
    browser = client(school.facilitator)
    step = reverse("sessions:step", args=[school.talk.id, "facts"])
    board = school.links["board"].client()
    shown = board.get(reverse("sessions:board", args=[school.talk.id]))
    stream = re.search(r"/events/\?token=[^\"&]+", shown.content.decode())[0]
    assert browser.get(step).status_code == 200
    LEAVES[how](school)
    assert browser.get(step).status_code in (403, 404)
    assert school.working() == []
    for name, person in school.links.items():
        page = "board" if name == "board" else "session"
        assert (
            person.client().get(reverse(f"sessions:{page}", args=[school.talk.id])).status_code
            == 403
        )
    # Who listens still is nudged at most, of this talk alone, and not for long.
    topic, end = rights.read(parse_qs(urlsplit(unescape(stream)).query)["token"][0])
    assert topic == f"leading-{school.talk.id}"
    assert end - time.time() <= 25 * 60
    talk = school.talk.session
    assert (talk.owner, talk.organisation) == (None, school.school)
    trail = Change.objects.filter(session=talk, action="revoke").count()
    assert trail == 3


def test_screens_of_the_talk_are_told(school):
    before = school.talk.session.revision
    school.end(school.facilitator)
    assert school.talk.session.revision == before + 1


def test_link_that_somebody_made_in_a_talk_of_another_ends_too(school):
    colleague = school.person("collega", school.school, Role.FACILITATOR)
    cast.stand(school.talk, school.school, colleague)
    secret = new_secret()
    lifecycle.issue_link(school.talk.session, "facilitator", secret, made_by=school.facilitator)
    made = cast.Person(school.talk.id, "facilitator", secret)
    assert made.access
    school.end(school.facilitator)
    assert school.working() == ["board", "facilitator", "scribe"]
    assert made.client().get(reverse("sessions:session", args=[school.talk.id])).status_code == 403
    assert school.talk.session.owner == colleague


def test_who_ends_one_role_and_still_leads_keeps_the_talks(school):
    Membership.objects.create(
        user=school.facilitator, organisation=school.school, role=Role.BOARD_READER
    )
    school.end(school.facilitator, Role.BOARD_READER)
    assert school.talk.session.owner == school.facilitator
    assert len(school.working()) == 3


def test_links_of_who_decides_and_who_promised_wait_for_who_leads_next(school):
    school.talk.close()
    links = school.talk.decider(), school.talk.promiser()
    colleague = school.person("collega", school.school, Role.FACILITATOR)
    school.end(school.facilitator)
    for link in links:
        with pytest.raises(NoGrant):
            assert link.access
    manages = find(Actor(school.administrator, {}), school.talk.id, "manage")
    ownership.hand_over(manages, colleague)
    assert all(link.access for link in links)


def test_tables_of_their_plenary_end_too(school):
    plenary = cast.Talk()
    cast.stand(plenary, school.school, school.facilitator)
    table = cast.stand(cast.Talk(), school.school, school.facilitator)
    Session.objects.filter(pk=table.id).update(plenary=plenary.id, table=1, code=None)
    Session.objects.filter(pk=plenary.id).update(table_count=1)
    school.end(school.facilitator)
    assert not Link.objects.filter(session=table.id, revoked_at=None).exists()


def test_talk_of_another_organisation_is_left_alone(school):
    elsewhere = cast.Talk()
    Membership.objects.create(
        user=school.facilitator, organisation=school.other, role=Role.FACILITATOR
    )
    cast.stand(elsewhere, school.other, school.facilitator)
    one = Membership.objects.get(user=school.facilitator, organisation=school.school)
    client(school.administrator).post(url("role_end", "linde", one.pk))
    assert elsewhere.session.owner == school.facilitator
    assert elsewhere.lead


def test_administrator_who_leaves_leaves_no_way_in(board):
    second = board.person("tweede", board.board, Role.ADMINISTRATOR)
    link = shown_link(invite(client(second), "linde", "prive@example.com", how="link"))
    one = Membership.objects.get(user=second)
    client(board.administrator).post(url("role_end", "bestuur", one.pk))
    assert "is ingetrokken" in Client().get(link, follow=True).content.decode()


def test_session_of_who_leaves_sees_it_with_the_next_request(board):
    browser = client(board.school_administrator)
    assert browser.get(url("organisation", "linde")).status_code == 200
    one = Membership.objects.get(user=board.school_administrator)
    client(board.administrator).post(url("role_end", "linde", one.pk))
    assert browser.get(url("organisation", "linde")).status_code == 404
    board.school_administrator.is_active = False
    board.school_administrator.save()
    assert browser.get(url("organisations"))["Location"].startswith("/inloggen/")


def test_school_that_goes_to_another_board_shares_no_more_with_the_first(school):
    school.talk.close()
    version = school.talk.session.versions.get()
    for reads in (school.board, school.school):
        Share.objects.create(version=version, organisation=reads)
    page = reverse("admin:accounts_organisation_change", args=[school.school.pk])
    data = {
        "name": "De Linde",
        "slug": "linde",
        "parent": school.other.pk,
        "keep_weights": 12,
        "homes-TOTAL_FORMS": 0,
        "homes-INITIAL_FORMS": 0,
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    assert client(school.installation).post(page, data).status_code == 302
    assert [share.organisation for share in Share.objects.all()] == [school.school]
    assert ("move", "organisation", "") in events(school.school)


# The log


def test_log_tells_in_sentences_who_did_what(board):
    browser = client(board.administrator)
    data = {"person": board.facilitator.trail_id, "role": Role.SCHOOL_LEADER}
    browser.post(url("role", "linde"), data)
    invite(browser, how="link")
    browser.post(url("school", "linde"), {"id": str(uuid.uuid4()), "name": "De Beuk"})
    told = [line.sentence for line in log.read(board.school).lines]
    assert told == [
        "Beheer maakte De Beuk, als deel hiervan.",
        "Beheer nodigde iemand uit: gespreksleider.",
        "Beheer gaf Leider een rol: schoolleider.",
    ]
    board.facilitator.delete()
    told = [line.sentence for line in log.read(board.school).lines]
    assert told[-1] == "Beheer gaf iemand van wie het account weg is een rol: schoolleider."
    page = browser.get(url("log", "linde")).content.decode()
    assert "De installatie beëindigde een rol van iemand van wie het account weg is" in page
    assert "nieuw@school.nl" not in page


def test_what_the_administration_does_is_in_the_log(board):
    browser = client(board.installation)
    page = reverse("admin:accounts_user_change", args=[board.facilitator.pk])
    one = board.facilitator.memberships.get()
    prefix = "memberships-"
    data = {
        "email": board.facilitator.email,
        "name": board.facilitator.name,
        f"{prefix}TOTAL_FORMS": 2,
        f"{prefix}INITIAL_FORMS": 1,
        f"{prefix}0-id": one.pk,
        f"{prefix}0-user": board.facilitator.pk,
        f"{prefix}0-DELETE": "on",
        f"{prefix}1-user": board.facilitator.pk,
        f"{prefix}1-organisation": board.school.pk,
        f"{prefix}1-role": Role.SCHOOL_LEADER,
    }
    assert browser.post(page, data).status_code == 302
    assert board.facilitator.memberships.get().role == Role.SCHOOL_LEADER
    assert sorted(events(board.school)) == [
        ("close", "account", ""),  # the box was not ticked
        ("end", "role", "facilitator"),
        ("give", "role", "school_leader"),
    ]
    assert {one.actor for one in Event.objects.all()} == {board.installation.trail_id}


def test_log_knows_what_it_has_no_words_for(board):
    Event.record(board.school, None, "polish", "boots", size=41)
    assert log.read(board.school).lines[0].sentence == "De installatie: polish, boots."


def test_log_has_a_sentence_for_all_that_is_recorded():
    """By the source: where both words stand in the call, or the action of a talk in `_log`."""
    source = "".join(
        path.read_text()
        for room in ("kompas", "sessions", "reports")
        for path in Path(room).rglob("*.py")
    )
    recorded = {*re.findall(r'Event\.record\([^"()]*"(\w+)",\s*"(\w+)"', source)}
    recorded |= {(one, "session") for one in re.findall(r'_log\(access, write, "(\w+)"', source)}
    assert len(recorded) > 20
    assert recorded - set(log.SENTENCES) == set()


def test_log_comes_in_pages(board):
    for _ in range(120):
        Event.record(board.school, board.administrator, "rename", "organisation")
    found, before = [], None
    for _ in range(3):
        shown = log.read(board.school, before)
        found += shown.lines
        before = shown.before
    assert (len(found), before) == (120, None)


# Many


def test_pages_ask_as_much_of_few_as_of_many(board):
    browser = client(board.installation)
    pages = [url(name, "linde") for name in PAGES] + [url("organisations")]

    def asked():
        counts = {}
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(page).status_code == 200
            counts[page] = len(queries)
        return counts

    Invitation.objects.create(
        organisation=board.school, email="a@b.nl", role="facilitator", secret_hash="0",
        expires_at=timezone.now(), invited_by=board.administrator,
    )  # fmt: skip
    Organisation.objects.create(name="A", slug="a", parent=board.school)
    Event.record(board.school, board.administrator, "give", "role", board.leader.trail_id)
    few = asked()
    for number in range(70):
        user = board.person(f"p{number}", board.school, Role.FACILITATOR)
        Membership.objects.create(user=user, organisation=board.school, role=Role.BOARD_READER)
        Event.record(board.school, user, "give", "role", user.trail_id, role="facilitator")
        Invitation.objects.create(
            organisation=board.school, email=f"{number}@b.nl", role="facilitator",
            secret_hash=str(number + 1), expires_at=timezone.now(), invited_by=user,
        )  # fmt: skip
        Organisation.objects.create(name=f"S{number}", slug=f"s{number}", parent=board.school)
    many = asked()
    assert many == few
    assert max(many.values()) <= 12


def test_people_come_in_pages(board):
    for number in range(60):
        board.person(f"p{number:02}", board.school, Role.FACILITATOR)
    first = roles.people(board.school)
    rest = roles.people(board.school, uuid.UUID(first.after))
    names = [person.user.name for person in (*first.rows, *rest.rows)]
    assert (len(first.rows), len(names), rest.after) == (50, 63, "")
    assert len(set(names)) == 63


def test_room_asks_nothing_for_the_head_of_a_page(school):
    page = reverse("sessions:board", args=[school.talk.id])
    browser = school.links["board"].client()
    with CaptureQueriesContext(connection) as queries:
        browser.get(page)
    assert not [one for one in queries if one["sql"].startswith('SELECT "accounts_')]


def test_head_of_a_page_leads_where_one_may_go(board):
    def head(user):
        page = client(user).get("/").content.decode()
        return re.search(r'<nav class="account-nav".*?</nav>', page, re.DOTALL)[0]

    assert "/organisaties/" in head(board.administrator)
    assert "/organisaties/" in head(board.installation)
    assert "/organisaties/" not in head(board.facilitator)
    assert "Leider" in head(board.facilitator)
    assert "/inloggen/" in head(None)


def test_actor_belongs_nowhere_once_the_organisation_has_ended(board):
    Organisation.objects.filter(slug="ander").update(ended_on=timezone.localdate())
    assert Actor(board.elsewhere, {}).memberships == []
