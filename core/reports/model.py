"""Monthly reports as they were made: their figures do not change when the rows behind them do (reg. 2.8.12)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class MonthlyReport(SQLModel, table=True):
    """One making of a month's report. ``month`` is its first day; the timetable makes version 1, a person the later ones.

    ``figures`` are those of core.reports.counting, ``compared`` those of the month before and a year ago by their keys, if known.
    """

    __tablename__ = "monthly_report"
    __table_args__ = (UniqueConstraint("month", "version"),)

    id: int | None = identity()
    month: date
    version: int
    figures: dict[str, Any] = json_value(dict)
    compared: dict[str, Any] = json_value(dict)
    findings: list[str] = json_value(list)
    docx_key: str = Field(max_length=64)
    xlsx_key: str = Field(max_length=64)
    made_at: datetime = moment()
    made_by_id: int | None = reference("staff_member.id", nullable=True)
