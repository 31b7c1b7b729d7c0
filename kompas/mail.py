"""Mail, where a mail server is set up. No address is stored or logged."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)

# What a server says about one mail; all else is about the server, and holds for the next mail too.
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def is_set_up() -> bool:
    """Whether mail leaves this installation; without a server it would only go to the log."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def send(mails: Sequence[EmailMessage]) -> list[EmailMessage]:
    """Send each, and give those that the server did not take.

    Call it outside a transaction: a server may take its time.
    """
    connection = get_connection()
    unsent: list[EmailMessage] = []
    try:
        connection.open()
        for at, mail in enumerate(mails):
            mail.connection = connection
            try:
                mail.send()
            except OF_ONE_MAIL as error:
                logger.warning("A mail was refused: %s", type(error).__name__)
                unsent.append(mail)
            except OSError:
                unsent += mails[at:]
                raise
    except OSError as error:  # so is every error of smtplib
        logger.error("The mail server cannot be reached: %s", type(error).__name__)
        return unsent or list(mails)
    finally:
        try:
            connection.close()
        except OSError as error:
            logger.warning("The mail server did not say goodbye: %s", type(error).__name__)
    return unsent
