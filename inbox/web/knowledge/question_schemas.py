"""Questions without an answer, the search's words and trials of the bot, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from core.knowledge.search.explaining import Verdict
from core.knowledge.trying import ASKED_LIMIT
from core.unanswered.model import GroupState
from inbox.web.knowledge.schemas import Line, Version


class ArticleLink(BaseModel):
    """An article by its title."""

    id: int
    title: str


class QuestionRow(BaseModel):
    """Questions that ask the same; ``week``: how often in the last seven days, ``before``: in the seven before."""

    id: int
    text: str
    asked: int
    week: int
    before: int
    channels: list[str]
    first_at: datetime
    last_at: datetime
    state: GroupState
    article: ArticleLink | None


class QuestionPage(BaseModel):
    """A keyset page, the most asked first: pass ``next`` as ``after``."""

    rows: list[QuestionRow]
    next: str | None


class AskedQuestion(BaseModel):
    """One of them, without the person's data."""

    id: int
    text: str
    channel: str
    asked_at: datetime
    score: float
    conversation_id: int | None


class QuestionOpened(BaseModel):
    """A group with its newest questions and the article that was nearest."""

    row: QuestionRow
    questions: list[AskedQuestion]
    nearest: ArticleLink | None


class QuestionWeek(BaseModel):
    """Questions without an answer in the week that begins on this Monday."""

    monday: date
    asked: int


class QuestionTrend(BaseModel):
    """The last twelve weeks, and how many groups stand where."""

    weeks: list[QuestionWeek]
    groups: dict[str, int]


class AttachForm(BaseModel):
    """To which article."""

    article_id: Annotated[int, Field(ge=1, lt=2**63)]


class SearchWords(BaseModel):
    """Synonyms in their groups, and topics that are not the administration's."""

    version: int
    synonyms: list[list[str]]
    topics: list[str]


class SynonymsForm(BaseModel):
    """All groups, as they are to be."""

    version: Version
    synonyms: Annotated[list[Annotated[list[Line], Field(max_length=100)]], Field(max_length=2000)]


class TopicsForm(BaseModel):
    """All topics, as they are to be."""

    version: Version
    topics: Annotated[list[Line], Field(max_length=5000)]


class WordsVersion(BaseModel):
    """The version that was written."""

    version: int


class TrialForm(BaseModel):
    """A citizen's words; ``article_id``: a draft that is looked for as if it were published."""

    text: Annotated[str, Field(max_length=ASKED_LIMIT)]
    article_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class TrialHit(BaseModel):
    """An article with every part of its score."""

    article_id: int
    title: str
    nearest: str
    question: float
    passage: float
    semantic: float
    lexical: float
    score: float
    is_draft: bool


class TrialView(BaseModel):
    """What the bot would do and why."""

    searched: str
    verdict: Verdict
    hits: list[TrialHit]
    foreign_topic: str
    foreign: float
    foreign_part: float
    decided: float
    threshold: float
    lead: float
    margin: float
    dialogue_away: bool
    intent: str
    confidence: float
    searches: bool
    says: list[str]
    emergency: str
    abusive: bool
    written: str
    spoken: str
