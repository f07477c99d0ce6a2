"""The calendar that a transaction sees: read from the table once, then kept in memory until the table changes."""

from datetime import date, datetime
from typing import cast

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calendar import Closure, Override, WorkCalendar, overrides_from
from core.calendars.model import CalendarOverride

_CHANGED_IN = text("SELECT coalesce((SELECT changed_in FROM calendar_state), 0)")
_ROWS = text(
    "SELECT coalesce((SELECT changed_in FROM calendar_state), 0) AS changed_in, o.day, o.working, o.reason"
    " FROM (SELECT 1) AS one LEFT JOIN calendar_override o ON true"
)
_CLOSURES = text("SELECT day, opens, closes, notice FROM office_closure")
_TOUCH = text(
    "INSERT INTO calendar_state (id, changed_in) VALUES (1, CAST(CAST(pg_current_xact_id() AS text) AS bigint))"
    " ON CONFLICT (id) DO UPDATE SET changed_in = excluded.changed_in"
)


class CalendarKeeper:
    """One for each process; ``calendar_of`` satisfies core.calendar.CalendarOf.

    Every call asks for the number of the newest change, one row by its key, so that all replicas count alike.
    """

    def __init__(self) -> None:
        self._changed_in = -1
        self._calendar = WorkCalendar()

    async def calendar_of(self, tx: AsyncSession) -> WorkCalendar:
        """The calendar as it is in this transaction."""
        changed_in = (await tx.execute(_CHANGED_IN)).scalar_one()
        if changed_in != self._changed_in:
            self._changed_in, self._calendar = await _read(tx)
        return self._calendar


async def touch(tx: AsyncSession) -> None:
    """Serialise changes of the table until the transaction ends, and tell every process that it has changed."""
    await tx.execute(_TOUCH)


async def overrides_of(tx: AsyncSession) -> dict[date, Override]:
    """Every decided day, past the memory of the process."""
    rows = (await tx.execute(_ROWS)).all()
    return {row.day: Override(working=row.working, reason=row.reason) for row in rows if row.day is not None}


async def seed_calendar(tx: AsyncSession, document: object, now: datetime) -> None:
    """Add the days of a parsed working_calendar.yaml that the table lacks; what the administrator decided is left alone."""
    values: dict[date, dict[str, object]] = {}
    for row in cast(list[dict[str, object]], document):  # our own seed file; its shape is tested
        for day, one in overrides_from([row]).items():
            source = str(row.get("source") or "")
            values[day] = {"day": day, "working": one.working, "reason": one.reason, "source": source, "set_at": now}
    if not values:
        return
    added = insert(CalendarOverride).values(list(values.values())).on_conflict_do_nothing(index_elements=["day"])
    if (await tx.exec(added.returning(col(CalendarOverride.day)))).first() is not None:
        await touch(tx)


async def _read(tx: AsyncSession) -> tuple[int, WorkCalendar]:
    rows = (await tx.execute(_ROWS)).all()
    days = {row.day: Override(working=row.working, reason=row.reason) for row in rows if row.day is not None}
    closures = {
        row.day: Closure(opens=row.opens, closes=row.closes, notice=row.notice) for row in (await tx.execute(_CLOSURES)).all()
    }
    return rows[0].changed_in, WorkCalendar(days, closures)
