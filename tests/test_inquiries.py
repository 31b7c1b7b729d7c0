"""Who cannot be at the table is heard before: asking, giving, reading, taking over, telling."""

import datetime
import io
import json
import logging
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from kompas.signals import restored
from reports import pdf
from reports.card import Card
from reports.pack import Pack
from reports.report import Report
from sessions import inquiries, lifecycle
from sessions.blind_spots import blind_spots
from sessions.document import document
from sessions.models import (
    LONGEST_VOICE,
    MOST_INQUIRIES,
    Argument,
    Change,
    Erasure,
    Inquiry,
    Refused,
    Session,
    Stakeholder,
    Version,
    Voice,
)
from sessions.personal import holds_contact
from sessions.screen import HEIGHT, Sheet, StepScreen
from sessions.screen.sheet import WIDTH, _measure_card
from sessions.views import answering, limits
from tests import cast, pdfua
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db

WORDS = "Mijn kind durft dan niets meer."


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.KOMPAS_ERASURES = tmp_path / "erased"
    return settings.KOMPAS_ERASURES


@pytest.fixture
def talk():
    return Talk()


def asked(talk, **more) -> Inquiry:
    """An inquiry of the talk, as it stands."""
    words = {
        "question": "Wat merk je ervan?",
        "asked": "Ouders van groep 5",
        "for_children": False,
        "until": None,
        **more,
    }
    made = inquiries.ask(talk.lead, uuid.uuid4(), words)
    return Inquiry.objects.select_related("session__method").get(pk=made.pk)


def gave(inquiry, text=WORDS, role="parent", state="", paper=False) -> Voice:
    """A voice that was given, and moderated where a state is named."""
    before = set(Voice.objects.values_list("pk", flat=True))
    inquiries.give(inquiry, uuid.uuid4(), text, role, paper=paper)
    voice = Voice.objects.exclude(pk__in=before).get()
    if state:
        Voice.objects.filter(pk=voice.pk).update(state=state)
        voice.refresh_from_db()
    return voice


def url(name, talk, *parts):
    return reverse(f"sessions:{name}", args=[talk.id, *parts])


def public(inquiry) -> str:
    return reverse("sessions:inquiry_code", args=[inquiry.code])


def texts(inquiry) -> list[str]:
    return sorted(Voice.objects.filter(inquiry=inquiry).values_list("text", flat=True))


# Asking


def test_facilitator_asks_and_always_finds_link_code_and_invitation(talk):
    leader = talk.leader.client()
    page = leader.get(url("inquiries", talk)).content.decode()
    assert cast.QUESTION in page  # the suggestion begins with what the talk is about
    data = {
        "id": str(uuid.uuid4()),
        "asked": "Ouders",
        "question": "Wat vind je?",
        "until": "2099-01-31",
    }
    made = leader.post(url("inquiries", talk), data)
    again = leader.post(url("inquiries", talk), data)
    assert (made.status_code, made["Location"]) == (303, again["Location"])
    inquiry = Inquiry.objects.get(session=talk.id)
    page = leader.get(made["Location"]).content.decode()
    assert f"http://testserver{public(inquiry)}" in page
    assert f"{inquiry.code[:5]} {inquiry.code[5:]}" in page
    assert page.count("31 januari 2099") == 2  # how it stands, and in the invitation
    assert "zonder je naam" in page


def test_question_for_children_begins_in_simple_words(talk):
    leader, page = talk.leader.client(), url("inquiries", talk)
    assert f"{page}?kinderen#new" in leader.get(page).content.decode()
    simple = leader.get(page, {"kinderen": ""}).content.decode()
    assert "Wat zou jij daar fijn aan vinden?" in simple
    assert "of voor je kind" not in simple
    assert cast.QUESTION in simple  # else a child does not know what it is about
    assert re.search(r'name="for_children"[^>]* checked', simple)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://kompas.example"])
def test_address_of_this_computer_alone_is_told(talk, settings, address):
    settings.KOMPAS_URL = address
    page = talk.leader.client().get(url("inquiry", talk, asked(talk).pk)).content.decode()
    assert ("Dit adres werkt alleen op deze computer." in page) is ("127." in address)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("asked", "", "Zeg aan wie je het vraagt."),
        ("question", " ", "Typ eerst wat je vraagt."),
        ("question", "x\x00", "onzichtbaar"),
        ("until", "2020-01-01", "Deze dag is al voorbij."),
        ("until", "morgen", "datum"),
    ],
)
def test_wrong_question_is_refused_beside_its_field_and_kept(talk, field, value, reason):
    data = {"id": str(uuid.uuid4()), "asked": "Ouders", "question": "Bewaar dit?", field: value}
    response = talk.leader.client().post(url("inquiries", talk), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert ("Bewaar dit?" in page) == (field != "question")
    assert not Inquiry.objects.filter(session=talk.id)


def test_talk_has_room_for_so_many(talk):
    Inquiry.objects.bulk_create(
        Inquiry(session=talk.session, question="?") for _ in range(MOST_INQUIRIES)
    )
    data = {"id": str(uuid.uuid4()), "asked": "Ouders", "question": "Nog een?"}
    response = talk.leader.client().post(url("inquiries", talk), data)
    assert response.status_code == 422
    assert f"{MOST_INQUIRIES} van deze vragen" in response.content.decode()


def test_two_facilitators_lose_neither_text(talk):
    inquiry = asked(talk)
    page = url("inquiry", talk, inquiry.pk)
    data = {"id": str(inquiry.pk), "version": "1", "asked": "Ouders", "question": "De ene?"}
    first, second = talk.leader.client(), talk.leader.client()
    assert first.post(page, data).status_code == 303
    response = second.post(page, {**data, "question": "De andere?"})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "De ene?" in shown
    assert "De andere?" in shown
    assert Change.objects.filter(action="refuse", thing="inquiry").count() == 1
    again = cast.Forms(shown)
    form = next(one for one in again.found if one["action"] == page)
    assert second.post(page, form["fields"]).status_code == 303
    inquiry.refresh_from_db()
    assert (inquiry.question, inquiry.version) == ("De andere?", 3)
    # the same words once more are no conflict
    assert first.post(page, {**data, "question": "De andere?"}).status_code == 303


def test_question_that_nobody_answered_can_be_taken_away(talk):
    kept, gone = asked(talk), asked(talk)
    gave(kept)
    leader = talk.leader.client()
    assert leader.post(url("inquiry_removal", talk, gone.pk)).status_code == 303
    assert leader.post(url("inquiry_removal", talk, kept.pk)).status_code == 403
    assert list(Inquiry.objects.filter(session=talk.id)) == [kept]


def test_inquiry_of_another_talk_is_not_found(talk):
    other = asked(Talk())
    voice = gave(other)
    leader = talk.leader.client()
    for name, parts in (
        ("inquiry", [other.pk]),
        ("told", [other.pk]),
        ("inquiry_door", [other.pk]),
        ("inquiry_removal", [other.pk]),
        ("cards_typed", [other.pk]),
        ("voice", [other.pk, voice.pk]),
    ):
        data = {"act": "erase" if name == "voice" else "shut", "text": "x", "version": 1}
        assert leader.post(url(name, talk, *parts), data).status_code == 404
    own = asked(talk)
    for act in ("erase", "show"):
        leader.post(url("voice", talk, own.pk, voice.pk), {"act": act})
    voice.refresh_from_db()
    assert voice.state == "waiting"


# Giving


def test_giver_answers_without_javascript_and_comes_back_later(talk):
    inquiry = asked(talk)
    parent = Browser().open(public(inquiry))
    assert "Wat merk je ervan?" in parent.text
    assert cast.QUESTION in parent.text
    assert "Schrijf geen namen op" in parent.text
    parent.submit("/vooraf/stem/", text=WORDS, role="parent")
    assert "Het is verstuurd" in parent.text
    assert "Kom later terug op deze zelfde link." in parent.text
    voice = Voice.objects.get(inquiry=inquiry)
    assert (voice.text, voice.role, voice.state, voice.paper) == (WORDS, "parent", "waiting", False)
    assert WORDS not in Browser().open(public(inquiry)).text


def test_code_is_posted_and_read_aloud_in_any_way(talk):
    inquiry = asked(talk)
    half = f" {inquiry.code[:5].lower()}-{inquiry.code[5:]} "
    typed = Browser().open(reverse("sessions:code")).submit("/vooraf/", code=half)
    assert typed.url == public(inquiry)
    wrong = Client().post(reverse("sessions:code"), {"code": "FOUT FOUT"})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "Deze code is niet in gebruik." in page
    assert "FOUT FOUT" in page


def test_children_get_few_simple_words(talk):
    inquiry = asked(talk, for_children=True)
    child = Browser().open(public(inquiry))
    assert "for-children" in child.text
    assert 'name="role"' not in child.text
    assert cast.QUESTION not in child.text
    child.submit("/vooraf/stem/", text="ik vind het stom")
    assert "Het is nu bij hen" in child.text
    assert texts(inquiry) == ["ik vind het stom"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"text": "  "}, "Typ eerst je antwoord."),
        ({"text": "x" * (LONGEST_VOICE + 1)}, "Dit zijn 2001 tekens. Er passen er 2000."),
        ({"text": "a\x07"}, "onzichtbaar"),
        ({"text": "Bewaar", "role": "tante"}, "tante"),
    ],
)
def test_wrong_answer_is_refused_and_kept(talk, data, reason):
    inquiry = asked(talk)
    data = {"id": str(uuid.uuid4()), "code": inquiry.code, **data}
    response = Client().post(reverse("sessions:give"), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert data["text"].strip()[:6] in page
    assert texts(inquiry) == []


def test_long_answer_is_told_and_never_cut_without_a_word(talk):
    inquiry = asked(talk)
    long = "Wat een lang verhaal. " * 210
    parent, leader = Client(), talk.leader.client()
    typed = url("cards_typed", talk, inquiry.pk)
    for page in (parent.get(public(inquiry)), leader.get(url("inquiry", talk, inquiry.pk))):
        (field,) = re.findall(r'<textarea name="text"[^>]*>', page.content.decode())
        assert "maxlength" not in field
    data = {"id": str(uuid.uuid4()), "code": inquiry.code, "text": long}
    for response in (parent.post(reverse("sessions:give"), data), leader.post(typed, data)):
        page = response.content.decode()
        assert response.status_code == 422
        assert f"Dit zijn {len(long.strip())} tekens." in page
        assert long in page
    assert texts(inquiry) == []


def test_sending_twice_is_once_and_other_words_are_another(talk):
    inquiry = asked(talk)
    data = {"id": str(uuid.uuid4()), "code": inquiry.code, "text": WORDS, "role": ""}
    for text in (WORDS, WORDS, "Iets anders", WORDS):
        response = Client().post(reverse("sessions:give"), {**data, "text": text})
        assert (response.status_code, response["Location"]) == (303, f"{public(inquiry)}?dank")
    assert texts(inquiry) == ["Iets anders", WORDS]


@pytest.mark.parametrize("how", ["closed", "past", "talk closed"])
def test_closed_inquiry_takes_nothing_and_still_tells(talk, how):
    inquiry = asked(talk)
    if how == "closed":
        inquiries.set_open(talk.lead, inquiry, False)
    elif how == "past":
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Inquiry.objects.filter(pk=inquiry.pk).update(until=yesterday)
    else:
        talk.close()
    page = Client().get(public(inquiry)).content.decode()
    assert "Je kunt hier niet meer antwoorden" in page
    assert "<textarea" not in page
    assert "Nog niet." in page
    data = {"id": str(uuid.uuid4()), "code": inquiry.code, "text": WORDS}
    response = Client().post(reverse("sessions:give"), data)
    assert response.status_code == 422
    assert WORDS in response.content.decode()  # kept, to be copied
    assert texts(inquiry) == []


def test_last_day_is_part_of_it_and_closed_can_be_opened_again(talk):
    inquiry = asked(talk, until=timezone.localdate())
    gave(inquiry)
    for act, stands in (("shut", False), ("shut", False), ("open", True)):
        talk.leader.client().post(url("inquiry_door", talk, inquiry.pk), {"act": act})
        inquiry.refresh_from_db()
        assert inquiry.is_open is stands
    trail = Change.objects.filter(thing="inquiry").values_list("action", flat=True)
    assert list(trail) == ["add", "shut", "open"]


def test_unknown_code_looks_as_if_it_never_was(talk):
    gone = asked(talk)
    inquiries.take_away(talk.lead, gone)
    pages = []
    for code in (gone.code, "ACDEFGHJKM"):
        response = Client().get(reverse("sessions:inquiry_code", args=[code]))
        page = re.sub(
            r'(name="csrfmiddlewaretoken" value=)"[^"]*"', r"\1", response.content.decode()
        )
        pages.append((response.status_code, page.replace(code, "*")))
    assert pages[0][0] == 404
    assert pages[0] == pages[1]


def test_guessing_is_slowed_and_logged_without_who(talk, monkeypatch, caplog):
    monkeypatch.setattr(limits, "SECONDS", 36000)
    monkeypatch.setattr(limits, "INQUIRY_CODES", limits.Guesses("inquiry", "codes", 3))
    inquiry = asked(talk)
    with caplog.at_level(logging.WARNING, "sessions.views.limits"):
        for _ in range(3):
            Client().get(reverse("sessions:inquiry_code", args=["FOUT"]))
        blocked = Client().get(public(inquiry))
    assert blocked.status_code == 429
    (record,) = [one for one in caplog.records if one.name == "sessions.views.limits"]
    assert "127.0.0.1" not in record.getMessage()
    assert inquiry.code not in record.getMessage()


def test_whole_class_behind_one_address_can_answer_at_once(talk):
    inquiry = asked(talk, for_children=True)
    for number in range(35):
        child = Client()
        assert child.get(public(inquiry)).status_code == 200
        data = {"id": str(uuid.uuid4()), "code": inquiry.code, "text": f"antwoord {number}"}
        assert child.post(reverse("sessions:give"), data).status_code == 303
    assert Voice.objects.filter(inquiry=inquiry).count() == 35


def test_flood_is_held_back(talk, monkeypatch):
    monkeypatch.setattr(answering, "GIVEN", (2, 36000))
    inquiry = asked(talk)
    answers = [
        Client().post(
            reverse("sessions:give"),
            {"id": str(uuid.uuid4()), "code": inquiry.code, "text": str(number)},
        )
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]


def test_inquiry_holds_so_many_and_says_so(talk, monkeypatch):
    monkeypatch.setattr(inquiries, "MOST_VOICES", 2)
    inquiry = asked(talk)
    gave(inquiry), gave(inquiry, "Twee")
    data = {"id": str(uuid.uuid4()), "code": inquiry.code, "text": "Drie"}
    response = Client().post(reverse("sessions:give"), data)
    assert response.status_code == 422
    assert "niets meer bij" in response.content.decode()
    card = talk.leader.client().post(url("cards_typed", talk, inquiry.pk), data)
    assert card.status_code == 422
    assert texts(inquiry) == [WORDS, "Twee"]


@pytest.mark.django_db(transaction=True)
def test_thirty_at_the_same_instant_are_each_kept():
    talk = Talk()
    inquiry = asked(talk)
    revision = talk.session.revision

    def give(number):
        try:
            inquiries.give(inquiry, uuid.uuid4(), f"antwoord {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(give, range(30)))
    assert Voice.objects.filter(inquiry=inquiry).count() == 30
    assert talk.session.revision == revision


# Nothing of who gave it


def test_giving_moves_nothing_of_the_talk_and_leaves_no_trail(talk):
    inquiry = asked(talk)
    long_ago = timezone.localdate() - datetime.timedelta(days=40)
    Session.objects.filter(pk=talk.id).update(changed_on=long_ago)
    before = Session.objects.filter(pk=talk.id).values().get()
    trail = Change.objects.count()
    gave(inquiry)
    gave(inquiry, "Van papier", paper=True)
    assert Session.objects.filter(pk=talk.id).values().get() == before
    assert Change.objects.count() == trail


def test_voice_has_no_time_no_address_and_no_tie_to_anybody():
    columns = {field.name for field in Voice._meta.get_fields()}
    assert columns == {"id", "inquiry", "text", "role", "paper", "state"}
    assert not any(
        isinstance(field, models.DateField | models.TimeField | models.GenericIPAddressField)
        for field in Voice._meta.get_fields()
    )


def test_id_of_the_form_is_not_kept(talk):
    inquiry, id = asked(talk), uuid.uuid4()
    inquiries.give(inquiry, id, WORDS)
    assert Voice.objects.get(inquiry=inquiry).pk != id


# Reading and showing


def test_facilitator_shows_hides_and_the_trail_has_no_words(talk):
    inquiry = asked(talk)
    voice = gave(inquiry)
    leader = talk.leader.client()
    for act, state in (("show", "shown"), ("show", "shown"), ("hide", "hidden")):
        response = leader.post(url("voice", talk, inquiry.pk, voice.pk), {"act": act})
        assert response.status_code == 303
        voice.refresh_from_db()
        assert voice.state == state
    trail = list(Change.objects.filter(thing="voice").values_list("action", "before", "after"))
    assert trail == [("moderate", "waiting", "shown"), ("moderate", "shown", "hidden")]
    assert leader.post(url("voice", talk, inquiry.pk, voice.pk), {"act": "eat"}).status_code == 404


def test_erased_voice_is_gone_and_stays_gone(talk, ledger):
    inquiry, id = asked(talk), uuid.uuid4()
    inquiries.give(inquiry, id, "Juf Anna schreeuwt", "pupil")
    voice = Voice.objects.get(inquiry=inquiry)
    kept = {"pk": voice.pk, "inquiry": inquiry, "text": voice.text, "role": voice.role}
    for _ in range(2):  # a double click
        response = talk.leader.client().post(
            url("voice", talk, inquiry.pk, voice.pk), {"act": "erase"}
        )
        assert response.status_code == 303
    assert texts(inquiry) == []
    assert Erasure.objects.filter(session_id=voice.pk).count() == 1
    assert ledger.read_text().startswith(str(voice.pk))
    assert "Anna" not in json.dumps(list(Change.objects.values("before", "after")))
    # sent again
    inquiries.give(inquiry, id, "Juf Anna schreeuwt", "pupil")
    assert texts(inquiry) == []
    # a backup of before, which knows of no erasure
    Erasure.objects.all().delete()
    Voice.objects.create(**kept)
    restored.send(sender=None, erased={voice.pk})
    assert texts(inquiry) == []
    inquiries.give(inquiry, id, "Juf Anna schreeuwt", "pupil")
    assert texts(inquiry) == []


def test_page_of_the_inquiry_is_new_after_each_voice_and_never_old(talk):
    inquiry = asked(talk)
    leader, page = talk.leader.client(), url("inquiry", talk, inquiry.pk)

    def tag():
        return leader.get(page)["ETag"]

    seen = [tag()]
    assert leader.get(page, headers={"If-None-Match": seen[0]}).status_code == 304
    gave(inquiry)
    seen.append(tag())
    voice = gave(inquiry, "Twee")
    seen.append(tag())
    inquiries.erase(talk.lead, inquiry, voice.pk)
    seen.append(tag())
    gave(inquiry, "Drie")
    seen.append(tag())
    assert len(set(seen)) == 5
    assert leader.get(page)["Cache-Control"] == "private, no-store"


def test_facilitators_screens_are_nudged_and_phones_are_not(talk, monkeypatch):
    told = []
    inquiry = asked(talk)
    monkeypatch.setattr(inquiries.live, "changed", lambda *topics: told.extend(topics))
    gave(inquiry)
    assert told == [talk.session.leading_topic]


def test_cards_are_typed_one_after_another(talk):
    inquiry = asked(talk)
    inquiries.set_open(talk.lead, inquiry, False)  # cards come in later
    leader, page = talk.leader.client(), url("cards_typed", talk, inquiry.pk)
    for text in ("Kaart een", "Kaart twee"):
        data = {"id": str(uuid.uuid4()), "text": text, "role": "colleague"}
        assert leader.post(page, data).status_code == 303
        assert leader.post(page, data).status_code == 303
    found = Voice.objects.filter(inquiry=inquiry).values_list("text", "role", "paper", "state")
    assert sorted(found) == [
        ("Kaart een", "colleague", True, "waiting"),
        ("Kaart twee", "colleague", True, "waiting"),
    ]
    assert leader.post(page, {"id": str(uuid.uuid4()), "text": " "}).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "Bel 0612345678",
        "Bel me: 06-12 34 56 78.",
        "(020) 123 45 67",
        "+31 (0)6 1234 5678",
        "0031612345678",
        "Mail naar anna@school.nl, graag",
        "a.b+c@sub.school-x.example",
    ],
)
def test_telephone_and_mail_are_noticed(text):
    assert holds_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Groep 7 en 8",
        "Dat kost 12.500 euro",
        "Sinds 01-02-2026 gaat het beter",
        "Schooljaar 2026-2027, 30 kinderen",
        "om 08:30 of 14:15",
        "Een @ alleen, en @anna",
        "1234567890123456",
        "@" * 2000,
    ],
)
def test_other_numbers_are_not(text):
    assert not holds_contact(text)


def test_facilitator_sees_that_an_answer_may_name_somebody(talk):
    inquiry = asked(talk)
    gave(inquiry, "Bel me op 06-12345678")
    gave(inquiry, WORDS)
    page = talk.leader.client().get(url("inquiry", talk, inquiry.pk)).content.decode()
    assert page.count("telefoonnummer of e-mailadres") == 1


@pytest.mark.parametrize(
    ("asked_", "role", "whose"),
    [
        ("Ouders van groep 7", "parent", "Ouders van groep 7"),
        ("Iedereen in de wijk", "parent", "Iedereen in de wijk · Ouder"),
        ("", "parent", "Ouder"),
        ("Groep 7", "", "Groep 7"),
        ("", "", "Vooraf gehoord"),
    ],
)
def test_whose_voice_it_is_is_said_once(asked_, role, whose):
    with translation.override("nl"):
        assert Voice(inquiry=Inquiry(asked=asked_), role=role).whose == whose


# What waits or is hidden is nowhere but there


@pytest.mark.once
@pytest.mark.parametrize("state", ["waiting", "hidden"])
def test_what_is_not_shown_stands_on_no_other_screen(talk, state, monkeypatch):
    monkeypatch.setattr("reports.views.make", lambda paper, *_: paper.html().encode())
    inquiry = asked(talk)
    gave(inquiry, state=state)
    talk.add("stakeholders", name="Ouders")
    talk.add("arguments", text="Het helpt")
    people = [talk.leader, talk.board(), talk.phone()]
    seen = 0
    for step in ("stakeholders", "values", "arguments", "outcome"):
        talk.go(step)
        pages = [url("step", talk, step), url("board", talk), url("phone", talk)]
        for name in ("session", "prepare", "inquiries", "overview", "export", "close", "entry"):
            pages.append(url(name, talk))
        pages += [
            reverse(f"reports:{name}", args=[talk.id])
            for name in ("report", "report_pdf", "pack", "explanation", "explanation_pdf")
        ]
        pages += [reverse("reports:pack_part", args=[talk.id, "gehoord"]), public(inquiry)]
        for person in people:
            for page in pages:
                response = person.client().get(page)
                seen += response.status_code == 200
                assert WORDS not in response.content.decode(), (page, person.role)
    assert seen > 60
    assert WORDS not in json.dumps(document(talk.session))
    assert WORDS in talk.leader.client().get(url("inquiry", talk, inquiry.pk)).content.decode()


def test_number_that_waits_stands_on_no_screen_of_others(talk):
    inquiry = asked(talk)
    talk.go("stakeholders")
    board, phone = talk.board().client(), talk.phone().client()
    pages = {url("board", talk): board, url("phone", talk): phone}
    tags = {page: client.get(page)["ETag"] for page, client in pages.items()}
    gave(inquiry)
    for page, client in pages.items():
        assert client.get(page, headers={"If-None-Match": tags[page]}).status_code == 304


def test_all_that_was_read_is_shown_at_once_and_none_that_came_since(talk):
    inquiry = asked(talk)
    read = [gave(inquiry, "Een"), gave(inquiry, "Twee", paper=True)]
    hidden = gave(inquiry, "Verborgen", state="hidden")
    client, here = talk.leader.client(), url("inquiry", talk, inquiry.pk)
    page = client.get(here).content.decode()
    assert "Ik heb ze gelezen: toon alle 2" in page
    assert page.count('name="voice" value="') == 2
    gave(inquiry, "Kwam later")
    elsewhere = gave(asked(talk), "Bij een andere vraag")
    for _press in range(2):  # twice is once
        ids = [voice.pk for voice in (*read, hidden, elsewhere)]
        assert client.post(url("voices", talk, inquiry.pk), {"voice": ids}).status_code == 303
    states = dict(Voice.objects.values_list("text", "state"))
    assert states == {
        "Een": "shown",
        "Twee": "shown",
        "Verborgen": "hidden",
        "Kwam later": "waiting",
        "Bij een andere vraag": "waiting",
    }
    assert Change.objects.filter(session=talk.id, action="moderate", after="shown").count() == 2
    assert "toon alle" not in client.get(here).content.decode()
    assert client.post(url("voices", talk, inquiry.pk), {"voice": "x"}).status_code == 404


@pytest.mark.parametrize("many", [2, 20])
def test_showing_all_asks_as_much_however_many_there_are(talk, many):
    inquiry = asked(talk)
    ids = [gave(inquiry, f"Nummer {number}").pk for number in range(many)]
    client, where = talk.leader.client(), url("voices", talk, inquiry.pk)
    with CaptureQueriesContext(connection) as queries:
        client.post(where, {"voice": ids})
    assert inquiry.voices.filter(state="shown").count() == many
    assert len(queries) <= 15


def test_closing_deletes_what_is_not_shown(talk):
    inquiry = asked(talk)
    gave(inquiry, "Getoond", state="shown")
    gave(inquiry, "Wacht")
    gave(inquiry, "Verborgen", state="hidden")
    page = talk.leader.client().get(url("close", talk)).content.decode()
    assert "2 antwoorden zijn niet getoond." in page  # it is said before
    assert "Verborgen" not in page
    talk.close()
    assert texts(inquiry) == ["Getoond"]
    (told,) = Version.objects.get(session=talk.id).document["inquiries"]
    assert told["voices"] == [{"text": "Getoond", "role": "parent"}]
    with pytest.raises(Refused):
        inquiries.give(inquiry, uuid.uuid4(), "Te laat", paper=True)
    talk.reopen()
    gave(inquiry, "Weer open")
    assert texts(inquiry) == ["Getoond", "Weer open"]


# In the talk


def test_shown_voices_stand_in_the_steps_where_they_help(talk):
    inquiry = asked(talk)
    gave(inquiry, state="shown")
    board, phone, leader = talk.board().client(), talk.phone().client(), talk.leader.client()
    for step, on_board in (("stakeholders", True), ("values", False), ("arguments", True)):
        talk.go(step)
        laptop = leader.get(url("step", talk, step)).content.decode()
        assert WORDS in laptop
        assert "Van henzelf gehoord" in laptop
        for client, page in ((board, "board"), (phone, "phone_board")):
            shown = client.get(url(page, talk)).content.decode()
            assert (WORDS in shown) is on_board
            # who is a parent goes without saying there
            assert ("Ouders van groep 5" in re.sub(r"<[^>]*>", "", shown)) is on_board
            assert "· Ouder" not in shown
    talk.open("arguments")  # while each writes alone it is out of sight
    assert WORDS not in board.get(url("board", talk)).content.decode()


def take(talk, step, voice, as_):
    return talk.leader.client().post(url("take_over", talk, step, voice.pk), {"as": as_})


def test_voice_becomes_an_interest_in_one_press(talk):
    inquiry = asked(talk)
    one = gave(inquiry, state="shown")
    two = gave(inquiry, "En wie ziet de beelden?", state="shown")
    for voice in (one, one, two, two):
        response = take(talk, "stakeholders", voice, "interest")
        row = Stakeholder.objects.get(session=talk.id)
        assert response.status_code == 303
        assert response["Location"].endswith(f"?bewerk={row.pk}#rij-{row.pk}")
    assert (row.name, row.origin, row.at_table) == ("Ouders van groep 5", "heard", False)
    assert row.interest == f"{WORDS}\nEn wie ziet de beelden?"
    talk.go("stakeholders")
    board = talk.board().client().get(url("board", talk)).content.decode()
    assert board.count(WORDS) == 1  # in its row, and not beside it once more


def test_words_go_to_who_stands_there_by_that_name(talk):
    row = talk.add("stakeholders", name="ouders van Groep 5", at_table=True, origin="imagined")
    take(talk, "stakeholders", gave(asked(talk), state="shown"), "interest")
    row.refresh_from_db()
    assert (row.interest, row.origin, row.at_table, row.version) == (WORDS, "heard", True, 2)


def test_interest_that_is_full_is_not_written_over(talk):
    row = talk.add("stakeholders", name="Ouders van groep 5", interest="x" * 20_000)
    response = take(talk, "stakeholders", gave(asked(talk), state="shown"), "interest")
    assert response.status_code == 403
    row.refresh_from_db()
    assert row.interest == "x" * 20_000


@pytest.mark.parametrize("side", ["for", "against"])
def test_voice_becomes_an_argument_and_comes_back_when_taken_away(talk, side):
    voice = gave(asked(talk), state="shown")
    for _ in range(2):
        assert take(talk, "arguments", voice, side).status_code == 303
    row = Argument.objects.get(session=talk.id)
    assert (row.side, row.text, row.origin, row.step) == (side, WORDS, "heard", "arguments")
    with talk.writing() as write:
        row.edit(write, {"text": "Korter"}, 1)
        row.remove(write)
    take(talk, "arguments", voice, side)
    row.refresh_from_db()
    assert (row.text, row.stands) == ("Korter", True)


@pytest.mark.parametrize(
    ("step", "as_"), [("arguments", "interest"), ("stakeholders", "for"), ("arguments", "")]
)
def test_voice_is_taken_over_only_where_it_fits(talk, step, as_):
    assert take(talk, step, gave(asked(talk), state="shown"), as_).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "hidden"])
def test_what_is_not_shown_is_not_taken_over(talk, state):
    assert take(talk, "arguments", gave(asked(talk), state=state), "for").status_code == 404
    assert not Argument.objects.filter(session=talk.id)


def spots(**keys) -> list[tuple[str, tuple[str, ...]]]:
    found = blind_spots(keys)
    return [(one.key, one.names) for one in found if one.key in ("silent", "unheard", "untaken")]


def test_blind_spots_tell_who_was_heard_and_who_was_not():
    heard = {"question": "?", "asked": "Ouders", "voices": [{"text": WORDS}]}
    silent = {"question": "?", "asked": "Opvang"}
    away = [
        {"name": "ouders", "at_table": False},
        {"name": "Buren", "at_table": False},
        {"name": "Leerlingen", "at_table": False, "origin": "heard"},
        {"name": "Leraren", "at_table": True},
    ]
    assert spots(inquiries=[silent]) == [("silent", ("Opvang",))]
    assert spots(inquiries=[heard], stakeholders=away) == [("unheard", ("Buren",))]
    assert spots(inquiries=[heard], stakeholders=away[:1]) == [("untaken", ())]
    assert spots(stakeholders=away) == []


# Afterwards


def test_facilitator_is_told_who_still_waits_for_what_was_done(talk):
    inquiry, unanswered = asked(talk), asked(talk, asked="De opvang")
    leader, told = talk.leader.client(), url("told", talk, inquiry.pk)
    here = f"{url('inquiry', talk, inquiry.pk)}#told"
    assert here not in leader.get(url("close", talk)).content.decode()  # nobody answered
    gave(inquiry, state="shown")
    closing = leader.get(url("close", talk)).content.decode()
    assert "Wie vooraf antwoordde, wacht nog" in closing
    assert here in closing
    talk.close()
    handover = leader.get(url("handover", talk)).content.decode()
    assert "Voor wie vooraf antwoordde" in handover
    assert here in handover
    assert str(unanswered.pk) not in closing + handover
    leader.post(told, {"version": "1", "answer": "We namen het mee."})
    assert here not in leader.get(url("handover", talk)).content.decode()
    talk.reopen()
    assert here not in leader.get(url("close", talk)).content.decode()


def test_report_of_a_closed_talk_leads_to_what_was_asked_for_the_facilitator_alone(talk):
    link = f'href="{url("inquiries", talk)}"'
    report = reverse("reports:report", args=[talk.id])
    leader, phone = talk.leader.client(), talk.phone()
    asked(talk)
    talk.close()
    assert link in leader.get(report).content.decode()
    page = phone.client().get(report)
    assert page.status_code == 200
    assert link not in page.content.decode()


def test_report_leads_to_no_questions_where_none_were_asked(talk):
    talk.close()
    page = talk.leader.client().get(reverse("reports:report", args=[talk.id])).content.decode()
    assert url("inquiries", talk) not in page


def test_closed_talk_offers_only_the_link_to_read_it_back(talk):
    inquiry = asked(talk, until=timezone.localdate())
    leader, page = talk.leader.client(), url("inquiry", talk, inquiry.pk)
    offers = ("<svg", "Een tekst om te sturen", "Je kunt antwoorden tot en met", "Kaart om te")
    before = leader.get(page).content.decode()
    talk.close()
    after = leader.get(page).content.decode()
    share = [one.partition('id="share"')[2].partition("</main>")[0] for one in (before, after)]
    for offer in offers:
        assert offer in share[0], offer
    assert 'class="qr' not in share[1]
    for offer in offers[1:]:
        assert offer not in share[1], offer
    assert f"http://testserver{public(inquiry)}" in share[1]
    assert "Achter deze link lees je wat ermee is gedaan." in share[1]


def test_closed_page_begins_with_what_was_done(talk):
    inquiry = asked(talk)
    inquiries.tell(talk.lead, inquiry, "Er komt een hek.", 1)
    talk.close()
    page = Client().get(public(inquiry)).content.decode()
    (title,) = re.findall(r"<h1[^>]*>([^<]*)</h1>", page)
    assert title == "Wat ermee gedaan is"
    order = ["Er komt een hek.", inquiry.question, "Je kunt hier niet meer antwoorden"]
    places = [page.index(words, page.index("<h1")) for words in order]
    assert places == sorted(places)


def test_child_reads_afterwards_which_question_was_answered(talk):
    inquiry = asked(talk, for_children=True)
    assert cast.QUESTION not in Client().get(public(inquiry)).content.decode()
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.close()
    page = Client().get(public(inquiry)).content.decode()
    assert page.index(cast.QUESTION) < page.index("Alleen in de gang.")


def test_what_was_done_with_it_stands_behind_the_same_link(talk):
    inquiry = asked(talk)
    gave(inquiry, state="shown")
    tell = url("told", talk, inquiry.pk)
    leader = talk.leader.client()
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    assert "Alleen in de gang." not in Client().get(public(inquiry)).content.decode()
    talk.close()
    page = Client().get(public(inquiry)).content.decode()
    assert "Nog niet." in page
    assert "Ja, mits" in page
    assert "Alleen in de gang." in page
    data = {"version": "1", "answer": "We doen het niet op het plein."}
    assert leader.post(tell, data).status_code == 303  # also now that it is closed
    page = Client().get(public(inquiry)).content.decode()
    assert "We doen het niet op het plein." in page
    assert "Nog niet." not in page
    response = leader.post(tell, {"version": "1", "answer": "Anders"})
    assert response.status_code == 409
    assert "We doen het niet op het plein." in response.content.decode()


def test_decision_keeps_what_was_heard(talk):
    gave(asked(talk), state="shown")
    talk.close()
    decision = cast.MODELS["decisions"](result="adopted")
    version = lifecycle.decide(talk.leader.access, decision, 1)
    assert version.document["inquiries"] == document(talk.session)["inquiries"]


def test_copy_takes_no_voices(talk):
    gave(asked(talk), state="shown")
    new = lifecycle.copy(talk.session, uuid.uuid4(), "s" * 43)
    assert not Inquiry.objects.filter(session=new)


def test_erasing_the_talk_erases_them(talk):
    gave(asked(talk))
    talk.session.erase()
    assert not Voice.objects.exists()


# On paper

DOCUMENT = {
    "language": "nl",
    "question": "Mag dat?",
    "inquiries": [
        {
            "question": "Wat merk je ervan?",
            "asked": "Ouders",
            "voices": [{"text": WORDS, "role": "parent", "paper": True}],
            "answer": "We namen het mee.",
        }
    ],
}


def printed(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.once
@pytest.mark.parametrize("for_children", [False, True])
@pytest.mark.parametrize("question", ["Wat merk je ervan?", "Een lange vraag. " * 29])
def test_card_is_one_accessible_page(for_children, question):
    session = Session(language="nl")
    inquiry = Inquiry(session=session, question=question, for_children=for_children)
    inquiry.until = datetime.date(2027, 2, 1)
    card = Card(inquiry, "https://school.example/vooraf/ACDEFGHJKM/", "bij juf Anna")
    content = pdf.render(*card.sizes())
    assert pdfua.violations(content) == []
    (page,) = printed(content)
    for words in (question.strip(), "school.example/vooraf/ACDEFGHJKM", "juf Anna", "1 februari"):
        assert words in page
    assert ("Collega" in page) is not for_children


@pytest.mark.once
def test_card_is_printed_by_who_leads_with_where_it_is_handed_in(talk):
    inquiry = asked(talk)
    page = reverse("reports:inquiry_card", args=[talk.id, inquiry.pk])
    response = talk.leader.client().get(page, {"at": "bij de balie"})
    assert response["Content-Type"] == "application/pdf"
    (words,) = printed(response.content)
    assert "bij de balie" in words
    assert inquiry.code in words


@pytest.mark.once
def test_report_and_print_pack_hold_what_is_shown():
    method = cast.method()
    words = Report(DOCUMENT, method).html()
    for part in ("Vooraf gehoord", "Wat merk je ervan?", WORDS, "op papier", "We namen het mee."):
        assert part in words
    content = pdf.render(Pack(method, "nl", DOCUMENT, "gehoord").html(), forms=True)
    assert pdfua.violations(content) == []
    assert WORDS in " ".join(printed(content))
    empty = Pack(method, "nl", {}, "gehoord").html()
    assert "Er is vooraf niets gehoord" in empty
    assert "Van henzelf gehoord" not in Pack(method, "nl", {}).html()


# On the board


@pytest.mark.parametrize("rows", [0, 3, 30])
@pytest.mark.parametrize("voices", [1, 4, 40])
def test_board_holds_what_was_heard_beside_what_is_collected(talk, rows, voices):
    inquiry = asked(talk)
    for number in range(voices):
        gave(inquiry, f"{number}: {WORDS} " * (1 + number % 4), state="shown")
    for number in range(rows):
        talk.add("stakeholders", name=f"Groep {number}", interest="Rust in de klas")
    talk.go("stakeholders")
    sheet = Sheet(StepScreen(talk.board().access, talk.step("stakeholders")), HEIGHT)
    assert sheet.heard.rows
    assert len(sheet.heard.rows) + sheet.heard.left == voices
    assert 0 < sheet._heard_height <= sheet.room * 0.45
    assert bool(sheet.stakeholders.rows) is bool(rows)
    endless = Sheet(StepScreen(talk.board().access, talk.step("stakeholders")))
    assert (len(endless.heard.rows), len(endless.stakeholders.rows)) == (voices, rows)


@pytest.mark.parametrize("name", ["Ouders van groep 7 en 8", "Ouders en verzorgers " * 20])
def test_long_answer_that_was_taken_over_leaves_room_for_what_was_heard(talk, name):
    long = "Ik vind het goed als de leraar dit als tweede paar ogen gebruikt. " * 30
    inquiry = asked(talk, asked=name[:200].strip())
    voice = gave(inquiry, long, state="shown")
    take(talk, "stakeholders", voice, "interest")
    take(talk, "stakeholders", gave(asked(talk, asked="Groep 7"), "Stom.", "", "shown"), "interest")
    talk.add("stakeholders", name=name, at_table=False, interest=long)
    gave(inquiry, "Een kaart: mijn kind wordt onzeker.", state="shown", paper=True)
    talk.go("stakeholders")
    shown = Sheet(StepScreen(talk.board().access, talk.step("stakeholders")), HEIGHT)
    fit = shown.stakeholders
    inner = (WIDTH - (fit.size.across - 1)) / fit.size.across / fit.size.em
    for row in fit.rows:
        row.name, row.interest = row.name[: fit.most_of_name], row.interest[: fit.most]
    tall = [_measure_card(row, fit.size, inner) * fit.size.em for row in fit.rows]
    assert len(tall) <= fit.size.across
    assert max(tall) <= shown.room - shown._heard_height
    assert [voice.text for voice in shown.heard.rows] == ["Een kaart: mijn kind wordt onzeker."]
