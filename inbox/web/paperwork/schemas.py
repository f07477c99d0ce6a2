"""The paperwork's part of the API's vocabulary: requests, official notes, replies, calls, closing."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from core.vocabulary import CallOutcome, CallPurpose, MemoOutcome, ReplyKind, ReplyState, RequestStatus
from inbox.web.casework.forms import Version, Words
from inbox.web.casework.schemas import ReplyForm
from inbox.web.paperwork.mail_schemas import PaperMail
from inbox.web.schemas import Id, Key

Long = Annotated[str, Field(max_length=20000)]
Department = Annotated[str, Field(min_length=1, max_length=40)]


class PaperRequest(BaseModel):
    """An information request of the card; ``delivery`` is the end of its newest letter."""

    id: int
    number: str
    department: str
    department_name: str
    addressee_name: str
    stands_in_for: str
    status: RequestStatus
    question: str
    due_on: date
    sent_at: datetime | None
    delivery: str


class PaperMemo(BaseModel):
    """An official note; ``text`` is what could be read out of its file, ``is_shown`` whether a browser can show the file itself.

    ``is_draft``: its number, day and signature were found by a machine, and nobody has looked at them yet.
    """

    id: int
    request_id: int
    number: str
    dated_on: date
    signed_by: str
    outcome: MemoOutcome
    reasons: str
    text: str
    text_state: Literal["read", "unread", "none"]
    file_name: str
    is_shown: bool
    came_by: str
    is_draft: bool
    received_at: datetime


class ReplyWay(BaseModel):
    """A form in which the applicant can be answered, and where."""

    form: ReplyForm
    address: str


class PaperReply(BaseModel):
    """A reply to the applicant from its draft to its arrival.

    ``memo_ids`` are the notes that it was made of, ``enclosed_ids`` those whose files go along; ``next_way`` is what to try after
    a failure, told in the list of the card only.
    """

    id: int
    kind: ReplyKind
    form: ReplyForm
    address: str
    subject: str
    body: str
    reasons: str
    expected_on: date | None
    memo_ids: list[int]
    enclosed_ids: list[int]
    next_way: ReplyWay | None = None
    state: ReplyState
    error: str
    has_page: bool
    sent_at: datetime | None
    version: int


class PaperAttempt(BaseModel):
    """One attempt to call."""

    at: datetime
    phone: str
    outcome: CallOutcome
    note: str
    confirmed: bool | None


class PaperCall(BaseModel):
    """A call of the card with its attempts; ``words`` are those to say while it is open."""

    id: int
    purpose: CallPurpose
    phone: str
    due_on: date
    state: Literal["open", "done", "dropped"]
    not_before: datetime | None
    attempts: list[PaperAttempt]
    words: str


class PaperAnswer(BaseModel):
    """What the applicant said of the result; with ``needs_explanation`` the card stays open until the centre explains it."""

    id: int
    solved: bool | None
    score: int | None
    comment: str
    answered_at: datetime | None
    came_by: str
    explanation: str
    needs_explanation: bool


class CasePaperwork(BaseModel):
    """Everything that lies on a card; ``ways`` are where the applicant can be answered."""

    requests: list[PaperRequest]
    memos: list[PaperMemo]
    mails: list[PaperMail]
    replies: list[PaperReply]
    ways: list[ReplyWay]
    calls: list[PaperCall]
    answers: list[PaperAnswer]


class RequestPreviewForm(BaseModel):
    """A request that is being prepared."""

    departments: Annotated[list[Department], Field(min_length=1, max_length=26)]
    question: Words


class RequestDocumentForm(BaseModel):
    """A request to one department that is being prepared."""

    department: Department
    question: Words


class RequestPreviewed(BaseModel):
    """What a department would get: ``addressee`` is empty when nobody answers there."""

    department: str
    department_name: str
    addressee: str
    stands_in_for: str
    due_on: date
    html: str


class RequestPreviews(BaseModel):
    """One for each department."""

    previews: list[RequestPreviewed]


class SendRequestForm(RequestPreviewForm):
    """A request to be sent to several departments at once."""

    client_key: Key
    version: Version


class ReaddressForm(BaseModel):
    """Who is asked instead: an official of the list, or anybody by name and address."""

    liaison_id: Id | None = None
    name: Annotated[str, Field(max_length=200)] = ""
    position: Annotated[str, Field(max_length=400)] = ""
    email: Annotated[str, Field(max_length=320)] = ""
    client_key: Key


class WithdrawForm(BaseModel):
    """Why the department need not answer any more."""

    reason: Words


class RemindOfForm(BaseModel):
    """One press of the button."""

    client_key: Key


class ReplyDraftForm(BaseModel):
    """What a draft is made of."""

    kind: ReplyKind
    memo_ids: Annotated[list[Id], Field(max_length=50)] = []
    client_key: Key


class ReplyEditForm(BaseModel):
    """A reply as it was typed."""

    subject: Annotated[str, Field(max_length=300)] = ""
    body: Long
    form: ReplyForm
    address: Annotated[str, Field(max_length=500)] = ""
    reasons: Words = ""
    expected_on: date | None = None
    enclosed_ids: Annotated[list[Id], Field(max_length=50)] = []
    version: Version


class ComposeForm(BaseModel):
    """The notes that the draft is to be written over from."""

    memo_ids: Annotated[list[Id], Field(max_length=50)]
    version: Version


class ReplyPages(BaseModel):
    """The printed pages as pictures (data: URLs), in order."""

    pages: list[str]


class VersionForm(BaseModel):
    """A deed on what was seen."""

    version: Version


class AttemptForm(BaseModel):
    """How an attempt ended."""

    outcome: CallOutcome
    note: Words = ""
    seconds: Annotated[int, Field(ge=0, le=36000)] | None = None
    again_at: AwareDatetime | None = None
    confirmed: bool | None = None
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Words = ""


class ExplainForm(BaseModel):
    """Why the card is closed all the same."""

    explanation: Words


class CallLine(BaseModel):
    """A line of the call list; ``words`` are those to say, ``made`` the attempts so far, oldest first."""

    id: int
    appeal_id: int
    registration_number: str
    applicant_name: str
    purpose: CallPurpose
    phone: str
    due_on: date
    attempts: int
    not_before: datetime | None
    words: str
    made: list[PaperAttempt]


class CallPlace(BaseModel):
    """A place in the call list."""

    day: date
    id: int


class CallList(BaseModel):
    """Open calls, the most urgent first; ``next`` is handed in as ``after_day`` and ``after_id`` for the following page."""

    rows: list[CallLine]
    next: CallPlace | None
