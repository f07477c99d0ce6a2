"""Choices of a duty, and the days on which duties begin."""

from datetime import date
from enum import StrEnum

from core.calendar import WorkCalendar
from core.regulation import DAY, KNOWLEDGE_CHANGE_TERM, DayKind, Term

QUARTER_MONTHS = 3


class DutyKind(StrEnum):
    """Why the department is asked."""

    CHANGE = "change"
    REVIEW = "review"


class DutyState(StrEnum):
    """Whether it has answered."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REMARKED = "remarked"
    SUPERSEDED = "superseded"


def quarter_of(day: date) -> tuple[str, date]:
    """The name of the quarter ("2026-Q4") and its first day."""
    number = (day.month - 1) // QUARTER_MONTHS
    return f"{day.year}-Q{number + 1}", date(day.year, number * QUARTER_MONTHS + 1, 1)


def review_begins(day: date, calendar: WorkCalendar) -> date:
    """The first working day of the day's quarter."""
    return calendar.next_working(quarter_of(day)[1] - DAY)


def change_due(changed_on: date, within_working_days: int | None, calendar: WorkCalendar) -> date:
    """The last day to look a changed article through: the annex's term of its kind, else 7 calendar days (4.3)."""
    if within_working_days is None:
        return KNOWLEDGE_CHANGE_TERM.due(changed_on, calendar)
    return Term(days=within_working_days, kind=DayKind.WORKING, clause="4.3").due(changed_on, calendar)
