"""Questions of citizens that the knowledge base could not answer, gathered by likeness; no personal data is kept in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference


class GroupState(StrEnum):
    """What was decided about the questions of a group."""

    OPEN = "open"
    DRAFTED = "drafted"
    ATTACHED = "attached"
    FOREIGN = "foreign"
    DISMISSED = "dismissed"


class QuestionGroup(SQLModel, table=True):
    """Questions that ask the same; ``vector`` is that of the first one by the model ``model``, ``text`` its words."""

    __tablename__ = "question_group"
    __table_args__ = (
        Index("question_group_open", "asked", "id", postgresql_where=text("state = 'open'")),
        Index("question_group_by_state", "state", "id"),
    )

    id: int | None = identity()
    text: str = Field(max_length=300)
    model: str = Field(max_length=64)
    vector: bytes = Field(sa_type=LargeBinary)
    asked: int = 0
    first_at: datetime = moment()
    last_at: datetime = moment()
    state: str = Field(default=GroupState.OPEN, max_length=12)
    article_id: int | None = reference("article.id", nullable=True, ondelete="SET NULL")
    decided_by_id: int | None = reference("staff_member.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)


class UnansweredQuestion(SQLModel, table=True):
    """One such question: its words without names, phones and addresses, and what the search found nearest.

    ``digest`` is of the words made fit for search: the same question is compared with the groups once.
    """

    __tablename__ = "unanswered_question"
    __table_args__ = (
        Index("unanswered_question_of_group", "group_id", "asked_at"),
        Index("unanswered_question_alike", "digest", "id"),
        Index("unanswered_question_by_time", "asked_at"),
    )

    id: int | None = identity()
    message_id: int = Field(sa_type=BigInteger, unique=True)
    conversation_id: int | None = reference("conversation.id", nullable=True, ondelete="SET NULL", index=True)
    channel: str = Field(max_length=16)
    text: str = Field(max_length=300)
    digest: str = Field(max_length=64)
    score: float = 0.0
    article_id: int | None = reference("article.id", nullable=True, ondelete="SET NULL")
    group_id: int = reference("question_group.id", ondelete="CASCADE")
    asked_at: datetime = moment()
