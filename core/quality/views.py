"""What the quality control shows: items, reviews, comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.quality.model import QualityItem, QualityReview, ReviewComment
from core.quality.sheet import Criterion, score, sheets
from core.quality.vocabulary import ItemKind, ReviewState, Rule, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """A line of a list. ``ref``: the call's or conversation's number, None when it was erased; ``done``: finished reviews.

    ``own_*``: the asker's own review of it; ``totals``: of the finished reviews, for those who may see them all.
    """

    id: int
    kind: ItemKind
    ref: int | None
    operator_id: int
    operator: str
    happened_at: datetime
    seconds: int
    source: Source
    rules: Sequence[Rule]
    is_twice: bool
    done: int
    own_review_id: int | None
    own_state: str
    own_total: float | None
    totals: Sequence[float]
    is_objected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the system knows; ``value`` holds ids, codes and counts. It stands beside a criterion and marks nothing."""

    code: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown:
    """A remark. Of the two pointers one is set; both are None when what it was about has been erased."""

    id: int
    recording_id: int | None
    second: float | None
    message_id: int | None
    said_at: datetime | None
    criterion: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """A score sheet as it was filled in; ``lines``: the criteria of its version."""

    review: QualityReview
    reviewer: str
    lines: Sequence[Criterion]
    zeroed_by: Sequence[str]
    comments: Sequence[CommentShown]
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReview:
    """That somebody else has reviewed an item, without what they said."""

    id: int
    reviewer: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOpened:
    """Everything that the screen of an item shows. ``lines``: the sheet to fill in; ``barred``: why the asker may not, or empty."""

    item: ItemShown
    lines: Sequence[Criterion]
    sheet: str
    facts: Sequence[Fact]
    own: ReviewShown | None
    others: Sequence[OtherReview]
    barred: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReview:
    """A review of the asker's own work, with what it is about."""

    item: ItemShown
    review: ReviewShown


def lines_of(sheet: str, kind: str) -> tuple[Criterion, ...]:
    """The criteria of a version for a kind of item."""
    return sheets()[sheet].lines(ItemKind(kind))


def show_review(review: QualityReview, kind: str, names: Mapping[int, str], comments: Sequence[ReviewComment]) -> ReviewShown:
    """A review with its comments, in the order of the conversation."""
    lines = lines_of(review.sheet, kind)
    zeroed_by = score(lines, review.marks).zeroed_by if review.state == ReviewState.DONE else ()
    return ReviewShown(
        review=review,
        reviewer=names.get(review.reviewer_id, ""),
        lines=lines,
        zeroed_by=zeroed_by,
        comments=[show_comment(one) for one in sorted(comments, key=_place)],
        decided_by=names.get(review.decided_by_id or 0, ""),
    )


def show_comment(comment: ReviewComment) -> CommentShown:
    """A remark."""
    return CommentShown(
        id=comment.id or 0,
        recording_id=comment.recording_id,
        second=comment.second,
        message_id=comment.message_id,
        said_at=comment.said_at,
        criterion=comment.criterion,
        text=comment.text,
        written_at=comment.written_at,
    )


def show_item(item: QualityItem, operator: str, reviews: Sequence[QualityReview], asker_id: int, *, all_of_them: bool) -> ItemShown:
    """A line; ``all_of_them``: the totals of others are shown too."""
    done = [one for one in reviews if one.state == ReviewState.DONE]
    own = next((one for one in reviews if one.reviewer_id == asker_id), None)
    return ItemShown(
        id=item.id or 0,
        kind=ItemKind(item.kind),
        ref=item.call_id if item.kind == ItemKind.CALL else item.conversation_id,
        operator_id=item.operator_id,
        operator=operator,
        happened_at=item.happened_at,
        seconds=item.seconds,
        source=Source(item.source),
        rules=[Rule(rule) for rule in item.rules],
        is_twice=item.is_twice,
        done=len(done),
        own_review_id=own.id if own else None,
        own_state=own.state if own else "",
        own_total=own.total if own else None,
        totals=[one.total for one in done if one.total is not None] if all_of_them else [],
        is_objected=all_of_them and any(one.answered_as == "objected" and not one.decision for one in done),
    )


def _place(comment: ReviewComment) -> tuple[float, datetime]:
    return (comment.second or 0, comment.said_at or comment.written_at)
