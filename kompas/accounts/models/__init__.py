"""People, the organisations they belong to, and what they are there. See docs/model.md."""

from .attempts import Attempt
from .events import Event
from .logins import Browser, Login, System
from .organisations import Home, Invitation, Membership, Organisation, Role
from .people import User, UserManager
from .requests import JoinRequest

__all__ = [
    "Attempt",
    "Browser",
    "Event",
    "Home",
    "Invitation",
    "JoinRequest",
    "Login",
    "Membership",
    "Organisation",
    "Role",
    "System",
    "User",
    "UserManager",
]
