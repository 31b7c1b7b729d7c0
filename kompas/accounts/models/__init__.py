"""People, the organisations they belong to, and what they are there. See docs/model.md."""

from .attempts import Attempt
from .events import Event
from .organisations import Home, Invitation, Membership, Organisation, Role
from .people import User, UserManager

__all__ = [
    "Attempt",
    "Event",
    "Home",
    "Invitation",
    "Membership",
    "Organisation",
    "Role",
    "User",
    "UserManager",
]
