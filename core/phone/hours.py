"""Which menu a caller hears at this moment: of the day, the night or a day off (reg. 2.9)."""

from dataclasses import dataclass
from datetime import datetime

from core.calendar import CalendarOf
from core.clock import MOSCOW, Clock
from core.dates import spoken_date
from core.words import say
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """``is_open``: operators are at work. ``is_working``: today is a working day. ``opening``: when they are there next, UTC.

    ``notice``: what callers are told of other hours today.
    """

    is_open: bool
    is_working: bool
    opening: datetime
    notice: str = ""


class HoursDesk:
    """Knows the hours by the working calendar."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def now(self) -> OfficeHours:
        """The hours at this moment."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
        return OfficeHours(
            is_open=calendar.is_open(now),
            is_working=calendar.is_working(self._clock.today()),
            opening=calendar.next_opening(now),
            notice=calendar.notice_of(now),
        )


def opening_words(opening: datetime) -> str:
    """The moment as it is said: the day and the hour in Moscow."""
    local = opening.astimezone(MOSCOW)
    return say("phone.opening", day=spoken_date(local.date()), time=f"{local:%H:%M}")
