"""What a screen shows: the room, one step and its rows, in a constant number of queries."""

from sessions.access import Access
from sessions.models import Step

from .closed import ClosedScreen, closed_screen
from .doing import doing
from .due import DueScreen
from .ending import OVERVIEW, EndingScreen
from .entry import EntryScreen
from .inquiries import AnsweringScreen, InquiriesScreen, InquiryScreen, link_of
from .lists import ListsScreen
from .memory import MemoryScreen
from .prepare import PrepareScreen
from .sheet import HEIGHT, Sheet
from .step import StepScreen
from .tables import Tables
from .talk import Screen
from .versions import VersionsScreen

__all__ = [
    "HEIGHT",
    "OVERVIEW",
    "AnsweringScreen",
    "ClosedScreen",
    "DueScreen",
    "EndingScreen",
    "EntryScreen",
    "InquiriesScreen",
    "InquiryScreen",
    "ListsScreen",
    "MemoryScreen",
    "PrepareScreen",
    "Screen",
    "Sheet",
    "StepScreen",
    "Tables",
    "VersionsScreen",
    "closed_screen",
    "doing",
    "link_of",
    "screen_of",
]


def screen_of(access: Access, step: Step | None) -> Screen | StepScreen:
    """The screen of a step, or of the talk as a whole where there is none."""
    return StepScreen(access, step) if step else Screen(access)
