"""The addresses of accounts and organisations. allauth knows its own pages by these names."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from .views import account, door, invitations, organisations


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

# Somebody's own
own = [
    path("account/", account.account, name="account"),
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

urlpatterns = [*coming_in, path("", include(([*own, *invited, *places], "accounts")))]
