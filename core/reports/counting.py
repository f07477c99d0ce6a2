"""Counts a month: one statement a source for the totals, one for each breakdown, all over an index of the time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.reports.metrics import BREAKDOWNS, METRICS, SHARES, Breakdown, Metric
from core.reports.periods import Days, Month
from core.reports.sources import SOURCES, Source

Number = int | float | None
"""A figure; None where there is nothing to count a share, a mean or a median of."""

_OPERATORS = text(
    """
    WITH talks AS (
        SELECT g.staff_id, count(*) AS calls, coalesce(sum(g.seconds), 0) AS seconds FROM call_leg g
        WHERE g.kind = 'operator' AND g.taken_at >= :start AND g.taken_at < :end AND g.staff_id IS NOT NULL GROUP BY 1
    ), answers AS (
        SELECT r.sent_by_id AS staff_id, count(*) AS replies FROM reply r
        WHERE r.sent_at >= :start AND r.sent_at < :end AND r.sent_by_id IS NOT NULL GROUP BY 1
    ), cards AS (
        SELECT a.registered_by AS staff_id, count(*) AS appeals FROM appeal a
        WHERE a.registered_at >= :start AND a.registered_at < :end AND a.registered_by IS NOT NULL AND a.status <> 'merged'
        GROUP BY 1
    )
    SELECT m.full_name AS name, coalesce(t.calls, 0) AS calls, coalesce(t.seconds, 0) AS seconds, coalesce(w.replies, 0) AS replies,
        coalesce(k.appeals, 0) AS appeals
    FROM staff_member m LEFT JOIN talks t ON t.staff_id = m.id LEFT JOIN answers w ON w.staff_id = m.id
        LEFT JOIN cards k ON k.staff_id = m.id
    WHERE t.calls IS NOT NULL OR w.replies IS NOT NULL OR k.appeals IS NOT NULL
    ORDER BY m.full_name, m.id
    """
)
_ARTICLES = text(
    "SELECT count(*) AS articles, count(*) FILTER (WHERE valid_until < :today) AS articles_old"
    " FROM article WHERE status = 'published'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a breakdown: its key, and a figure for each metric of the breakdown."""

    key: str
    figures: Mapping[str, Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorLine:
    """What one operator did in the month; ``seconds`` of talk."""

    name: str
    calls: int
    seconds: int
    replies: int
    appeals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A month in numbers. ``answered_within``: the seconds of the service level. Articles are those at the moment of counting."""

    month: str
    counted_at: str
    answered_within: int
    totals: Mapping[str, Number]
    tables: Mapping[str, Sequence[Line]]
    operators: Sequence[OperatorLine]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a report."""
        return asdict(self)


def figures_from(kept: Mapping[str, Any]) -> Figures:
    """The figures as a report keeps them."""
    return Figures(
        month=kept["month"],
        counted_at=kept["counted_at"],
        answered_within=kept["answered_within"],
        totals=dict(kept["totals"]),
        tables={name: [Line(**line) for line in lines] for name, lines in kept["tables"].items()},
        operators=[OperatorLine(**one) for one in kept["operators"]],
    )


async def count(tx: AsyncSession, month: Month, now: datetime, today: date, answered_within: int) -> Figures:
    """Every figure of the month as the rows are in this transaction."""
    totals, tables = await some_of(tx, month, today, answered_within, tuple(BREAKDOWNS))
    row = (await tx.execute(_ARTICLES, {"today": today})).mappings().one()
    operators = (await tx.execute(_OPERATORS, {"start": month.start, "end": month.end})).mappings().all()
    return Figures(
        month=month.key,
        counted_at=now.isoformat(),
        answered_within=answered_within,
        totals=totals | {name: _number(value) for name, value in row.items()},
        tables=tables,
        operators=[OperatorLine(**one) for one in operators],
    )


async def some_of(
    tx: AsyncSession, period: Month | Days, today: date, answered_within: int, tables: Sequence[str]
) -> tuple[dict[str, Number], dict[str, Sequence[Line]]]:
    """The totals of a period, and these breakdowns of it."""
    values = bounds(period, today, answered_within)
    totals: dict[str, Number] = {}
    for source in SOURCES:
        row = (await tx.execute(_totals(source), values)).mappings().one()
        totals |= {name: _number(value) for name, value in row.items()}
    totals |= {name: _share(totals, one.part, one.whole) for name, one in SHARES.items()}
    return totals, {name: await _lines(tx, name, values) for name in tables}


def bounds(month: Month | Days, today: date, answered_within: int) -> dict[str, object]:
    """What the statements take."""
    return {
        "start": month.start,
        "end": month.end,
        "first": month.first,
        "until": month.until,
        "today": today,
        "answered_within": answered_within,
    }


def inside(source: Source) -> str:
    """The condition that puts a row of the source into the month."""
    bound = "{0} >= :first AND {0} < :until" if source.by_day else "{0} >= :start AND {0} < :end"
    return f"{source.where} AND {bound.format(source.at)}"


async def _lines(tx: AsyncSession, name: str, values: Mapping[str, object]) -> Sequence[Line]:
    breakdown = BREAKDOWNS[name]
    rows = (await tx.execute(_broken_down(name), values)).mappings().all()
    found = {str(row["key"] or ""): {metric: _number(row[metric]) for metric in breakdown.metrics} for row in rows}
    nothing = {metric: None if METRICS[metric].measure else 0 for metric in breakdown.metrics}
    keys = (*breakdown.values, *(key for key in found if key not in breakdown.values))
    lines = [Line(key=key, figures=found.get(key, nothing)) for key in keys]
    return [line for line in lines if line.key or any(line.figures.values())]


def _number(value: object) -> Number:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float | Decimal):
        return round(float(value), 2)
    raise TypeError(f"no figure: {value!r}")


def _share(totals: Mapping[str, Number], part: str, whole: str) -> Number:
    of, all_of = totals[part], totals[whole]
    return round(of / all_of, 4) if of is not None and all_of else None


def _counted(metric: Metric) -> str:
    return f"{metric.measure or 'count(*)'} FILTER (WHERE {metric.where})"


@cache
def _totals(name: str) -> TextClause:
    source = SOURCES[name]
    counted = ", ".join(f"{_counted(metric)} AS {key}" for key, metric in METRICS.items() if metric.source == name)
    return typed(f"SELECT {counted} FROM {source.rows} WHERE {inside(source)}")  # noqa: S608  # the tables of this package


@cache
def _broken_down(name: str) -> TextClause:
    breakdown: Breakdown = BREAKDOWNS[name]
    source = SOURCES[breakdown.source]
    counted = ", ".join(f"{_counted(METRICS[key])} AS {key}" for key in breakdown.metrics)
    return typed(
        f"SELECT {breakdown.by} AS key, {counted} FROM {source.rows} WHERE {inside(source)}"  # noqa: S608  # as above
        f" GROUP BY 1 ORDER BY 2 DESC, 1"
    )


def typed(statement: str) -> TextClause:
    """psycopg must be told the types of what stands alone in a comparison."""
    typed = statement.replace(":answered_within", "CAST(:answered_within AS integer)").replace(":today", "CAST(:today AS date)")
    return text(typed)
