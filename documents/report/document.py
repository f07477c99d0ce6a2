"""The monthly summary as .docx: head of the administration, findings, main figures compared, charts, tables, signature."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from core.clock import MOSCOW
from core.reports.port import Sheet
from core.reports.wording import change, month_name, number, words, written
from documents.report import charts
from documents.report.layout import MAIN, SHORT, by_of, is_empty, metrics_of, rows_of

FONT, SIZE, SMALL = "Times New Roman", Pt(12), Pt(9)
TEXT = Mm(165)
"""The width of the text on A4 with margins of 25 and 20 mm."""
TABLES: Sequence[str] = (
    "contacts_by_channel", "contacts_by_outcome", "appeals_by_topic", "terms_by_urgency", "replies_by_form", "refusals_by_reason",
    "requests_by_department", "attempts_by_outcome", "opinions_by_score", "quality_by_operator", "questions_by_channel",
    "duties_by_department",
)  # fmt: skip


def set_document(sheet: Sheet) -> bytes:
    """The document of a report."""
    say, document = words()["document"], _blank()
    _head(document, sheet)
    _heading(document, say["findings"])
    for sentence in sheet.findings:
        document.add_paragraph(sentence).paragraph_format.first_line_indent = Mm(10)
    _heading(document, say["main"])
    _main(document, sheet)
    _heading(document, say["charts"])
    for title, picture in _charts(sheet):
        _caption(document, title)
        document.add_picture(io.BytesIO(picture), width=TEXT)
    _heading(document, say["tables"])
    for table in TABLES:
        if not is_empty(sheet.now, table):
            _breakdown(document, sheet, table)
    _operators(document, sheet)
    _foot(document, sheet)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _blank() -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(25), Mm(20), Mm(18), Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, SIZE
    normal.element.rPr.rFonts.set(qn("w:cs"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(6)
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", str(words()["document"]["title"])
    _numbered(section.footer.paragraphs[0])
    return document


def _numbered(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words()["document"]["page"])
    run.font.size = SMALL
    run = paragraph.add_run()
    run.font.size = SMALL
    for kind, told in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = told
        run._r.append(element)


def _head(document: Document, sheet: Sheet) -> None:
    say = words()["document"]
    table = document.add_table(1, 2)
    table.autofit = False
    for cell, width, lines in zip(table.rows[0].cells, (Mm(95), Mm(70)), (say["head"], say["addressee"]), strict=True):
        cell.width = width
        for at, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            paragraph.add_run(line)
            paragraph.paragraph_format.space_after = Pt(1)
    for text, after in ((say["title"], 0), (say["subject"].format(month=month_name(sheet.now.month)), 12)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(0 if after else 18), Pt(after)
        paragraph.add_run(text).bold = True


def _heading(document: Document, text: str) -> None:
    paragraph = document.add_heading(text, level=1)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(6)
    run = paragraph.runs[0]
    run.font.name, run.font.size, run.font.color.rgb = FONT, Pt(13), RGBColor(0, 0, 0)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:ascii"), FONT)
    run._r.rPr.rFonts.set(qn("w:hAnsi"), FONT)


def _caption(document: Document, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(8), Pt(3)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _main(document: Document, sheet: Sheet) -> None:
    say = words()["document"]
    heads = (say["figure"], say["month"], say["before"], say["year_ago"])
    table = _table(document, heads, (Mm(75), Mm(30), Mm(30), Mm(30)))
    for metric in MAIN:
        now = sheet.now.totals.get(metric)
        cells = _row(table)
        _put(cells[0], words()["metrics"][metric])
        _put(cells[1], written(metric, now), right=True, bold=True)
        for cell, past in zip(cells[2:], (sheet.before, sheet.year_ago), strict=True):
            then = past.totals.get(metric) if past else None
            told = change(metric, now, then)
            _put(cell, written(metric, then) if past else "–", right=True)
            if told and metric != "articles":
                _put(cell, told, right=True, again=True)
    _whole_rows(table)


def _charts(sheet: Sheet) -> Iterator[tuple[str, bytes]]:
    say, names = words()["document"], words()["metrics"]
    channels = [row for row in rows_of(sheet, "contacts_by_channel") if row.figures["contacts"]]
    if channels:
        yield (
            say["chart_contacts"],
            charts.lying([row.name for row in channels], [row.figures["contacts"] or 0 for row in channels]),
        )
    hours = rows_of(sheet, "calls_by_hour")
    if not is_empty(sheet.now, "calls_by_hour"):
        series = [
            charts.Series(name=names[metric], values=[row.figures[metric] or 0 for row in hours])
            for metric in metrics_of("calls_by_hour")[1:]
        ]
        yield say["chart_hours"], charts.stacked([row.name[:2] for row in hours], series)
    kept = [name for name in ("terms_kept", "terms_interim", "terms_late", "terms_running") if sheet.now.totals[name]]
    if kept:
        yield say["chart_terms"], charts.lying([names[name] for name in kept], [sheet.now.totals[name] or 0 for name in kept])
    topics = rows_of(sheet, "appeals_by_topic")[:SHORT]
    if topics:
        yield say["chart_topics"], charts.lying([row.name for row in topics], [row.figures["appeals"] or 0 for row in topics])


def _breakdown(document: Document, sheet: Sheet, name: str) -> None:
    _caption(document, words()["tables"][name])
    metrics = metrics_of(name)
    first = Mm(60)
    rest = (TEXT - first) // len(metrics)
    table = _table(document, (by_of(name), *(words()["metrics"][one] for one in metrics)), (first, *(rest for _ in metrics)))
    rows = rows_of(sheet, name)
    shown = [row for row in rows if any(row.figures.values())][:SHORT]
    for row in shown:
        cells = _row(table)
        _put(cells[0], row.name)
        for cell, metric in zip(cells[1:], metrics, strict=True):
            _put(cell, written(metric, row.figures[metric]), right=True)
    _whole_rows(table)


def _operators(document: Document, sheet: Sheet) -> None:
    if not sheet.now.operators:
        return
    say = words()["document"]
    _caption(document, say["operators"])
    widths = (Mm(65), Mm(25), Mm(25), Mm(25), Mm(25))
    table = _table(document, (say["operator"], *say["operator_columns"]), widths)
    for one in sheet.now.operators:
        cells = _row(table)
        _put(cells[0], one.name)
        for cell, value in zip(cells[1:], (one.calls, round(one.seconds / 60), one.replies, one.appeals), strict=True):
            _put(cell, number(value), right=True)
    _whole_rows(table)


def _foot(document: Document, sheet: Sheet) -> None:
    say = words()["document"]
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(24)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{say['signed_as']}    {say['signed_by']}")
    moment = f"{sheet.made_at.astimezone(MOSCOW):%d.%m.%Y %H:%M}"
    note = document.add_paragraph()
    note.add_run(say["source"].format(moment=moment, version=sheet.version)).font.size = SMALL


def _table(document: Document, heads: Sequence[str], widths: Sequence[int]) -> Table:
    table: Table = document.add_table(1, len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _put(cell, text, bold=True)
        cell.paragraphs[0].runs[0].font.size = SMALL
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    return table


def _row(table: Table) -> Sequence[_Cell]:
    added: Any = table.add_row  # python-docx tells no types of it
    cells: Sequence[_Cell] = added().cells
    return cells


def _put(cell: _Cell, text: str, *, right: bool = False, bold: bool = False, again: bool = False) -> None:
    paragraph = cell.add_paragraph() if again else cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = SMALL if again else Pt(10), bold
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _whole_rows(table: Table) -> None:
    """A row is never torn between two pages; widths are told to each cell, which is what Word reads."""
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
