"""Rows of the quality control, found and locked; who may look at what (reg. 2.7, 2.10)."""

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, NotAllowed, NotFound
from core.quality.model import QualityItem, QualityReview, ReviewComment
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember


class OwnWork(NotAllowed):
    """Nobody reviews their own work."""

    code = "own_work"


class NotBlind(Conflict):
    """Who has read another's review of an item cannot review it without bias."""

    code = "not_blind"


class ReviewedAlready(Conflict):
    """The asker has reviewed it: a sheet is filled in once."""

    code = "reviewed_already"


class EnoughReviews(Conflict):
    """As many as are wanted review it already; ``operator``: who."""

    code = "enough_reviews"


async def item_of(tx: AsyncSession, item_id: int, *, lock: bool = False) -> QualityItem:
    """The item; raises NotFound."""
    item = await tx.get(QualityItem, item_id, with_for_update=lock, populate_existing=lock)
    if item is None:
        raise NotFound("no such item")
    return item


async def review_of(tx: AsyncSession, review_id: int) -> QualityReview:
    """The review, locked; raises NotFound."""
    review = await tx.get(QualityReview, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise NotFound("no such review")
    return review


async def reviews_of(tx: AsyncSession, items: Collection[int]) -> Mapping[int, list[QualityReview]]:
    """Reviews by item, oldest first."""
    found: dict[int, list[QualityReview]] = {}
    wanted = select(QualityReview).where(col(QualityReview.item_id).in_(items)).order_by(col(QualityReview.id))
    for review in (await tx.exec(wanted)).all():
        found.setdefault(review.item_id, []).append(review)
    return found


async def comments_of(tx: AsyncSession, reviews: Collection[int]) -> Mapping[int, list[ReviewComment]]:
    """Comments by review."""
    found: dict[int, list[ReviewComment]] = {}
    for comment in (await tx.exec(select(ReviewComment).where(col(ReviewComment.review_id).in_(reviews)))).all():
        found.setdefault(comment.review_id, []).append(comment)
    return found


async def names_of(tx: AsyncSession, staff: Collection[int | None]) -> Mapping[int, str]:
    """Full names by number."""
    wanted = select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_({one for one in staff if one is not None}))
    return {number or 0: name for number, name in (await tx.exec(wanted)).all()}


def bar(
    asker: Asker, item: QualityItem, reviews: Sequence[QualityReview], names: Mapping[int, str]
) -> NotAllowed | Conflict | None:
    """Why the asker may not review an item now; None when they may, or are at it."""
    if item.operator_id == asker.id:
        return OwnWork("one's own work", ability=Ability.REVIEW_QUALITY.value)
    own = next((one for one in reviews if one.reviewer_id == asker.id), None)
    if own is not None:
        return ReviewedAlready() if own.state == "done" else None
    if asker.id in item.seen_by:
        return NotBlind()
    if len(reviews) >= (2 if item.is_twice else 1):
        return EnoughReviews(operator=", ".join(names.get(one.reviewer_id, "") for one in reviews))
    return None
