"""Inviting, and coming in by an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas import mail, throttle
from kompas.accounts import invitations, openid, roles
from kompas.accounts.adapter import may_try
from kompas.accounts.forms import InvitationForm, JoinForm, SecretForm
from kompas.accounts.models import Invitation
from kompas.addresses import public_address

from .answers import page, see
from .organisations import organisation_page, to

COOKIE = "kompas-invitation"
INVITE = "accounts/invite.html"
INVITATION = "accounts/invitation.html"


def _url(request: HttpRequest, secret: str) -> str:
    return public_address(request, reverse("accounts:invitation_link", args=[secret]))


# By who manages the organisation


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invite(request, slug):
    """Invite somebody: by mail, or with a link that one gives them."""
    here = roles.managed(request.actor, slug)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            one, secret, new = invitations.invite(
                request.actor, here, typed["email"], typed["role"], typed["secret"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _sent(request, one, secret, new)
    context = {"organisation": here, "form": form, "mails": mail.is_set_up()}
    return page(request, INVITE, context, status=422 if form.errors else 200)


@require_POST
@login_required
def again(request, slug, invitation_id):
    """The same invitation with a new link: by mail, or to give."""
    here = roles.managed(request.actor, slug)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return organisation_page(request, here, status=422)
    found = invitations.renew(request.actor, here, invitation_id, form.cleaned_data["secret"])
    if found is None:
        return see(to(here, "#uitgenodigd"))
    return _sent(request, *found)


def _sent(request: Any, one: Invitation, secret: str, new: bool) -> HttpResponse:
    """Mail it once, or show its link, once and here; also where the mail could not go."""
    link, reason, status = _url(request, secret), "", 200
    if request.POST.get("how") != "link" and mail.is_set_up():
        if not new:
            return see(to(one.organisation, "?gemaild#uitgenodigd"))
        if not invitations.may_mail(one.organisation):
            reason, status = _("A lot was mailed today. Give them this link yourself."), 429
        elif invitations.send(one, request.user, link):
            return see(to(one.organisation, "?gemaild#uitgenodigd"))
        else:
            reason, status = (
                _("The mail server did not take the mail. Give them this link yourself."),
                503,
            )
    context = {"organisation": one.organisation, "invitation": one, "link": link, "reason": reason}
    return page(request, "accounts/invited.html", context, status=status)


@require_POST
@login_required
def revocation(request, slug, invitation_id):
    here = roles.managed(request.actor, slug)
    invitations.revoke(request.actor, here, invitation_id)
    return see(to(here, "#uitgenodigd"))


# By whoever has the link


@require_safe
def link(request, secret):
    """Take the secret out of the address; nothing else happens by opening a link."""
    response = see(reverse("accounts:invitation"))
    response.set_cookie(
        COOKIE,
        secret,
        max_age=3600,
        path=response["Location"],
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request):
    """Accept an invitation, with an account or by making one."""
    one = invitations.found(request.COOKIES.get(COOKIE, ""))
    if one is None:
        return page(request, INVITATION, {"stands": "unknown"}, status=404)
    known = invitations.account(one)
    context: dict[str, Any] = {
        "invitation": one,
        "stands": _stands(request, one, known),
        "services": openid.providers(),
    }
    if request.method != "POST":
        if context["stands"] == "new":
            context["form"] = JoinForm(email=one.email)
        ended = context["stands"] in ("expired", "revoked", "used", "closed")
        return page(request, INVITATION, context, status=410 if ended else 200)
    if request.user.is_authenticated:
        return _accepted(request, one)
    return _joined(request, one, context)


def _stands(request: HttpRequest, one: Invitation, known: Any) -> str:
    """How it is with an invitation, for whoever opens it."""
    if one.accepted_at is not None:
        return "used"
    if one.revoked_at is not None or one.organisation.ended_on is not None:
        return "revoked"
    if not one.works:
        return "expired"
    if known is not None and not known.is_active:
        return "closed"
    if request.user.is_authenticated:
        return "mine" if request.user.email == one.email else "other"
    return "new" if known is None else "known"


def _accepted(request: Any, one: Invitation) -> HttpResponse:
    invitations.accept(one.pk, request.user)
    return _welcome(see(reverse("accounts:account") + "?welkom"))


def _joined(request: HttpRequest, one: Invitation, context: dict[str, Any]) -> HttpResponse:
    email = one.email or request.POST.get("email", "")
    form = JoinForm(request.POST, email=email)
    client = throttle.client_address(request)
    if not throttle.allowed("join", client, invitations.JOINS, 3600) or not may_try(request, email):
        form.add_error(None, _("This was tried often from here. Wait an hour and try again."))
    if form.is_valid():
        typed = form.cleaned_data
        try:
            user = invitations.join(one.pk, typed["name"], email, typed["password1"])
        except invitations.Ended:
            context["stands"] = _stands(request, one, invitations.account(one))
        else:
            there = reverse("accounts:account") + "?welkom"
            return _welcome(perform_login(request, user, redirect_url=there))
    return page(request, INVITATION, context | {"form": form}, status=422)


def _welcome(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path=reverse("accounts:invitation"), samesite="Lax")
    if response.status_code == 302:
        response.status_code = 303
    return response
