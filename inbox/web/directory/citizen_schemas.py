"""What the API says of one citizen over all channels, and of two cards made one."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas import AppealBrief, ApplicantCard, Id, LeftMessageView


class CitizenAccount(BaseModel):
    """Who the person is on one channel."""

    id: int
    channel: str
    external_id: str
    display_name: str
    blocked: bool


class CitizenTalk(BaseModel):
    """A conversation of the person."""

    id: int
    channel: str
    mode: Literal["bot", "waiting", "operator", "closed"]
    preview: str
    opened_at: datetime
    last_message_at: datetime
    operator_name: str


class CitizenTalks(BaseModel):
    """Newest first: pass ``next`` as ``before`` for what is older."""

    rows: list[CitizenTalk]
    next: int | None


class CitizenAppeals(BaseModel):
    """Newest first: pass ``next`` as ``before`` for what is older."""

    rows: list[AppealBrief]
    next: int | None


class CitizenLeft(BaseModel):
    """Newest first: pass ``next`` as ``before`` for what is older."""

    rows: list[LeftMessageView]
    next: int | None


class CitizenMerge(BaseModel):
    """A card that was merged into this one and can be parted from it."""

    id: int
    merged_id: int
    merged_name: str
    made_by_name: str
    made_at: datetime


class CitizenView(BaseModel):
    """One person over all channels; ``merged_into`` is the card that answers for this one."""

    card: ApplicantCard
    merged_into: int | None
    accounts: list[CitizenAccount]
    conversations: CitizenTalks
    appeals: CitizenAppeals
    left_messages: CitizenLeft
    merges: list[CitizenMerge]
    actions: list[Literal["edit", "merge"]]


class AlikeCitizen(BaseModel):
    """A card that may be of the same person, and what both have in common."""

    card: ApplicantCard
    full_name: str
    reasons: list[Literal["phone", "email", "name"]]
    appeals: int


class MergeCitizensForm(BaseModel):
    """The card to take into this one; ``version`` is the one of this card that was seen."""

    other_id: Id
    version: Annotated[int, Field(ge=1, lt=2**31)]
