"""After a talk: handed over, decided about, and what became of what was agreed."""

import datetime
import re
import smtplib
import uuid

import icalendar
import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from reports.kept import report_of
from reports.report import Report
from sessions import lifecycle
from sessions.document import document, normalise
from sessions.models import Action, Change, Condition, Decision, Fact, Link, Session, Version
from tests import cast

pytestmark = pytest.mark.django_db

REVIEW = datetime.date(2027, 6, 1)


@pytest.fixture
def talk():
    """A closed talk with something agreed, and a day to look again."""
    talk = cast.whole()
    talk.add("facts", text="Wat mag van de wet?", kind="unknown", owner="Privacy officer")
    talk.add("actions", what="Ouders vragen", who="Directeur", due=datetime.date(2027, 1, 15))
    with talk.writing() as write:
        write.session.review_on = REVIEW
        write.record("edit", "session", "review_on")
    talk.close()
    return talk


def url(name, talk, *parts):
    return reverse(f"sessions:{name}", args=[talk.id, *parts])


def decision(talk, **more):
    return {
        "id": str(uuid.uuid4()),
        "version": lifecycle.last_version(talk.session).number,
        "result": "adopted",
        "reasons": "",
        "by": "De directeur",
        "decided_on": timezone.localdate().isoformat(),
        **more,
    }


# The decision


def test_decider_records_what_is_decided(talk):
    client = talk.decider().client()
    response = client.post(url("decision", talk), decision(talk, reasons="Het is goed doordacht."))
    assert (response.status_code, response["Location"]) == (
        303,
        reverse("reports:report", args=[talk.id]) + "#besluit",
    )
    row = Decision.objects.get(session=talk.id)
    assert row.values() == {
        "result": "adopted",
        "reasons": "Het is goed doordacht.",
        "by": "De directeur",
        "decided_on": timezone.localdate().isoformat(),
        "verdict": "yes_if",
        "answer": "Alleen in de gang.",
    }
    assert Change.objects.filter(session=talk.id).last().role == "decider"


def test_decision_makes_a_version_of_the_former_and_the_decision(talk):
    first = lifecycle.last_version(talk.session)
    client = talk.decider().client()
    # What became of an agreement is not part of what was decided about.
    action = Action.objects.filter(session=talk.id).first()
    client.post(
        url("promise", talk, "afspraken", action.pk), {"state": "done", "version": action.version}
    )
    client.post(url("decision", talk), decision(talk))
    second = lifecycle.last_version(talk.session)
    assert (second.number, second.cause, second.reason) == (2, "decision", "")
    told = second.document["decisions"]
    assert [(one["result"], one["by"]) for one in told] == [("adopted", "De directeur")]
    assert {**first.document, "decisions": told} == second.document
    assert Version.objects.get(pk=first.pk).document == first.document
    assert normalise(second.document)["decisions"] == told


def test_version_with_a_decision_can_be_printed(talk):
    talk.decider().client().post(url("decision", talk), decision(talk))
    assert report_of(talk.session, lifecycle.last_version(talk.session)).html()


def test_decision_sent_twice_is_one(talk):
    client, data = talk.decider().client(), decision(talk)
    answers = [client.post(url("decision", talk), data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Decision.objects.filter(session=talk.id).count() == 1
    assert Version.objects.filter(session=talk.id).count() == 2


def test_same_decision_typed_again_is_one(talk):
    client = talk.decider().client()
    for _ in range(2):
        assert client.post(url("decision", talk), decision(talk)).status_code == 303
    assert Decision.objects.filter(session=talk.id).count() == 1


def test_another_decision_stands_beside_the_first(talk):
    client = talk.decider().client()
    client.post(url("decision", talk), decision(talk))
    client.post(url("decision", talk), decision(talk, result="returned", reasons="Toch niet."))
    told = lifecycle.last_version(talk.session).document["decisions"]
    assert [one["result"] for one in told] == ["adopted", "returned"]


def test_decision_about_a_report_that_is_not_the_last_is_refused_and_kept(talk):
    client, data = talk.decider().client(), decision(talk, reasons="Dit typte ik.")
    talk.reopen()
    talk.text("outcome", "answer", "Toch nergens.")
    talk.close()
    response = client.post(url("decision", talk), data)
    assert response.status_code == 422
    assert "Dit typte ik." in response.content.decode()
    assert "Er is een nieuwere versie van het verslag" in response.content.decode()
    assert not Decision.objects.filter(session=talk.id).exists()
    # Having looked, the same words are a decision about the new one.
    page = cast.Forms(response.content.decode())
    fields = next(form["fields"] for form in page.found if "reasons" in form["names"])
    assert client.post(url("decision", talk), fields).status_code == 303
    assert Decision.objects.get(session=talk.id).answer == "Toch nergens."


def test_other_words_under_the_same_id_are_asked_about_first(talk):
    client, data = talk.decider().client(), decision(talk)
    client.post(url("decision", talk), data)
    again = data | {"result": "returned", "reasons": "Ik bedacht me."}
    assert client.post(url("decision", talk), again).status_code == 422
    assert Decision.objects.filter(session=talk.id).count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"result": ""}, "Kies wat er met het antwoord gebeurt."),
        ({"result": "partly"}, "Zeg waarom. Wie meedeed, wil het begrijpen."),
        ({"decided_on": ""}, "Dit veld is verplicht."),
        ({"reasons": "a\x00b"}, "onzichtbaar"),
    ],
)
def test_decision_that_is_not_valid_changes_nothing(talk, typed, words):
    response = talk.decider().client().post(url("decision", talk), decision(talk, **typed))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Decision.objects.filter(session=talk.id).exists()


def test_facilitator_may_record_it_for_who_decides(talk):
    talk.leader.client().post(url("decision", talk), decision(talk))
    assert Change.objects.filter(session=talk.id, thing="decision").get().role == "facilitator"


def test_returned_tells_the_facilitator_to_open_the_talk_again(talk):
    talk.decider().client().post(
        url("decision", talk), decision(talk, result="returned", reasons="Vraag de ouders.")
    )
    page = talk.leader.client().get(reverse("reports:report", args=[talk.id])).content.decode()
    assert "Terug naar de groep" in page
    assert url("reopen", talk) in cast.Forms(page).links


def test_decision_waits_until_the_talk_is_closed(talk):
    decider, data = talk.decider(), decision(talk)
    talk.reopen()
    assert decider.client().post(url("decision", talk), data).status_code == 403
    assert not Decision.objects.filter(session=talk.id).exists()


def test_link_of_who_decides_leads_to_the_report(talk):
    person = talk.decider()
    client = Client()
    response = client.get(url("link", talk, person.secret), follow=True)
    assert [one for one, _status in response.redirect_chain] == [
        url("session", talk),
        reverse("reports:report", args=[talk.id]),
    ]
    assert url("decision", talk) in cast.Forms(response.content.decode()).links
    assert response["Referrer-Policy"] == "same-origin"


def test_board_and_phone_show_what_is_decided(talk):
    phone, board = talk_with_phone(talk)
    talk.decider().client().post(url("decision", talk), decision(talk))
    for person, name in ((phone, "phone"), (board, "board")):
        assert "Overgenomen" in person.client().get(url(name, talk)).content.decode()


def talk_with_phone(talk):
    talk.reopen()
    phone, board = talk.phone(), talk.board()
    talk.close()
    return phone, board


# What became of it


def test_promises_are_actions_conditions_and_what_was_to_be_found_out(talk):
    page = talk.promiser().client().get(url("promises", talk)).content.decode()
    for words in ("Bord kopen", "Een bord bij de ingang", "Wat mag van de wet?", "Ouders vragen"):
        assert words in page
    assert "Er zijn drie dingen weg" not in page  # known already
    assert "Ook de gang is van leerlingen." not in page  # what else was said is not theirs to see


def test_promise_is_ticked_and_unticked(talk):
    client, row = talk.promiser().client(), Action.objects.filter(session=talk.id).first()
    for state in ("done", "changed", ""):
        response = client.post(
            url("promise", talk, "afspraken", row.pk), {"state": state, "version": row.version}
        )
        assert response["Location"] == url("promises", talk) + f"#afspraak-{row.pk}"
        row.refresh_from_db()
        assert (row.state, row.version) == (state, 1)
    changes = Change.objects.filter(session=talk.id, thing="action", action="mark")
    assert {change.role for change in changes} == {"promises"}


def test_tick_makes_no_version_and_shows_under_the_report(talk):
    row = Condition.objects.get(session=talk.id)
    talk.promiser().client().post(
        url("promise", talk, "voorwaarden", row.pk),
        {"state": "dropped", "result": "De gang wordt verbouwd.", "version": 1},
    )
    assert Version.objects.filter(session=talk.id).count() == 1
    page = talk.decider().client().get(reverse("reports:report", args=[talk.id])).content.decode()
    assert "Niet gedaan" in page
    assert "De gang wordt verbouwd." in page


def test_words_of_two_people_are_both_kept(talk):
    row = Fact.objects.get(session=talk.id, kind="unknown")
    address = url("promise", talk, "feiten", row.pk)
    client = talk.promiser().client()
    assert client.post(address, {"result": "Het mag.", "version": 1}).status_code == 303
    response = client.post(address, {"result": "Het mag niet.", "version": 1})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Het mag." in page
    assert "Het mag niet." in page
    row.refresh_from_db()
    assert row.result == "Het mag."
    fields = next(one for one in cast.Forms(page).found if "Het mag niet." in str(one["fields"]))
    client.post(address, fields["fields"])
    row.refresh_from_db()
    assert row.result == "Het mag niet."


def test_tap_with_htmx_gives_this_one_back(talk):
    row = Action.objects.filter(session=talk.id).first()
    response = (
        talk.promiser()
        .client()
        .post(
            url("promise", talk, "afspraken", row.pk),
            {"state": "done", "version": 1},
            headers={"HX-Request": "true"},
        )
    )
    page = response.content.decode()
    assert (response.status_code, page.count("<li")) == (200, 1)
    assert re.search(r'value="done" aria-pressed="true"', page)


def test_only_what_was_promised_can_be_ticked(talk):
    client = talk.promiser().client()
    known = Fact.objects.get(session=talk.id, kind="fact")
    other = cast.whole()
    foreign = other.add("actions", what="Van een ander gesprek")
    for slug, pk in (
        ("feiten", known.pk),
        ("afspraken", foreign.pk),
        ("minderheid", foreign.pk),
        ("voorwaarden", Action.objects.filter(session=talk.id).first().pk),
    ):
        response = client.post(url("promise", talk, slug, pk), {"state": "done", "version": 1})
        assert response.status_code == 404


def test_unknown_state_changes_nothing(talk):
    row = Action.objects.filter(session=talk.id).first()
    response = (
        talk.promiser()
        .client()
        .post(url("promise", talk, "afspraken", row.pk), {"state": "maybe", "version": 1})
    )
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.state == ""


def test_assumption_that_somebody_took_on_is_an_agreement(talk):
    talk.reopen()
    talk.add("facts", text="Het scheelt twee avonden", kind="assumption", owner="Rector")
    talk.add("facts", text="Niemand zoekt dit uit", kind="assumption")
    talk.add("facts", text="Nog niet ingedeeld", due=REVIEW)
    talk.close()
    page = talk.promiser().client().get(url("promises", talk)).content.decode()
    assert "Het scheelt twee avonden" in page
    assert "Nog niet ingedeeld" in page
    assert "Niemand zoekt dit uit" not in page
    assert "Er zijn drie dingen weg" not in page  # known, though it has an owner


def test_what_was_to_be_found_out_is_found_out_or_not(talk):
    row = Fact.objects.get(session=talk.id, kind="unknown")
    client, address = talk.promiser().client(), url("promise", talk, "feiten", row.pk)
    page = client.get(url("promises", talk)).content.decode()
    of_fact = page.partition("Wat mag van de wet?")[2].partition("</li>")[0]
    for label in ("Uitgezocht", "Anders", "Niet uitgezocht"):
        assert re.search(rf">\s*{label}</button>", of_fact)
    assert client.post(address, {"state": "done", "version": 1}).status_code == 303
    for name in ("report", "promises"):
        address = reverse("reports:report", args=[talk.id]) if name == "report" else url(name, talk)
        assert "Uitgezocht" in talk.decider().client().get(address).content.decode()
    assert "Uitgezocht" in report_of(talk.session, None).content()


def test_words_without_a_tick_are_told_too(talk):
    row = Action.objects.filter(session=talk.id).first()
    client = talk.promiser().client()
    client.post(url("promise", talk, "afspraken", row.pk), {"result": "Besteld.", "version": 1})
    page = talk.leader.client().get(reverse("reports:report", args=[talk.id])).content.decode()
    assert "Van 1 van de 4 afspraken" in page
    assert "Er staat iets bij" in page


def test_saved_words_say_that_they_are_saved(talk):
    row = Action.objects.filter(session=talk.id).first()
    client, address = talk.promiser().client(), url("promise", talk, "afspraken", row.pk)
    response = client.post(address, {"result": "Besteld.", "version": 1}, follow=True)
    assert response.content.decode().count("Opgeslagen") == 1
    tapped = {"result": "Geleverd.", "version": 2}
    response = client.post(address, tapped, headers={"HX-Request": "true"})
    assert "Opgeslagen" in response.content.decode()
    # A tick shows by itself.
    response = client.post(address, {"state": "done", "version": 3}, follow=True)
    assert "Opgeslagen" not in response.content.decode()
    today = timezone.localdate()
    assert f"Voor het laatst bijgewerkt op {today.day} " in response.content.decode()


def test_agreements_of_one_person_can_be_shown_alone(talk):
    client = talk.promiser().client()
    page = client.get(url("promises", talk)).content.decode()
    mine = next(link for link in cast.Forms(page).links if "wie=Conci" in link)
    page = client.get(url("promises", talk) + "?wie=conci%C3%ABrge").content.decode()
    assert "Bord kopen" in page
    assert "Ouders vragen" not in page
    page = client.get(mine).content.decode()
    assert "Een bord bij de ingang" in page
    assert 'aria-current="true"><span dir="auto">Conciërge' in page
    # A tick stays with whom one looks at.
    row = Action.objects.get(session=talk.id, what="Bord kopen")
    form = next(one for one in cast.Forms(page).found if str(row.pk) in one["action"])
    response = client.post(form["action"], {"state": "done", "version": 1})
    assert "?wie=Conci%C3%ABrge#afspraak-" in response["Location"]


def test_agreements_show_the_decision_and_lead_who_may_to_the_report(talk):
    talk.decider().client().post(url("decision", talk), decision(talk))
    report = reverse("reports:report", args=[talk.id])
    for person, reads in ((talk.promiser(), False), (talk.decider(), True), (talk.leader, True)):
        page = person.client().get(url("promises", talk)).content.decode()
        assert "Overgenomen" in page
        assert (report in cast.Forms(page).links) is reads


def test_day_that_is_over_is_said_calmly(talk):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    row = Action.objects.get(session=talk.id, what="Ouders vragen")
    client = talk.promiser().client()
    assert "de dag is voorbij" not in client.get(url("promises", talk)).content.decode()
    Action.objects.filter(pk=row.pk).update(due=yesterday)
    client = talk.promiser().client()
    assert "de dag is voorbij" in client.get(url("promises", talk)).content.decode()
    client.post(url("promise", talk, "afspraken", row.pk), {"state": "done", "version": 1})
    assert "de dag is voorbij" not in client.get(url("promises", talk)).content.decode()


def test_link_is_not_said_to_work_longer_than_the_talk_is_there(talk):
    talk.decider()
    erased = date_format(talk.session.erase_on, "j F Y")
    later = date_format(timezone.localdate() + datetime.timedelta(days=365), "j F Y")
    for name in ("handover", "links"):
        page = talk.leader.client().get(url(name, talk)).content.decode()
        assert erased in page
        assert later not in page
    report = talk.decider().client().get(reverse("reports:report", args=[talk.id]))
    assert f"<strong>{erased}</strong>" in report.content.decode()


def test_words_for_not_yet_stand_in_the_report_only_with_not_yet(talk):
    told = document(talk.session)
    told["texts"] = [{"step": "outcome", "prompt": "meanwhile", "text": "Alles uit tot dan."}]
    assert "Alles uit tot dan." not in Report(told, talk.session.method).content()
    told["outcome"]["verdict"] = "not_yet"
    assert Report(told, talk.session.method).content().count("Alles uit tot dan.") == 1


def test_empty_decision_names_all_that_is_missing_at_once(talk):
    data = decision(talk, result="", decided_on="")
    page = talk.decider().client().post(url("decision", talk), data).content.decode()
    for words in ("Kies wat er met het antwoord gebeurt.", "Zeg waarom.", "Dit veld is verplicht."):
        assert page.count(words) == 2  # in the list, and beside the field
    assert "?:" not in page.partition('id="errors"')[2].partition("</ul>")[0]


# In a calendar


def days(response):
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(response.content)
    return {
        str(event["uid"]): (event.decoded("dtstart"), str(event["summary"]))
        for event in calendar.walk("VEVENT")
    }


def test_days_go_into_ones_own_calendar(talk):
    client = talk.promiser().client()
    action = Action.objects.get(session=talk.id, what="Ouders vragen")
    review = days(client.get(url("review_calendar", talk)))
    assert review == {f"review-{talk.id}@kompas": (REVIEW, "Opnieuw kijken: De camera")}
    agreed = {f"promise-{action.pk}@kompas": (datetime.date(2027, 1, 15), "Ouders vragen")}
    assert days(client.get(url("promises_calendar", talk))) == agreed
    assert days(client.get(url("promise_calendar", talk, "afspraken", action.pk))) == agreed


def test_what_has_no_day_is_not_in_a_calendar(talk):
    action = Action.objects.get(session=talk.id, what="Bord kopen")
    client = talk.promiser().client()
    response = client.get(url("promise_calendar", talk, "afspraken", action.pk))
    assert response.status_code == 404


# By mail


@pytest.fixture
def mailing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def form(talk, action):
    page = talk.leader.client().get(url("handover", talk)).content.decode()
    return next(one for one in cast.Forms(page).found if one["action"].endswith(action))["fields"]


def mailed(talk, name, action, addresses, **more):
    data = form(talk, action) | {"addresses": addresses, **more}
    return talk.leader.client().post(url(name, talk), data), data


def link_in(message):
    return re.search(r"https?://[^/]+(/gesprekken/\S+/link/\S+/)", message.body)[1]


@pytest.mark.usefixtures("mailing")
def test_mail_to_who_decides_opens_the_report(talk):
    response, _data = mailed(talk, "decider_mail", "/overdracht/mail/", "directie@school.nl")
    assert response["Location"] == url("handover", talk) + "?gemaild=decider"
    (message,) = outbox.outbox
    assert (message.to, message.subject) == (
        ["directie@school.nl"],
        "Wat besluit je over: De camera",
    )
    for words in (cast.QUESTION, "Ja, mits. Alleen in de gang.", "Onder deze voorwaarden:\n- "):
        assert words in message.body
    followed = Client().get(link_in(message), follow=True)
    assert followed.redirect_chain[-1][0] == reverse("reports:report", args=[talk.id])
    link = Link.objects.get(session=talk.id, role="decider")
    assert 364 < (link.expires_at - timezone.now()).days + 1 < 367


@pytest.mark.usefixtures("mailing")
def test_each_gets_one_mail_with_a_link_of_their_own(talk):
    addresses = "a@school.nl, B@school.nl\nb@school.nl; c@school.nl"
    mailed(talk, "promises_mail", "/afspraken/mail/", addresses)
    assert [message.to for message in outbox.outbox] == [
        ["a@school.nl"],
        ["b@school.nl"],
        ["c@school.nl"],
    ]
    assert len({link_in(message) for message in outbox.outbox}) == 3
    message = outbox.outbox[0]
    assert "- Ouders vragen (Directeur, uiterlijk 15 januari 2027)" in message.body
    assert [(name, kind) for name, _content, kind in message.attachments] == [
        ("opnieuw-kijken.ics", "text/calendar"),
        ("afspraken.ics", "text/calendar"),
    ]
    followed = Client().get(link_in(message), follow=True)
    assert followed.redirect_chain[-1][0] == url("promises", talk)


@pytest.mark.usefixtures("mailing")
def test_no_address_is_stored(talk):
    mailed(talk, "promises_mail", "/afspraken/mail/", "geheim@school.nl")
    stored = str(list(Change.objects.values())) + str(list(Link.objects.values()))
    assert "geheim" not in stored
    change = Change.objects.filter(session=talk.id, action="mail").get()
    assert change.after == {"role": "promises", "links": 1}


@pytest.mark.usefixtures("mailing")
def test_mail_form_sent_twice_mails_once(talk):
    _response, data = mailed(talk, "promises_mail", "/afspraken/mail/", "a@school.nl")
    response = talk.leader.client().post(url("promises_mail", talk), data, follow=True)
    assert "Je drukte twee keer." in response.content.decode()
    assert len(outbox.outbox) == 1
    assert Link.objects.filter(session=talk.id, role="promises").count() == 1


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Typ een e-mailadres."),
        ("geen adres", "is geen e-mailadres."),
        ("a@school.nl\r\nBcc: b@school.nl", "is geen e-mailadres."),
        (" ".join(f"a{number}@school.nl" for number in range(11)), "Ten hoogste 10 adressen."),
    ],
)
def test_wrong_address_is_told_and_kept(talk, typed, words):
    response, _data = mailed(talk, "promises_mail", "/afspraken/mail/", typed)
    page = response.content.decode()
    assert (response.status_code, words in page) == (422, True)
    assert all(part in page for part in typed.split())
    assert (outbox.outbox, Link.objects.filter(role="promises").exists()) == ([], False)


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize("of", ["PER_TALK", "PER_CLIENT"])
def test_mail_is_limited(talk, of, monkeypatch):
    monkeypatch.setattr(f"sessions.handover.{of}", 2)
    response, _data = mailed(talk, "promises_mail", "/afspraken/mail/", "a@b.nl c@b.nl d@b.nl")
    assert (response.status_code, len(outbox.outbox)) == (429, 0)
    assert "c@b.nl" in response.content.decode()


@pytest.mark.usefixtures("mailing")
def test_address_that_the_server_refuses_is_told_and_its_link_ended(talk, monkeypatch):
    from django.core.mail import EmailMessage

    def send(self, fail_silently=False):
        if self.to == ["weg@school.nl"]:
            raise smtplib.SMTPRecipientsRefused({"weg@school.nl": (550, b"weg")})
        outbox.outbox.append(self)

    monkeypatch.setattr(EmailMessage, "send", send)
    response, _data = mailed(
        talk, "promises_mail", "/afspraken/mail/", "a@school.nl weg@school.nl c@school.nl"
    )
    page = response.content.decode()
    assert response.status_code == 503
    assert "De mailserver nam dit adres niet aan." in page
    typed = next(one for one in cast.Forms(page).found if one["action"].endswith("afspraken/mail/"))
    assert typed["fields"]["addresses"] == "weg@school.nl"
    assert [message.to for message in outbox.outbox] == [["a@school.nl"], ["c@school.nl"]]
    links = Link.objects.filter(session=talk.id, role="promises")
    assert sorted(link.works for link in links) == [False, True, True]


def test_without_mail_the_text_can_be_copied(talk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client = talk.leader.client()
    page = client.get(url("handover", talk)).content.decode()
    assert "[hier komt de link]" in page
    assert url("decider_mail", talk) not in page
    data = {"role": "decider", "secret": "s" * 43}
    page = client.post(url("handover", talk), data).content.decode()
    assert url("link", talk, "s" * 43) in page
    mailto = next(link for link in cast.Forms(page).links if link.startswith("mailto:?subject="))
    assert "%20" in mailto
    assert "s" * 43 in mailto
    # The link is not shown again.
    assert "s" * 43 not in client.get(url("handover", talk)).content.decode()
    # Nothing is sent where there is nothing to send it with.
    answer = client.post(url("decider_mail", talk), {"addresses": "a@b.nl", "secret": "t" * 43})
    assert answer["Location"] == url("handover", talk)


def test_links_of_both_kinds_are_listed_and_can_be_revoked(talk):
    decider, promiser = talk.decider(), talk.promiser()
    page = talk.leader.client().get(url("links", talk)).content.decode()
    assert "Wie besluit" in page
    for person in (decider, promiser):
        link = Link.objects.get(session=talk.id, role=person.role)
        talk.leader.client().post(url("revocation", talk, link.pk))
        response = person.client().get(url("session", talk))
        assert (response.status_code, response.context["expired"]) == (403, True)
        assert "een jaar" in response.content.decode()


def test_talk_that_is_open_is_closed_before_it_is_handed_over():
    talk = cast.whole()
    response = talk.leader.client().get(url("handover", talk))
    assert response["Location"] == url("close", talk)


# What it asks of the database


def test_pages_after_a_talk_ask_the_same_however_much_was_promised(mailing, monkeypatch):
    from tests.test_queries import GET_MOST, POST_MOST, asked

    monkeypatch.setattr("sessions.handover.PER_TALK", 10_000)
    found = []
    for many in (2, 20):
        talk = cast.whole()
        for number in range(many):
            talk.add("actions", what=f"Afspraak {number}", due=REVIEW)
            talk.add("facts", text=f"Vraag {number}", kind="unknown")
        talk.close()
        decider, leader = talk.decider().client(), talk.leader.client()
        row = Action.objects.filter(session=talk.id).first()
        tap = url("promise", talk, "afspraken", row.pk)
        report = reverse("reports:report", args=[talk.id])
        gets = [
            asked(leader, "get", url("handover", talk)),
            asked(leader, "get", report),
            asked(decider, "get", report),
            asked(decider, "get", url("decision", talk)),
            asked(decider, "get", url("promises", talk)),
            asked(decider, "get", url("promises_calendar", talk)),
            asked(leader, "get", url("step", talk, "outcome")),
        ]
        addresses = "\n".join(f"a{number}@school.nl" for number in range(min(many, 10)))
        mails = form(talk, "/afspraken/mail/") | {"addresses": addresses}
        posts = [
            asked(decider, "post", tap, {"state": "done", "result": "Klaar.", "version": 1}),
            asked(decider, "post", url("decision", talk), decision(talk)),
            asked(leader, "post", url("handover", talk), {"role": "decider", "secret": "s" * 43}),
            asked(leader, "post", url("promises_mail", talk), mails),
        ]
        assert max(number for _status, number in gets) <= GET_MOST
        tapped, decided, handed, mailed = (number for _status, number in posts)
        assert max(tapped, handed, mailed) <= POST_MOST
        assert decided <= POST_MOST + 1  # it stores a version of the talk too
        assert {status for status, _number in posts} <= {200, 303}
        Link.objects.all().delete()
        found.append((gets, posts))
    assert found[0] == found[1]


# What is told to others


def test_secret_of_a_link_goes_to_nobody_else(talk):
    person = talk.decider()
    response = Client().get(url("link", talk, person.secret))
    assert (response.status_code, response["Referrer-Policy"]) == (302, "same-origin")
    page = Client()
    page.cookies[person.cookie] = person.secret
    for name in ("decision", "promises"):
        assert person.secret not in page.get(url(name, talk)).content.decode()


def test_forms_carry_their_token(talk):
    browser = Client(enforce_csrf_checks=True)
    person = talk.decider()
    browser.cookies[person.cookie] = person.secret
    assert browser.post(url("decision", talk), decision(talk)).status_code == 403
    row = Action.objects.filter(session=talk.id).first()
    tap = url("promise", talk, "afspraken", row.pk)
    assert browser.post(tap, {"state": "done", "version": 1}).status_code == 403


def test_what_became_of_it_waits_while_the_talk_is_open_again(talk):
    person, row = talk.promiser(), Action.objects.filter(session=talk.id).first()
    talk.reopen()
    response = person.client().post(
        url("promise", talk, "afspraken", row.pk), {"state": "done", "version": 1}
    )
    assert response.status_code == 403
    assert "als het weer gesloten is" in response.content.decode()


def test_letter_of_a_practice_talk_says_so(talk):
    Session.objects.filter(pk=talk.id).update(kind="practice")
    page = talk.leader.client().get(url("handover", talk)).content.decode()
    assert page.count("Dit was een oefengesprek.") == 2


def test_mail_is_in_the_language_of_the_talk(talk, mailing):
    Session.objects.filter(pk=talk.id).update(language="en")
    client = talk.leader.client()
    client.cookies["django_language"] = "nl"
    data = {"addresses": "a@school.nl", "secret": "s" * 43}
    client.post(url("decider_mail", talk), data)
    assert outbox.outbox[0].subject == "What do you decide about: De camera"


def test_export_holds_decision_and_what_became_of_it(talk):
    talk.decider().client().post(url("decision", talk), decision(talk))
    row = Action.objects.get(session=talk.id, what="Bord kopen")
    talk.promiser().client().post(
        url("promise", talk, "afspraken", row.pk), {"state": "done", "version": 1}
    )
    told = document(talk.session)
    assert told["decisions"][0]["result"] == "adopted"
    assert [one.get("state") for one in told["actions"]] == ["done", None]
