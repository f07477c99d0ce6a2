"""The quality control, as the API speaks of it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from core.conversations.thread import NEWEST
from core.quality.answering import ANSWER_LIMIT
from core.quality.reviewing import COMMENT_LIMIT, SUMMARY_LIMIT
from core.quality.sheet import Scale
from core.quality.vocabulary import Decision, ItemKind, Mark, OwnAnswer, ReviewState, Rule, Source

Number = Annotated[int, Field(ge=1, le=NEWEST)]
Version = Annotated[int, Field(ge=0, lt=2**31)]
Answer = Annotated[str, Field(max_length=ANSWER_LIMIT)]


class QualityItemView(BaseModel):
    """A line of a list; ``ref``: the call's or conversation's number, null when it was erased."""

    id: int
    kind: ItemKind
    ref: int | None
    operator_id: int
    operator: str
    happened_at: datetime
    seconds: int
    source: Source
    rules: list[Rule]
    is_twice: bool
    done: int
    own_review_id: int | None
    own_state: Literal["", "draft", "done"]
    own_total: float | None
    totals: list[float]
    is_objected: bool


class QualityItems(BaseModel):
    """A page of items; the counts are of the lists that wait for the asker."""

    rows: list[QualityItemView]
    next: int | None
    todo: int
    objected: int


class PersonName(BaseModel):
    """A member of staff."""

    id: int
    full_name: str


class CriterionView(BaseModel):
    """A line of the sheet; ``marks``: those that may be given, best first; ``facts``: codes of what is shown beside it."""

    key: str
    clauses: list[str]
    title: str
    look: str
    scale: Scale
    weight: int
    is_critical: bool
    marks: list[Mark]
    facts: list[str]


class FactView(BaseModel):
    """What the system knows; ids, codes and counts."""

    code: str
    value: dict[str, Any]


class QualityRemarkView(BaseModel):
    """A remark at a second of a recording or at a message."""

    id: int
    recording_id: int | None
    second: float | None
    message_id: int | None
    said_at: datetime | None
    criterion: str
    text: str
    written_at: datetime


class ReviewView(BaseModel):
    """A score sheet as it was filled in."""

    id: int
    item_id: int
    reviewer: str
    state: ReviewState
    sheet: str
    lines: list[CriterionView]
    marks: dict[str, Mark]
    summary: str
    total: float | None
    zeroed_by: list[str]
    comments: list[QualityRemarkView]
    started_at: datetime
    done_at: datetime | None
    answered_as: Literal["", "acknowledged", "objected"]
    answer: str
    answered_at: datetime | None
    decision: Literal["", "keep", "revise", "second"]
    decision_words: str
    decided_at: datetime | None
    decided_by: str
    version: int


class OtherReviewView(BaseModel):
    """That somebody else has reviewed it."""

    id: int
    reviewer: str
    done_at: datetime | None


class QualityItemOpened(BaseModel):
    """Everything of an item; ``barred``: why the asker may not review it, or empty."""

    item: QualityItemView
    sheet: str
    lines: list[CriterionView]
    facts: list[FactView]
    own: ReviewView | None
    others: list[OtherReviewView]
    barred: str


class OwnReviewView(BaseModel):
    """A review with what it is about."""

    item: QualityItemView
    review: ReviewView


class SheetForm(BaseModel):
    """The sheet as it stands; ``version``: what it was read as."""

    marks: Annotated[dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=16)]], Field(max_length=60)]
    summary: Annotated[str, Field(max_length=SUMMARY_LIMIT)] = ""
    version: Version


class ReviewSaved(BaseModel):
    """A review after it was written."""

    id: int
    state: ReviewState
    total: float | None
    version: int


class RemarkForm(BaseModel):
    """A remark: with a recording and its second, or with a message."""

    text: Annotated[str, Field(max_length=COMMENT_LIMIT)]
    criterion: Annotated[str, Field(max_length=40)] = ""
    recording_id: Number | None = None
    second: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    message_id: Number | None = None


class ItemForm(BaseModel):
    """What is to be reviewed."""

    kind: ItemKind
    ref: Number


class ItemsAdded(BaseModel):
    """The items that were made: one for each operator who took part."""

    ids: list[int]


class TwiceForm(BaseModel):
    """Whether two are to review it."""

    two: bool


class AnswerForm(BaseModel):
    """What an operator says of a review of their work."""

    kind: OwnAnswer
    text: Answer = ""


class DecisionForm(BaseModel):
    """What the head decides about an objection."""

    decision: Decision
    text: Answer


class OwnReviews(BaseModel):
    """An operator's own reviews."""

    rows: list[OwnReviewView]
