"""Tells screens that something changed; what changed, they ask themselves."""

from kompas.live.changes import changed
from kompas.live.presence import HEADER, asked, connected
from kompas.live.rights import events_url, window

__all__ = ["HEADER", "asked", "changed", "connected", "events_url", "window"]
