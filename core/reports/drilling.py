"""The rows behind a figure: whoever doubts it opens them one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.errors import NotFound
from core.reports.counting import bounds, inside, typed
from core.reports.metrics import BREAKDOWNS, METRICS
from core.reports.periods import Month
from core.reports.sources import SOURCES

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One row behind a figure: what it leads to, the number of that, and how it is named."""

    id: int
    leads: str
    target: int | None
    label: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindPage:
    """Rows, newest first; ``after`` asks for the next page, None when there is none."""

    rows: Sequence[Behind]
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which figure: a metric of a month, in one line of a breakdown when ``table`` is given."""

    metric: str
    table: str = ""
    key: str = ""
    after: int | None = None


async def behind(tx: AsyncSession, month: Month, today: date, answered_within: int, asked: Question) -> BehindPage:
    """A page of the rows that the figure counts; as many in all as the figure says. Raises NotFound for an unknown figure."""
    metric = METRICS.get(asked.metric)
    if metric is None or (asked.table and asked.metric not in getattr(BREAKDOWNS.get(asked.table), "metrics", ())):
        raise NotFound("no such figure")
    source = SOURCES[metric.source]
    conditions = [inside(source), metric.where]
    values = bounds(month, today, answered_within) | {"limit": PAGE + 1}
    if asked.table:
        conditions.append(f"coalesce({BREAKDOWNS[asked.table].by}, '') = :key")
        values["key"] = asked.key
    if asked.after is not None:
        conditions.append(f"{source.id} < :after")
        values["after"] = asked.after
    statement = (
        f"SELECT {source.id} AS id, {source.target} AS target, {source.label} AS label, {source.at} AS at"  # noqa: S608  # our own
        f" FROM {source.rows} WHERE {' AND '.join(f'({one})' for one in conditions)} ORDER BY {source.id} DESC LIMIT :limit"
    )
    rows = (await tx.execute(typed(statement), values)).mappings().all()
    shown = [
        Behind(id=row["id"], leads=source.leads.value, target=row["target"], label=str(row["label"] or ""), at=_moment(row["at"]))
        for row in rows[:PAGE]
    ]
    return BehindPage(rows=shown, after=shown[-1].id if len(rows) > PAGE else None)


def _moment(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), MOSCOW)
