"""The report in the browser: who may, concept and closed, kept once, and what fails."""

import datetime
import hashlib
import io
import logging
import threading
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from kompas.signals import tick
from reports import kept, parts, pdf
from reports.models import Rendering
from sessions import lifecycle
from sessions.access import find
from sessions.document import document, load
from sessions.models import Decision, Session, Version
from tests import cast

from .documents import publish_methods, talk

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 a paper"
EXPLAINED = ("explanation_pdf", "explanation_docx", "explanation")


@pytest.fixture
def renders(monkeypatch):
    """Rendering takes no time here; the list says what was asked for."""
    asked: list[str] = []

    def render(html: str) -> bytes:
        asked.append(html)
        return PAPER

    monkeypatch.setattr(pdf, "render", render)
    return asked


@pytest.fixture
def broken(monkeypatch):
    def render(html: str) -> bytes:
        raise RuntimeError("Een woord uit het gesprek")

    monkeypatch.setattr(pdf, "render", render)


def address(name: str, *arguments: object) -> str:
    return reverse(f"reports:{name}", args=arguments)


def get(person: cast.Person, name: str, *arguments: object, **headers: str):
    return person.client().get(
        address(name, person.session_id, *arguments), headers=headers or None
    )


# Who may


@pytest.mark.parametrize("name", ["report", "report_pdf"])
def test_stranger_learns_nothing(name, renders):
    given = cast.whole()
    known, unknown = (
        Client().get(address(name, id)) for id in (given.id, "00000000-0000-4000-8000-000000000000")
    )
    assert known.status_code == unknown.status_code == 403
    assert b"camera" not in known.content
    assert renders == []


def test_board_has_no_report(renders):
    assert get(cast.whole().board(), "report").status_code == 403
    assert get(cast.whole().board(), "report_pdf").status_code == 403
    assert renders == []


def test_phone_reads_it_once_closed(renders):
    given = cast.whole()
    phone = given.phone()
    assert get(phone, "report").status_code == 403
    given.close()
    assert get(phone, "report").status_code == 200
    assert get(phone, "report_pdf").content == PAPER


@pytest.mark.parametrize("name", ["report", "report_pdf"])
def test_other_methods_are_refused(name):
    given = cast.whole()
    assert given.leader.client().post(address(name, given.id)).status_code == 405
    assert given.leader.client().head(address(name, given.id)).status_code == 200


# On the screen


def test_screen_shows_all_of_the_talk():
    page = get(cast.whole().leader, "report").content.decode()
    assert "<title>Verslag: De camera · Kompas</title>" in page
    for words in (
        "De camera", "Mag er een camera in de klas?", "Leraren en ouders", "Na schooltijd",
        "Er wordt gestolen.", "Er zijn drie dingen weg", "Directie", "Leerlingen",
        "Zich vrij voelen", "Vrijheid", "Niet bekeken worden", "Een kast op slot",
        "Wie bekeken wordt, durft minder.", "Het kalmeert.", "Ja, mits", "Alleen in de gang.",
        "Daar wordt gestolen.", "Een bord bij de ingang", "Conciërge",
        "Ook de gang is van leerlingen.", "Er een eind aan zit", "Bord kopen",
    ):  # fmt: skip
        assert words in page


def test_what_was_thought_of_beforehand_stays_with_who_led(renders):
    talk = cast.Talk()
    for prompt in ("emotion", "at_stake", "harm", "invitation"):
        talk.text("", prompt, f"Alleen voor mij: {prompt}")
    talk.text("", "legal", "personal_data")
    talk.text("", "legal_note", "De privacyfunctionaris keek mee.")
    talk.go("facts")
    board = talk.board().client().get(f"/gesprekken/{talk.id}/bord/").content.decode()
    report = get(talk.leader, "report").content.decode()
    for html in (board, report):
        assert "Alleen voor mij" not in html
        assert "De privacyfunctionaris keek mee." in html
    assert document(talk.session)["preparation"]["emotion"] == "Alleen voor mij: emotion"


def test_typed_markup_is_shown_and_not_run():
    given = cast.Talk(question="<script>alert(1)</script> {{ request }} &amp;")
    page = get(given.leader, "report").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ request }} &amp;amp;" in page


def test_open_talk_is_a_concept_and_a_closed_one_is_not():
    given = cast.whole()
    assert "Concept" in get(given.leader, "report").content.decode()
    given.close()
    page = get(given.leader, "report").content.decode()
    assert "Concept" not in page
    assert "Versie 1, afgesloten op" in page


def test_english_talk_has_an_english_report():
    given = cast.whole()
    Session.objects.filter(pk=given.id).update(language="en")
    page = (
        given.leader.client()
        .get(address("report", given.id), headers={"Accept-Language": "nl"})
        .content.decode()
    )
    assert '<html lang="nl"' in page
    assert 'lang="en"' in page
    assert "The answer" in page
    assert "Het antwoord" not in page


def test_report_needs_few_queries(django_assert_max_num_queries):
    given = cast.whole()
    client = given.leader.client()
    with django_assert_max_num_queries(18):
        client.get(address("report", given.id))


def test_reader_of_an_example_may_export_and_copy():
    publish_methods()
    example = load(talk(source=["https://example.org"]), kind="example")
    page = Client().get(address("report", example.pk)).content.decode()
    assert reverse("sessions:export", args=[example.pk]) in page
    assert reverse("sessions:copy", args=[example.pk]) in page
    assert "uit openbare bronnen uitgewerkt" in page


# On paper


def test_paper_of_an_open_talk_is_made_anew_only_after_a_change(renders):
    given = cast.whole()
    first = get(given.leader, "report_pdf")
    assert first.status_code == 200
    assert first["Content-Type"] == "application/pdf"
    assert first["Cache-Control"] == "private, no-cache"
    assert first["Content-Disposition"].startswith('attachment; filename="verslag-de-camera-')
    assert first["Content-Disposition"].endswith('-concept.pdf"')
    again = get(given.leader, "report_pdf", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    given.text("", "title", "Anders")
    changed = get(given.leader, "report_pdf", **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert len(renders) == 2
    assert Rendering.objects.count() == 0


def test_paper_of_a_closed_talk_is_kept_with_its_hash(renders):
    given = cast.whole()
    given.close()
    first, second = (get(given.leader, "report_pdf") for _time in range(2))
    assert first.content == second.content == PAPER
    assert len(renders) == 1
    digest = hashlib.sha256(PAPER).hexdigest()
    assert first["ETag"] == f'"{digest}"'
    assert first["Content-Disposition"].endswith('-versie-1.pdf"')
    kept_one = Rendering.objects.get()
    assert (kept_one.sha256, kept_one.paper, kept_one.format) == (digest, "verslag", "pdf")
    again = get(given.leader, "report_pdf", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_every_version_keeps_its_own_paper(renders):
    given = cast.whole()
    given.close()
    get(given.leader, "report_pdf")
    given.reopen("Een vergeten voorwaarde")
    given.text("outcome", "answer", "Ook in de hal.")
    assert get(given.leader, "version_pdf", 1).content == PAPER
    assert get(given.leader, "version_pdf", 2).status_code == 404
    given.close()
    get(given.leader, "report_pdf")
    assert [html.count("Ook in de hal.") for html in renders] == [0, 1]
    assert Rendering.objects.count() == 2
    page = get(given.leader, "report").content.decode()
    assert "Een vergeten voorwaarde" in page
    assert address("version_pdf", given.id, 1) in page


def test_a_paper_is_kept_once():
    given = cast.whole()
    version = given.close()
    first = Rendering.keep(version, "verslag", "pdf", b"one")
    assert Rendering.keep(version, "verslag", "pdf", b"two") == first
    assert bytes(Rendering.objects.get().content) == b"one"
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendering.objects.create(
            version=version, paper="verslag", format="pdf", content=b"", sha256=""
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_the_same_paper(monkeypatch):
    given = cast.whole()
    given.close()
    made = iter(range(10))
    monkeypatch.setattr(pdf, "render", lambda html: b"paper %d" % next(made))
    answers: list[bytes] = []

    def ask():
        answers.append(get(given.leader, "report_pdf").content)
        connection.close()

    threads = [threading.Thread(target=ask) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"paper 0"] * 4


def test_closed_talk_that_came_from_a_file_has_its_paper(renders):
    publish_methods()
    session = load(talk(status="closed"))
    assert lifecycle.last_version(session).number == 1
    kept.keep(lifecycle.last_version(session))
    assert "Concept" not in renders[0]


def test_tick_makes_what_nobody_asked_for(renders):
    cast.whole().close()
    for _time in range(2):
        tick.send(sender=None)
    assert len(renders) == 1
    assert Rendering.objects.count() == 1


def test_version_with_a_decision_says_so_in_its_report_and_in_the_list(renders):
    given = cast.whole()
    given.close()
    row = Decision(
        session=given.session,
        step="",
        result="adopted",
        reasons="Goed doordacht.",
        by="Directeur",
        decided_on=datetime.date(2026, 5, 20),
    )
    lifecycle.decide(find(given.leader.actor, given.id, "decide"), row, 1)
    page = get(given.leader, "report").content.decode()
    assert page.count("Versie 2, met het besluit van 20 mei 2026") == 4  # and in three links
    assert "Versie 1, afgesloten op" in page
    assert "Dit gaat over het antwoord in dit verslag." in page
    for number in (1, 2):
        get(given.leader, "version_pdf", number)
    assert ["Goed doordacht." in html for html in renders] == [False, True]
    assert "met het besluit van 20 mei 2026" in renders[1]


def test_word_of_a_closed_talk_is_kept_beside_the_pdf(renders):
    given = cast.whole()
    live = get(given.leader, "report_docx")
    assert live["Content-Disposition"].endswith('-concept.docx"')
    assert Rendering.objects.count() == 0
    given.close()
    get(given.leader, "report_pdf")
    first, second = (get(given.leader, "report_docx") for _time in range(2))
    assert first.content == second.content
    assert first["ETag"] != live["ETag"]
    assert first["Content-Type"].endswith("wordprocessingml.document")
    assert sorted(Rendering.objects.values_list("format", flat=True)) == ["docx", "pdf"]
    assert "De camera" in [one.text for one in Document(io.BytesIO(first.content)).paragraphs]


def test_all_papers_stand_together_at_any_time(renders):
    given = cast.whole()
    for _state in ("running", "closed"):
        page = get(given.leader, "report").content.decode()
        papers = page.partition("report-papers")[2].partition("</nav>")[0]
        for name in (*("report_pdf", "report_docx"), *EXPLAINED):
            assert f'"{address(name, given.id)}"' in papers
        assert reverse("sessions:export", args=[given.id]) in papers
        given.close()


# When it fails


def test_failing_report_says_so_and_loses_nothing(broken, caplog):
    given = cast.whole()
    given.close()
    before = document(given.session)
    answer = get(given.leader, "report_pdf")
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Het verslag kon niet worden gemaakt" in page
    assert "Er is niets verloren." in page
    assert reverse("sessions:export", args=[given.id]) in page
    assert "RuntimeError" in caplog.text
    assert "Een woord uit het gesprek" not in caplog.text
    assert document(given.session) == before
    assert Rendering.objects.count() == 0
    assert Version.objects.count() == 1


def test_failing_concept_says_so(broken, caplog):
    assert get(cast.whole().leader, "report_pdf").status_code == 503
    assert caplog.records[0].levelno == logging.ERROR


def test_one_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    for _number in range(2):
        cast.whole().close()
    outcomes = mock.Mock(side_effect=[ValueError, PAPER])
    monkeypatch.setattr(pdf, "render", outcomes)
    answers = [answer for _receiver, answer in tick.send_robust(sender=None) if answer]
    assert [type(answer) for answer in answers] == [kept.Failed]
    assert Rendering.objects.count() == 1


# The command


def test_command_writes_the_pdf(tmp_path):
    given = cast.whole()
    file = tmp_path / "verslag.pdf"
    call_command("render_report", str(given.id), output=str(file))
    reader = PdfReader(io.BytesIO(file.read_bytes()))
    assert reader.metadata.title == "Verslag: De camera"
    assert [path.name for path in tmp_path.iterdir()] == ["verslag.pdf"]


def test_command_writes_the_kept_one_of_a_closed_talk(renders, tmp_path):
    given = cast.whole()
    given.close()
    for name in ("a.pdf", "b.pdf"):
        call_command("render_report", str(given.id), output=str(tmp_path / name))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes() == PAPER
    assert len(renders) == 1


@pytest.mark.parametrize(
    ("id", "file", "reason"),
    [
        ("geen-id", "a.pdf", "'geen-id' is not the id of a talk: a UUID is expected."),
        (
            "00000000-0000-4000-8000-000000000000",
            "a.pdf",
            "There is no talk 00000000-0000-4000-8000-000000000000.",
        ),
        (None, "nowhere/a.pdf", "{file}: No such file or directory."),
    ],
)
def test_command_says_what_is_wrong(id, file, reason, renders, tmp_path):
    path = str(tmp_path / file)
    with pytest.raises(CommandError) as error:
        call_command("render_report", id or str(cast.whole().id), output=path)
    assert str(error.value) == reason.format(file=path)


def test_command_says_that_it_failed(broken, caplog, tmp_path):
    with pytest.raises(CommandError, match="could not be made; nothing is lost"):
        call_command("render_report", str(cast.whole().id), output=str(tmp_path / "a.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_stakeholder_stands_within_a_sentence_as_one_writes_it():
    assert parts.in_sentence("Leraren van groep 6", "nl") == "leraren van groep 6"
    assert parts.in_sentence("Parnassys", "nl") == "Parnassys"
    assert parts.in_sentence("", "nl") == ""
