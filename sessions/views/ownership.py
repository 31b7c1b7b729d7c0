"""Whose a talk is: taking it in, handing it over, sharing it, archiving and removing; one's own."""

from __future__ import annotations

import datetime
import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kompas.accounts.models import Role
from sessions import access
from sessions import ownership as acts
from sessions.access.rights import REMOVED
from sessions.forms import OwnerForm, RemovalForm, ShareForm, TakeInForm
from sessions.models import Refused, Session
from sessions.screen import Screen

from .answers import refused, see
from .gate import gate
from .home import listed

PAGE, MINE = "sessions/ownership.html", "sessions/mine.html"


@never_cache
@require_safe
def ownership(request, session_id):
    """Whose it is, who reads it, and what can be done about that."""
    found = access.kept_session(request.actor, session_id)
    return render(request, PAGE, _context(request, found))


def _context(request, found: access.Access, **forms: Any) -> dict[str, Any]:
    session = found.session
    manages, shares = found.may("manage"), found.has("share") and not session.removed_on
    return {
        "access": found,
        "session": session,
        "method": session.method.title(session.language),
        "done": request.GET.get("gedaan", ""),
        "login": login_url(request.path),
        # Who only administers sees no word of what was said.
        "shown": Screen(found) if found.leads or _reads(request, found) else None,
        "manages": manages,
        "take_in_form": None if manages else _take_in_form(request),
        "why_not_taken_in": acts.why_not_taken_in(session),
        "owner_form": OwnerForm(users=acts.successors(session)) if manages else None,
        "shared": acts.shares(session) if shares else [],
        "why_not_shared": found.refusal("share") if shares else "",
        "removal_form": RemovalForm(),
        "gone_on": acts.gone_on(session),
        **forms,
    }


def _reads(request, found: access.Access) -> bool:
    return not found.session.removed_on and access.may_read(request.actor, found.session.pk)


def _take_in_form(request, data=None) -> TakeInForm:
    return TakeInForm(data, organisations=request.actor.organisations(Role.FACILITATOR))


def _done(session_id: uuid.UUID, what: str) -> HttpResponse:
    address = reverse("sessions:ownership", args=[session_id])
    return see(f"{address}?{urlencode({'gedaan': what})}")


@require_POST
def taking_in(request, session_id):
    """A guest's talk, by who leads it and is a facilitator somewhere."""
    found = access.taken_in_session(request.actor, session_id)
    if found.user is None:
        return gate(request)
    _is_there(found)
    form = _take_in_form(request, request.POST)
    if not form.is_valid():
        return refused(request, PAGE, _context(request, found, take_in_form=form))
    acts.take_in(found, form.owner(found.user))
    response = _done(session_id, "opname")
    access.take_back(response, access.FACILITATOR, session_id)
    return response


@require_POST
def owner(request, session_id):
    """To another facilitator of the organisation."""
    found = access.managed_session(request.actor, session_id)
    _stands(found)
    _is_there(found)
    form = OwnerForm(request.POST, users=acts.successors(found.session))
    if str(found.session.owner_id) == request.POST.get("user"):  # pressed twice
        return _done(session_id, "overdracht")
    if not form.is_valid():
        return refused(request, PAGE, _context(request, found, owner_form=form))
    acts.hand_over(found, form.chosen)
    if found.role == access.OWNER:  # it is theirs no more
        return see(reverse("sessions:mine") + "?gedaan=overdracht")
    return _done(session_id, "overdracht")


@require_POST
def sharing(request, session_id):
    """One version, with readers for the board of one organisation, or none any more."""
    found = access.shared_session(request.actor, session_id)
    form = ShareForm(request.POST)
    if form.is_valid():
        organisation, version = form.cleaned_data["organisation"], form.cleaned_data["version"]
        if version is None:
            acts.take_back(found, organisation)
        else:
            acts.share(found, organisation, version)
    return see(reverse("sessions:ownership", args=[session_id]) + "#delen")


@require_POST
def archive(request, session_id):
    """Out of the way, or back."""
    found = access.managed_session(request.actor, session_id)
    _stands(found)
    acts.archive(found, request.POST.get("act") != "back")
    return see(reverse("sessions:ownership", args=[session_id]) + "#archief")


@require_POST
def removal(request, session_id):
    found = access.managed_session(request.actor, session_id)
    _stands(found)
    if found.session.removed_on:  # pressed twice
        return _done(session_id, "verwijdering")
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return refused(request, PAGE, _context(request, found, removal_form=form))
    acts.remove(found, form.cleaned_data["reason"])
    return _done(session_id, "verwijdering")


@require_POST
def restoration(request, session_id):
    found = access.managed_session(request.actor, session_id)
    _stands(found)
    acts.restore(found)
    return _done(session_id, "herstel")


def _is_there(found: access.Access) -> None:
    if found.session.removed_on:
        raise Refused(REMOVED)


def _stands(found: access.Access) -> None:
    """A table stands with its plenary: what happens to that happens to it."""
    if reason := acts.why_not_alone(found.session):
        raise Refused(reason)


# One's own


@never_cache
@require_safe
def mine(request):
    """The talks that one owns, those under way first; what one looks after that needs somebody."""
    if request.actor.user is None:
        return see(login_url(request.path))
    after = _after(request.GET.get("na", ""))
    closed, more = acts.closed_before(request.actor, *after)
    last = closed[-1] if more else None
    first = after == (None, None)
    context = {
        "facilitates": bool(request.actor.organisations(Role.FACILITATOR)),
        "done": request.GET.get("gedaan", ""),
        "under_way": [listed(talk) for talk in acts.under_way(request.actor)] if first else [],
        "closed": [listed(talk) for talk in closed],
        "first": first,
        "next": f"{last.changed_on}_{last.pk.hex}" if last else "",
        "without_owner": [_bare(one) for one in acts.without_owner(request.actor)] if first else [],
        "removed": [_bare(one) for one in acts.removed(request.actor)] if first else [],
    }
    return render(request, MINE, context)


def login_url(path: str) -> str:
    """Where one logs in, to come back here."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"


def _bare(session: Session) -> dict[str, Any]:
    """A talk in a list of who looks after it: without a word of what was said."""
    return {
        "session": session,
        "method": session.method.title(session.language),
        "gone_on": acts.gone_on(session),
    }


def _after(typed: str) -> tuple[datetime.date | None, uuid.UUID | None]:
    """After which talk the page begins; the first page where that is not an address of ours."""
    day, _, id = typed.partition("_")
    try:
        return datetime.date.fromisoformat(day), uuid.UUID(id)
    except ValueError:
        return None, None
