"""Coming in and going out, by allauth: log in, log out, a new password."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kompas import mail, throttle
from kompas.accounts import openid

from .answers import see


class OurWay:
    """GET and POST only; nothing is kept, and a form that is refused comes back with 422."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)  # type: ignore[attr-defined]
        response = super().dispatch(request, *args, **parts)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"
        if request.method == "POST" and response.status_code == 302:
            response.status_code = 303
        return response

    def form_invalid(self, form) -> HttpResponse:
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return render(self.request, self.template_name, context, status=422)  # type: ignore[attr-defined]


class LogIn(OurWay, allauth.LoginView):
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"services": openid.providers()}


class LogOut(OurWay, allauth.LogoutView):
    http_method_names = ["post"]


class Closed(OurWay, allauth.AccountInactiveView):
    http_method_names = ["get", "head"]


class Again(OurWay, allauth.ReauthenticateView):
    """Who one is once more, before something that matters."""

    def dispatch(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **parts)
        except PermissionDenied as refusal:
            raise PermissionDenied(
                _("Your account has no password. Choose one first.")
            ) from refusal


class ChangePassword(OurWay, allauth.PasswordChangeView):
    def get_default_success_url(self) -> str:
        return reverse("accounts:account") + "?wachtwoord"


class SetPassword(OurWay, allauth.PasswordSetView):
    def get_default_success_url(self) -> str:
        return reverse("accounts:account") + "?wachtwoord"


class Forgotten(OurWay, allauth.PasswordResetView):
    """Ask for a mail with a link; whether there is an account is not told."""

    def post(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        if not mail.is_set_up():
            return see(request.path)
        return super().post(request, *args, **parts)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"client": throttle.client_address(self.request)}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"mails": mail.is_set_up()}


class Asked(OurWay, allauth.PasswordResetDoneView):
    http_method_names = ["get", "head"]


class NewPassword(OurWay, allauth.PasswordResetFromKeyView):
    """Choose a new password, with the link from the mail."""


class NewPasswordDone(OurWay, allauth.PasswordResetFromKeyDoneView):
    http_method_names = ["get", "head"]
