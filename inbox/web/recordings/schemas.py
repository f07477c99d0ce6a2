"""Recordings and messages left, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from core.phone.vocabulary import RecordingState
from inbox.web.schemas import AppealBrief, ApplicantForm, LeftMessageView


class SpokenPart(BaseModel):
    """A recording of a message left; ``may_hear``: there is sound and the asker may hear it."""

    id: int
    part: str
    state: RecordingState
    seconds: float
    started_at: datetime | None
    peaks: list[int]
    silences: list[list[float]]
    transcript: str
    problem: str
    may_hear: bool
    may_save: bool


class LeftWorkView(LeftMessageView):
    """A message left as a piece of work: by when, what was spoken, what came of it."""

    channel: str
    call_id: int | None
    due_on: date | None
    is_late: bool
    is_due_today: bool
    reviewed_by: str
    recordings: list[SpokenPart]
    appeal: AppealBrief | None


class LeftDraftView(BaseModel):
    """What the form of a registration begins with."""

    card: ApplicantForm
    text: str
    channel: str


class LeftAppealForm(BaseModel):
    """Registration from a message left: the card as it is to be, and the appeal (2.8.3, 2.8.6-2.8.8)."""

    card: ApplicantForm
    text: Annotated[str, Field(min_length=3, max_length=10000)]
    address: Annotated[str, Field(max_length=500)] = ""
    topic: Annotated[str, Field(max_length=200)] = ""
    urgency: Literal["urgent", "long_term"]
    reply_form: Literal["email", "phone", "telegram", "post"]
    reply_to: Annotated[str, Field(max_length=500)] = ""
