"""What departments write by mail about a request, and how it becomes an official note."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from core.vocabulary import MemoOutcome
from inbox.web.casework.forms import Words


class PaperMailFile(BaseModel):
    """A file of a department's mail."""

    number: int
    name: str
    size: int
    warnings: list[str]


class PaperMail(BaseModel):
    """A department's mail that is no note yet: ``proposal`` says that the department cannot, ``note`` that it only wrote.

    ``is_open``: nobody has dealt with it.
    """

    id: int
    request_id: int
    came_to: Literal["proposal", "note"]
    author: str
    author_name: str
    text: str
    received_at: datetime
    files: list[PaperMailFile]
    is_open: bool


class MailAnswerForm(BaseModel):
    """A department's mail taken as its official note; ``part`` is the number of the file that is the note."""

    outcome: MemoOutcome
    number: Annotated[str, Field(max_length=64)]
    dated_on: date
    signed_by: Annotated[str, Field(max_length=200)]
    reasons: Words = ""
    part: Annotated[int, Field(ge=1, le=1000)] | None = None


class MemoForm(BaseModel):
    """What an operator read in a note that a machine had read before."""

    number: Annotated[str, Field(max_length=64)]
    dated_on: date
    signed_by: Annotated[str, Field(max_length=200)]
