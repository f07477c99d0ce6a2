"""Reading the quality control: lists of items, one item, one review; an operator's own reviews (reg. 2.7, 2.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, not_
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.readings import Readings
from core.audit.trail import record
from core.clock import Clock
from core.errors import NotFound
from core.quality.facts import facts_of
from core.quality.model import QualityItem, QualityReview
from core.quality.rows import bar, comments_of, item_of, names_of, review_of, reviews_of
from core.quality.sheet import sheet_on
from core.quality.views import Fact, ItemOpened, ItemShown, OtherReview, OwnReview, ReviewShown, lines_of, show_item, show_review
from core.quality.vocabulary import OwnAnswer, ReviewState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

PAGE = 50
OWN_SHOWN = 100


class ItemList(StrEnum):
    """TODO: what the asker may review now; MINE: what they have begun or done; the rest are the head's."""

    TODO = "todo"
    MINE = "mine"
    ALL = "all"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A page of items; ``next``: where the following one begins. ``counts``: of the lists that wait for the asker."""

    rows: Sequence[ItemShown]
    next: int | None
    todo: int
    objected: int


class QualityReading:
    """Shows what is reviewed to those who review, and an operator their own."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._readings = Readings()

    async def items(self, asker: Asker, which: ItemList, *, operator_id: int | None = None, before: int | None = None) -> ItemPage:
        """50 items, newest first. Raises NotAllowed."""
        manages = asker.may(Ability.MANAGE_QUALITY)
        asker.must(Ability.REVIEW_QUALITY if which in (ItemList.TODO, ItemList.MINE) else Ability.MANAGE_QUALITY)
        wanted = select(QualityItem).where(_listed(which, asker))
        if operator_id is not None:
            wanted = wanted.where(QualityItem.operator_id == operator_id)
        if before is not None:
            wanted = wanted.where(col(QualityItem.id) < before)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(wanted.order_by(col(QualityItem.id).desc()).limit(PAGE + 1))).all()
            shown = await _lines(tx, rows[:PAGE], asker, all_of_them=manages)
            todo = await _count(tx, _listed(ItemList.TODO, asker))
            objected = await _count(tx, _listed(ItemList.OBJECTED, asker)) if manages else 0
        return ItemPage(rows=shown, next=shown[-1].id if len(rows) > PAGE else None, todo=todo, objected=objected)

    async def operators(self, asker: Asker) -> Sequence[tuple[int, str]]:
        """Whose work is or was reviewed, for a filter. Raises NotAllowed."""
        asker.must(Ability.REVIEW_QUALITY)
        has_items = select(QualityItem.operator_id).distinct()
        wanted = select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(has_items))
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted.order_by(col(StaffMember.full_name)))).all()
        return [(number or 0, name) for number, name in found]

    async def item(self, asker: Asker, item_id: int) -> ItemOpened:
        """An item with the asker's own sheet; the head learns who else reviewed it. Raises NotAllowed, NotFound."""
        asker.must(Ability.REVIEW_QUALITY)
        manages = asker.may(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            item = await item_of(tx, item_id)
            reviews = (await reviews_of(tx, [item_id])).get(item_id, [])
            names = await names_of(
                tx, [item.operator_id, *(one.reviewer_id for one in reviews), *(one.decided_by_id for one in reviews)]
            )
            own = next((one for one in reviews if one.reviewer_id == asker.id), None)
            sheet = own.sheet if own else sheet_on(self._clock.today()).version
            barred = bar(asker, item, reviews, names)
            comments = (await comments_of(tx, [own.id or 0])).get(own.id or 0, []) if own else []
            others = [one for one in reviews if one.reviewer_id != asker.id and one.done_at is not None]
            knows = manages and _may_compare(asker, item, reviews)
            return ItemOpened(
                item=show_item(item, names.get(item.operator_id, ""), reviews, asker.id, all_of_them=knows),
                lines=lines_of(sheet, item.kind),
                sheet=sheet,
                facts=[Fact(code=code, value=value) for code, value in await facts_of(tx, item)],
                own=show_review(own, item.kind, names, comments) if own else None,
                others=[_other(one, names) for one in others] if manages and item.operator_id != asker.id else [],
                barred=barred.code if barred else "",
            )

    async def review(self, asker: Asker, review_id: int) -> OwnReview:
        """A finished review, for the head: who reads another's cannot review the item any more. Raises NotAllowed, NotFound."""
        asker.must(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            review = await review_of(tx, review_id)
            item = await item_of(tx, review.item_id, lock=True)
            if item.operator_id == asker.id or (review.state != ReviewState.DONE and review.reviewer_id != asker.id):
                raise NotFound("no such review")
            await self._note_reading(tx, asker, item, review)
            return await _opened(tx, item, review, asker)

    async def own(self, asker: Asker) -> Sequence[OwnReview]:
        """The newest reviews of the asker's own work. Raises NotAllowed."""
        asker.must(Ability.READ_OWN_QUALITY)
        wanted = (
            select(QualityReview)
            .join(QualityItem, col(QualityItem.id) == QualityReview.item_id)
            .where(QualityItem.operator_id == asker.id, QualityReview.state == ReviewState.DONE)
            .order_by(col(QualityReview.done_at).desc(), col(QualityReview.id).desc())
            .limit(OWN_SHOWN)
        )
        async with self._transactions.begin() as tx:
            reviews = (await tx.exec(wanted)).all()
            return [await _opened(tx, await item_of(tx, one.item_id), one, asker) for one in reviews]

    async def own_review(self, asker: Asker, review_id: int) -> OwnReview:
        """One review of the asker's own work; a colleague's is not found. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_OWN_QUALITY)
        async with self._transactions.begin() as tx:
            review = await review_of(tx, review_id)
            item = await item_of(tx, review.item_id)
            if item.operator_id != asker.id or review.state != ReviewState.DONE:
                raise NotFound("no such review of your work")
            return await _opened(tx, item, review, asker)

    async def _note_reading(self, tx: AsyncSession, asker: Asker, item: QualityItem, review: QualityReview) -> None:
        if review.reviewer_id == asker.id:
            return
        if asker.id not in item.seen_by:
            item.seen_by = [*item.seen_by, asker.id]
            tx.add(item)
        now, subject = self._clock.now(), f"quality_review:{review.id}"
        if self._readings.is_new(asker.id, subject, now):
            await record(tx, now, "quality.review_read", subject, staff_id=asker.id, item=item.id)


def _listed(which: ItemList, asker: Asker) -> ColumnElement[bool]:
    of_item = QualityReview.item_id == QualityItem.id
    own = select(QualityReview.id).where(of_item, QualityReview.reviewer_id == asker.id)
    if which is ItemList.MINE:
        return own.exists()
    if which is ItemList.OBJECTED:
        waits = and_(col(QualityReview.answered_as) == OwnAnswer.OBJECTED, col(QualityReview.decision) == "")
        return and_(select(QualityReview.id).where(of_item, waits).exists(), col(QualityItem.operator_id) != asker.id)
    if which is ItemList.ALL:
        return col(QualityItem.id) > 0
    begun = select(func.count()).select_from(QualityReview).where(of_item).scalar_subquery()
    wants = or_(begun < 1, and_(col(QualityItem.is_twice).is_(True), begun < 2))
    return and_(
        col(QualityItem.operator_id) != asker.id, not_(own.exists()), wants, not_(col(QualityItem.seen_by).contains([asker.id]))
    )


async def _count(tx: AsyncSession, wanted: ColumnElement[bool]) -> int:
    return (await tx.exec(select(func.count()).select_from(QualityItem).where(wanted))).one()


async def _lines(tx: AsyncSession, items: Sequence[QualityItem], asker: Asker, *, all_of_them: bool) -> list[ItemShown]:
    reviews = await reviews_of(tx, [one.id or 0 for one in items])
    names = await names_of(tx, [one.operator_id for one in items])
    return [
        show_item(
            one,
            names.get(one.operator_id, ""),
            given := reviews.get(one.id or 0, []),
            asker.id,
            all_of_them=all_of_them and _may_compare(asker, one, given),
        )
        for one in items
    ]


def _may_compare(asker: Asker, item: QualityItem, reviews: Sequence[QualityReview]) -> bool:
    """Whether others' totals bias nobody: it is not one's own work, and the asker has done with it or cannot review it."""
    is_done = any(one.reviewer_id == asker.id and one.state == ReviewState.DONE for one in reviews)
    return item.operator_id != asker.id and (is_done or bar(asker, item, reviews, {}) is not None)


async def _opened(tx: AsyncSession, item: QualityItem, review: QualityReview, asker: Asker) -> OwnReview:
    number = review.id or 0
    names = await names_of(tx, [item.operator_id, review.reviewer_id, review.decided_by_id])
    comments = (await comments_of(tx, [number])).get(number, [])
    shown: ReviewShown = show_review(review, item.kind, names, comments)
    return OwnReview(item=show_item(item, names.get(item.operator_id, ""), [review], asker.id, all_of_them=True), review=shown)


def _other(review: QualityReview, names: Mapping[int, str]) -> OtherReview:
    return OtherReview(id=review.id or 0, reviewer=names.get(review.reviewer_id, ""), done_at=review.done_at)
