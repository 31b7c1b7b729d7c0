"""Who is logged in."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from .models import Membership, User


class Backend(AuthenticationBackend):
    """Allauth's, that reads a user together with what they are: most requests ask for both."""

    def get_user(self, user_id: int) -> User | None:
        memberships = Membership.of(user_id, "user")
        if not memberships:
            return super().get_user(user_id)
        user = memberships[0].user
        user.memberships_read = memberships
        return user if self.user_can_authenticate(user) else None
