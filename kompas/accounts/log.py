"""What was done in an organisation, in sentences. No word of a talk is in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Event, Organisation, Role, User

PAGE = 50

# How an action on a thing is told: `who` did it, to `whom` (an account) or `what` (an
# organisation), and what stands in the event's details. Other rooms add theirs.
SENTENCES: dict[tuple[str, str], Any] = {
    ("give", "role"): gettext_lazy("%(who)s gave %(whom)s a role: %(role)s."),
    ("end", "role"): gettext_lazy("%(who)s ended a role of %(whom)s: %(role)s."),
    ("issue", "invitation"): gettext_lazy("%(who)s invited somebody: %(role)s."),
    ("renew", "invitation"): gettext_lazy("%(who)s invited somebody once more: %(role)s."),
    ("revoke", "invitation"): gettext_lazy("%(who)s revoked an invitation: %(role)s."),
    ("accept", "invitation"): gettext_lazy("%(who)s came in by an invitation: %(role)s."),
    ("drop", "second_step"): gettext_lazy("%(who)s took away the second step of %(whom)s."),
    ("refuse", "join"): gettext_lazy("%(who)s refused somebody who would like to take part."),
    ("make", "organisation"): gettext_lazy("%(who)s made this organisation."),
    ("add", "organisation"): gettext_lazy("%(who)s made %(what)s, which is part of this."),
    ("edit", "organisation"): gettext_lazy("%(who)s changed the organisation."),
    ("close", "account"): gettext_lazy("%(who)s closed the account of %(whom)s."),
    ("open", "account"): gettext_lazy("%(who)s opened the account of %(whom)s again."),
    ("move", "organisation"): gettext_lazy("%(who)s made the organisation part of another."),
    ("rename", "organisation"): gettext_lazy("%(who)s gave the organisation another name."),
}


@dataclass(frozen=True)
class Line:
    at: Any
    sentence: str
    action: str


@dataclass(frozen=True)
class LogPage:
    """Some lines, newest first; `before` is where the earlier ones begin, None at the end."""

    lines: list[Line]
    before: int | None


def read(organisation: Organisation, before: int | None = None) -> LogPage:
    """A page of the log of an organisation, with names while their accounts are here."""
    found = Event.objects.filter(organisation=organisation)
    if before is not None:
        found = found.filter(pk__lt=before)
    events = list(found.order_by("-pk")[: PAGE + 1])
    shown = events[:PAGE]
    names = _names(shown)
    lines = [Line(one.at, _sentence(one, names), one.action) for one in shown]
    return LogPage(lines, shown[-1].pk if len(events) > PAGE else None)


def _names(events: list[Event]) -> dict[str, str]:
    """How accounts and organisations that stand in these events are called now."""
    ids = {str(one.actor) for one in events if one.actor} | {
        one.thing_id for one in events if _is_id(one.thing_id)
    }
    users = User.objects.filter(trail_id__in=ids)
    places = Organisation.objects.filter(public_id__in=ids)
    return {str(one.trail_id): str(one) for one in users} | {
        str(one.public_id): one.name for one in places
    }


def _is_id(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _sentence(one: Event, names: dict[str, str]) -> str:
    gone = _("somebody whose account is gone")
    who = names.get(str(one.actor), gone) if one.actor else _("the installation")
    role = one.details.get("role", "")
    says = {
        "action": one.action,
        "thing": one.thing,
        **one.details,
        "who": who,
        "whom": names.get(one.thing_id, gone),
        "what": names.get(one.thing_id, _("an organisation")),
        "role": Role(role).label if role in Role.values else role,
    }
    told = SENTENCES.get((one.action, one.thing), _("%(who)s: %(action)s, %(thing)s."))
    sentence = str(told) % says
    return sentence[:1].upper() + sentence[1:]
