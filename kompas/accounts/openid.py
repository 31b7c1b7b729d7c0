"""Log-in by another service, over OpenID Connect: whom it brings, and what of that is believed.

The talking is allauth's; here is what an installation has set up, what of an answer counts, and
which account it is for. Nothing of the answer is kept but who it is there (`subject`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string

from kompas.addresses import public_address

from . import second_step
from .models import Home, Invitation, Membership, User

logger = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY = 60  # seconds that clocks may differ
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
SCOPE = ["openid", "email", "profile"]  # who, at which address, and how they are called
SUBJECT = 191  # characters


@dataclass(frozen=True)
class Provider:
    """A service that people log in by, as this installation set it up."""

    id: str
    name: str
    issuer: str
    client: str
    secret: str
    home: str  # the claim that says where somebody belongs
    trusted: bool = False  # whether its word on e-mail addresses is taken


def providers() -> list[Provider]:
    """Those that are set up, in the order of the setting."""
    return [Provider(id=id, **more) for id, more in settings.KOMPAS_OIDC.items()]


def provider(id: str) -> Provider | None:
    return next((one for one in providers() if one.id == id), None)


def known(id: str) -> Provider:
    """The same; raises OAuth2Error where it is gone by now."""
    found = provider(id)
    if found is None:
        raise OAuth2Error("it is not set up")
    return found


@dataclass(frozen=True)
class Came:
    """Who came by a provider, as it says."""

    provider: Provider
    subject: str
    email: str = ""
    verified: bool | None = None  # what it says about the address; None when nothing
    name: str = ""
    homes: tuple[str, ...] = ()

    @classmethod
    def read(cls, by: Provider, claims: dict[str, Any]) -> Came:
        email, verified = claims.get("email"), claims.get("email_verified")
        homes = claims.get(by.home)
        if not isinstance(homes, list):
            homes = [homes]
        return cls(
            provider=by,
            subject=str(claims["sub"]),
            email=_address(email),
            verified=None if verified is None else str(verified).lower() == "true",
            name=_name(claims),
            homes=tuple(one.strip() for one in homes if isinstance(one, str) and one.strip()),
        )

    @property
    def sure(self) -> bool:
        """Whether a new account may have this address."""
        return self.provider.trusted and self.verified is not False

    @property
    def proven(self) -> bool:
        """Whether the address leads to the account that has it already."""
        return self.provider.trusted and self.verified is True

    @cached_property
    def home(self) -> Home | None:
        """Which organisation that is here, if it is any."""
        for value in self.homes:
            found = Home.objects.filter(
                provider=self.provider.id, value__iexact=value, organisation__ended_on=None
            )
            if one := found.select_related("organisation").first():
                return one
        return None


def _address(value: Any) -> str:
    email = value.strip().lower() if isinstance(value, str) else ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= 254 else ""


def _name(claims: dict[str, Any]) -> str:
    parts = [claims.get("name")]
    if not parts[0]:
        parts = [claims.get("given_name"), claims.get("family_name")]
    words = " ".join(part for part in parts if isinstance(part, str))
    return " ".join("".join(one for one in words if one.isprintable()).split())[:200]


# Whose account it is


class Unknown(Exception):
    """Nobody here, and from nowhere that we know: no account is made."""


class NotProven(Exception):
    """It is not certain whose the address is: connected by who logs in with a password."""


def account_for(came: Came, invitation: Invitation | None = None) -> tuple[User, bool]:
    """The account of somebody who comes by this provider for the first time, connected to it.

    And whether a password that it had ended by that, see `_take_over`.
    Raises NotProven, also when there is no such account and one could not tell; Unknown, when
    neither a home nor `invitation` lets them in.
    """
    if not came.email:
        raise Unknown
    with transaction.atomic():
        user = User.objects.filter(email=came.email).first()
        if user is not None:
            # Who administers, or set up a second step, connects it themself.
            if not came.proven or user.is_staff or second_step.has(user):
                raise NotProven
            return user, user.is_active and _take_over(user, came)
        if not came.sure:
            raise NotProven
        invited = invitation is not None and invitation.works and invitation.email == came.email
        if came.home is None and not invited:
            raise Unknown
        user = User.objects.create_user(came.email, name=came.name)
        connect(user, came.provider.id, came.subject)
    return user, False


def _take_over(user: User, came: Came) -> bool:
    """Let whoever proved to have the address have the account, and nobody else.

    It may have been made by who got hold of an invitation: a password, or another service, that
    was there before ends, and with it every log-in.
    """
    SocialAccount.objects.filter(user=user).delete()
    connect(user, came.provider.id, came.subject)
    if not user.has_usable_password():
        return False
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return True


def connect(user: User, provider_id: str, subject: str) -> bool:
    """From now on this is who they are at that provider; False if it is somebody else's."""
    try:
        with transaction.atomic():
            one, _made = SocialAccount.objects.get_or_create(
                provider=provider_id, uid=subject, defaults={"user": user}
            )
    except IntegrityError:
        return False
    return one.user_id == user.pk


def connected(user: User) -> list[SocialAccount]:
    """By which providers somebody can log in."""
    return list(SocialAccount.objects.filter(user=user).order_by("provider", "pk"))


def disconnect(user: User, id: int) -> bool:
    """No longer log in by it; False when there would be no other way in."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        mine = SocialAccount.objects.filter(user=user)
        if not mine.filter(pk=id).exists():
            return True
        if not user.has_usable_password() and mine.count() == 1:
            return False
        mine.filter(pk=id).delete()
    return True


def is_member(user: User) -> bool:
    return Membership.objects.filter(user=user, organisation__ended_on=None).exists()


# The talking


class Talk(OpenIDConnectOAuth2Adapter):
    """What is asked of a provider, and which of its answers are refused."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            by = known(self.provider_id)
            found = super().openid_config
            if not isinstance(found, dict) or not all(
                isinstance(found.get(name), str) for name in NEEDED
            ):
                raise OAuth2Error("the configuration is not whole")
            if found["issuer"].rstrip("/") != by.issuer.rstrip("/"):
                raise OAuth2Error("the issuer is another")
            places = [found[name] for name in (*NEEDED, "userinfo_endpoint") if found.get(name)]
            if by.issuer.startswith("https:") and not all(
                place.startswith("https://") for place in places
            ):
                raise OAuth2Error("an address is not https")
            self._openid_config = found
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return public_address(request, path)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **more: Any
    ) -> SocialLogin:
        by = known(self.provider_id)
        signed = self._decode_id_token(app, more["response"].get("id_token") or "")
        claims = dict(signed)
        if not (claims.get("email") and claims.get(by.home)) and self.openid_config.get(
            "userinfo_endpoint"
        ):
            told = self._fetch_user_info(token.token)
            if told.get("sub") != signed["sub"]:
                raise OAuth2Error("what it tells is of somebody else")
            claims = told | claims
        if len(str(signed["sub"])) > SUBJECT:
            raise OAuth2Error("the subject is too long")
        login = self.get_provider().sociallogin_from_response(
            request, {"id_token": {"sub": signed["sub"]}}
        )
        login.account.extra_data = {}
        login.came = Came.read(by, claims)
        login.nonce = signed.get("nonce", "")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Always by its signature, also where it came straight from the provider."""
        with OpenIDAdapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = answer.json()
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            fit = [
                one for one in jwt.PyJWKSet.from_dict(keys).keys if kid is None or one.key_id == kid
            ]
            if not fit:
                raise OAuth2Error("signed with an unknown key")
            claims = jwt.decode(
                id_token,
                fit[0],
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"the token is refused: {type(error).__name__}") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the token is for somebody else")
        return claims


class OurProvider(OpenIDConnectProvider):
    oauth2_adapter_class = Talk
    pkce_enabled_default = True

    def begin(self, request: HttpRequest, process: str, next_url: str) -> str:
        """Where to go on to; what has to come back is kept for this browser."""
        nonce = get_random_string(32)
        answer = self.redirect(
            request,
            process,
            next_url=next_url or None,
            scope=SCOPE,
            auth_params={"nonce": nonce},
            nonce=nonce,
        )
        return answer["Location"]


class OpenIDAdapter(DefaultSocialAccountAdapter):
    """Which providers there are, whose account it is, and what is shown when it fails."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list:
        return [
            SocialApp(
                provider=OpenIDConnectProvider.id,
                provider_id=one.id,
                name=one.name,
                client_id=one.client,
                secret=one.secret,
                settings={"server_url": one.issuer.rstrip("/")},
            )
            for one in providers()
            if provider in (None, one.id, OpenIDConnectProvider.id)
            and client_id in (None, one.client)
        ]

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> OurProvider:
        return OurProvider(request, app=self.get_app(request, provider, client_id))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        from .views import openid as views

        asked = sociallogin.state.get("nonce") or ""
        if not asked or not constant_time_compare(sociallogin.nonce, asked):
            raise OAuth2Error("the nonce is another")
        views.came(request, sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        from .views import openid as views

        cancelled = error == AuthError.CANCELLED
        if not cancelled:
            log_failure(provider.sub_id, exception)
        raise ImmediateHttpResponse(
            views.failed(request, str(provider), "cancelled" if cancelled else "failed")
        )


def log_failure(provider_id: str, error: Exception | None) -> None:
    """Without what a provider answered: that may hold a secret."""
    own = type(error) is OAuth2Error and "retrieving" not in str(error)
    why = str(error) if own else type(error).__name__ if error else "the answer was not asked for"
    logger.warning("Log-in by %s failed: %s.", provider_id, why)
