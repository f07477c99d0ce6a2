"""Applicants, colleagues and the appeals beside a conversation."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas.common import Key

Contact = Annotated[str, Field(max_length=320)]


class StaffBrief(BaseModel):
    """A colleague."""

    id: int
    full_name: str


class Viewer(BaseModel):
    """A colleague who has the conversation open; ``typing`` while they write."""

    id: int
    full_name: str
    typing: bool


class ApplicantCard(BaseModel):
    """Who is writing, and what is still missing for a reply (reg. 3.2)."""

    id: int | None
    kind: Literal["person", "organisation"]
    surname: str
    given_name: str
    patronymic: str
    organisation: str
    phones: list[str]
    emails: list[str]
    postal_address: str
    consent_at: datetime | None
    missing: list[Literal["full_name", "contact", "consent"]]
    version: int


class ApplicantForm(BaseModel):
    """The card as edited by an operator; phones and e-mails as typed, the server normalises them."""

    kind: Literal["person", "organisation"] = "person"
    surname: Annotated[str, Field(max_length=100)] = ""
    given_name: Annotated[str, Field(max_length=100)] = ""
    patronymic: Annotated[str, Field(max_length=100)] = ""
    organisation: Annotated[str, Field(max_length=300)] = ""
    phones: Annotated[list[Contact], Field(max_length=10)] = []
    emails: Annotated[list[Contact], Field(max_length=10)] = []
    postal_address: Annotated[str, Field(max_length=500)] = ""
    consent: bool = False
    version: Annotated[int, Field(ge=1, lt=2**31)] = 1


class AppealBrief(BaseModel):
    """An appeal of the applicant."""

    id: int
    registration_number: str
    text: str
    urgency: Literal["urgent", "long_term"]
    status: str
    registered_at: datetime
    due_on: date
    overdue: bool


class TermPreview(BaseModel):
    """The due date that a registration today would get, with the clause it follows."""

    urgency: Literal["urgent", "long_term"]
    due_on: date
    clause: str


class RegisterForm(BaseModel):
    """Registration of an appeal from the conversation (2.8.3, 2.8.6-2.8.8)."""

    text: Annotated[str, Field(min_length=3, max_length=10000)]
    address: Annotated[str, Field(max_length=500)] = ""
    topic: Annotated[str, Field(max_length=200)] = ""
    urgency: Literal["urgent", "long_term"]
    reply_form: Literal["email", "phone", "telegram", "post"]
    reply_to: Annotated[str, Field(max_length=500)] = ""
    client_key: Key


class RefuseForm(BaseModel):
    """Refusal to register (2.8.4)."""

    reason: Literal["anonymous", "abusive"]
    text: Annotated[str, Field(max_length=10000)] = ""


class LeftMessageView(BaseModel):
    """A message left for the centre (2.4.2), to be reviewed (2.6)."""

    id: int
    conversation_id: int
    full_name: str
    phone: str
    email: str
    text: str
    left_at: datetime
    reviewed_at: datetime | None
