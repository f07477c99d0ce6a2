"""What goes on in the centre now, and how today has been: the head's dashboard (reg. 2.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.reports.counting import Line, Number, some_of
from core.reports.periods import Days

TODAY: Sequence[str] = (
    "contacts", "contacts_ended", "contacts_by_bot", "calls", "calls_abandoned", "waiting", "waiting_in_time", "waiting_median",
    "appeals", "replies", "closed", "bot_share", "service_level",
)  # fmt: skip
TABLES = ("contacts_by_channel", "calls_by_hour")

_NOW = text(
    """
    SELECT
        (SELECT count(*) FROM conversation WHERE mode = 'waiting') AS waiting,
        (SELECT min(waiting_since) FROM conversation WHERE mode = 'waiting') AS waiting_since,
        (SELECT count(*) FROM conversation WHERE mode = 'waiting' AND emergency) AS emergencies,
        (SELECT count(*) FROM conversation WHERE mode = 'operator') AS held,
        (SELECT count(*) FROM staff_member WHERE is_active AND on_shift_since IS NOT NULL) AS on_shift,
        (SELECT count(*) FROM phone_call WHERE ended_at IS NULL AND direction = 'in') AS calls,
        (SELECT count(*) FROM phone_call WHERE ended_at IS NULL AND place = 'queue') AS calls_waiting,
        (SELECT count(*) FROM phone_call WHERE ended_at IS NULL AND place = 'operator') AS calls_talking,
        (SELECT count(*) FROM call_back WHERE done_at IS NULL) AS call_backs,
        (SELECT count(*) FROM left_message WHERE reviewed_at IS NULL) AS left_messages,
        (SELECT count(*) FROM delivery WHERE state = 'failed' AND created_at > :day_ago) AS failed
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """This moment: ``counts`` by name, the longest wait, today's figures and tables."""

    at: datetime
    waiting_since: datetime | None
    counts: Mapping[str, int]
    totals: Mapping[str, Number]
    tables: Mapping[str, Sequence[Line]]


async def standing(tx: AsyncSession, now: datetime, today: date, answered_within: int) -> LiveFigures:
    """The numbers as they are in this transaction."""
    day = Days(first=today)
    row = dict((await tx.execute(_NOW, {"day_ago": day.start})).mappings().one())
    totals, tables = await some_of(tx, day, today, answered_within, TABLES)
    return LiveFigures(
        at=now,
        waiting_since=row.pop("waiting_since"),
        counts=row,
        totals={name: totals[name] for name in TODAY},
        tables=tables,
    )
