"""The register: of one board among many, and of an installation as a whole."""

from __future__ import annotations

from .installation import ADMINISTRATOR, READER, compare

PAGES = {
    "first page": (READER, "/register/"),
    "search": (READER, "/register/?zoek=camera+leerlingen"),
    "filter": (READER, "/register/?antwoord=yes_if&waarde=privacy"),
    "all first page": (ADMINISTRATOR, "/register/"),
    "all filter": (ADMINISTRATOR, "/register/?methode=kort-kompas&status=closed"),
}


def measure(report, quick: bool) -> None:
    compare("register", report, quick)
