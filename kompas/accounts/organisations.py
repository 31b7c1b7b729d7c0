"""Making an organisation, a school below it, and giving it another name."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.text import slugify

from kompas.signals import moved

from .models import Event, Organisation, User
from .models.organisations import LEVELS
from .roles import Who

ROOM = 70  # characters of a name in its slug, which leaves room for a number


def make(who: Who, id: uuid.UUID, name: str, parent: Organisation | None = None) -> Organisation:
    """A new organisation, or the one made with this id; ValidationError if it stands too low."""
    with transaction.atomic():
        known = Organisation.objects.filter(public_id=id).first()
        if known is not None:
            return known
        new = Organisation(public_id=id, name=name, parent=parent, slug=_free_slug(name))
        new.save()
        Event.record(new, who.user, "make", "organisation", new.public_id)
        if parent is not None:
            Event.record(parent, who.user, "add", "organisation", new.public_id)
    return new


def rename(who: Who, organisation: Organisation, name: str) -> None:
    """Another name; the address stays."""
    if organisation.name == name:
        return
    with transaction.atomic():
        organisation.name = name
        organisation.save(update_fields=["name"])
        Event.record(organisation, who.user, "rename", "organisation", organisation.public_id)


def was_moved(user: User, organisation: Organisation) -> None:
    """Say, inside the transaction that did it, that it is part of another organisation now."""
    Event.record(organisation, user, "move", "organisation", organisation.public_id)
    moved.send(Organisation, organisation=organisation)


def takes_schools(organisation: Organisation) -> bool:
    """Whether something can still be part of it."""
    return len(organisation.ancestors()) + 1 < LEVELS


def _free_slug(name: str) -> str:
    base = slugify(name)[:ROOM].strip("-") or "organisatie"
    if base == "nieuw":  # which is an address of its own
        base = "nieuw-1"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
