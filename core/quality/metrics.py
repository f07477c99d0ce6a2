"""Numbers of the quality control for a period: pure queries that the screens and the reports share (reg. 2.7, 2.8.12).

A period is days in Moscow by when the call or conversation happened. An item counts once, with the mean of its finished reviews.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import end_of, midnight
from core.quality.agreement import Agreement, Weights, agreement
from core.quality.sheet import GRADES, TENTH, Criterion, Scale, sheets
from core.quality.vocabulary import ItemKind, Mark

FEW = 5
"""Items below which an average says little; the screens and reports say so."""
EXAMPLES = 5
DISPUTED = 10

_SCORED = """
    WITH scored AS (
        SELECT q.id, q.kind, q.call_id, q.conversation_id, q.operator_id, q.happened_at, avg(r.total) AS total,
            bool_or(r.is_zeroed) AS is_zeroed, count(*) FILTER (WHERE r.answered_as = 'objected') AS objections
        FROM quality_item q JOIN quality_review r ON r.item_id = q.id AND r.state = 'done'
        WHERE q.happened_at >= :start AND q.happened_at < :end
            AND (CAST(:operator AS bigint) IS NULL OR q.operator_id = CAST(:operator AS bigint)) GROUP BY q.id)
"""
_BY_OPERATOR = text(
    f"""
    {_SCORED} SELECT s.operator_id, p.full_name AS operator, count(*) AS items, avg(s.total) AS average,
        count(*) FILTER (WHERE s.is_zeroed) AS zeroed, CAST(sum(s.objections) AS int) AS objections
    FROM scored s JOIN staff_member p ON p.id = s.operator_id GROUP BY 1, 2 ORDER BY 2, 1
    """  # noqa: S608  # our own constants
)
_BY_WEEK = text(
    f"""
    {_SCORED} SELECT CAST(date_trunc('week', happened_at AT TIME ZONE 'Europe/Moscow') AS date) AS monday, count(*) AS items,
        avg(total) AS average FROM scored GROUP BY 1 ORDER BY 1
    """  # noqa: S608  # our own constants
)
_WHOLE = text(
    f"""
    {_SCORED} SELECT count(*) AS items, avg(total) AS average, count(*) FILTER (WHERE is_zeroed) AS zeroed FROM scored
    """  # noqa: S608  # our own constants
)
_ENDS = f"""
    {_SCORED} SELECT s.id, s.kind, s.happened_at, s.total, s.operator_id, p.full_name AS operator
    FROM scored s JOIN staff_member p ON p.id = s.operator_id
"""  # noqa: S608  # our own constants
_BEST = text(f"{_ENDS} ORDER BY s.total DESC, s.happened_at DESC, s.id LIMIT :most")
_WORST = text(f"{_ENDS} ORDER BY s.total, s.happened_at DESC, s.id LIMIT :most")
_MARKS = text(
    "SELECT q.id, q.kind, q.operator_id, p.full_name AS operator, q.happened_at, r.sheet, r.marks, r.total, r.reviewer_id"
    " FROM quality_item q JOIN quality_review r ON r.item_id = q.id AND r.state = 'done'"
    " JOIN staff_member p ON p.id = q.operator_id"
    " WHERE q.happened_at >= :start AND q.happened_at < :end"
    " AND (CAST(:operator AS bigint) IS NULL OR q.operator_id = CAST(:operator AS bigint)) ORDER BY q.id, r.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both included; ``operator_id``: of one operator only."""

    first: date
    last: date
    operator_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """A mean in percent over so many items, None without any; ``is_few``: too few to conclude from."""

    items: int
    average: float | None

    @property
    def is_few(self) -> bool:
        """Fewer than FEW."""
        return self.items < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Average):
    """Everything of the period; ``zeroed``: items with a critical criterion that was not met."""

    zeroed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOperator(Average):
    """One operator."""

    operator_id: int
    operator: str
    zeroed: int
    objections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWeek(Average):
    """One week, from its Monday."""

    monday: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCriterion(Average):
    """One criterion; ``items`` are the marks that count, ``not_applicable`` those that do not."""

    criterion: Criterion
    not_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An item to listen to or read, with the mean of its totals."""

    item_id: int
    kind: ItemKind
    happened_at: Any
    operator_id: int
    operator: str
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPairs:
    """How far two reviewers agree on one criterion; ``apart``: pairs in which one of the two found it not applicable."""

    criterion: Criterion
    agreement: Agreement
    weights: Weights
    apart: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """An item on which two reviewers differ; ``criteria``: those that they marked differently."""

    item_id: int
    kind: ItemKind
    happened_at: Any
    operator: str
    totals: tuple[float, float]
    criteria: Sequence[Criterion]


async def whole(tx: AsyncSession, period: Period) -> Whole:
    """All items of the period together."""
    row = (await tx.execute(_WHOLE, _given(period))).mappings().one()
    return Whole(items=row["items"], average=_tenth(row["average"]), zeroed=row["zeroed"])


async def by_operator(tx: AsyncSession, period: Period) -> list[OfOperator]:
    """Each operator with reviewed items, by name."""
    rows = (await tx.execute(_BY_OPERATOR, _given(period))).mappings()
    return [OfOperator(**{**row, "average": _tenth(row["average"])}) for row in rows]


async def by_week(tx: AsyncSession, period: Period) -> list[OfWeek]:
    """Each week with reviewed items."""
    rows = (await tx.execute(_BY_WEEK, _given(period))).mappings()
    return [OfWeek(**{**row, "average": _tenth(row["average"])}) for row in rows]


async def by_criterion(tx: AsyncSession, period: Period) -> list[OfCriterion]:
    """Each criterion of the sheets that were used, in their order: the mean of its marks in percent."""
    marked: dict[str, list[str]] = defaultdict(list)
    lines: dict[str, Criterion] = {}
    for row in await _rows(tx, period):
        for line in sheets()[row["sheet"]].lines(ItemKind(row["kind"])):
            lines[line.key] = line
            marked[line.key].append(row["marks"][line.key])
    return [_of_criterion(lines[key], marked[key]) for key in _in_order(lines)]


async def best(tx: AsyncSession, period: Period, most: int = EXAMPLES) -> list[Example]:
    """The items with the highest totals."""
    return [_example(dict(row)) for row in (await tx.execute(_BEST, {**_given(period), "most": most})).mappings()]


async def worst(tx: AsyncSession, period: Period, most: int = EXAMPLES) -> list[Example]:
    """The items with the lowest totals."""
    return [_example(dict(row)) for row in (await tx.execute(_WORST, {**_given(period), "most": most})).mappings()]


async def agreed(tx: AsyncSession, period: Period) -> list[OfPairs]:
    """Agreement of two on each criterion, over the items that two reviewed by one version of the sheet."""
    given: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lines: dict[str, Criterion] = {}
    for one, other in await _pairs(tx, period):
        for line in sheets()[one["sheet"]].lines(ItemKind(one["kind"])):
            lines[line.key] = line
            given[line.key].append((one["marks"][line.key], other["marks"][line.key]))
    return [_of_pairs(lines[key], given[key]) for key in _in_order(lines)]


async def disputed(tx: AsyncSession, period: Period, most: int = DISPUTED) -> list[Disputed]:
    """The items to talk over: the widest apart in their totals first, then those with the most criteria marked differently."""
    found = [_disputed(one, other) for one, other in await _pairs(tx, period)]
    apart = [one for one in found if one.criteria]
    return sorted(apart, key=lambda one: (-abs(one.totals[0] - one.totals[1]), -len(one.criteria), -one.item_id))[:most]


def _of_criterion(line: Criterion, marks: Sequence[str]) -> OfCriterion:
    counted = [GRADES[line.scale][Mark(mark)] for mark in marks if mark != Mark.NA]
    mean = _tenth(float(sum(counted)) * 100 / len(counted)) if counted else None
    return OfCriterion(criterion=line, items=len(counted), average=mean, not_applicable=len(marks) - len(counted))


def _of_pairs(line: Criterion, pairs: Sequence[tuple[str, str]]) -> OfPairs:
    """Marks that have an order are weighted; a pair in which one says «not applicable» has no place in it."""
    both = [pair for pair in pairs if Mark.NA not in pair]
    weights = Weights.LINEAR if line.scale is Scale.GRADED else Weights.NONE
    apart = sum((one == Mark.NA) != (other == Mark.NA) for one, other in pairs)
    return OfPairs(criterion=line, agreement=agreement(both, list(GRADES[line.scale]), weights), weights=weights, apart=apart)


def _disputed(one: Mapping[str, Any], other: Mapping[str, Any]) -> Disputed:
    lines = sheets()[one["sheet"]].lines(ItemKind(one["kind"]))
    return Disputed(
        item_id=one["id"],
        kind=ItemKind(one["kind"]),
        happened_at=one["happened_at"],
        operator=one["operator"],
        totals=(one["total"], other["total"]),
        criteria=[line for line in lines if one["marks"][line.key] != other["marks"][line.key]],
    )


async def _rows(tx: AsyncSession, period: Period) -> list[Mapping[str, Any]]:
    return [dict(row) for row in (await tx.execute(_MARKS, _given(period))).mappings()]


async def _pairs(tx: AsyncSession, period: Period) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The first two reviews of each item that has two; in the order of the reviewers, so that a pair does not depend on haste."""
    of_item: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await _rows(tx, period):
        of_item[row["id"]].append(row)
    both = [rows[:2] for rows in of_item.values() if len(rows) > 1 and rows[0]["sheet"] == rows[1]["sheet"]]
    ordered = [sorted(two, key=lambda row: int(row["reviewer_id"])) for two in both]
    return [(one, other) for one, other in ordered]


def _in_order(lines: Mapping[str, Criterion]) -> list[str]:
    """Keys of the newest sheet first, then those of older ones."""
    known = [line.key for sheet in reversed(list(sheets().values())) for line in sheet.criteria]
    return [key for key in dict.fromkeys(known) if key in lines]


def _example(row: dict[str, Any]) -> Example:
    number, kind, total = row.pop("id"), ItemKind(row.pop("kind")), _tenth(row.pop("total")) or 0.0
    return Example(item_id=number, kind=kind, total=total, **row)


def _given(period: Period) -> dict[str, Any]:
    return {
        "start": midnight(period.first),
        "end": end_of(period.last),
        "operator": period.operator_id,
    }


def _tenth(value: float | None) -> float | None:
    return None if value is None else float(Decimal(str(value)).quantize(TENTH, ROUND_HALF_UP))
