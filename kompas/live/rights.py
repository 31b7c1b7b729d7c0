"""The right to listen: a short-lived signed token in the stream's address."""

import time
import zlib
from urllib.parse import urlencode

from django.core import signing

WINDOW = 10 * 60  # seconds

signer = signing.Signer(salt="kompas.live")


def window() -> int:
    """The number of the present window of ten minutes: within it, addresses stay the same."""
    return int(time.time()) // WINDOW


def events_url(topic: str) -> str:
    """An address to listen to a topic at, good for ten to twenty-five minutes."""
    # Topics end at different moments, so that not every room asks for its state at once.
    end = (window() + 2) * WINDOW + zlib.crc32(topic.encode()) % (WINDOW // 2)
    return "/events/?" + urlencode({"token": signer.sign(f"{topic}.{end}")})


def read(token: str) -> tuple[str, int] | None:
    """The topic of a token and the second at which it ends; None if it is not ours or has ended."""
    try:
        topic, _, end = signer.unsign(token).rpartition(".")
    except signing.BadSignature:
        return None
    return (topic, int(end)) if time.time() < int(end) else None
