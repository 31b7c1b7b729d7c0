"""A mail server on this machine, and where its mail ends up."""

import email
import socket
from email.policy import default

from kompas.environment import mail as settings_of


class Postbox:
    """What an SMTP server took, and whom it refuses."""

    def __init__(self):
        self.mails = []
        self.refused = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 Nobody lives here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.rcpt_tos, message))
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def use(settings, monkeypatch, port):
    """Send mail to the server at that port, as an administrator would."""
    monkeypatch.setenv("KOMPAS_MAIL_URL", f"smtp://127.0.0.1:{port}")
    for name, value in settings_of("KOMPAS_MAIL_URL").items():
        setattr(settings, name, value)
    settings.DEFAULT_FROM_EMAIL = "kompas@school.nl"
