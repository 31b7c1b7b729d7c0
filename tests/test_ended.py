"""What let somebody in and has ended lets nobody in again after a restore."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import call_command
from django.db import transaction

from kompas import ledger
from kompas.accounts import invitations, roles
from kompas.accounts.models import Membership, Role, User
from sessions import lifecycle, ownership
from sessions.access import BOARD, Actor
from sessions.endings import end_links
from sessions.models import Link, Share, Version, new_secret, secret_hash
from tests import cast

OLD, NEW = "het oude wachtwoord", "een ander wachtwoord"


class Installation:
    """A school in which one of each thing ends and one stays."""

    def __init__(self):
        self.school = cast.School()
        at = self.school.organisation
        names = ("beheer", "blijft", "vertrekt", "dicht", "heropend", "stap")
        self.people = {name: self.school.member(name, Role.FACILITATOR) for name in names}
        for user in self.people.values():
            user.set_password(OLD)
            user.save()
        Membership.objects.create(user=self["beheer"], organisation=at, role=Role.ADMINISTRATOR)
        self.administrator = Actor(self["beheer"], {})
        self.save("heropend", is_superuser=True)
        for name in ("blijft", "stap"):
            user = self[name]
            Authenticator.objects.create(user=user, type="webauthn", data={})
            SocialAccount.objects.create(user=user, provider="dienst", uid=name)
        self.talks = [self.talk(self["blijft"]) for _ in range(3)]
        self.secrets = {}
        for name in ("blijft", "weg", "vernieuwd", "gebruikt"):
            self.invite(name)
        self.table = self.talks[0].board()
        self.scribe = self.talks[0].scribe()
        self.talks[0].close()
        for there in (at, self.school.board):
            Share.objects.create(version=Version.objects.get(), organisation=there)

    def __getitem__(self, name):
        return User.objects.get(email=f"{name}@school.example")

    def talk(self, owner):
        return self.school.take(cast.Talk(of=cast.method()), owner)

    def invite(self, name):
        _one, self.secrets[name], _new = invitations.invite(
            self.administrator,
            self.school.organisation,
            f"{name}@elders.example",
            Role.FACILITATOR,
            new_secret(),
        )

    def end(self):
        """End one of each, and end and give again another."""
        at, who = self.school.organisation, self.administrator
        owned, removed, put_back = self.talks
        lifecycle.revoke_link(owned.lead, Link.objects.get(session=owned.id, role=BOARD).pk)
        lead = self.school.access(self["blijft"], owned, "share")
        ownership.take_back(lead, self.school.board.pk)
        ownership.hand_over(lead, self["heropend"])
        ownership.hand_over(self.school.access(self["heropend"], owned, "manage"), self["stap"])
        for talk in (removed, put_back):
            ownership.remove(self.school.access(self["blijft"], talk, "manage"), "")
        ownership.restore(self.school.access(self["blijft"], put_back, "manage"))
        roles.end(who, at, self["vertrekt"].memberships.get().pk)
        found = {name: invitations.found(secret) for name, secret in self.secrets.items()}
        invitations.revoke(who, at, found["weg"].pk)
        invitations.renew(who, at, found["vernieuwd"].pk, new_secret())
        taker = User.objects.create_user("gebruikt@elders.example")
        invitations.accept(found["gebruikt"].pk, taker)
        self.save("dicht", is_active=False)
        for opened in (False, True):
            self.save("heropend", is_active=opened, is_superuser=False)
        Authenticator.objects.filter(user=self["stap"]).delete()
        SocialAccount.objects.filter(user=self["stap"]).delete()
        vertrekt = self["vertrekt"]
        vertrekt.set_password(NEW)
        vertrekt.save()

    def save(self, name, **columns):
        user = self[name]
        for column, value in columns.items():
            setattr(user, column, value)
        user.save()

    def standing(self):
        """What lets somebody in, in words."""
        known = User.objects.filter(email__endswith="@school.example")
        names = {user.pk: user.email.partition("@")[0] for user in known}
        links = {
            f"link of the {name}"
            for name, person in {"board": self.table, "scribe": self.scribe}.items()
            if Link.objects.get(secret_hash=secret_hash(person.secret)).works
        }
        return {
            *links,
            *(f"{names[one.user_id]} is {one.role}" for one in Membership.objects.all()),
            *(f"{names[user.pk]} logs in" for user in known if user.is_active),
            *(f"{names[user.pk]} has /beheer/" for user in known if user.is_superuser),
            *(f"{names[user.pk]} knows it" for user in known if user.check_password(OLD)),
            *(f"{names[one.user_id]} has a step" for one in Authenticator.objects.all()),
            *(f"{names[one.user_id]} has a service" for one in SocialAccount.objects.all()),
            *(f"{one.organisation.slug} reads" for one in Share.objects.all()),
            *(
                f"invitation {name}"
                for name, secret in self.secrets.items()
                if (one := invitations.found(secret)) is not None and one.works
            ),
            *(
                f"talk {number} of {names.get(talk.session.owner_id)}"
                for number, talk in enumerate(self.talks)
                if talk.session.removed_on is None
            ),
        }


@pytest.mark.django_db(transaction=True)
def test_what_ended_after_the_backup_lets_nobody_in_after_a_restore(tmp_path, settings):
    there = Installation()
    before = there.standing()
    call_command("backup", tmp_path / "file")
    there.end()
    call_command("flush", interactive=False, verbosity=0)
    (tmp_path / "empty").touch()
    call_command("restore", tmp_path / "file", erasures=tmp_path / "empty")
    assert there.standing() == before
    # As a dump that was put back by other means: who was logged in then is so again.
    BrowserSession.objects.create(session_key="x", session_data="", expire_date="2100-01-01 00:00Z")
    call_command("restore")
    after = there.standing()
    assert before - after == {
        "vertrekt is facilitator",
        "vertrekt knows it",
        "dicht logs in",
        "heropend has /beheer/",
        "stap has a step",
        "stap has a service",
        "stap knows it",  # alone it was never enough
        "link of the board",
        "bestuur-school reads",
        "invitation weg",
        "invitation vernieuwd",
        "invitation gebruikt",
        "talk 0 of blijft",
        "talk 1 of blijft",
    }
    assert after - before == {"talk 0 of None"}
    assert not BrowserSession.objects.exists()
    call_command("restore")
    assert there.standing() == after


@pytest.mark.django_db
@pytest.mark.once
def test_end_is_in_the_ledger_before_it_is_committed(settings):
    cast.Talk()
    with transaction.atomic():
        end_links(Link.objects.all())
        transaction.set_rollback(True)
    link = Link.objects.get()
    assert link.works
    assert ledger.read(settings.KOMPAS_ERASURES) == {ledger.ended(link.pk)}
