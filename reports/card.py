"""A paper card on which one answers an inquiry: who has no phone, or would rather write."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sessions.models import Inquiry, Voice
from sessions.templatetags.qr import drawn

from .parts import day


@dataclass(frozen=True)
class Card:
    """The card of one inquiry. `address` is where one answers; `at` says where it is handed in."""

    inquiry: Inquiry
    address: str
    at: str = ""

    @property
    def language(self) -> str:
        return self.inquiry.session.language

    @property
    def question(self) -> str:
        return self.inquiry.question

    @property
    def roles(self) -> list[str]:
        return [str(label) for label in Voice.Role.labels]

    @property
    def spoken(self) -> str:
        """The address as one reads it aloud."""
        return self.address.split("://", 1)[-1].rstrip("/")

    @property
    def until(self) -> str:
        return day(self.inquiry.until.isoformat()) if self.inquiry.until else ""

    @property
    def lines(self) -> range:
        """Lines to write on; children write larger."""
        return range(11 if self.inquiry.for_children else 15)

    @property
    def code(self) -> str:
        """The QR code, as inline SVG with attributes only."""
        return drawn(self.address, _("QR code to answer"))

    def html(self, *, small: bool = False) -> str:
        with translation.override(self.language):
            return render_to_string("reports/card.html", {"card": self, "small": small})

    def sizes(self) -> list[str]:
        """The page to print; a long question is set smaller, so that one page holds it."""
        return [self.html(), self.html(small=True)]

    def file_name(self, _format: str = "pdf") -> str:
        with translation.override(self.language):
            name = slugify(f"{_('card')} {self.inquiry.asked or self.question}")
            return f"{name[:80].strip('-')}.pdf"
