"""What a log line may say."""

import logging
import re

# The secret part of a link's address, and the token of an event stream's.
SECRETS = re.compile(r"(/link/|[?&]token=)[^/\s&'\"]+")


class RedactingFormatter(logging.Formatter):
    """Leave the secrets out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub(r"\1…", super().format(record))
