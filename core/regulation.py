"""Every number of the regulation with its clause, and how a term is counted.

The regulation of the contact centre, order of the Vladikavkaz city administration of 28.05.2015 No. 191. The freshness of the 18
kinds of knowledge (the annex) lies with them in db/seeds/information_items.yaml; the clauses are explained in docs/regulation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from core.vocabulary import Urgency

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
"""The first day of the weekend as ``date.weekday`` counts."""


class DayKind(StrEnum):
    """Which days a term counts."""

    WORKING = "working"
    CALENDAR = "calendar"


class CountReason(StrEnum):
    """Why a day is counted or not; the key of the phrase that a person is shown."""

    REGISTRATION_DAY = "registration_day"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OVERRIDE = "override"
    MOVED_FROM_DAY_OFF = "moved_from_day_off"


class Calendar(Protocol):
    """What a term asks of the working calendar (core.calendar.WorkCalendar)."""

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        ...

    def is_overridden(self, day: date) -> bool:
        """Whether the administrator decided about the day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """One day of a term; ``number`` is its place in the count, 0 if it is not counted."""

    day: date
    counted: bool
    reason_key: CountReason
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the regulation: it starts the day after the fact, and its last day is the day due.

    ``moves_off_days``: a term in calendar days that ends on a day off ends on the next working day (art. 193 of the Civil Code).
    """

    days: int
    kind: DayKind
    clause: str
    moves_off_days: bool = True

    def due(self, start: date, calendar: Calendar) -> date:
        """The last day of the term for a fact of the day ``start``; raises CalendarUnknown."""
        return self.count(start, calendar)[-1].day

    def count(self, start: date, calendar: Calendar) -> tuple[DayCount, ...]:
        """The count day by day, from ``start`` itself (never counted) to the day due; raises CalendarUnknown."""
        counted = [DayCount(day=start, counted=False, reason_key=CountReason.REGISTRATION_DAY, number=0)]
        day, number = start, 0
        while number < self.days:
            day += DAY
            takes = self.kind is DayKind.CALENDAR or calendar.is_working(day)
            number += takes
            reason = _reason_counted(self.kind) if takes else _reason_off(day, calendar)
            counted.append(DayCount(day=day, counted=takes, reason_key=reason, number=number if takes else 0))
        while self.moves_off_days and not calendar.is_working(day):
            day += DAY
            counted.append(DayCount(day=day, counted=False, reason_key=CountReason.MOVED_FROM_DAY_OFF, number=0))
        return tuple(counted)


def _reason_counted(kind: DayKind) -> CountReason:
    return CountReason.WORKING_DAY if kind is DayKind.WORKING else CountReason.CALENDAR_DAY


def _reason_off(day: date, calendar: Calendar) -> CountReason:
    if calendar.is_overridden(day):
        return CountReason.OVERRIDE
    return CountReason.WEEKEND if day.weekday() >= SATURDAY else CountReason.HOLIDAY


REPLY_TERMS: Final[Mapping[Urgency, Term]] = MappingProxyType(
    {
        Urgency.URGENT: Term(days=5, kind=DayKind.WORKING, clause="2.8.7"),
        Urgency.LONG_TERM: Term(days=10, kind=DayKind.CALENDAR, clause="2.8.7"),
    }
)
"""Longest time for an answer; the 10 days are calendar days, because the clause says "working" only of the 5."""

INFORMATION_REQUEST_TERM: Final = Term(days=1, kind=DayKind.WORKING, clause="2.8.9")
"""From the appeal to the information request in the department's hands."""

KNOWLEDGE_CHANGE_TERM: Final = Term(days=7, kind=DayKind.CALENDAR, clause="4.3")
"""From a change of what clause 4.1 lists to the information about it; the annex sets shorter terms for some kinds."""

REPORT_EVERY_MONTHS: Final = 1
"""The head's summary to the first deputy head (reg. 2.8.12)."""

OFFICE_OPENS: Final = time(9, 0)
OFFICE_CLOSES: Final = time(18, 0)
"""Operators work on working days 9:00-18:00, Moscow time; otherwise the automatic mode (reg. 2.9)."""

AREA_CODE: Final = "8672"
"""Of the city, in the multichannel number (reg. 2.9)."""

REMINDERS: Final[Mapping[Urgency, tuple[int, ...]]] = MappingProxyType({Urgency.URGENT: (2, 1, 0), Urgency.LONG_TERM: (3, 1, 0)})
"""Working days before the day due on which a department is reminded (ours; 2.8.10 asks the operator to watch the terms)."""
