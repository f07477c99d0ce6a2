"""The knowledge base: the 18 kinds of information (annex to the regulation), articles and their versions, words and vectors."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class ArticleStatus(StrEnum):
    """Only a published article answers; a draft waits for an editor, an archived article is kept for the record."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ArticleStage(StrEnum):
    """How far a draft is on its way to a second pair of eyes; the text of one that was changed anew is being written again."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class InformationItem(SQLModel, table=True):
    """A line of the annex: what must be known, how fast a change comes in, how often it is confirmed, who answers for it."""

    __tablename__ = "information_item"

    no: int = Field(primary_key=True, sa_type=BigInteger)
    title: str = Field(max_length=400)
    update_within_working_days: int | None = None
    review_every: str | None = Field(default=None, max_length=16)
    departments: list[str] = json_value(list)


class ArticleText(SQLModel):
    """What an editor writes; shared by an article and its versions. A draft may lack the row of the annex and the department."""

    item_no: int | None = Field(default=None, foreign_key="information_item.no", sa_type=BigInteger)
    department: str | None = Field(default=None, max_length=40, foreign_key="department.key")
    title: str = Field(max_length=300)
    answer: str
    spoken: str = ""
    questions: list[str] = json_value(list)
    source: str = Field(default="", max_length=300)
    confirmed_on: date | None = None
    valid_until: date | None = None
    restricted: bool = False


class Article(ArticleText, table=True):
    """One answer of the knowledge base; ``replaces_id`` marks a draft beside a published article, which goes on answering.

    ``writers``: everybody who wrote in the draft, and so may not approve it. ``stage_words``: why it was returned.
    """

    __tablename__ = "article"
    __table_args__ = (
        Index("article_by_status", "status", "id"),
        Index("article_by_change", "changed_in"),
        Index("article_draft_of", "replaces_id", unique=True, postgresql_where="replaces_id IS NOT NULL"),
        Index("article_by_item", "item_no", "id"),
        Index(
            "article_words", text("to_tsvector('russian'::regconfig, (title::text || ' '::text) || answer)"), postgresql_using="gin"
        ),
    )

    id: int | None = identity()
    key: str | None = Field(default=None, max_length=80, unique=True)
    status: str = Field(default=ArticleStatus.DRAFT, max_length=16)
    version: int = 1
    replaces_id: int | None = reference("article.id", nullable=True, ondelete="CASCADE")
    sample: bool = False
    seed_digest: str = Field(default="", max_length=64)
    source_file: str | None = Field(default=None, max_length=64, foreign_key="stored_file.key")
    source_file_name: str = Field(default="", max_length=200)
    notes: list[str] = json_value(list)
    stage: str = Field(default=ArticleStage.WRITING, max_length=12)
    stage_by_id: int | None = reference("staff_member.id", nullable=True)
    stage_at: datetime | None = moment(nullable=True)
    stage_words: str = ""
    writers: list[int] = json_value(list)
    approved_by_id: int | None = reference("staff_member.id", nullable=True)
    changed_in: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = moment()
    updated_at: datetime = moment()


class ArticleVersion(ArticleText, table=True):
    """A full copy of an article as it was after one deed, with who did it and when."""

    __tablename__ = "article_version"
    __table_args__ = (Index("article_version_of", "article_id", "version", unique=True),)

    id: int | None = identity()
    article_id: int = reference("article.id", ondelete="CASCADE")
    version: int
    status: str = Field(max_length=16)
    deed: str = Field(max_length=16)
    made_by: int | None = reference("staff_member.id", nullable=True)
    made_at: datetime = moment()


class ArticleFile(SQLModel, table=True):
    """A file of an article: ``for_citizens`` goes out with the answer, the others are for the staff alone."""

    __tablename__ = "article_file"
    __table_args__ = (Index("article_file_of", "article_id", "id"),)

    id: int | None = identity()
    article_id: int = reference("article.id", ondelete="CASCADE")
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=128)
    size: int = Field(sa_type=BigInteger)
    storage_key: str = Field(max_length=64)
    for_citizens: bool = False
    added_by_id: int | None = reference("staff_member.id", nullable=True)
    added_at: datetime = moment()


class ArticleRemark(SQLModel, table=True):
    """What somebody at work found wrong with an article; open until an editor says what was done."""

    __tablename__ = "article_remark"
    __table_args__ = (
        Index("article_remark_of", "article_id", "id"),
        Index("article_remark_open", "id", postgresql_where=text("settled_at IS NULL")),
    )

    id: int | None = identity()
    article_id: int = reference("article.id", ondelete="CASCADE")
    kind: str = Field(max_length=12)
    words: str = ""
    conversation_id: int | None = reference("conversation.id", nullable=True, ondelete="SET NULL")
    made_by_id: int = reference("staff_member.id")
    made_at: datetime = moment()
    settled_by_id: int | None = reference("staff_member.id", nullable=True)
    settled_at: datetime | None = moment(nullable=True)
    settled_words: str = ""


class SynonymGroup(SQLModel, table=True):
    """Words and short phrases that mean one thing to the search."""

    __tablename__ = "synonym_group"

    id: int | None = identity()
    words: list[str] = json_value(list)


class ForeignTopic(SQLModel, table=True):
    """A question that is not the administration's: one nearer to it than to an article is not answered from the base."""

    __tablename__ = "foreign_topic"

    id: int | None = identity()
    question: str = Field(max_length=300, unique=True)


class TextVector(SQLModel, table=True):
    """The vector of one text by one model, under the SHA-256 of the text: a restart does not embed again."""

    __tablename__ = "text_vector"

    model: str = Field(primary_key=True, max_length=64)
    digest: str = Field(primary_key=True, max_length=64)
    vector: bytes = Field(sa_type=LargeBinary)


class KnowledgeState(SQLModel, table=True):
    """One row, locked by every change: counts changes, so that each process sees in one read whether its index is current."""

    __tablename__ = "knowledge_state"

    id: int = Field(default=1, primary_key=True, sa_type=BigInteger)
    articles: int = Field(default=0, sa_type=BigInteger)
    words: int = Field(default=0, sa_type=BigInteger)


class KnowledgeDuty(SQLModel, table=True):
    """What a department owes the base (4.3): to look an article through after a change, or all of its articles in a quarter.

    ``kind`` is change or review; ``period`` the quarter ("2026-Q4") or the version of the article. ``state`` is open, confirmed,
    remarked (the department wrote what is wrong: ``remarks``) or superseded (the article was changed once more).
    """

    __tablename__ = "knowledge_duty"
    __table_args__ = (
        Index("knowledge_duty_open", "due_on", "id", postgresql_where="state = 'open'"),
        Index("knowledge_duty_of_department", "department", "id"),
        Index("knowledge_duty_due", "due_on"),
        Index("knowledge_duty_of_article", "article_id", "id"),
    )

    id: int | None = identity()
    key: str = Field(max_length=80, unique=True)
    department: str = Field(foreign_key="department.key", max_length=40)
    kind: str = Field(max_length=8)
    period: str = Field(max_length=16)
    article_id: int | None = reference("article.id", nullable=True, ondelete="CASCADE")
    item_no: int | None = Field(default=None, foreign_key="information_item.no", sa_type=BigInteger)
    raised_on: date
    due_on: date
    state: str = Field(default="open", max_length=12)
    written_at: datetime | None = moment(nullable=True)
    written_to: str = Field(default="", max_length=320)
    answered_at: datetime | None = moment(nullable=True)
    answered_by_id: int | None = reference("staff_member.id", nullable=True)
    answered_by_name: str = Field(default="", max_length=200)
    remarks: str = ""
