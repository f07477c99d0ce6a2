"""A clock that stands still until a test moves it."""

from datetime import UTC, date, datetime, timedelta

from core.clock import MOSCOW

NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""Wednesday, 12:00 in Moscow."""


class MovableClock:
    """Implements core.clock.Clock."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment that the test set."""
        return self.moment

    def today(self) -> date:
        """The date in Moscow."""
        return self.moment.astimezone(MOSCOW).date()

    def move(self, **by: float) -> None:
        """Go on by a timedelta's arguments."""
        self.moment += timedelta(**by)
