"""How often somebody may try from one address: guess a code or a link, begin a talk."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kompas import throttle

log = logging.getLogger(__name__)

SECONDS = 600
TALKS = (30, 3600)  # begun from one address, in so many seconds


@dataclass(frozen=True)
class Guesses:
    """What is guessed, and how many wrong ones from one address are borne in ten minutes."""

    bucket: str
    what: str
    most: int

    def exceeded(self, request: HttpRequest) -> bool:
        """Whether who asks has to wait; asked before anything is looked up."""
        address = throttle.client_address(request)
        waits = throttle.exceeded(self.bucket, address, self.most, SECONDS)
        if waits:
            log.warning("Somebody guesses %s; they have to wait.", self.what)  # who, is not kept
        return waits

    def count(self, request: HttpRequest) -> None:
        """This one was wrong."""
        throttle.allowed(self.bucket, throttle.client_address(request), self.most, SECONDS)


ROOM_CODES = Guesses("code", "room codes", 30)
INQUIRY_CODES = Guesses("inquiry", "codes of inquiries", 100)
LINKS = Guesses("link", "links", 60)


def may_begin(request: HttpRequest) -> bool:
    """Count a talk that is begun; are there not too many?"""
    return throttle.allowed("start", throttle.client_address(request), *TALKS)


def too_often(request: HttpRequest) -> HttpResponse:
    response = render(request, "sessions/too_often.html", status=429)
    response["Retry-After"] = str(SECONDS)
    return response
