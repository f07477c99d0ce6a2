"""Months of the Moscow calendar, as days and as moments."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import midnight
from core.errors import Invalid
from core.regulation import DAY

_WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Month:
    """A calendar month; it begins and ends at midnight in Moscow."""

    year: int
    number: int

    @property
    def key(self) -> str:
        """As ``2026-11``."""
        return f"{self.year}-{self.number:02}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def until(self) -> date:
        """The day after the last."""
        return self.after.first

    @property
    def start(self) -> datetime:
        """The first moment, UTC."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment of the next month, UTC."""
        return midnight(self.until)

    @property
    def after(self) -> "Month":
        """The next month."""
        return Month(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month(year=self.year - (self.number == 1), number=(self.number + 10) % 12 + 1)

    @property
    def year_ago(self) -> "Month":
        """The same month a year ago."""
        return Month(year=self.year - 1, number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One day as a period; it begins and ends at midnight in Moscow."""

    first: date

    @property
    def until(self) -> date:
        """The next day."""
        return self.first + DAY

    @property
    def start(self) -> datetime:
        """The first moment, UTC."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment of the next day, UTC."""
        return midnight(self.until)


def month_of(day: date) -> Month:
    """The month of a day."""
    return Month(year=day.year, number=day.month)


def read_month(written: str) -> Month:
    """The month written as ``2026-11``; raises Invalid (fields: month)."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise Invalid("no month", fields={"month": "unreadable"})
    return Month(year=int(found[1]), number=int(found[2]))
