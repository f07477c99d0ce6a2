"""What the reports need from outside: somebody who sets them on paper. Slow work, in a thread, never inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.reports.counting import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that a report says: its month, the compared ones where known, the findings, the names of departments."""

    now: Figures
    before: Figures | None
    year_ago: Figures | None
    findings: Sequence[str]
    names: Mapping[str, str]
    made_at: datetime
    version: int


class ReportTypist(Protocol):
    """Makes the files of a report."""

    async def report_document(self, sheet: Sheet) -> bytes:
        """The summary as .docx."""
        ...

    async def report_tables(self, sheet: Sheet) -> bytes:
        """The tables and native charts as .xlsx."""
        ...
