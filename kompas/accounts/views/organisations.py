"""Organisations, who is what in them, the schools below, and the log."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas import mail
from kompas.accounts import arrivals, invitations, log, organisations, roles
from kompas.accounts.forms import (
    MakeOrganisationForm,
    OrganisationNameForm,
    RoleForm,
    SecretForm,
)
from kompas.accounts.models import Organisation, Role

from .answers import page, see

ORGANISATION = "accounts/organisation.html"


def to(organisation: Organisation, anchor: str = "") -> str:
    return reverse("accounts:organisation", args=[organisation.slug]) + anchor


@require_safe
@login_required
def mine(request):
    """Where one is something, and what one manages; all of them to the installation's.

    Who belongs to one organisation, and manages it, is there at once.
    """
    whole = request.user.is_superuser
    managed = {
        one.organisation_id: one.organisation
        for one in request.actor.memberships
        if one.role == Role.ADMINISTRATOR
    }
    belongs = {one.organisation_id for one in request.actor.memberships}
    if len(belongs) == 1 and managed and not whole:
        return see(to(*managed.values()))
    context = {
        "memberships": request.actor.memberships,
        "managed": list(managed.values()),
        "whole": whole,
        "every": roles.topmost(request.GET.get("na", "")) if whole else None,
    }
    return page(request, "accounts/organisations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def make(request):
    """An organisation that is part of no other."""
    roles.installation(request.actor)
    form = MakeOrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = organisations.make(request.actor, form.cleaned_data["id"], form.cleaned_data["name"])
        return see(to(made))
    return page(request, "accounts/make.html", {"form": form}, status=422 if form.errors else 200)


def organisation_page(request, organisation: Organisation, *, status: int = 200, **more: Any):
    """Who is what here, who was invited, and what is part of it."""
    context = {
        "organisation": organisation,
        "above": organisation.parent,
        "people": roles.people(organisation, _uuid(request.GET.get("na", ""))),
        "invitations": invitations.waiting(organisation),
        "requests": arrivals.waiting(organisation),
        "roles": Role.choices,
        "takes_schools": organisations.takes_schools(organisation),
        "schools": roles.part_of(organisation),
        "school_form": MakeOrganisationForm(),
        "name_form": OrganisationNameForm(initial={"name": organisation.name}),
        "secret_form": SecretForm(),
        "mails": mail.is_set_up(),
        "mailed": "gemaild" in request.GET,
        **more,
    }
    return page(request, ORGANISATION, context, status=status)


@require_safe
@login_required
def organisation(request, slug):
    return organisation_page(request, roles.managed(request.actor, slug))


@require_POST
@login_required
def school(request, slug):
    """A school, or another organisation, that is part of this one."""
    parent = roles.managed(request.actor, slug)
    form = MakeOrganisationForm(request.POST)
    if form.is_valid():
        id, name = form.cleaned_data["id"], form.cleaned_data["name"]
        try:
            made = organisations.make(request.actor, id, name, parent)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            return see(to(made))
    return organisation_page(request, parent, status=422, school_form=form)


@require_POST
@login_required
def name(request, slug):
    here = roles.managed(request.actor, slug)
    form = OrganisationNameForm(request.POST)
    if form.is_valid():
        organisations.rename(request.actor, here, form.cleaned_data["name"])
        return see(to(here))
    return organisation_page(request, here, status=422, name_form=form)


@require_POST
@login_required
def role(request, slug):
    """A further role for somebody who is there already."""
    here = roles.managed(request.actor, slug)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return see(to(here))
    person = form.cleaned_data["person"]
    roles.give_further(request.actor, here, person, form.cleaned_data["role"])
    return see(to(here, f"#wie-{person}"))


@require_POST
@login_required
def role_end(request, slug, membership_id):
    """End a role, at once."""
    here = roles.managed(request.actor, slug)
    try:
        roles.end(request.actor, here, membership_id)
    except ValidationError as refusal:
        refused = {"refused": membership_id, "reason": refusal.messages[0]}
        return organisation_page(request, here, status=422, **refused)
    if roles.manages(request.user, here):
        return see(to(here, "#mensen"))
    return see(reverse("accounts:organisations"))


@require_POST
@login_required
def join_request(request, slug, request_id):
    """Give somebody who would like to take part a role, or refuse."""
    here = roles.managed(request.actor, slug)
    arrivals.answer(request.actor, here, request_id, request.POST.get("role", ""))
    return see(to(here, "#wil-meedoen"))


@require_safe
@login_required
def events(request, slug):
    """What was done here, newest first."""
    here = roles.managed(request.actor, slug)
    before = request.GET.get("voor", "")
    shown = log.read(here, int(before) if before.isdecimal() and len(before) < 19 else None)
    return page(request, "accounts/log.html", {"organisation": here, "log": shown})


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None
