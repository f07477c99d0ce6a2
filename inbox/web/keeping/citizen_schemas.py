"""A citizen's copy and erasure, as the API speaks of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field


class ErasureStays(BaseModel):
    """An appeal of record that stays without the name."""

    appeal_id: int
    number: str
    until: date


class ErasureWishView(BaseModel):
    """A wish that waits for the second person."""

    id: int
    reason: str
    wished_by: str
    wished_at: datetime
    is_own: bool


class ErasureGoes(BaseModel):
    """How much of a kind goes."""

    kind: str
    rows: int


class ErasureView(BaseModel):
    """What an erasure would do; nothing is done while there are obstacles."""

    obstacles: list[str]
    goes: list[ErasureGoes]
    stays: list[ErasureStays]
    wish: ErasureWishView | None
    erased_at: datetime | None


class WishForm(BaseModel):
    """Who asked for the erasure, and how."""

    reason: Annotated[str, Field(max_length=500)]
