"""The working calendar of Russia with the administrator's overrides, and the hours of the office (reg. 2.8.7, 2.9).

The library ``holidays`` knows the holidays of art. 112 of the Labour Code and the days off that the government moved in 2002-2027;
what it lacks, and what a decree changes later, is an override. A day is a date in Moscow.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import holidays
import yaml
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.errors import OfficeError
from core.opening import Opening, opening_on

HERE = Path(__file__).parent
DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1992, 2099
"""Years that can be counted at all; ``is_official`` tells which of them have their moved days off."""


class CalendarUnknown(OfficeError):
    """The day lies outside the years that can be counted; ``facts['day']`` is the day."""

    code = "calendar_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What the administrator says of a day; ``reason`` is shown to people."""

    working: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Other hours of one working day: from ``opens`` until ``closes``; equal: nobody is there. ``notice`` is told to citizens."""

    opens: time
    closes: time
    notice: str = ""


class _Holidays(Protocol):
    def is_working_day(self, day: date) -> bool: ...

    def get(self, day: date) -> str | None: ...


class WorkCalendar:
    """Which days are worked and when the office is open; overrides come before the library.

    Closures change the hours of a day and no term: a day with short hours is worked.
    """

    def __init__(self, overrides: Mapping[date, Override] | None = None, closures: Mapping[date, Closure] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._closures = dict(closures or {})
        self._holidays = cast(_Holidays, holidays.country_holidays("RU", language="ru"))  # the library is untyped

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; raises CalendarUnknown outside 1992-2099."""
        _check(day)
        override = self._overrides.get(day)
        return self._holidays.is_working_day(day) if override is None else override.working

    def is_official(self, day: date) -> bool:
        """Whether the moved days off of the day's year are known; if not, the calendar is a forecast and the screen says so."""
        return _words().first_official <= day.year <= _words().last_official or day in self._overrides

    def why_off(self, day: date) -> str | None:
        """Why the day is off, in Russian, or None if it is worked; raises CalendarUnknown."""
        if self.is_working(day):
            return None
        override = self._overrides.get(day)
        if override is not None:
            return override.reason
        return self._holidays.get(day) or _words().weekend[day.weekday()]

    def is_overridden(self, day: date) -> bool:
        """Whether the day is as it is because the administrator said so."""
        return day in self._overrides

    def next_working(self, day: date) -> date:
        """The first working day after the day; raises CalendarUnknown."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after the day (before it, if negative); the day itself is never counted.

        Raises CalendarUnknown when the count leaves the years that are known.
        """
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and with ``end``; negative when ``end`` is earlier; raises CalendarUnknown."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + DAY * number) for number in range(1, (end - start).days + 1))

    def is_open(self, moment: datetime) -> bool:
        """Whether operators are at work (reg. 2.9); the moment is aware, closing time itself is closed."""
        local = moment.astimezone(MOSCOW)
        return self.opening_of(local.date()).holds(local.time())

    def next_opening(self, moment: datetime) -> datetime:
        """When operators are at work next, UTC; the moment itself, in UTC, if the office is open."""
        if self.is_open(moment):
            return moment.astimezone(UTC)
        local = moment.astimezone(MOSCOW)
        day, begun = local.date(), local.time()
        while True:
            opening = self.opening_of(day)
            for start in opening.starts():
                if begun < start and opening.holds(start):
                    return datetime.combine(day, start, MOSCOW).astimezone(UTC)
            day, begun = self.next_working(day), time.min

    def hours_of(self, day: date) -> tuple[time, time]:
        """From when until when operators are at work on the day; twice the same when they are not; raises CalendarUnknown."""
        opening = self.opening_of(day)
        return opening.opens, opening.closes

    def opening_of(self, day: date) -> Opening:
        """The hours of the day with the break of the operators; raises CalendarUnknown."""
        if not self.is_working(day):
            return Opening(opens=time.min, closes=time.min)
        usual, closure = self.usual_of(day), self._closures.get(day)
        return Opening(opens=closure.opens, closes=closure.closes, rest=usual.rest) if closure else usual

    def usual_of(self, day: date) -> Opening:
        """The hours of the day if it is worked and nobody decided other ones: the edition's, else the regulation's."""
        return opening_on(day.weekday(), is_eve=(day + DAY).strftime("%m-%d") in _words().public_holidays)

    def notice_of(self, moment: datetime) -> str:
        """What citizens are told of the day's other hours; empty when the hours are the usual ones, or nobody wrote anything."""
        closure = self._closures.get(moment.astimezone(MOSCOW).date())
        return closure.notice if closure else ""


CalendarOf = Callable[[AsyncSession], Awaitable[WorkCalendar]]
"""Gives the calendar with the overrides as they are in this transaction."""


def overrides_from(document: object) -> dict[date, Override]:
    """The overrides in a parsed working_calendar.yaml: rows with ``first``, ``last``, ``working`` and ``reason``."""
    found: dict[date, Override] = {}
    for row in cast(list[dict[str, object]], document):  # our own seed file; its shape is tested
        override = Override(working=bool(row["working"]), reason=str(row["reason"]))
        found.update(dict.fromkeys(_days(cast(date, row["first"]), cast(date, row["last"])), override))
    return found


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + DAY * number


def _check(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarUnknown(f"no calendar for {day.year}", day=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    weekend: Mapping[int, str]
    first_official: int
    last_official: int
    public_holidays: frozenset[str]


@cache
def _words() -> _Words:
    document = cast(dict[str, dict[str | int, str | int]], yaml.safe_load((HERE / "calendar.yaml").read_text("utf-8")))
    years = document["official_years"]
    return _Words(
        weekend=cast(dict[int, str], document["weekend"]),
        first_official=cast(int, years["first"]),
        last_official=cast(int, years["last"]),
        public_holidays=frozenset(cast(list[str], document["public_holidays"])),
    )
