"""From the HTML of a paper to a Word file: the same words, in Word's own headings and lists.

It is made of the page that the PDF is made of, so that the two never say different things.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import html as html_parser  # type: ignore[import-untyped]

FONT = "Atkinson Hyperlegible Next"  # Word takes another where it is not installed
INK, SOFT, LINE = RGBColor(0x1B, 0x1E, 0x25), RGBColor(0x4B, 0x4E, 0x57), "D3CCBD"
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
WIDE = 162  # millimetres of text in a line

# Name, size, points above, bold, colour.
STYLES = (
    ("Title", 24, 0, True, INK),
    ("Subtitle", 14, 4, False, INK),
    ("Heading 1", 16, 18, True, INK),
    ("Heading 2", 12.5, 12, True, INK),
    ("Heading 3", 11, 8, True, INK),
    ("Heading 4", 11, 6, True, SOFT),
    ("Quote", 11, 0, False, INK),
    ("toc 1", 11, 0, False, INK),
    ("Kompas Beside", 9.5, 0, False, SOFT),
    ("Kompas Label", 9.5, 2, True, SOFT),
    ("Kompas Verdict", 20, 0, True, INK),
)
HEADINGS = {
    "h1": "Title",
    "h2": "Heading 1",
    "h3": "Heading 2",
    "h4": "Heading 3",
    "h5": "Heading 4",
}
# The style of an element by the class that it has on the page.
CLASSES = {
    "report-kind": "Kompas Beside",
    "report-about": "Kompas Beside",
    "report-beside": "Kompas Beside",
    "report-notice": "Kompas Beside",
    "report-became": "Kompas Beside",
    "report-label": "Kompas Label",
    "report-mark": "Kompas Label",
    "report-question": "Subtitle",
    "report-verdict": "Kompas Verdict",
}
INLINE = {"a", "b", "bdi", "br", "span", "strong"}
BOLD = {"b", "strong"}
# How wide the columns of a table are, by how many there are; else alike.
WIDTHS = {2: (32, 68), 3: (56, 23, 21), 4: (28, 38, 13, 21)}

# What XML cannot hold stands as its code; all else goes in as it is.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(html: str) -> bytes:
    """The Word file of a whole HTML page."""
    page = html_parser.document_fromstring(
        _NOT_XML.sub(lambda found: f"[U+{ord(found[0]):04X}]", html),
        parser=html_parser.HTMLParser(huge_tree=True, encoding="utf-8"),
    )
    file = io.BytesIO()
    _Writer(page).document.save(file)
    return file.getvalue()


@dataclass
class _Item:
    """An item of a list: its first paragraph has the mark, the others stand under it."""

    style: str
    begun: bool = False


class _Writer:
    """Walks the page and writes down what it comes by."""

    def __init__(self, page: Any):
        self.document = Document()
        self.article = page.find(".//article")
        self.language = LOCALES.get(self.article.get("lang"), self.article.get("lang"))
        self._names: dict[str, str] = {}  # the bookmark of each heading, by its id on the page
        self._item: _Item | None = None
        self._breaks = False  # whether what comes next begins a page
        self._set_up(page)
        self._ids = {style.name: style.style_id for style in self.document.styles}
        self._blocks(self.article, self.document)

    # What the file is

    def _set_up(self, page: Any) -> None:
        properties, now = self.document.core_properties, timezone.now().replace(tzinfo=None)
        properties.title = page.findtext(".//title")[:255]
        properties.subject = self.article.get("data-foot")[:255]
        properties.language = self.language
        properties.author, properties.comments = "Kompas", ""
        properties.created = properties.modified = now
        self._styles()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm((210 - WIDE) // 2)
        section.top_margin, section.bottom_margin = Mm(20), Mm(22)
        state = self.article.get("data-state")
        if state:
            head = section.header.paragraphs[0]
            head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            head.add_run(state).bold = True
        self._foot(section.footer.paragraphs[0])

    def _styles(self) -> None:
        styles = self.document.styles
        normal = styles["Normal"]
        _dress(normal, 11, INK)
        normal.paragraph_format.space_after = Pt(4)
        normal.paragraph_format.line_spacing = 1.2
        language = OxmlElement("w:lang")
        for name in ("val", "eastAsia", "bidi"):
            language.set(qn(f"w:{name}"), self.language)
        defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for known in defaults.findall(qn("w:lang")):
            defaults.remove(known)
        defaults.append(language)
        known_names = {style.name for style in styles}
        for name, size, above, bold, colour in STYLES:
            if name not in known_names:
                styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == "toc 1")
                styles[name].base_style = normal
            style = styles[name]
            _dress(style, size, colour)
            style.font.bold, style.font.italic = bold, False
            style.paragraph_format.space_before = Pt(above)
            style.paragraph_format.space_after = Pt(4)
            for border in list(style.element.iter(qn("w:pBdr"))):
                border.getparent().remove(border)
        styles["Quote"].paragraph_format.left_indent = Mm(6)
        for name in HEADINGS.values():
            styles[name].paragraph_format.keep_with_next = True

    def _foot(self, paragraph: Paragraph) -> None:
        said = self.article.get
        paragraph.add_run(f"{said('data-foot')}\n{said('data-day')}{said('data-before')}")
        _field(paragraph, "PAGE", "1")
        paragraph.add_run(said("data-between"))
        _field(paragraph, "NUMPAGES", "1")
        for run in paragraph.runs:
            run.font.size, run.font.color.rgb = Pt(8), SOFT

    # What is in it

    def _blocks(self, element: Any, into: Any, style: str = "") -> None:
        """Write all that is in `element`; words between its blocks are paragraphs too."""
        literal, loose = "dir" in element.attrib, [element.text or ""]
        for child in element:
            if not isinstance(child.tag, str):  # a comment
                loose.append(child.tail or "")
            elif child.tag in INLINE:
                loose += [child, child.tail or ""]
            else:
                self._loose(loose, into, style, element, literal)
                self._block(child, into, style)
                loose = [child.tail or ""]
        self._loose(loose, into, style, element, literal)

    def _loose(self, loose: list, into: Any, style: str, element: Any, literal: bool) -> None:
        if any(not isinstance(one, str) or one.strip() for one in loose):
            self._write(loose, into, style, element, literal)

    def _block(self, element: Any, into: Any, style: str) -> None:
        tag, classes = element.tag, (element.get("class") or "").split()
        if tag in HEADINGS:
            self._heading(element, into)
        elif tag == "table":
            self._table(element, into)
        elif tag == "nav":
            self._contents(element, into)
        elif tag in ("ul", "ol"):
            for item in element.iterchildren("li"):
                self._item = _Item("List Number" if tag == "ol" else "List Bullet")
                self._blocks(item, into, style)
                self._item = None
        elif "data-words" in element.attrib:
            self._write([element.get("data-words")], into, "Kompas Beside", element, False)
        else:
            if "report-chapter" in classes:
                self._breaks = True
            if "report-rest" in classes:
                self._breaks = "report-short" not in self.article.get("class").split()
            own = next((CLASSES[name] for name in classes if name in CLASSES), style)
            self._blocks(element, into, "Quote" if tag == "blockquote" else own)

    def _heading(self, element: Any, into: Any) -> None:
        paragraph = self._write(_content(element), into, HEADINGS[element.tag], element, True)
        if element.get("id"):
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            name = self._bookmark(element.get("id"))
            for mark in (start, end):
                mark.set(qn("w:id"), name.rpartition("_")[2])
            start.set(qn("w:name"), name)
            properties = paragraph._p.get_or_add_pPr()
            properties.addnext(start)
            paragraph._p.append(end)

    def _bookmark(self, id: str) -> str:
        return self._names.setdefault(id, f"kompas_{len(self._names) + 1}")

    def _write(
        self, content: list, into: Any, style: str, element: Any, literal: bool
    ) -> Paragraph:
        """One paragraph of words and inline elements."""
        paragraph = into.add_paragraph()
        if self._breaks:
            paragraph.paragraph_format.page_break_before, self._breaks = True, False
        if self._item and not self._item.begun:
            self._item.begun = True
            style = self._item.style
        elif self._item:
            paragraph.paragraph_format.left_indent = Mm(6.3)
        if style:
            paragraph._p.style = self._ids[style]
        right_to_left = element.get("dir") == "rtl"
        if right_to_left:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        _Words(self.document, paragraph._p, right_to_left).write(content, literal)
        return paragraph

    def _table(self, element: Any, into: Any) -> None:
        rows = list(element.iter("tr"))
        across = max(len(row) for row in rows)
        table = into.add_table(0, across)
        table.autofit = False
        _rule(table, has_head=element.find("thead") is not None)
        widths = WIDTHS.get(across, (100 / across,) * across)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(WIDE * width / 100)
        for row in rows:
            made = table.add_row()
            properties = made._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if row.getparent().tag == "thead":
                properties.append(OxmlElement("w:tblHeader"))
            for cell, given, width in zip(made.cells, row, widths, strict=False):
                cell.width = Mm(WIDE * width / 100)
                empty = cell.paragraphs[0]._p
                self._blocks(given, cell)
                if len(cell.paragraphs) > 1:
                    empty.getparent().remove(empty)
                if given.tag == "th":
                    for run in cell.paragraphs[0].runs:
                        run.bold = True
        into.add_paragraph().paragraph_format.space_after = Pt(2)

    def _contents(self, element: Any, into: Any) -> None:
        """The contents list: links at once, and a field that Word can fill with page numbers."""
        self._write(_content(element.find("h2")), into, "Heading 1", element, True)
        links = list(element.iter("a"))
        for place, link in enumerate(links):
            paragraph = self._write([], into, "toc 1", element, True)
            if place == 0:
                _begin_field(paragraph, r'TOC \o "1-1" \h \z')
            anchor = OxmlElement("w:hyperlink")
            anchor.set(qn("w:anchor"), self._bookmark(link.get("href")[1:]))
            paragraph._p.append(anchor)
            _Words(self.document, anchor, False).write(_content(link), True)
            if place == len(links) - 1:
                _end_field(paragraph)


class _Words:
    """Writes words and inline elements into a paragraph or a link."""

    def __init__(self, document: Any, into: Any, right_to_left: bool):
        self.document, self.into, self.right_to_left = document, into, right_to_left
        self.blank = True  # whether what stands before ends in a space, or nothing does

    def write(self, content: list, literal: bool, bold: bool = False) -> None:
        for one in content:
            if isinstance(one, str):
                self._text(one, literal, bold)
            elif one.tag == "br":
                self._text("\n", True, bold)
            elif one.tag == "a" and one.get("href", "").startswith("http"):
                self._link(one, literal, bold)
            else:
                self.write(_content(one), literal or "dir" in one.attrib, bold or one.tag in BOLD)

    def _text(self, text: str, literal: bool, bold: bool) -> None:
        if not literal:
            text = re.sub(r"[ \t\n]+", " ", text)
            text = text[1:] if self.blank and text[:1] == " " else text
        if not text:
            return
        self.blank = text[-1] in " \n"
        element = OxmlElement("w:r")
        self.into.append(element)
        run = Run(element, self.document)
        run.text = text
        if bold:
            run.bold = True
        if self.right_to_left:
            run.font.rtl = True

    def _link(self, link: Any, literal: bool, bold: bool) -> None:
        """A link to elsewhere."""
        part = self.document.part
        anchor = OxmlElement("w:hyperlink")
        target = part.relate_to(link.get("href"), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        anchor.set(qn("r:id"), target)
        self.into.append(anchor)
        _Words(self.document, anchor, self.right_to_left).write(_content(link), literal, bold)
        self.blank = False


def _content(element: Any) -> list:
    """The words and elements within an element, in order."""
    found: list = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            found.append(child)
        found.append(child.tail or "")
    return found


def _dress(style: Any, size: float, colour: RGBColor) -> None:
    """The typeface of a style, for every script, in place of that of the theme."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:cs"), FONT)


def _rule(table: Any, *, has_head: bool) -> None:
    """Thin lines between rows and none beside them; what the first row and column are."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for name in ("top", "bottom", "insideH"):
        border = OxmlElement(f"w:{name}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    layout = properties.find(qn("w:tblLayout"))
    (layout if layout is not None else properties[-1]).addprevious(borders)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1" if has_head else "0")
        look.set(qn("w:firstColumn"), "0" if has_head else "1")


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field that Word fills in itself."""
    _begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    _end_field(paragraph)


def _begin_field(paragraph: Paragraph, instruction: str) -> None:
    _mark(paragraph, "begin")
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    _mark(paragraph, "separate")


def _end_field(paragraph: Paragraph) -> None:
    _mark(paragraph, "end")


def _mark(paragraph: Paragraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)
