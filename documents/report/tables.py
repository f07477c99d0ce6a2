"""The figures of a month as .xlsx with native charts, a sheet for each table; a word is written as a word, never as a formula."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from core.reports.counting import Number
from core.reports.metrics import BREAKDOWNS, Unit
from core.reports.port import Sheet
from core.reports.wording import month_name, unit_of, words
from documents.report.layout import MAIN, by_of, metrics_of, rows_of

FORMATS = {Unit.COUNT: "#,##0", Unit.SECONDS: "#,##0.0", Unit.POINTS: "0.00", Unit.SHARE: "0.0%"}
CHARTED: Mapping[str, tuple[str, ...]] = {
    "contacts_by_channel": ("contacts", "contacts_by_bot"),
    "calls_by_hour": (
        "calls_informed", "calls_operator", "calls_message", "calls_transferred", "calls_dispatch", "calls_abandoned",
        "calls_failed",
    ),
    "calls_by_weekday": ("calls",),
    "waiting_by_hour": ("waiting_median", "waiting_p90"),
    "appeals_by_topic": ("appeals",),
    "terms_by_urgency": ("terms_kept", "terms_interim", "terms_late"),
    "requests_by_department": ("requests_in_term", "requests_late"),
    "opinions_by_score": ("opinions_scored",),
    "quality_by_operator": ("quality_mean",),
}  # fmt: skip
STACKED = {"calls_by_hour", "terms_by_urgency", "requests_by_department"}


def set_tables(sheet: Sheet) -> bytes:
    """The workbook of a report."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as book:
        book.set_properties({"title": str(words()["file"]).format(month=month_name(sheet.now.month))})
        looks = _Looks(book)
        _summary(book, looks, sheet)
        _findings(book, looks, sheet)
        for table in BREAKDOWNS:
            _breakdown(book, looks, sheet, table)
        _operators(book, looks, sheet)
    return output.getvalue()


class _Looks:
    """The formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E9EEF6"})
        self.word = book.add_format({"text_wrap": True, "valign": "top"})
        self.soft = book.add_format({"font_color": "#5B6B80"})
        self.of = {unit: book.add_format({"num_format": told, "valign": "top"}) for unit, told in FORMATS.items()}


def _opened(book: Any, looks: _Looks, name: str, title: str, heads: Sequence[str]) -> Any:
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")
    page.write_string(0, 0, title, looks.title)
    for at, head in enumerate(heads):
        page.write_string(2, at, head, looks.head)
    page.freeze_panes(3, 1)
    page.repeat_rows(2)
    page.set_column(0, 0, 44)
    if len(heads) > 1:
        page.set_column(1, len(heads) - 1, 17)
    return page


def _write(page: Any, row: int, column: int, figure: Number, metric: str, looks: _Looks) -> None:
    if figure is None:
        page.write_string(row, column, str(words()["nothing"]), looks.soft)
    else:
        page.write_number(row, column, figure, looks.of[unit_of(metric)])


def _summary(book: Any, looks: _Looks, sheet: Sheet) -> None:
    say = words()["document"]
    title = str(words()["file"]).format(month=month_name(sheet.now.month))
    page = _opened(book, looks, say["sheet_summary"], title, (say["figure"], say["month"], say["before"], say["year_ago"]))
    for row, metric in enumerate(MAIN, start=3):
        page.write_string(row, 0, words()["metrics"][metric], looks.word)
        for column, month in enumerate((sheet.now, sheet.before, sheet.year_ago), start=1):
            _write(page, row, column, month.totals.get(metric) if month else None, metric, looks)


def _findings(book: Any, looks: _Looks, sheet: Sheet) -> None:
    say = words()["document"]
    page = _opened(book, looks, say["sheet_findings"], say["findings"], ())
    page.set_column(0, 0, 120)
    for row, sentence in enumerate(sheet.findings, start=2):
        page.write_string(row, 0, sentence, looks.word)


def _breakdown(book: Any, looks: _Looks, sheet: Sheet, table: str) -> None:
    metrics, rows, name = metrics_of(table), rows_of(sheet, table), str(words()["sheets"][table])
    heads = (by_of(table), *(words()["metrics"][metric] for metric in metrics))
    page = _opened(book, looks, name, str(words()["tables"][table]), heads)
    if not rows:
        page.write_string(3, 0, words()["document"]["empty"], looks.soft)
        return
    for at, row in enumerate(rows, start=3):
        page.write_string(at, 0, row.name, looks.word)
        for column, metric in enumerate(metrics, start=1):
            _write(page, at, column, row.figures[metric], metric, looks)
    if table in CHARTED:
        _chart(book, page, table, len(rows))


def _chart(book: Any, page: Any, table: str, count: int) -> None:
    name, metrics = page.get_name(), metrics_of(table)
    form: dict[str, str] = {"type": "column"} | ({"subtype": "stacked"} if table in STACKED else {})
    chart = book.add_chart(form)
    for metric in CHARTED[table]:
        column = metrics.index(metric) + 1
        chart.add_series(
            {
                "name": [name, 2, column],
                "categories": [name, 3, 0, 2 + count, 0],
                "values": [name, 3, column, 2 + count, column],
            }
        )
    chart.set_title({"name": str(words()["tables"][table]), "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if len(CHARTED[table]) > 1 else {"none": True})
    chart.set_size({"width": 900, "height": 380})
    page.insert_chart(4 + count, 0, chart)


def _operators(book: Any, looks: _Looks, sheet: Sheet) -> None:
    say = words()["document"]
    heads = (say["operator"], *say["operator_columns"])
    page = _opened(book, looks, str(words()["sheets"]["operators"]), say["operators"], heads)
    for row, one in enumerate(sheet.now.operators, start=3):
        page.write_string(row, 0, one.name, looks.word)
        for column, value in enumerate((one.calls, round(one.seconds / 60), one.replies, one.appeals), start=1):
            page.write_number(row, column, value, looks.of[Unit.COUNT])
