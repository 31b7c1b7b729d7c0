"""The addresses of accounts and organisations. allauth knows its own pages by these names."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from .views import account, door, invitations, logins, openid, organisations, second_step


class Account(StringConverter):
    """An account in the address of a new password: up to the first dash."""

    regex = "[0-9A-Za-z]+"


register_converter(Account, "account")

# Coming in
coming_in = [
    path("inloggen/", door.LogIn.as_view(), name="account_login"),
    path("inloggen/opnieuw/", door.Again.as_view(), name="account_reauthenticate"),
    path("inloggen/gesloten/", door.Closed.as_view(), name="account_inactive"),
    path("uitloggen/", door.LogOut.as_view(), name="account_logout"),
    path("wachtwoord/wijzigen/", door.ChangePassword.as_view(), name="account_change_password"),
    path("wachtwoord/kiezen/", door.SetPassword.as_view(), name="account_set_password"),
    path("wachtwoord/vergeten/", door.Forgotten.as_view(), name="account_reset_password"),
    path("wachtwoord/gevraagd/", door.Asked.as_view(), name="account_reset_password_done"),
    path(
        "wachtwoord/nieuw/<account:uidb36>-<str:key>/",
        door.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/gewijzigd/",
        door.NewPasswordDone.as_view(),
        name="account_reset_password_from_key_done",
    ),
]

# The second step, at log-in and of one's own; allauth.mfa knows its pages by these names
second = [
    path("inloggen/tweede-stap/", second_step.Asked.as_view(), name="mfa_authenticate"),
    path("inloggen/passkey/", second_step.PasskeyLogIn.as_view(), name="mfa_login_webauthn"),
    path("inloggen/opnieuw/code/", second_step.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "inloggen/opnieuw/passkey/",
        second_step.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/tweestaps/", second_step.Index.as_view(), name="mfa_index"),
    path("account/tweestaps/app/", second_step.App.as_view(), name="mfa_activate_totp"),
    path("account/tweestaps/app/uit/", second_step.AppOff.as_view(), name="mfa_deactivate_totp"),
    path("account/tweestaps/codes/", second_step.Codes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "account/tweestaps/codes/nieuw/",
        second_step.NewCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("account/tweestaps/passkey/", second_step.Passkey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/tweestaps/passkey/<int:pk>/weg/",
        second_step.PasskeyAway.as_view(),
        name="mfa_remove_webauthn",
    ),
]

# Log-in by another service; allauth knows where a browser comes back by this name
by_others = [
    path("inloggen/via/<slug:provider_id>/", openid.begin, name="openid_connect_login"),
    path("inloggen/via/<slug:provider_id>/terug/", openid.back, name="openid_connect_callback"),
]

# Somebody's own
own = [
    path("inloggen/koppelen/", openid.connect, name="connect"),
    path("account/", account.account, name="account"),
    path("account/koppelen/<slug:provider_id>/", openid.begin_to_connect, name="begin_to_connect"),
    path("account/ontkoppelen/<int:connected_id>/", openid.disconnect, name="disconnect"),
    path("account/apparaten/", logins.mine, name="logins"),
    path("account/apparaten/uit/", logins.end_others, name="logins_end"),
    path("account/apparaten/<uuid:login_id>/uit/", logins.end, name="login_end"),
]

# An invitation, for who was sent it
invited = [
    path("uitnodiging/", invitations.invitation, name="invitation"),
    path("uitnodiging/<str:secret>/", invitations.link, name="invitation_link"),
]

# Organisations
places = [
    path("organisaties/", organisations.mine, name="organisations"),
    path("organisaties/nieuw/", organisations.make, name="make"),
    path("organisaties/<slug:slug>/", organisations.organisation, name="organisation"),
    path("organisaties/<slug:slug>/naam/", organisations.name, name="name"),
    path("organisaties/<slug:slug>/scholen/", organisations.school, name="school"),
    path("organisaties/<slug:slug>/logboek/", organisations.events, name="log"),
    path("organisaties/<slug:slug>/rollen/", organisations.role, name="role"),
    path(
        "organisaties/<slug:slug>/rollen/<int:membership_id>/einde/",
        organisations.role_end,
        name="role_end",
    ),
    path(
        "organisaties/<slug:slug>/wil-meedoen/<uuid:request_id>/",
        organisations.join_request,
        name="join_request",
    ),
    path("organisaties/<slug:slug>/uitnodigen/", invitations.invite, name="invite"),
    path(
        "organisaties/<slug:slug>/uitnodigingen/<uuid:invitation_id>/opnieuw/",
        invitations.again,
        name="again",
    ),
    path(
        "organisaties/<slug:slug>/uitnodigingen/<uuid:invitation_id>/intrekken/",
        invitations.revocation,
        name="revocation",
    ),
]

urlpatterns = [
    *coming_in,
    *second,
    *by_others,
    path("", include(([*own, *invited, *places], "accounts"))),
]
