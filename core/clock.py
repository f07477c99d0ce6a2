"""Time as a thing that is handed in: aware, UTC; a day is a date in Moscow time (reg. 2.9)."""

from datetime import UTC, date, datetime, time
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
    """When a day begins in Moscow, UTC."""
    return datetime.combine(day, time(), MOSCOW).astimezone(UTC)
