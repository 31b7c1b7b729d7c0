"""Logging in by another service: going there, coming back, and connecting it to an account."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from kompas import throttle
from kompas.accounts import arrivals, invitations, openid, second_step

from .answers import page, see
from .invitations import COOKIE as INVITATION

WAITING = "kompas-connect"  # in what the browser's cookie stands for: whom to connect
MINUTES = 15 * 60
STARTS = 200  # in a quarter of an hour, from one address: it makes us ask the provider

STATUS = {"failed": 502, "cancelled": 200, "unknown": 403, "no_address": 403}


def _provider(id: str) -> openid.Provider:
    found = openid.provider(id)
    if found is None:
        raise Http404
    return found


# Going there


@require_POST
def begin(request, provider_id):
    """Go and log in there."""
    return _begin(request, _provider(provider_id), AuthProcess.LOGIN)


@require_POST
@login_required
def begin_to_connect(request, provider_id):
    """Go and log in there, to be able to from now on."""
    if not (request.user.has_usable_password() or second_step.has(request.user)):
        raise PermissionDenied(_("Your account has no password. Choose one first."))
    return _begin_to_connect(request, provider_id)


@reauthentication_required
def _begin_to_connect(request, provider_id):
    return _begin(request, _provider(provider_id), AuthProcess.CONNECT)


def _begin(request: HttpRequest, by: openid.Provider, process: str) -> HttpResponse:
    if not throttle.allowed("openid", throttle.client_address(request), STARTS, MINUTES):
        return failed(request, by.name, "failed")
    provider = openid.OpenIDAdapter().get_provider(request, by.id)
    try:
        url = provider.begin(request, process, get_next_redirect_url(request) or "")
    except (RequestException, OAuth2Error) as error:
        openid.log_failure(by.id, error)
        return failed(request, by.name, "failed")
    # A form may lead nowhere else (CSP), and so does not redirect there: this page goes on.
    return page(request, "accounts/onward.html", {"url": url, "name": by.name})


# Coming back


@require_safe
def back(request, provider_id):
    """Where the provider sends a browser back to."""
    by = _provider(provider_id)
    try:
        response = OAuth2CallbackView.adapter_view(openid.Talk(request, by.id))(request)
    except (RequestException, OAuth2Error) as error:
        openid.log_failure(by.id, error)
        response = failed(request, by.name, "failed")
    response["Cache-Control"] = "no-store"
    return response


def failed(request: HttpRequest, name: str, stands: str, **more: Any) -> HttpResponse:
    context = {"name": name, "stands": stands, **more}
    return page(request, "accounts/openid.html", context, status=STATUS[stands])


def came(request: HttpRequest, login: SocialLogin) -> None:
    """Let allauth go on with the account that it is for, or stop with a page."""
    who: openid.Came = login.came
    if login.state.get("process") == AuthProcess.CONNECT:
        raise ImmediateHttpResponse(_connect(request, who))
    without_password = False
    if not login.is_existing:
        invitation = invitations.found(request.COOKIES.get(INVITATION, ""))
        try:
            login.user, without_password = openid.account_for(who, invitation)
        except openid.Unknown:
            stands = "unknown" if who.email else "no_address"
            raise ImmediateHttpResponse(
                failed(request, who.provider.name, stands, homes=who.homes)
            ) from None
        except openid.NotProven:
            raise ImmediateHttpResponse(_wait(request, who)) from None
    user: Any = login.user
    if user.is_active and who.home is not None:
        arrivals.note(user, who.home.organisation)
    if without_password and not login.state.get("next"):
        login.state["next"] = reverse("accounts:account") + "?zonder-wachtwoord"
    if not login.state.get("next") and not openid.is_member(user):
        login.state["next"] = reverse("accounts:account")


# Connecting it to an account


def _connect(request: HttpRequest, who: openid.Came) -> HttpResponse:
    """By somebody who is logged in, and asked for it from their own account."""
    if not request.user.is_authenticated:
        return see(reverse("account_login"))
    done = openid.connect(request.user, who.provider.id, who.subject)
    return see(reverse("accounts:account") + ("?gekoppeld" if done else "?van-een-ander"))


def _wait(request: HttpRequest, who: openid.Came) -> HttpResponse:
    """Remember for a while whom to connect, once they have logged in with a password."""
    request.session[WAITING] = {
        "provider": who.provider.id,
        "subject": who.subject,
        "email": who.email,
        "at": time.time(),
    }
    return see(reverse("accounts:connect"))


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    waits = request.session.get(WAITING)
    if not waits or time.time() - waits["at"] > MINUTES or not openid.provider(waits["provider"]):
        return None
    return waits


def _has_logged_in_since(request: HttpRequest, moment: float) -> bool:
    """With a password or a passkey: not by the same provider."""
    records = get_authentication_records(request, request.user)
    return any(one["method"] in ("password", "mfa") and one["at"] > moment for one in records)


@require_http_methods(["GET", "HEAD", "POST"])
def connect(request):
    """Connect the provider that one came by to the account that one logged in with."""
    waits = _waiting(request)
    if waits is None:
        request.session.pop(WAITING, None)
        return see(reverse("account_login"))
    by = _provider(waits["provider"])
    user = request.user
    stands = "log_in"
    if user.is_authenticated and user.email != waits["email"]:
        stands = "other"
    elif user.is_authenticated and _has_logged_in_since(request, waits["at"]):
        stands = "confirm"
    if request.method == "POST" and stands == "confirm":
        del request.session[WAITING]
        done = openid.connect(user, by.id, waits["subject"])
        return see(reverse("accounts:account") + ("?gekoppeld" if done else "?van-een-ander"))
    context = {"name": by.name, "email": waits["email"], "stands": stands}
    return page(request, "accounts/connect.html", context)


@require_POST
@login_required
def disconnect(request, connected_id):
    """No longer log in by it."""
    done = openid.disconnect(request.user, connected_id)
    return see(reverse("accounts:account") + ("?ontkoppeld" if done else "?enige-weg"))
