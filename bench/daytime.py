"""A process of the product in office hours, whatever the hour: ``python -m bench.daytime PROCESS``."""

import os
import sys
from datetime import UTC, date, datetime, timedelta

from app.__main__ import main
from core.calendar import WorkCalendar
from core.clock import MOSCOW, SystemClock

AHEAD = "BENCH_CLOCK_AHEAD"
"""Seconds by which the process's clock is ahead."""
LONGEST_RUN = timedelta(minutes=10)
INTO_THE_DAY = timedelta(hours=3)


def seconds_to_daytime() -> float:
    """How far ahead a clock must be that operators are at work while a benchmark runs; 0 when they are."""
    now, calendar = datetime.now(UTC), WorkCalendar()
    if calendar.is_open(now) and calendar.is_open(now + LONGEST_RUN):
        return 0.0
    return (calendar.next_opening(now + LONGEST_RUN) + INTO_THE_DAY - now).total_seconds()


class ClockAhead:
    """The machine's clock, so many seconds ahead."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    def today(self) -> date:
        """The date in Moscow."""
        return self.now().astimezone(MOSCOW).date()


if __name__ == "__main__":
    clock = ClockAhead(float(os.environ[AHEAD]))

    def shifted(self: SystemClock) -> datetime:
        """The same for every part of the process."""
        return clock.now()

    SystemClock.now = shifted  # type: ignore[method-assign]  # the process makes its clocks itself
    sys.exit(main())
