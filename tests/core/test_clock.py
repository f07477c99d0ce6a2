"""Days in Moscow as moments, to both ends of the calendar."""

from datetime import UTC, date, datetime

from core.clock import end_of, midnight


def test_a_day_begins_and_ends_at_midnight_in_moscow() -> None:
    assert midnight(date(2026, 11, 25)) == datetime(2026, 11, 24, 21, tzinfo=UTC)
    assert end_of(date(2026, 11, 25)) == midnight(date(2026, 11, 26))


def test_the_first_and_the_last_day_that_can_be_written_are_moments_too() -> None:
    assert midnight(date.min) == datetime.min.replace(tzinfo=UTC) < end_of(date.min)
    assert midnight(date.max) < end_of(date.max) == datetime.max.replace(tzinfo=UTC)
