"""The print pack: whole and accessible, timed, for as many people as are invited."""

import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from reports import pdf
from reports.pack import PARTS, Pack
from sessions.models import Method
from tests import cast, pdfua

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TALK = {
    "title": "Rekenen in de app",
    "question": "Is het goed om ouders wekelijks de app te laten zien?",
    "held_on": "2027-01-21",
    "begins": "15:30",
    "ends": "16:30",
    "place": "Lokaal 3",
    "mandate": {"kind": "advice", "decider": "Directeur", "decide_by": "2027-02-01"},
    "invited": [
        {"function": "Leraar groep 7", "group": "staff"},
        {"function": "Ouders", "group": "parent", "number": 4},
    ],
}


@pytest.fixture(autouse=True)
def methods():
    call_command("load_methods", stdout=io.StringIO())


def printed(slug="ethiekkompas", language="nl", document=None, part=""):
    pack = Pack(Method.latest(slug), language, document or {}, part)
    content = pdf.render(pack.html(), forms=True)
    reader = PdfReader(io.BytesIO(content))
    return content, [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.mark.parametrize("document", [{}, TALK], ids=["any talk", "a talk"])
def test_pack_is_accessible_and_in_order(document):
    content, pages = printed(document=document)
    assert pdfua.violations(content) == []
    whole = " ".join(pages)
    places = [
        whole.index(words)
        for words in (
            "Agenda",
            "Draaiboek voor de gespreksleider",
            "Kaarten om mee te wegen",
            "Briefjes voor één persoon",
            "Werkbladen Schrijf",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_accessible_by_itself(part):
    content, _pages = printed("kort-kompas", document=TALK, part=part)
    assert pdfua.violations(content) == []


@pytest.mark.parametrize("slug", ["ethiekkompas", "kort-kompas"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_script_is_two_pages_with_all_that_is_said(slug, language):
    _content, pages = printed(slug, language, part="draaiboek")
    assert len(pages) == 2
    whole = "".join("".join(pages).split())
    for step in Method.latest(slug).steps(language):
        for words in (step.title, step.purpose, *step.say, *step.stuck):
            assert "".join(words.split()) in whole


def test_agenda_fits_the_time_there_is():
    _content, pages = printed(document=TALK, part="agenda")
    assert len(pages) == 1
    times = re.findall(r"(\d\d:\d\d)–(\d\d:\d\d)", pages[0])
    assert (len(times), times[0][0], times[-1][1]) == (7, "15:30", "16:30")
    assert [ends for _begins, ends in times[:-1]] == [begins for begins, _ends in times[1:]]
    for words in ("donderdag 21 januari 2027", "Lokaal 3", "We geven advies", "4 Ouders"):
        assert words in pages[0]


def test_agenda_without_times_tells_minutes_alone():
    _content, pages = printed(part="agenda")
    assert "–" not in re.sub(r"[^\d–:]", "", pages[0])


@pytest.mark.parametrize(("document", "people"), [({}, 7), (TALK, 5)])
def test_cards_and_slips_are_there_for_all_who_are_invited(document, people):
    _content, cards = printed(document=document, part="kaarten")
    _content, slips = printed(document=document, part="briefjes")
    assert "".join(cards).count("telt heel zwaar") == people
    assert (len(cards), len(slips)) == (2, people)
    assert all("Eerder nee" in slip for slip in slips)


def test_method_without_values_has_no_slip_for_them():
    _content, slips = printed("kort-kompas", part="briefjes")
    assert "Mijn drie waarden" not in slips[0]


def test_fields_have_a_name_of_their_own_and_a_title():
    content, _pages = printed(part="werkbladen")
    reader = PdfReader(io.BytesIO(content))
    fields = [field.get_object() for field in reader.trailer["/Root"]["/AcroForm"]["/Fields"]]
    texts = [field for field in fields if field["/FT"] == "/Tx"]
    assert len(texts) > 200
    assert len({field["/T"] for field in texts}) == len(texts)  # those to choose from share one
    assert [field for field in fields if not field.get("/TU")] == []


def test_pack_of_a_talk_is_that_talks(monkeypatch):
    talk = cast.whole()
    monkeypatch.setattr("reports.kept.pdf.render", lambda html, forms: html.encode())
    client = talk.leader.client()
    response = client.get(reverse("reports:pack", args=[talk.id]))
    assert cast.QUESTION in response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="printpakket-de-camera.pdf"'
    again = client.get(
        reverse("reports:pack", args=[talk.id]), headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(reverse("reports:pack_part", args=[talk.id, "iets"])).status_code == 404


def test_pack_that_cannot_be_made_says_so(monkeypatch):
    talk = cast.whole()

    def fails(html, forms):
        raise ValueError

    monkeypatch.setattr("reports.kept.pdf.render", fails)
    response = talk.leader.client().get(reverse("reports:pack", args=[talk.id]))
    assert response.status_code == 503


def test_pack_of_a_method_is_for_everybody(monkeypatch):
    made = []
    monkeypatch.setattr(
        "reports.kept.pdf.render", lambda html, forms: made.append(html) or html.encode()
    )
    url = reverse("reports:method_part", args=["kort-kompas", "briefjes"])
    answers = [Client().get(url, headers={"Accept-Language": "nl"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(made) == 1
    for of in (["onbekend", "briefjes"], ["kort-kompas", "iets"]):
        assert Client().get(reverse("reports:method_part", args=of)).status_code == 404
