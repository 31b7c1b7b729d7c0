"""Tells screens that something changed; what changed, they ask themselves."""

from kompas.live.changes import changed
from kompas.live.rights import events_url, window

__all__ = ["changed", "events_url", "window"]
