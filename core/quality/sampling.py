"""What is reviewed: the plan of the head, the weekly draw of the timetable, draws by hand, and what is added by hand (reg. 2.7)."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.quality.candidates import TALKS, WRITERS, candidates
from core.quality.drawing import Drawn, draw
from core.quality.model import QualityItem, QualitySample, SamplingPlan
from core.quality.vocabulary import ItemKind, Rule, Source
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.table import table_of
from db.transactions import Transactions

WEEK = timedelta(days=7)
LONGEST_DAYS = 92
"""A draw by hand looks no further back than a quarter."""
SEEDS = 2**31
SAMPLES_SHOWN = 20
LIMITS = {
    "random_per_operator": (0, 50),
    "ruled_per_operator": (0, 50),
    "twice_percent": (0, 100),
    "long_minutes": (1, 240),
    "long_messages": (2, 1000),
    "low_score": (1, 4),
    "transfers": (1, 20),
    "wait_minutes": (1, 240),
    "newcomer_weeks": (1, 52),
}
"""What the plan's numbers may be, both included."""
_TALKED = text(
    f"""
    SELECT w.staff_id, w.began_at, COALESCE(c.seconds, CAST(extract(epoch FROM c.ended_at - c.started_at) AS int), 0)
    FROM phone_call c CROSS JOIN LATERAL ({TALKS}) w WHERE c.id = :ref AND c.ended_at IS NOT NULL ORDER BY 1
    """  # noqa: S608  # our own constants
)
_WROTE = text(
    f"""
    SELECT w.staff_id, w.began_at, CAST(extract(epoch FROM w.ended_at - w.began_at) AS int)
    FROM conversation c CROSS JOIN LATERAL ({WRITERS}) w WHERE c.id = :ref ORDER BY 1
    """  # noqa: S608  # our own constants
)
_PART = {ItemKind.CALL: _TALKED, ItemKind.CHAT: _WROTE}


class NobodyTalked(Conflict):
    """No operator took part, or the call still goes on: there is nobody to review."""

    code = "nobody_talked"


class AlreadyItem(Conflict):
    """It is there already, for each operator that took part."""

    code = "already_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """The plan as the head writes it."""

    is_weekly: bool
    random_per_operator: int
    ruled_per_operator: int
    twice_percent: int
    rules: Sequence[str]
    long_minutes: int
    long_messages: int
    low_score: int
    transfers: int
    wait_minutes: int
    newcomer_weeks: int


class SamplingDesk:
    """Use cases of the samples."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def plan(self, asker: Asker) -> SamplingPlan:
        """The plan in force. Raises NotAllowed."""
        asker.must(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            return await plan_in_force(tx)

    async def set_plan(self, asker: Asker, form: PlanForm, version: int) -> SamplingPlan:
        """Write the plan. Raises NotAllowed, Invalid (out of limits, an unknown rule), Conflict (changed meanwhile)."""
        asker.must(Ability.MANAGE_QUALITY)
        _check(form)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await tx.execute(insert(SamplingPlan).values(**SamplingPlan(rules=_every_rule()).model_dump()).on_conflict_do_nothing())
            plan = await tx.get_one(SamplingPlan, 1, with_for_update=True, populate_existing=True)
            if plan.version != version:
                raise Conflict("changed meanwhile", version=plan.version)
            for name, value in asdict(form).items():
                setattr(plan, name, value)
            plan.rules = [rule for rule in Rule if rule in form.rules]
            plan.changed_at, plan.changed_by_id, plan.version = now, asker.id, version + 1
            tx.add(plan)
            await record(tx, now, "quality.plan_changed", "quality_plan:1", staff_id=asker.id, version=plan.version)
        return plan

    async def samples(self, asker: Asker) -> Sequence[QualitySample]:
        """The newest draws. Raises NotAllowed."""
        asker.must(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            return (await tx.exec(select(QualitySample).order_by(col(QualitySample.id).desc()).limit(SAMPLES_SHOWN))).all()

    async def draw(self, asker: Asker, first: date, last: date, seed: int | None = None) -> tuple[QualitySample, int]:
        """Draw a sample of these days by hand; gives it with the count of its items. Raises NotAllowed, Invalid."""
        asker.must(Ability.MANAGE_QUALITY)
        _check_days(first, last, self._clock.today(), seed)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            plan = await plan_in_force(tx)
            sample = QualitySample(
                first=first,
                last=last,
                seed=secrets.randbelow(SEEDS) if seed is None else seed,
                plan=plan.model_dump(mode="json"),
                drawn_at=now,
                drawn_by_id=asker.id,
            )
            tx.add(sample)
            await tx.flush()
            return sample, await _fill(tx, sample, plan, now)

    async def draw_week(self) -> int | None:
        """The timetable: draw the week that has ended, once, however often it is asked; None when there was nothing to do."""
        now, today = self._clock.now(), self._clock.today()
        monday = today - timedelta(days=today.weekday()) - WEEK
        async with self._transactions.begin() as tx:
            plan = await plan_in_force(tx)
            if not plan.is_weekly:
                return None
            values = {"week": monday, "first": monday, "last": monday + timedelta(days=6), "seed": secrets.randbelow(SEEDS)}
            first_to_draw = (
                insert(QualitySample)
                .values(**values, plan=plan.model_dump(mode="json"), drawn_at=now)
                .on_conflict_do_nothing(index_elements=["week"])
                .returning(table_of(QualitySample).c.id)
            )
            number = (await tx.execute(first_to_draw)).scalar()
            if number is None:
                return None
            return await _fill(tx, await tx.get_one(QualitySample, number), plan, now)

    async def add(self, asker: Asker, kind: ItemKind, ref: int) -> list[int]:
        """Have a call or conversation reviewed: an item for each operator who took part and has none; gives the items' numbers.

        Raises NotAllowed, NobodyTalked, AlreadyItem.
        """
        asker.must(Ability.REVIEW_QUALITY)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            parts = (await tx.execute(_PART[kind], {"ref": ref})).all()
            if not parts:
                raise NobodyTalked()
            made = [
                await _write(
                    tx, _item(kind, ref, operator, happened_at=began, seconds=seconds, source=Source.MANUAL), now, asker.id
                )
                for operator, began, seconds in parts
            ]
            numbers = [number for number in made if number is not None]
            if not numbers:
                raise AlreadyItem()
            for number in numbers:
                await record(tx, now, "quality.item_added", f"quality_item:{number}", staff_id=asker.id, kind=kind.value, ref=ref)
        return numbers

    async def want_two(self, asker: Asker, item_id: int, *, two: bool) -> None:
        """Whether two are to review an item without knowing of each other. Raises NotAllowed, NotFound."""
        asker.must(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            item = await tx.get(QualityItem, item_id, with_for_update=True)
            if item is None:
                raise NotFound("no such item")
            if item.is_twice != two:
                item.is_twice = two
                deed = "quality.second_wanted" if two else "quality.second_dropped"
                await record(tx, self._clock.now(), deed, f"quality_item:{item_id}", staff_id=asker.id)


async def plan_in_force(tx: AsyncSession) -> SamplingPlan:
    """The head's plan, or the first one, with every rule."""
    return await tx.get(SamplingPlan, 1) or SamplingPlan(rules=_every_rule())


def _every_rule() -> list[str]:
    return [rule.value for rule in Rule]


async def _fill(tx: AsyncSession, sample: QualitySample, plan: SamplingPlan, now: datetime) -> int:
    """Make the items of a sample; what became an item meanwhile is passed over."""
    count = 0
    for one in draw(await candidates(tx, sample.first, sample.last), plan, sample.seed):
        count += await _write(tx, _drawn(one, sample.id), now, sample.drawn_by_id) is not None
    details = {"seed": sample.seed, "items": count}
    await record(tx, now, "quality.sample_drawn", f"quality_sample:{sample.id}", staff_id=sample.drawn_by_id, **details)
    return count


def _drawn(one: Drawn, sample_id: int | None) -> QualityItem:
    part = one.candidate
    item = _item(part.kind, part.ref, part.operator_id, happened_at=part.happened_at, seconds=part.seconds, source=one.source)
    item.sample_id, item.rules, item.is_twice = sample_id, [rule.value for rule in one.rules], one.is_twice
    return item


def _item(kind: ItemKind, ref: int, operator_id: int, *, happened_at: datetime, seconds: int, source: Source) -> QualityItem:
    return QualityItem(
        kind=kind,
        call_id=ref if kind is ItemKind.CALL else None,
        conversation_id=ref if kind is ItemKind.CHAT else None,
        operator_id=operator_id,
        happened_at=happened_at,
        seconds=seconds,
        source=source,
        added_at=happened_at,
    )


async def _write(tx: AsyncSession, item: QualityItem, now: datetime, added_by: int | None) -> int | None:
    item.added_at, item.added_by_id = now, added_by
    values = {name: value for name, value in item.model_dump().items() if name != "id"}
    made: int | None = (
        await tx.execute(insert(QualityItem).values(**values).on_conflict_do_nothing().returning(table_of(QualityItem).c.id))
    ).scalar()
    return made


def _check(form: PlanForm) -> None:
    problems = {
        name: "greater_than_equal" if getattr(form, name) < least else "less_than_equal"
        for name, (least, most) in LIMITS.items()
        if not least <= getattr(form, name) <= most
    }
    if any(rule not in tuple(Rule) for rule in form.rules):
        problems["rules"] = "literal_error"
    if problems:
        raise Invalid("the plan cannot be kept", fields=problems)


def _check_days(first: date, last: date, today: date, seed: int | None) -> None:
    problems = {}
    if last > today:
        problems["last"] = "in_the_future"
    if last < first:
        problems["last"] = "before_first"
    elif (last - first).days >= LONGEST_DAYS:
        problems["first"] = "too_long_ago"
    if seed is not None and not 0 <= seed < SEEDS:
        problems["seed"] = "less_than_equal"
    if problems:
        raise Invalid("no sample of these days", fields=problems)
