"""The working calendar against the facts of three years, and the hours of the office (reg. 2.9)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from core.calendar import CalendarUnknown, Override, WorkCalendar, overrides_from
from core.clock import MOSCOW

HERE = Path(__file__).parent
SEED = Path(__file__).parents[2] / "db" / "seeds" / "working_calendar.yaml"
FACTS = yaml.safe_load((HERE / "working_calendar.yaml").read_text("utf-8"))
DAY = timedelta(days=1)
SPECIAL_YEARS = {2020: 219, 2021: 240, 2024: 248}
"""Leap years, and years with days that decrees declared non-working (29 in 2020, 7 in 2021)."""


@cache
def seeded() -> WorkCalendar:
    return WorkCalendar(overrides_from(yaml.safe_load(SEED.read_text("utf-8"))))


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


@pytest.mark.clause("2.8.7")
@pytest.mark.parametrize("year", FACTS)
def test_every_day_of_three_years_is_as_the_official_calendar_says(year: int) -> None:
    off, moved = set(FACTS[year]["days_off"]), set(FACTS[year]["working_weekends"])
    expected = {day: day in moved or (day.weekday() < 5 and day not in off) for day in days_of(year)}
    assert {day: seeded().is_working(day) for day in days_of(year)} == expected


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(year, SPECIAL_YEARS.get(year, 247)) for year in range(2013, 2028)],
)
def test_a_year_has_its_official_number_of_working_days_less_those_of_decrees(year: int, working_days: int) -> None:
    assert sum(seeded().is_working(day) for day in days_of(year)) == working_days


@pytest.mark.parametrize("year", range(2013, 2028))
def test_every_day_off_has_a_reason_and_a_working_day_has_none(year: int) -> None:
    calendar = seeded()
    for day in days_of(year):
        assert (calendar.why_off(day) is None) == calendar.is_working(day)
        assert calendar.is_official(day)


def test_counting_there_and_back_agrees_on_every_day() -> None:
    calendar = seeded()
    for day in days_of(2025):
        later = calendar.add_working_days(day, 5)
        assert calendar.is_working(later)
        assert calendar.working_days_between(day, later) == 5
        assert calendar.working_days_between(later, day) == -5
        assert calendar.next_working(day) == calendar.add_working_days(day, 1) > day
    working = [day for day in days_of(2025) if calendar.is_working(day)]
    assert all(calendar.add_working_days(later, -1) == earlier for earlier, later in pairwise(working))
    assert calendar.add_working_days(date(2025, 1, 1), 0) == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param(date(2025, 11, 1), True, id="a moved working Saturday"),
        pytest.param(date(2025, 12, 31), False, id="a moved day off"),
        pytest.param(date(2026, 1, 9), False, id="moved to the winter holidays"),
        pytest.param(date(2014, 3, 10), False, id="what the library lacks"),
        pytest.param(date(2020, 4, 15), False, id="a decree of 2020"),
        pytest.param(date(2020, 7, 1), False, id="the day of the vote"),
        pytest.param(date(2021, 11, 3), False, id="a decree of 2021"),
        pytest.param(date(2021, 11, 8), True, id="after the decree"),
    ],
)
def test_known_peculiarities(day: date, working: bool) -> None:
    assert seeded().is_working(day) is working


def test_the_administrator_decides_over_the_library() -> None:
    festival, saturday = date(2026, 11, 23), date(2026, 11, 28)
    calendar = WorkCalendar(
        {festival: Override(working=False, reason="regional"), saturday: Override(working=True, reason="moved")}
    )
    assert calendar.why_off(festival) == "regional"
    assert calendar.is_overridden(festival)
    assert calendar.is_working(saturday)
    assert calendar.next_working(date(2026, 11, 27)) == saturday
    assert WorkCalendar().is_working(festival)


def test_years_without_published_moves_are_marked_and_far_years_are_refused() -> None:
    assert not WorkCalendar().is_official(date(2028, 1, 11))
    assert not WorkCalendar().is_working(date(2028, 1, 7))
    for day in (date(1991, 12, 31), date(2100, 1, 1)):
        with pytest.raises(CalendarUnknown):
            WorkCalendar().is_working(day)
    with pytest.raises(CalendarUnknown):
        WorkCalendar().add_working_days(date(2099, 12, 30), 5)


def moscow(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)  # type: ignore[arg-type,misc]  # the parts are a date and a time


@pytest.mark.clause("2.9")
@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(moscow(2026, 11, 25, 8, 59, 59), False, id="a second before nine"),
        pytest.param(moscow(2026, 11, 25, 9, 0, 0), True, id="nine"),
        pytest.param(moscow(2026, 11, 25, 17, 59, 59), True, id="a second before six"),
        pytest.param(moscow(2026, 11, 25, 18, 0, 0), False, id="six"),
        pytest.param(datetime(2026, 11, 25, 6, 0, tzinfo=UTC), True, id="nine in Moscow, told in UTC"),
        pytest.param(datetime(2026, 7, 1, 6, 0, tzinfo=UTC), True, id="the same in summer: no summer time"),
        pytest.param(datetime(2026, 7, 1, 5, 59, 59, tzinfo=UTC), False, id="before nine in summer"),
        pytest.param(moscow(2026, 11, 28, 12, 0), False, id="Saturday"),
        pytest.param(moscow(2025, 11, 1, 12, 0), True, id="a moved working Saturday"),
        pytest.param(moscow(2026, 11, 4, 12, 0), False, id="a holiday"),
    ],
)
def test_operators_work_from_nine_to_six_on_working_days(moment: datetime, is_open: bool) -> None:
    assert seeded().is_open(moment) is is_open


@pytest.mark.clause("2.9")
@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        pytest.param(moscow(2026, 11, 25, 12, 0), moscow(2026, 11, 25, 12, 0), id="open now"),
        pytest.param(moscow(2026, 11, 25, 8, 0), moscow(2026, 11, 25, 9, 0), id="this morning"),
        pytest.param(moscow(2026, 11, 25, 18, 0), moscow(2026, 11, 26, 9, 0), id="tomorrow"),
        pytest.param(moscow(2026, 11, 27, 19, 0), moscow(2026, 11, 30, 9, 0), id="after the weekend"),
        pytest.param(moscow(2025, 12, 30, 18, 0), moscow(2026, 1, 12, 9, 0), id="after the winter holidays"),
    ],
)
def test_the_next_opening_is_told(moment: datetime, opens: datetime) -> None:
    assert seeded().next_opening(moment) == opens
    assert seeded().next_opening(moment).utcoffset() == timedelta(0)


def test_every_row_of_the_seed_names_its_source() -> None:
    for row in yaml.safe_load(SEED.read_text("utf-8")):
        assert set(row) == {"first", "last", "working", "reason", "source"}
        assert row["first"] <= row["last"]
