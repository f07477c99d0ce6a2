"""The reports, as the API speaks of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

Number = int | float | None
Unit = Literal["count", "seconds", "points", "share"]


class ReportMetric(BaseModel):
    """A figure of the month beside those of the past; ``written`` as people read it. ``opens``: rows stand behind it."""

    key: str
    name: str
    unit: Unit
    clause: str
    value: Number
    written: str
    before: str
    year_ago: str
    change: str
    opens: bool


class ReportColumn(BaseModel):
    """A column of a table."""

    key: str
    name: str
    opens: bool


class ReportCell(BaseModel):
    """A figure of a table."""

    value: Number
    written: str


class ReportLine(BaseModel):
    """A row of a table; its key is what the rows behind are asked by."""

    key: str
    name: str
    cells: list[ReportCell]


class ReportTable(BaseModel):
    """A breakdown."""

    key: str
    title: str
    by: str
    columns: list[ReportColumn]
    lines: list[ReportLine]


class ReportOperator(BaseModel):
    """What one operator did."""

    name: str
    calls: int
    seconds: int
    replies: int
    appeals: int


class ReportMonth(BaseModel):
    """A month in figures: as they are counted now, or as a report keeps them."""

    month: str
    name: str
    counted_at: datetime
    findings: list[str]
    metrics: list[ReportMetric]
    tables: list[ReportTable]
    operators: list[ReportOperator]


class ReportMade(BaseModel):
    """A report on the list; ``made_by`` is empty for the timetable."""

    id: int
    month: str
    name: str
    version: int
    made_at: datetime
    made_by: str


class ReportChange(BaseModel):
    """A figure that would be counted otherwise today."""

    name: str
    then: str
    now: str


class ReportKept(BaseModel):
    """A report that was made, and what is different today."""

    made: ReportMade
    month: ReportMonth
    changed: list[ReportChange]


class ReportRow(BaseModel):
    """One row behind a figure."""

    id: int
    leads: Literal["appeal", "call", "conversation", "refusal", "duty"]
    target: int | None
    label: str
    at: datetime


class ReportRows(BaseModel):
    """A page of rows; ``after`` asks for the next."""

    rows: list[ReportRow]
    after: int | None


class Dashboard(BaseModel):
    """This moment and today so far."""

    at: datetime
    waiting_since: datetime | None
    counts: Mapping[str, int]
    metrics: Sequence[ReportMetric]
    tables: Sequence[ReportTable]
    due: int
    due_soon: int
    overdue: int
    requests_late: int
    duties_overdue: int
