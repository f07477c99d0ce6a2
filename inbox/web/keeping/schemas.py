"""The terms of keeping, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from inbox.web.schemas import Id


class KeepingTerm(BaseModel):
    """A kind with its term in days, none when the program does not erase it; ``erased`` in the last 90 days."""

    kind: str
    days: int | None
    basis: str
    decided: bool
    erased: int
    last_at: datetime | None


class KeepingDay(BaseModel):
    """How much of a kind was erased on a day."""

    day: date
    kind: str
    rows: int


class KeepingHold(BaseModel):
    """What nothing is erased of, and why."""

    id: int
    applicant_id: int | None
    appeal_id: int | None
    number: str
    reason: str
    placed_by: str
    placed_at: datetime


class KeepingView(BaseModel):
    """The terms, the report by days, the holds in force."""

    terms: list[KeepingTerm]
    days: list[KeepingDay]
    holds: list[KeepingHold]


class KeepingForeseen(BaseModel):
    """What the next night would erase of a kind."""

    kind: str
    rows: int


class HoldForm(BaseModel):
    """Hold a person or a card back from erasure."""

    applicant_id: Id | None = None
    appeal_id: Id | None = None
    reason: Annotated[str, Field(max_length=500)]

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.applicant_id is None) == (self.appeal_id is None):
            raise ValueError("either a person or a card")
        return self
