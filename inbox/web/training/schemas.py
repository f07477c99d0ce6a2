"""Of the tour and the days of training, what the API says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class TourView(BaseModel):
    """How far the signed-in person came in the tour; ``step`` is the screen's own word."""

    state: Literal["offered", "declined", "running", "finished"]
    step: str


class TourForm(BaseModel):
    """Where they are now."""

    state: Literal["offered", "declined", "running", "finished"]
    step: str = Field(default="", max_length=40)


class TrainingStanding(BaseModel):
    """``is_on``: days of training can be had here; ``has_day``: one of theirs is under way; ``has_result``: marks are there."""

    is_on: bool
    has_day: bool
    has_result: bool


class TrainingVisitor(BaseModel):
    """A virtual citizen who came, with the parts of the work and which are done."""

    key: str
    name: str
    comes: str
    done: list[str]
    left: list[str]


class TrainingNext(BaseModel):
    """The part of the work that is next; ``samples`` are words to begin with."""

    visitor: str
    name: str
    comes: str
    stage: str
    samples: Mapping[str, str]
    conversation_id: int | None
    appeal_id: int | None


class TrainingView(BaseModel):
    """A day of training as it stands; ``ahead_ms`` is how far its clock is ahead of the real one."""

    title: str
    at: datetime
    ahead_ms: int
    came: list[TrainingVisitor]
    next: TrainingNext | None
    rings: str | None
    talks: str | None
    everybody_came: bool


class TrainingClockForm(BaseModel):
    """``minutes`` None: to the next working morning."""

    minutes: int | None = None


class TrainingSpeech(BaseModel):
    """What the operator says on the telephone."""

    words: str = Field(max_length=2000)


class TrainingMark(BaseModel):
    """One check; ``clause`` of the regulation."""

    check: str
    clause: str
    passed: bool


class TrainingMarks(BaseModel):
    """The marks of the work with one citizen."""

    key: str
    name: str
    comes: str
    marks: list[TrainingMark]


class TrainingResult(BaseModel):
    """A day that ended."""

    title: str
    started_at: datetime
    ended_at: datetime
    passed: int
    total: int
    citizens: list[TrainingMarks]
