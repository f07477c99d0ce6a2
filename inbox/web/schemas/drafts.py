"""Drafts of forms, for their authors alone."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

LONGEST = 60_000
"""Characters of a draft: three times the longest text that any form takes."""


class DraftView(BaseModel):
    """One's own draft.

    ``text``: the words, or the fields of the form as JSON; ``saved_at`` is null when there is none. ``version``: what the next save
    is made over. ``seen``: the version of the subject that the form was filled from. ``replaced``: what another window had written
    and this text took the place of.
    """

    text: str
    replaced: str
    version: int
    seen: int
    saved_at: datetime | None


class DraftForm(BaseModel):
    """What a window saves; an empty text is no draft. ``settled``: what another window had written was dealt with."""

    text: Annotated[str, Field(max_length=LONGEST)]
    version: Annotated[int, Field(ge=0, lt=2**31)]
    writer: Annotated[str, Field(max_length=40)]
    seen: Annotated[int, Field(ge=0, lt=2**31)] = 0
    settled: bool = False
