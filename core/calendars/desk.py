"""The administrator's hand on the calendar: a year to look at, and days decided with their reason (reg. 2.8.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import OPEN, Move, locked_appeal, make_move
from core.audit.trail import record
from core.calendar import FIRST_YEAR, LAST_YEAR, Override, WorkCalendar
from core.calendars.keeping import overrides_of, touch
from core.calendars.model import CalendarOverride
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.regulation import REPLY_TERMS, SATURDAY
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.vocabulary import Urgency
from db.transactions import Transactions

DAY = timedelta(days=1)
REASON_LENGTH = 300
TOLD = 50
"""How many of the moved cards a refusal names; its count is of all."""


class ChangesTerms(Conflict):
    """The change moves terms of running appeals, and nobody said what to do with them; facts: ``count`` and ``appeals``."""

    code = "changes_terms"


class DayKind(StrEnum):
    """What a day of the calendar is."""

    WORKING = "working"
    WORKING_WEEKEND = "working_weekend"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"


class DaySource(StrEnum):
    """Who says so: the published calendar, art. 112 alone where none is published yet, or the table of overrides."""

    OFFICIAL = "official"
    FORECAST = "forecast"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A day of the year; ``why`` names the holiday or gives the override's reason, ``order`` the document behind an override."""

    day: date
    kind: DayKind
    source: DaySource
    why: str
    order: str = ""
    set_by_id: int | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTerm:
    """A running appeal whose term the change moves; ``answer_by`` stays where an interim reply promised a day."""

    appeal_id: int
    registration_number: str
    due_on: date
    new_due_on: date
    answer_by: date
    new_answer_by: date


class CalendarDesk:
    """Looks at years and decides days."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def year(self, asker: Asker, year: int) -> tuple[CalendarDay, ...]:
        """Every day of a year; raises Invalid (year) outside 1992-2099."""
        asker.must(Ability.READ_KNOWLEDGE)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid("no such year in the calendar", fields={"year": "out_of_range"})
        async with self._transactions.begin() as tx:
            calendar = WorkCalendar(await overrides_of(tx))
            rows = select(CalendarOverride).where(col(CalendarOverride.day).between(date(year, 1, 1), date(year, 12, 31)))
            decided = {row.day: row for row in (await tx.exec(rows)).all()}
        first = date(year, 1, 1)
        days = (first + DAY * number for number in range((date(year, 12, 31) - first).days + 1))
        return tuple(_shown(day, calendar, decided.get(day)) for day in days)

    async def preview(self, asker: Asker, day: date, working: bool) -> tuple[MovedTerm, ...]:
        """The running appeals whose terms would move if the day were decided so; by number of the card."""
        asker.must(Ability.EDIT_CALENDAR)
        _check(day)
        async with self._transactions.begin() as tx:
            overrides = await overrides_of(tx)
            overrides[day] = Override(working=working, reason="")
            return await _moved(tx, day, WorkCalendar(overrides))

    async def set(
        self, asker: Asker, day: date, *, working: bool, reason: str, source: str = "", apply_to_running: bool | None = None
    ) -> tuple[MovedTerm, ...]:
        """Decide about a day; gives the appeals whose terms were moved.

        ``apply_to_running``: True counts the terms of running appeals anew, False leaves them as the applicants were told, None
        raises ChangesTerms if there are any. Raises Invalid (day, reason).
        """
        asker.must(Ability.EDIT_CALENDAR)
        _check(day)
        if not reason.strip() or len(reason) > REASON_LENGTH:
            raise Invalid("a reason is needed", fields={"reason": "too_long" if reason.strip() else "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await touch(tx)
            overrides = await overrides_of(tx)
            overrides[day] = Override(working=working, reason=reason.strip())
            row = await tx.get(CalendarOverride, day) or CalendarOverride(day=day, working=working, reason="", set_at=now)
            row.working, row.reason, row.source = working, reason.strip(), source.strip()[:REASON_LENGTH]
            row.set_by_id, row.set_at = asker.id, now
            tx.add(row)
            await tx.flush()
            moved = await self._move_terms(tx, asker, day, WorkCalendar(overrides), apply_to_running)
            await record(tx, now, "calendar.set", f"day:{day}", staff_id=asker.id, working=working, moved=len(moved))
            return moved

    async def remove(self, asker: Asker, day: date, *, apply_to_running: bool | None = None) -> tuple[MovedTerm, ...]:
        """Give the day back to the official calendar; ``apply_to_running`` as for ``set``. Raises NotFound, ChangesTerms."""
        asker.must(Ability.EDIT_CALENDAR)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await touch(tx)
            row = await tx.get(CalendarOverride, day)
            if row is None:
                raise NotFound("the day is as the official calendar says")
            await tx.delete(row)
            await tx.flush()
            moved = await self._move_terms(tx, asker, day, WorkCalendar(await overrides_of(tx)), apply_to_running)
            await record(tx, now, "calendar.removed", f"day:{day}", staff_id=asker.id, moved=len(moved))
            return moved

    async def _move_terms(
        self, tx: AsyncSession, asker: Asker, day: date, calendar: WorkCalendar, apply: bool | None
    ) -> tuple[MovedTerm, ...]:
        if apply is False:
            return ()
        moved = await _moved(tx, day, calendar)
        if moved and apply is None:
            told = [
                {
                    "id": one.appeal_id,
                    "number": one.registration_number,
                    "due_on": one.due_on.isoformat(),
                    "new": one.new_due_on.isoformat(),
                }
                for one in moved[:TOLD]
            ]
            raise ChangesTerms("terms of running appeals would move", count=len(moved), appeals=told)
        now = self._clock.now()
        applied = []
        for one in moved:
            appeal = await locked_appeal(tx, one.appeal_id)
            if appeal.status not in OPEN:
                continue
            term = _term(appeal, calendar)
            appeal.due_on, appeal.answer_by = term.new_due_on, term.new_answer_by
            details = {"day": day.isoformat(), "due_on_before": term.due_on.isoformat(), "due_on": term.new_due_on.isoformat()}
            await make_move(tx, appeal, Move.TERM_CHANGED, now, staff_id=asker.id, details=details)
            applied.append(term)
        return tuple(applied)


async def _moved(tx: AsyncSession, day: date, calendar: WorkCalendar) -> tuple[MovedTerm, ...]:
    """Only a term that had begun before the day and ends on it or later can move."""
    running = (
        select(Appeal)
        .where(col(Appeal.status).in_(sorted(OPEN)), col(Appeal.counted_from) < day, col(Appeal.due_on) >= day)
        .order_by(col(Appeal.id))
    )
    found: Sequence[Appeal] = (await tx.exec(running)).all()
    terms = (_term(appeal, calendar) for appeal in found)
    return tuple(term for term in terms if term.new_due_on != term.due_on)


def _term(appeal: Appeal, calendar: WorkCalendar) -> MovedTerm:
    due = REPLY_TERMS[Urgency(appeal.urgency)].due(appeal.counted_from, calendar)
    return MovedTerm(
        appeal_id=appeal.id or 0,
        registration_number=appeal.registration_number,
        due_on=appeal.due_on,
        new_due_on=due,
        answer_by=appeal.answer_by,
        new_answer_by=appeal.promised_on or due,
    )


def _check(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("no such day in the calendar", fields={"day": "out_of_range"})


def _shown(day: date, calendar: WorkCalendar, row: CalendarOverride | None) -> CalendarDay:
    weekend = day.weekday() >= SATURDAY
    if calendar.is_working(day):
        kind = DayKind.WORKING_WEEKEND if weekend else DayKind.WORKING
    else:
        kind = DayKind.WEEKEND if weekend and row is None else DayKind.DAY_OFF
    published = DaySource.OFFICIAL if calendar.is_official(day) else DaySource.FORECAST
    return CalendarDay(
        day=day,
        kind=kind,
        source=DaySource.OVERRIDE if row is not None else published,
        why=row.reason if row is not None else calendar.why_off(day) or "",
        order=row.source if row is not None else "",
        set_by_id=row.set_by_id if row is not None else None,
        set_at=row.set_at if row is not None else None,
    )
