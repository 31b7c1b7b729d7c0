"""The Word file: all that the report says, in Word's own headings, lists and tables."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from reports import word

from .test_report_pdf import DOCUMENTS, Paper, bare, report_of, texts

pytestmark = pytest.mark.once

FICTIONAL = "fictief-ai-rapportteksten"


def made(name: str) -> bytes:
    return word.render(report_of(name).html())


def words(document) -> str:
    """All words of the body, in order, with its lines and tabs."""
    signs = {qn("w:br"): "\n", qn("w:tab"): "\t", qn("w:p"): "\n"}
    return "".join(
        (one.text or "") if one.tag == qn("w:t") else signs.get(one.tag, "")
        for one in document.element.body.iter()
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_text_is_in_it_as_it_was_typed(name):
    content = made(name)
    whole = words(Document(io.BytesIO(content)))
    missing = [text[:80] for text in texts(DOCUMENTS[name]) if text not in whole]
    assert missing == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(part), etree.XMLParser(huge_tree=True))


@pytest.mark.parametrize("name", [FICTIONAL, "almost empty", "cijfers-ouders-app"])
def test_it_says_what_the_pdf_says(name):
    there = bare("".join(Paper(name).pages)).replace("\xad", "")
    for paragraph in Document(io.BytesIO(made(name))).paragraphs:
        if paragraph.style.name.startswith("Heading"):
            assert bare(paragraph.text) in there


def test_headings_title_and_language_are_words_own():
    document = Document(io.BytesIO(made(FICTIONAL)))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Title") == 1
    headings = {
        paragraph.text: paragraph.style.name
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading")
    }
    assert (headings["Het antwoord"], headings["Waarom"]) == ("Heading 1", "Heading 2")
    assert headings["Niet gewogen"] == "Heading 2"
    assert document.core_properties.title == "Verslag: AI-schrijfhulp voor rapporten"
    assert document.core_properties.language == "nl-NL"
    language = document.styles.element.find(f".//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "nl-NL"


def test_tables_have_header_rows_and_lists_are_lists():
    document = Document(io.BytesIO(made(FICTIONAL)))
    heads = [
        [cell.text for cell in table.rows[0].cells]
        for table in document.tables
        if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert ["Wat gaan we doen", "Wie doet het", "Wanneer klaar"] in heads
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"List Bullet", "List Number"} <= styles


def test_tables_of_a_plenary_are_chapters_with_headings_one_lower():
    document = Document(io.BytesIO(made("plenary")))
    headings = [
        (paragraph.style.name, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    chapters = [text for style, text in headings if style == "Heading 1" and "Tafel" in text]
    assert chapters == ["Tafel 1", "Tafel 2", "Tafel 4"]
    assert ("Heading 2", "Het antwoord") in headings
    assert "Heading 4" in {style for style, _text in headings}


def test_pages_are_numbered_and_a_concept_is_marked():
    section = Document(io.BytesIO(made("almost empty"))).sections[0]
    fields = [one.text.strip() for one in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert section.header.paragraphs[0].text == "Concept"


def test_contents_lead_to_headings_that_are_there():
    body = Document(io.BytesIO(made(FICTIONAL))).element.body
    anchors = [
        one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink")) if one.get(qn("w:anchor"))
    ]
    marks = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    assert anchors
    assert set(anchors) <= set(marks)
    assert len(marks) == len(set(marks))


def test_right_to_left_runs_so():
    body = Document(io.BytesIO(made("right to left"))).element.body
    assert body.find(f".//{qn('w:bidi')}") is not None
    assert body.find(f".//{qn('w:rtl')}") is not None


def test_what_xml_cannot_hold_stands_as_its_code():
    html = report_of("almost empty").html().replace("dit te doen", "dit\ufffe te\x0b doen")
    assert "dit[U+FFFE] te[U+000B] doen?" in words(Document(io.BytesIO(word.render(html))))


def test_sources_are_links():
    document = Document(io.BytesIO(made("cijfers-ouders-app")))
    targets = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert set(targets) == {
        text for text in DOCUMENTS["cijfers-ouders-app"]["source"] if text.startswith("http")
    }
