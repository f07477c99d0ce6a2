"""Time as a thing that is handed in: aware, UTC; a day is a date in Moscow time (reg. 2.9)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        ...

    def today(self) -> date:
        """The date in Moscow."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The date in Moscow."""
        return self.now().astimezone(MOSCOW).date()


def midnight(day: date) -> datetime:
    """When a day begins in Moscow, UTC; the first that can be written begins with time itself."""
    return datetime.min.replace(tzinfo=UTC) if day == date.min else datetime.combine(day, time(), MOSCOW).astimezone(UTC)


def end_of(day: date) -> datetime:
    """When a day is over in Moscow, UTC; the last that can be written ends with time itself."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else midnight(day + timedelta(days=1))
