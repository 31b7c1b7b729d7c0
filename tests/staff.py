"""People with an account, what they are in an organisation, and talks that stand there."""

from __future__ import annotations

from typing import Any

from django.test import Client

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions.access import Actor
from sessions.models import Share
from tests import cast


def organisation(name: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(
        name=name, slug=name.lower().replace(" ", "-"), parent=parent
    )


def person(name: str, *roles: tuple[Organisation, Role]) -> User:
    """Somebody with an account, who has these roles."""
    user = User.objects.create_user(f"{name.lower()}@voorbeeld.nl", name=name)
    for where, role in roles:
        Membership.objects.create(user=user, organisation=where, role=role)
    return user


def client(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def actor(user: User | None) -> Actor:
    return Actor(user, {})


def settle(talk: cast.Talk, where: Organisation, owner: User | None = None) -> cast.Talk:
    """Let a guest's talk stand in an organisation."""
    return cast.stand(talk, where, owner)


def share(talk: cast.Talk, upward: Organisation, number: int | None = None) -> Share:
    """Let readers for the board read a version: the last, or that number."""
    versions = talk.session.versions.order_by("-number")
    version: Any = versions.get(number=number) if number else versions.first()
    return Share.objects.create(version=version, organisation=upward)
