"""The second step, by allauth.mfa: asked at log-in, set up, and taken away."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from kompas.accounts import second_step
from kompas.qr import drawn

from .door import LogIn, OurWay


class Ours(OurWay):
    """For who has something to say by that it is them."""

    def dispatch(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.is_authenticated and not (user.has_usable_password() or second_step.has(user)):
            raise PermissionDenied(_("Your account has no password. Choose one first."))
        return super().dispatch(request, *args, **parts)


# At log-in, and once more before something that matters


class Asked(OurWay, mfa.AuthenticateView):
    """The second step of somebody whose password was right."""

    template_name = "account/second_step.html"

    def form_invalid(self, form) -> HttpResponse:
        return render(self.request, self.template_name, self.get_context_data(), status=422)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        kinds = second_step.kinds(self.stage.login.user)
        context = super().get_context_data(**more)
        return context | {
            "by_app": second_step.TOTP in kinds,
            "by_passkey": second_step.PASSKEY in kinds,
            "options": _asked(context),
        }


class CodeAgain(Ours, mfa.ReauthenticateView):
    template_name = "account/code_again.html"


class PasskeyAgain(Ours, passkeys.ReauthenticateWebAuthnView):
    template_name = "account/passkey_again.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more) | more
        return context | {"options": _asked(context)}

    def form_invalid(self, form) -> HttpResponse:
        return render(
            self.request, self.template_name, self.get_context_data(form=form), status=422
        )


def _asked(context: dict[str, Any]) -> str:
    """What the browser has to sign, for the script."""
    return json.dumps(context["js_data"]["request_options"])


class PasskeyLogIn(OurWay, passkeys.LoginWebAuthnView):
    """Log in with a passkey alone; GET gives the script what the browser has to sign."""

    def form_invalid(self, form) -> HttpResponse:
        view = LogIn()
        view.setup(self.request)
        context = view.get_context_data(form=view.get_form_class()(), passkey_refused=True)
        return render(self.request, LogIn.template_name, context, status=422)


# One's own


class Index(OurWay, mfa.IndexView):
    """What there is of a second step, and what one can do about it."""

    template_name = "accounts/second_step.html"
    http_method_names = ["get", "head"]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more)
        there = context["authenticators"]
        recovery = there.get(second_step.CODES)
        return context | {
            "app": there.get(second_step.TOTP),
            "passkeys": there.get(second_step.PASSKEY, []),
            "codes_left": len(recovery.get_unused_codes()) if recovery else None,
            "on": bool(there),
        }


class App(Ours, apps.ActivateTOTPView):
    """An app that shows codes: scan the square, type the code."""

    template_name = "accounts/app.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        # Not by allauth's way, which draws the square with another library.
        context = super(apps.ActivateTOTPView, self).get_context_data(**more)
        secret = context["form"].secret
        url = second_step.SecondStepAdapter().build_totp_url(self.request.user, secret)
        spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context | {"qr": drawn(url), "secret": spaced}

    def form_invalid(self, form) -> HttpResponse:
        return render(
            self.request, self.template_name, self.get_context_data(form=form), status=422
        )


class AppOff(Ours, apps.DeactivateTOTPView):
    template_name = "accounts/app_off.html"


class Codes(Ours, codes.ViewRecoveryCodesView):
    """The codes for when the app or the passkey is lost."""

    template_name = "accounts/codes.html"
    http_method_names = ["get", "head"]


class NewCodes(Ours, codes.GenerateRecoveryCodesView):
    template_name = "accounts/codes_new.html"


class Passkey(Ours, passkeys.AddWebAuthnView):
    """A passkey on this device, which is also a way to log in."""

    template_name = "accounts/passkey.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super(passkeys.AddWebAuthnView, self).get_context_data(**more)
        return context | {"options": json.dumps(auth.begin_registration(self.request.user, True))}

    def get_success_url(self) -> str:
        return reverse(
            "mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_index"
        )


class PasskeyAway(Ours, passkeys.RemoveWebAuthnView):
    template_name = "accounts/passkey_away.html"
    success_url = reverse_lazy("mfa_index")
