"""Marks on wrong answers of the bot, as the API speaks of them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from core.quality.bot_marks import EXAMPLE_LIMIT, NOTE_LIMIT
from core.quality.vocabulary import BotFault, MarkState
from inbox.web.quality.schemas import Number, Version

Note = Annotated[str, Field(max_length=NOTE_LIMIT)]


class BotMarkForm(BaseModel):
    """What is wrong with an answer of the bot."""

    message_id: Number
    fault: BotFault
    note: Note = ""
    right_intent: Annotated[str, Field(max_length=64)] = ""
    right_article_id: Number | None = None


class BotMarkBrief(BaseModel):
    """A mark beside its answer in a conversation."""

    id: int
    message_id: int | None
    fault: BotFault
    state: MarkState


class BotMarkView(BaseModel):
    """A mark for its editor; ``question`` and ``answer`` are masked."""

    id: int
    state: MarkState
    fault: BotFault
    note: str
    question: str
    answer: str
    gave_intent: str
    right_intent: str
    right_article_id: int | None
    article: str
    example: str
    decision_words: str
    marked_at: datetime
    marked_by: str
    decided_at: datetime | None
    decided_by: str
    exported_at: datetime | None
    version: int


class IntentName(BaseModel):
    """What a phrase may mean."""

    name: str
    title: str


class BotMarks(BaseModel):
    """A page of marks."""

    rows: list[BotMarkView]
    next: int | None
    waiting: int


class BotMarkDecisionForm(BaseModel):
    """The editor's word; ``version``: what the mark was read as."""

    accepted: bool
    version: Version
    example: Annotated[str, Field(max_length=EXAMPLE_LIMIT)] = ""
    intent: Annotated[str, Field(max_length=64)] = ""
    words: Note = ""
