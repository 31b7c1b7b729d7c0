"""What a log line may say."""

import logging
import re

# The secret part of a link's address, of an edited copy's, an invitation's and a new password's,
# the code of an inquiry, and the token of an event stream's.
SECRETS = re.compile(
    r"(/link/|/vooraf/|/kopie/|/uitnodiging/|/wachtwoord/nieuw/|[?&]token=)[^/\s&'\"]+"
)
# What PostgreSQL adds to an error: the row, with what people wrote. Up to the next traceback.
DETAIL = re.compile(r"(DETAIL:).*?(?=\n\nThe above |\n\nDuring |\Z)", re.DOTALL)


class RedactingFormatter(logging.Formatter):
    """Leave secrets and people's words out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "django.request" and record.levelno < logging.ERROR:
            # A refusal is an answer, not a fault: one line will do.
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None})
        return DETAIL.sub(r"\1 …", SECRETS.sub(r"\1…", super().format(record)))
