"""The board's page: of one board among many, and of an installation as a whole."""

from __future__ import annotations

from .installation import ADMINISTRATOR, READER, compare

BOARD = "/organisaties/verzonnen-0/overzicht/"
PAGES = {
    "page": (READER, BOARD),
    "year": (READER, f"{BOARD}?jaar=2025"),
    "list": (READER, f"{BOARD}gesprekken/?uitkomst=yes_if"),
    "all page": (ADMINISTRATOR, "/overzicht/"),
}


def measure(report, quick: bool) -> None:
    compare("board", report, quick)
