"""Articles and their way, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from core.knowledge.drafting import ANSWER_LIMIT, QUESTION_LIMIT, SPOKEN_LIMIT, TITLE_LIMIT
from core.knowledge.editor.lists import ListFreshness, ListState
from core.knowledge.editor.remarks import WORDS_LIMIT as REMARK_LIMIT
from core.knowledge.editor.remarks import RemarkKind
from core.knowledge.editor.review import WORDS_LIMIT as RETURN_LIMIT
from core.knowledge.markup import BlockKind
from core.knowledge.model import ArticleStage, ArticleStatus

Version = Annotated[int, Field(ge=0, lt=2**31)]
Line = Annotated[str, Field(max_length=1000)]
Deed = Literal["change", "submit", "discard", "approve", "return", "publish", "revise", "confirm", "archive"]


class KnowledgeDraft(BaseModel):
    """The article beside which another text is being written, or that text."""

    id: int
    stage: ArticleStage


class KnowledgeRow(BaseModel):
    """A line of the list; ``draft``: the draft beside a published article."""

    id: int
    title: str
    status: ArticleStatus
    stage: ArticleStage
    item_no: int | None
    department: str
    sample: bool
    restricted: bool
    stale: bool
    expired: bool
    valid_until: date | None
    confirmed_on: date | None
    remarks: int
    files: int
    replaces_id: int | None
    draft: KnowledgeDraft | None
    updated_at: datetime


class KnowledgePage(BaseModel):
    """A keyset page, newest first: pass ``next`` as ``before``."""

    rows: list[KnowledgeRow]
    next: int | None


class KnowledgeItem(BaseModel):
    """A row of the annex, with how many articles answer in it."""

    no: int
    title: str
    update_within_working_days: int | None
    review_every: str | None
    published: int


class KnowledgeCounts(BaseModel):
    """What the filters offer. ``remarked``: articles with open remarks."""

    items: list[KnowledgeItem]
    departments: dict[str, str]
    states: dict[str, int]
    remarked: int


class ArticleWords(BaseModel):
    """What an article says, however long it came to be."""

    title: str = ""
    answer: str = ""
    spoken: str = ""
    questions: list[str] = []
    item_no: Annotated[int, Field(ge=1, le=99)] | None = None
    department: str | None = None
    source: str = ""
    valid_until: date | None = None
    confirmed_on: date | None = None
    restricted: bool = False


class ArticleForm(ArticleWords):
    """An article as it is written; it may be unfinished."""

    title: Annotated[str, Field(max_length=TITLE_LIMIT)] = ""
    answer: Annotated[str, Field(max_length=ANSWER_LIMIT)] = ""
    spoken: Annotated[str, Field(max_length=SPOKEN_LIMIT)] = ""
    questions: Annotated[list[Annotated[str, Field(max_length=QUESTION_LIMIT)]], Field(max_length=200)] = []
    department: Annotated[str, Field(max_length=40)] | None = None
    source: Annotated[str, Field(max_length=TITLE_LIMIT)] = ""


class ArticleSave(ArticleForm):
    """The same with the version that it was written over."""

    version: Version


class ArticleSaved(BaseModel):
    """The article that was written, for what is done with it next."""

    id: int
    version: int
    stage: ArticleStage
    status: ArticleStatus


class ArticleFileView(BaseModel):
    """A file of an article."""

    id: int
    name: str
    media_type: str
    size: int
    for_citizens: bool


class RemarkView(BaseModel):
    """What somebody at work found wrong."""

    id: int
    kind: RemarkKind
    words: str
    conversation_id: int | None
    made_by: str
    made_at: datetime
    settled_by: str
    settled_at: datetime | None
    settled_words: str


class RemarkLine(RemarkView):
    """The same in the editors' list."""

    article_id: int
    title: str


class VersionLine(BaseModel):
    """One line of the history. ``article_id``: a draft beside a published article has versions of its own."""

    article_id: int
    number: int
    deed: str
    made_by: str
    made_at: datetime


class VersionText(ArticleWords):
    """The text as it was."""

    number: int


class KnowledgeArticle(ArticleWords):
    """Everything of one article, its answer in ``blocks`` too; ``deeds``: what the asker may do with it now."""

    id: int
    status: ArticleStatus
    stage: ArticleStage
    stage_by: str
    stage_at: datetime | None
    stage_words: str
    approved_by: str
    writers: list[str]
    version: int
    replaces_id: int | None
    draft_id: int | None
    sample: bool
    stale: bool
    notes: list[str]
    source_file_name: str
    created_at: datetime
    updated_at: datetime
    blocks: list["BlockView"]
    files: list[ArticleFileView]
    remarks: list[RemarkView]
    versions: list[VersionLine]
    deeds: list[Deed]


class VersionForm(BaseModel):
    """Which version was looked at."""

    version: Version


class ApproveForm(VersionForm):
    """``publish``: it answers at once."""

    publish: bool = False


class ReturnForm(VersionForm):
    """What is to be mended."""

    words: Annotated[str, Field(max_length=RETURN_LIMIT)]


class FileForm(VersionForm):
    """Whether citizens get it."""

    for_citizens: bool


class ArticleRemarkForm(BaseModel):
    """What is wrong with an article, and in which conversation that came up."""

    kind: RemarkKind
    words: Annotated[str, Field(max_length=REMARK_LIMIT)] = ""
    conversation_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class SettleForm(BaseModel):
    """What was done about a remark."""

    words: Annotated[str, Field(max_length=REMARK_LIMIT)]


class ImportedDraft(BaseModel):
    """A draft that an imported file gave; ``notes`` are codes of what is to be looked at."""

    id: int
    title: str
    notes: list[str]


class ImportResult(BaseModel):
    """What one file gave; ``refused`` says in a sentence why it gave nothing."""

    file_name: str
    articles: list[ImportedDraft]
    refused: str


class SpanView(BaseModel):
    """Words, or words that lead somewhere: http, https, mailto, tel."""

    text: str
    href: str


class BlockView(BaseModel):
    """A piece of a text. ``lines`` of a paragraph, items of a list; ``head`` and ``rows`` of a table."""

    kind: BlockKind
    first: int
    lines: list[list[SpanView]]
    head: list[list[SpanView]]
    rows: list[list[list[SpanView]]]


class LookForm(BaseModel):
    """A text that is being written, with its short form."""

    answer: Annotated[str, Field(max_length=ANSWER_LIMIT)] = ""
    spoken: Annotated[str, Field(max_length=SPOKEN_LIMIT)] = ""


class LookView(BaseModel):
    """The same as citizens get it: ``written`` in a messenger or a letter, ``spoken`` by ear; ``blocks`` for the staff's screen."""

    written: str
    spoken: str
    blocks: list[BlockView]


__all__ = ["ListFreshness", "ListState"]
