"""Other hours of one day, such as "today until four", told by telephone, bot, mail and inbox alike (reg. 2.3, 2.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import col, select

from core.audit.trail import record
from core.calendar import CalendarOf
from core.calendars.keeping import touch
from core.calendars.model import OfficeClosure
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.menu.spelling import readable_aloud
from core.opening import Opening
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from db.transactions import Transactions

NOTICE_LIMIT = 300
AHEAD = 366
"""Days; what is farther away is a matter of the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursToday:
    """What everybody in the house may know: whether the office is open, until when or from when, and what citizens are told."""

    is_open: bool
    opens: time
    closes: time
    opening: datetime
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureForm:
    """A day's other hours; the same time twice: nobody is there that day."""

    day: date
    opens: time
    closes: time
    notice: str


class ClosureDesk:
    """Decides and tells the hours of single days."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self._transactions = transactions
        self._clock = clock
        self._calendar_of = calendar_of

    async def today(self, asker: Asker) -> HoursToday:
        """The hours of this day, for every member of staff."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
        opens, closes = calendar.hours_of(self._clock.today())
        return HoursToday(
            is_open=calendar.is_open(now),
            opens=opens,
            closes=closes,
            opening=calendar.next_opening(now),
            notice=calendar.notice_of(now),
        )

    async def list(self, asker: Asker) -> Sequence[OfficeClosure]:
        """Days with other hours, from today on. Raises NotAllowed."""
        asker.must(Ability.EDIT_MENU)
        wanted = select(OfficeClosure).where(col(OfficeClosure.day) >= self._clock.today()).order_by(col(OfficeClosure.day))
        async with self._transactions.begin() as tx:
            return (await tx.exec(wanted)).all()

    async def set(self, asker: Asker, form: ClosureForm) -> OfficeClosure:
        """Decide a day's hours, at once for all channels. Raises NotAllowed, Invalid (day, closes, notice)."""
        asker.must(Ability.CLOSE_OFFICE)
        notice, now = clean_line(form.notice, None), self._clock.now()
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
            usual = calendar.usual_of(form.day) if calendar.is_working(form.day) else None
            if fields := self._faults(form, notice, usual):
                raise Invalid("the hours cannot be these", fields=fields)
            await touch(tx)
            row = await tx.get(OfficeClosure, form.day) or OfficeClosure(
                day=form.day, opens=form.opens, closes=form.closes, set_by_id=asker.id, set_at=now
            )
            row.opens, row.closes, row.notice, row.set_by_id, row.set_at = form.opens, form.closes, notice, asker.id, now
            tx.add(row)
            hours = f"{form.opens:%H:%M}-{form.closes:%H:%M}"
            await record(tx, now, "closure.set", f"day:{form.day}", staff_id=asker.id, hours=hours)
        return row

    async def remove(self, asker: Asker, day: date) -> None:
        """The usual hours again. Raises NotAllowed, NotFound."""
        asker.must(Ability.CLOSE_OFFICE)
        async with self._transactions.begin() as tx:
            await touch(tx)
            row = await tx.get(OfficeClosure, day)
            if row is None:
                raise NotFound("the day has the usual hours")
            await tx.delete(row)
            await record(tx, self._clock.now(), "closure.removed", f"day:{day}", staff_id=asker.id)

    def _faults(self, form: ClosureForm, notice: str, usual: Opening | None) -> dict[str, str]:
        fields = dict[str, str]()
        ahead = (form.day - self._clock.today()).days
        if not 0 <= ahead <= AHEAD:
            fields["day"] = "past_day" if ahead < 0 else "too_far"
        elif usual is None:
            fields["day"] = "day_off"
        if form.closes < form.opens or (usual and (form.opens < usual.opens or form.closes > usual.closes)):
            fields["closes"] = "outside_hours"
        if not notice:
            fields["notice"] = "missing"
        elif len(notice) > NOTICE_LIMIT:
            fields["notice"] = "too_long"
        elif not readable_aloud(notice):
            fields["notice"] = "unreadable_aloud"
        return fields
