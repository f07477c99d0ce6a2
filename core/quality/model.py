"""The quality of calls and conversations (reg. 2.7): samples, reviews, comments, and marks on wrong answers of the bot.

Nothing here copies what citizens said: an item points to its call or conversation, a comment to a second or a message. When those
are erased the pointers become null, and the moments and marks stay.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class SamplingPlan(SQLModel, table=True):
    """How much is looked at; one row. ``rules`` holds the rules that are switched on; what they count by stands beside them.

    ``twice_percent``: of the random items, how many are reviewed by two without knowing of each other.
    """

    __tablename__ = "quality_plan"

    id: int = Field(default=1, primary_key=True, sa_type=BigInteger)
    is_weekly: bool = True
    random_per_operator: int = 3
    ruled_per_operator: int = 2
    twice_percent: int = 10
    rules: list[str] = json_value(list)
    long_minutes: int = 10
    long_messages: int = 40
    low_score: int = 2
    transfers: int = 2
    wait_minutes: int = 3
    newcomer_weeks: int = 4
    changed_at: datetime | None = moment(nullable=True)
    changed_by_id: int | None = reference("staff_member.id", nullable=True)
    version: int = 0


class QualitySample(SQLModel, table=True):
    """One draw: a period, a seed and the plan as it was, so that it can be drawn again with one result.

    ``week``: the Monday of the week that the timetable drew; null when the head drew by hand.
    """

    __tablename__ = "quality_sample"

    id: int | None = identity()
    week: date | None = Field(default=None, unique=True)
    first: date
    last: date
    seed: int = Field(sa_type=BigInteger)
    plan: dict[str, object] = json_value(dict)
    drawn_at: datetime = moment()
    drawn_by_id: int | None = reference("staff_member.id", nullable=True)


class QualityItem(SQLModel, table=True):
    """One operator's part in one call or conversation, to be reviewed. ``rules``: those that it met.

    ``is_twice``: two reviewers are wanted, each without the other's marks. ``seen_by``: who has read a review of it that is not
    their own; they cannot review it any more.
    """

    __tablename__ = "quality_item"
    __table_args__ = (
        UniqueConstraint("call_id", "operator_id"),
        UniqueConstraint("conversation_id", "operator_id"),
        Index("quality_item_of_operator", "operator_id", "happened_at"),
        Index("quality_item_all", "happened_at", "id"),
    )

    id: int | None = identity()
    sample_id: int | None = reference("quality_sample.id", nullable=True, index=True)
    source: str = Field(max_length=8)
    rules: list[str] = json_value(list)
    kind: str = Field(max_length=8)
    call_id: int | None = reference("phone_call.id", nullable=True, ondelete="SET NULL")
    conversation_id: int | None = reference("conversation.id", nullable=True, ondelete="SET NULL")
    operator_id: int = reference("staff_member.id")
    happened_at: datetime = moment()
    seconds: int = 0
    is_twice: bool = False
    seen_by: list[int] = json_value(list)
    added_at: datetime = moment()
    added_by_id: int | None = reference("staff_member.id", nullable=True)


class QualityReview(SQLModel, table=True):
    """A score sheet filled in by one reviewer. ``sheet``: its version; ``marks``: a Mark by criterion; ``total``: percent.

    ``is_zeroed``: a critical criterion was not met. ``answered_as``: the operator's OwnAnswer, ``decision``: the head's on it.
    """

    __tablename__ = "quality_review"
    __table_args__ = (
        UniqueConstraint("item_id", "reviewer_id"),
        Index("quality_review_done", "done_at", "id", postgresql_where=text("state = 'done'")),
        Index("quality_review_objected", "id", postgresql_where=text("answered_as = 'objected' AND decision = ''")),
    )

    id: int | None = identity()
    item_id: int = reference("quality_item.id", ondelete="CASCADE")
    reviewer_id: int = reference("staff_member.id", index=True)
    sheet: str = Field(max_length=16)
    marks: dict[str, str] = json_value(dict)
    summary: str = ""
    state: str = Field(default="draft", max_length=8)
    total: float | None = None
    is_zeroed: bool = False
    started_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)
    answered_as: str = Field(default="", max_length=16)
    answer: str = ""
    answered_at: datetime | None = moment(nullable=True)
    decision: str = Field(default="", max_length=8)
    decision_words: str = ""
    decided_at: datetime | None = moment(nullable=True)
    decided_by_id: int | None = reference("staff_member.id", nullable=True)
    version: int = 0


class ReviewComment(SQLModel, table=True):
    """A remark of a reviewer at a second of a recording or at a message; ``criterion`` of the sheet, or empty.

    ``said_at``: when the message was written; it stays when the message is erased.
    """

    __tablename__ = "quality_comment"

    id: int | None = identity()
    review_id: int = reference("quality_review.id", index=True, ondelete="CASCADE")
    recording_id: int | None = reference("recording.id", nullable=True, index=True, ondelete="SET NULL")
    second: float | None = None
    message_id: int | None = reference("message.id", nullable=True, index=True, ondelete="SET NULL")
    said_at: datetime | None = moment(nullable=True)
    criterion: str = Field(default="", max_length=40)
    text: str
    written_at: datetime = moment()


class BotMark(SQLModel, table=True):
    """A member of staff says that an answer of the bot is wrong. ``example``: the citizen's words, masked, once it is accepted.

    ``right_intent`` and ``right_article_id``: what it should have been; the editor's word is the last. ``gave_intent``: what the
    dialogue took the words for.
    """

    __tablename__ = "bot_mark"
    __table_args__ = (
        Index("bot_mark_new", "id", postgresql_where=text("state = 'new'")),
        Index("bot_mark_unexported", "id", postgresql_where=text("state = 'accepted' AND exported_at IS NULL")),
    )

    id: int | None = identity()
    message_id: int | None = Field(
        default=None, foreign_key="message.id", sa_type=BigInteger, unique=True, nullable=True, ondelete="SET NULL"
    )
    question_id: int | None = reference("message.id", nullable=True, index=True, ondelete="SET NULL")
    conversation_id: int | None = reference("conversation.id", nullable=True, index=True, ondelete="SET NULL")
    gave_intent: str = Field(default="", max_length=64)
    fault: str = Field(max_length=16)
    note: str = ""
    right_intent: str = Field(default="", max_length=64)
    right_article_id: int | None = reference("article.id", nullable=True, ondelete="SET NULL")
    state: str = Field(default="new", max_length=8)
    example: str = ""
    decision_words: str = ""
    marked_at: datetime = moment()
    marked_by_id: int = reference("staff_member.id")
    decided_at: datetime | None = moment(nullable=True)
    decided_by_id: int | None = reference("staff_member.id", nullable=True)
    exported_at: datetime | None = moment(nullable=True)
    version: int = 0
