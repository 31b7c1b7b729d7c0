"""The validator itself: it must be able to say no."""

import pytest
from weasyprint import HTML

from tests.pdfua import violations

pytestmark = pytest.mark.once


def test_tagged_page_is_compliant():
    page = "<html lang=nl><title>Afweging</title><h1>Afweging</h1><p>Onder één titel."
    assert violations(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")) == []


def test_skipped_heading_and_missing_title_are_found():
    page = "<html lang=nl><h1>Afweging</h1><h3>Te diep</h3>"
    found = violations(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"))
    assert [line.partition(":")[0] for line in found] == ["7.1-9", "7.4.2-1"]


def test_untagged_pdf_is_not_compliant():
    found = violations(HTML(string="<p>Zonder structuur").write_pdf())
    assert "7.1-11" in [line.partition(":")[0] for line in found]
