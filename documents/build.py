"""Makes the built-in templates of the standard forms anew: ``python -m documents.build``."""

import io
import sys
import tomllib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from core.forms.fields import INFORMATION_REQUEST, REPLY_LETTER
from documents.built_in import TEMPLATES

FONT = "Times New Roman"
SIZE = Pt(12)
LEFT, RIGHT, TOP, BOTTOM = Mm(25), Mm(15), Mm(15), Mm(15)
HEAD, ADDRESS = Mm(93), Mm(77)
"""The columns above the text; the address begins 118 mm from the left edge, as on the printed page (print/letter.typ)."""
WINDOW_TOP, WINDOW_HEIGHT, WINDOW_WIDTH = Mm(36), Mm(45), Mm(71)
"""Down from the top margin to the address, and what is kept free for the window of the envelope (print/letter.typ says why)."""
PADDING = 108
"""Of a ruled table's cells, in twentieths of a point."""
MADE_ON = datetime(2026, 11, 1)  # noqa: DTZ001  # a property of the file that Word takes without a zone
STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of each member, so that the same words give the same file."""


def main() -> int:
    """Write every template beside the words that it is made of."""
    for name, make in MAKERS.items():
        (TEMPLATES / f"{name}.docx").write_bytes(make())
    return 0


def information_request() -> bytes:
    """The standard form of the information request (reg. 2.8.9)."""
    say, document = words()[INFORMATION_REQUEST], _blank(words()[INFORMATION_REQUEST]["title"])
    head = _columns(document, (HEAD, ADDRESS))
    _lines(head.cell(0, 0), [*words()["head"]["lines"], "", words()["head"]["stamp"], say["control"]])
    _lines(head.cell(0, 1), say["addressee"])
    _paragraph(document, say["title"], bold=True, before=14, after=0, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, say["subject"], after=12, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, say["opening"])
    facts = _columns(document, (Mm(55), Mm(115)), style="Table Grid", rows=len(say["rows"]))
    for row, (label, value) in zip(facts.rows, say["rows"].items(), strict=True):
        _lines(row.cells[0], [label])
        _lines(row.cells[1], [value])
    _paragraph(document, say["appeal"], bold=True, before=12, after=2, keep=True)
    _paragraph(document, say["appeal_text"])
    _files(document, say)
    _paragraph(document, say["question"], bold=True, before=6, after=2, keep=True)
    _paragraph(document, say["question_text"])
    _paragraph(document, say["due"], bold=True)
    _paragraph(document, say["closing"])
    _signature(document, say["signed_as"], say["signed_by"])
    _paragraph(document, say["phone"], size=Pt(10), before=10)
    return _saved(document)


def reply_letter() -> bytes:
    """A reply for the post, with the address where the window of an E65 envelope is."""
    say, document = words()[REPLY_LETTER], _blank("")
    head = _columns(document, (HEAD, WINDOW_WIDTH), rows=2)
    for row, height in zip(head.rows, (WINDOW_TOP, WINDOW_HEIGHT), strict=True):
        row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.EXACTLY
    _lines(head.cell(0, 0), words()["head"]["lines"])
    _lines(head.cell(1, 0), [words()["head"]["stamp"]])
    _lines(head.cell(1, 1), say["addressee"], size=Pt(11))
    _paragraph(document, say["subject"], bold=True, before=6, after=12)
    _paragraph(document, say["text"])
    _signature(document, say["signed_as"], say["signed_by"])
    _paragraph(document, say["operator"], size=Pt(10), before=14, after=0)
    _paragraph(document, say["phone"], size=Pt(10), after=0)
    return _saved(document)


@cache
def words() -> Mapping[str, Any]:
    """The words of the templates, by form."""
    return tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))


MAKERS: Mapping[str, Callable[[], bytes]] = {INFORMATION_REQUEST: information_request, REPLY_LETTER: reply_letter}


def _blank(title: str) -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = LEFT, RIGHT, TOP, BOTTOM
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, SIZE
    normal.element.rPr.rFonts.set(qn("w:cs"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(6)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = MADE_ON
    return document


def _columns(document: Document, widths: Sequence[Mm], *, rows: int = 1, style: str | None = None) -> Table:
    table: Table = document.add_table(rows, len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    if style is None:
        _without_padding(table)
    else:
        _indented(table)
    return table


def _without_padding(table: Table) -> None:
    """The text of the columns begins at the margin, where the text below does."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_measure(f"w:{side}", 0))
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _indented(table: Table) -> None:
    """A ruled table's frame stands at the margin; Word would put its text there, and the frame outside."""
    table._tbl.tblPr.find(qn("w:jc")).addnext(_measure("w:tblInd", PADDING))


def _measure(name: str, twentieths: int) -> Any:  # an element of lxml, which has no types
    measure = OxmlElement(name)
    measure.set(qn("w:w"), str(twentieths))
    measure.set(qn("w:type"), "dxa")
    return measure


def _files(document: Document, say: Mapping[str, Any]) -> None:
    marks = say["marks"]
    _paragraph(document, marks["if_files"])
    _paragraph(document, say["files"], bold=True, before=6, after=2, keep=True)
    table = _columns(document, (Mm(140), Mm(30)), style="Table Grid", rows=3)
    _lines(table.cell(0, 0), [marks["each_file"]])
    for cell, value in zip(table.rows[1].cells, marks["file"], strict=True):
        _lines(cell, [value])
    _lines(table.cell(2, 0), [marks["end_each_file"]])
    _paragraph(document, marks["end_files"])


def _signature(document: Document, signed_as: str, signed_by: str) -> None:
    _paragraph(document, "", after=6)
    table = _columns(document, (Mm(70), Mm(40), Mm(60)))
    _lines(table.cell(0, 0), [signed_as])
    _lines(table.cell(0, 1), ["_" * 16])
    _lines(table.cell(0, 2), [signed_by])


def _lines(cell: _Cell, lines: Sequence[str], *, size: Pt = SIZE) -> None:
    for at, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        _write(paragraph, line, bold=False, size=size)
        paragraph.paragraph_format.space_after = Pt(1)


def _paragraph(
    document: Document,
    text: str,
    *,
    bold: bool = False,
    size: Pt = SIZE,
    before: int = 0,
    after: int = 6,
    align: WD_ALIGN_PARAGRAPH | None = None,
    keep: bool = False,
) -> None:
    paragraph = document.add_paragraph()
    _write(paragraph, text, bold=bold, size=size)
    if align is not None:
        paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), keep


def _write(paragraph: Paragraph, text: str, *, bold: bool, size: Pt) -> None:
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold or None, size


def _saved(document: Document) -> bytes:
    made, output = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as found, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in found.infolist():
            archive.writestr(zipfile.ZipInfo(member.filename, STAMP), found.read(member), zipfile.ZIP_DEFLATED)
    return output.getvalue()


if __name__ == "__main__":
    sys.exit(main())
