"""The news of the day, as the API speaks of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from core.news.desk import TEXT_LIMIT, TITLE_LIMIT
from core.news.views import NewsState

Version = Annotated[int, Field(ge=0, lt=2**31)]


class NewsView(BaseModel):
    """An item; ``seconds`` is 0 and ``peaks`` empty when it has no sound. ``deeds``: what the asker may do with it now."""

    id: int
    title: str
    text: str
    state: NewsState
    has_sound: bool
    source_name: str
    seconds: float
    peaks: list[int]
    valid_from: datetime | None
    valid_until: datetime | None
    placed_at: datetime
    placed_by: str
    approved_at: datetime | None
    approved_by: str
    by_author_alone: bool
    withdrawn_at: datetime | None
    is_own: bool
    deeds: list[Literal["change", "approve", "withdraw"]]
    version: int


class NewsForm(BaseModel):
    """An item as it is written."""

    title: Annotated[str, Field(max_length=TITLE_LIMIT)]
    text: Annotated[str, Field(max_length=TEXT_LIMIT)]
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    version: Version = 0


class NewsSaved(BaseModel):
    """The item that was written, for what is done with it next."""

    id: int
    version: int


class NewsApproval(BaseModel):
    """``alone``: the author says that it cannot wait for a second pair of eyes."""

    version: Version
    alone: bool = False


class NewsVersion(BaseModel):
    """Which version was looked at."""

    version: Version
