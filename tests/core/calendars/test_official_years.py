"""Every day of 2023-2027 against the published calendar: the days moved by the government's orders, and art. 112 (2.8.7)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from core.calendar import WorkCalendar, overrides_from

SEED = Path(__file__).parents[3] / "db" / "seeds" / "working_calendar.yaml"
DAY = timedelta(days=1)
HOLIDAYS = ((1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))
"""Art. 112 of the Labour Code, month and day."""
NEW_YEAR = range(1, 9)


def d(*days: str, year: int) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"{year}-{day}") for day in days)


MOVED = {
    2023: ("Government order No. 1505 of 29.08.2022", d("02-24", "05-08", year=2023), d(year=2023)),
    2024: (
        "Government order No. 1314 of 10.08.2023",
        d("04-29", "04-30", "05-10", "12-30", "12-31", year=2024),
        d("04-27", "11-02", "12-28", year=2024),
    ),
    2025: (
        "Government order No. 1335 of 04.10.2024",
        d("05-02", "05-08", "06-13", "11-03", "12-31", year=2025),
        d("02-24", "03-10", "11-01", year=2025),
    ),
    2026: ("Government order No. 1466 of 24.09.2025", d("01-09", "12-31", year=2026), d(year=2026)),
    2027: (
        "as the library holidays has it; the order's text was not at hand",
        d("02-22", "11-05", "12-31", year=2027),
        d("02-20", year=2027),
    ),
}
"""Days off that an order made and days that it made worked: Saturdays, and in 2025 the Mondays that the rule would free."""


def by_rule(year: int) -> set[date]:
    """Days off by art. 112: weekends, holidays, and the Monday after a holiday at a weekend (New Year's are moved by orders)."""
    first = date(year, 1, 1)
    days = [first + DAY * number for number in range((date(year, 12, 31) - first).days + 1)]
    holidays = {date(year, month, day) for month, day in HOLIDAYS}
    off = {day for day in days if day.weekday() >= 5} | holidays
    for holiday in sorted(holidays):
        if holiday.weekday() >= 5 and not (holiday.month == 1 and holiday.day in NEW_YEAR):
            after = holiday
            while after in off:
                after += DAY
            off.add(after)
    return off


@pytest.mark.clause("2.8.7")
@pytest.mark.parametrize("year", [pytest.param(year, id=f"{year}, {order}") for year, (order, _, _) in MOVED.items()])
def test_every_day_is_as_the_order_and_the_labour_code_say(year: int) -> None:
    calendar = WorkCalendar(overrides_from(yaml.safe_load(SEED.read_text("utf-8"))))
    _, off, worked = MOVED[year]
    expected = (by_rule(year) | off) - worked
    first = date(year, 1, 1)
    days = [first + DAY * number for number in range((date(year, 12, 31) - first).days + 1)]
    assert {day for day in days if not calendar.is_working(day)} == expected
    assert sum(calendar.is_working(day) for day in days) == {2024: 248}.get(year, 247)
