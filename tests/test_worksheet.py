"""The talk on paper: worksheets of every method in every language."""

import io

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from reports.pdf import render
from reports.worksheet import worksheet
from sessions.models import Method
from tests import pdfua

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def methods():
    call_command("load_methods", stdout=io.StringIO())


@pytest.mark.parametrize("slug", ["kort-kompas", "ethiekkompas"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_worksheet_is_accessible_and_asks_everything(slug, language):
    method = Method.latest(slug)
    content = render(worksheet(method, language), forms=True)
    assert pdfua.violations(content) == []
    reader = PdfReader(io.BytesIO(content))
    said = "".join("".join(page.extract_text() for page in reader.pages).split())
    for step in method.steps(language):
        for words in (step.title, step.purpose, *(prompt.text for prompt in step.prompts)):
            assert "".join(words.split()) in said
    assert reader.trailer["/Root"]["/Lang"] == language


def test_command_writes_the_pdf(tmp_path):
    file = tmp_path / "werkbladen.pdf"
    call_command("render_worksheet", "kort-kompas", language="nl", output=str(file))
    assert file.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("slug", "language", "output", "reason"),
    [
        ("onbekend", "nl", "x.pdf", "There is no method 'onbekend'."),
        ("kort-kompas", "fr", "x.pdf", "kort-kompas is not written in 'fr', but in nl, en."),
        ("kort-kompas", "nl", "geen/map/x.pdf", "geen/map/x.pdf: No such file or directory."),
    ],
)
def test_wrong_input_is_one_line(slug, language, output, reason):
    with pytest.raises(CommandError) as refusal:
        call_command("render_worksheet", slug, language=language, output=output)
    assert str(refusal.value) == reason
