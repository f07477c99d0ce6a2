"""Which tables and charts the report has, and their rows in words: shared by the document and the sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.reports.counting import Figures, Number
from core.reports.metrics import BREAKDOWNS
from core.reports.port import Sheet
from core.reports.wording import key_name, words

MAIN: Sequence[str] = (
    "contacts", "contacts_by_bot", "bot_share", "calls", "calls_operator", "calls_abandoned", "abandoned_share", "calls_missed",
    "service_level", "waiting_median", "waiting_p90", "appeals", "appeals_urgent", "appeals_reopened", "terms", "terms_kept",
    "kept_share", "terms_interim", "terms_late", "replies", "replies_interim", "refusals", "requests", "requests_share", "closed",
    "attempts", "reached_share", "opinions_scored", "opinions_mean", "good_share", "quality", "quality_mean",
    "questions", "duties", "duties_share", "articles",
)  # fmt: skip
"""The table of the main figures, in the order of the work."""
SHORT = 12
"""Rows of a table in the document; all of them are in the sheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: how it is called, and its figures by metric."""

    name: str
    figures: Mapping[str, Number]


def rows_of(sheet: Sheet, table: str) -> Sequence[Row]:
    """A breakdown in words."""
    lines = sheet.now.tables[table]
    return [Row(name=key_name(table, line.key, sheet.names), figures=line.figures) for line in lines]


def metrics_of(table: str) -> Sequence[str]:
    """The columns of a breakdown."""
    return BREAKDOWNS[table].metrics


def by_of(table: str) -> str:
    """What the first column holds."""
    return str(words()["by"][table.rpartition("_by_")[2]])


def is_empty(figures: Figures, table: str) -> bool:
    """Whether there is nothing in a breakdown."""
    return not any(any(line.figures.values()) for line in figures.tables[table])
