"""Mail to a real server on this machine, and to one that is not there."""

import logging
import re
import smtplib

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from kompas import mail
from kompas.environment import mail as settings_of
from sessions.models import Action, Link
from tests import cast
from tests.postbox import free_port, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    talk = cast.whole()
    talk.close()
    return talk


def send(talk, name, action, addresses):
    client = talk.leader.client()
    page = client.get(reverse("sessions:handover", args=[talk.id])).content.decode()
    form = next(one for one in cast.Forms(page).found if one["action"].endswith(action))
    address = reverse(f"sessions:{name}", args=[talk.id])
    return client.post(address, form["fields"] | {"addresses": addresses})


def test_promise_is_ticked_by_a_link_in_one_mail(smtp, talk):
    response = send(talk, "promises_mail", "/afspraken/mail/", "conciërge@school.nl")
    assert response.status_code == 422  # no such address
    send(talk, "promises_mail", "/afspraken/mail/", "concierge@school.nl")
    ((to, message),) = smtp.mails
    assert (to, message["From"]) == (["concierge@school.nl"], "kompas@school.nl")
    words = message.get_body().get_content()
    assert "Bord kopen (Conciërge)" in words
    client = Client()
    link = re.search(r"https?://[^/]+(/\S+/link/\S+/)", words)[1]
    page = client.get(link, follow=True).content.decode()
    action = Action.objects.get(session=talk.id, what="Bord kopen")
    tick = next(one for one in cast.Forms(page).found if str(action.pk) in one["action"])
    client.post(tick["action"], tick["fields"] | {"state": "done"})
    action.refresh_from_db()
    assert action.state == "done"


def test_address_that_the_server_refuses_is_told(smtp, talk):
    smtp.refused = {"weg@school.nl"}
    response = send(talk, "promises_mail", "/afspraken/mail/", "a@school.nl weg@school.nl")
    assert response.status_code == 503
    assert "De mailserver nam dit adres niet aan." in response.content.decode()
    assert [to for to, _message in smtp.mails] == [["a@school.nl"]]
    assert sum(link.works for link in Link.objects.filter(session=talk.id, role="promises")) == 1


def test_server_that_is_down_is_told_and_what_was_typed_is_kept(
    settings, monkeypatch, talk, caplog
):
    use(settings, monkeypatch, free_port())
    with caplog.at_level(logging.ERROR):
        response = send(talk, "decider_mail", "/overdracht/mail/", "directie@school.nl")
    page = response.content.decode()
    assert response.status_code == 503
    assert "De mailserver nam de mail niet aan." in page
    assert 'value="directie@school.nl"' in page
    assert not any(link.works for link in Link.objects.filter(session=talk.id, role="decider"))
    assert "ConnectionRefusedError" in caplog.text
    assert "directie" not in caplog.text


def test_server_that_goes_down_half_way_is_not_asked_again(monkeypatch):
    asked = []

    def send(self, fail_silently=False):
        asked.append(self.to)
        if len(asked) == 2:
            raise smtplib.SMTPServerDisconnected
        return 1

    monkeypatch.setattr(EmailMessage, "send", send)
    mails = [EmailMessage("A", "B", to=[f"{name}@school.nl"]) for name in "abc"]
    assert mail.send(mails) == mails[1:]
    assert len(asked) == 2


def test_without_a_server_there_is_no_mail(settings, monkeypatch):
    monkeypatch.delenv("KOMPAS_MAIL_URL", raising=False)
    for name, value in settings_of("KOMPAS_MAIL_URL").items():
        setattr(settings, name, value)
    assert mail.is_set_up() is False
