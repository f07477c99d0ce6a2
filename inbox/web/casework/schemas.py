"""The casework's part of the API's vocabulary: lists, the board, the card and what lies on it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from core.appeals.next_step import Step
from core.appeals.workflow import Move, Need
from core.regulation import CountReason
from core.vocabulary import AppealStatus, TaskKind
from inbox.web.casework.record_schemas import RecordView
from inbox.web.schemas import ApplicantCard, Id, StaffBrief

Urgency = Literal["urgent", "long_term"]
ReplyForm = Literal["email", "phone", "telegram", "post"]


class AppealFilter(BaseModel):
    """What a list of cards shows; empty parts leave everything in. ``term`` and ``assignee`` are meant relative to today and me."""

    words: Annotated[str, Field(max_length=200)] = ""
    statuses: Annotated[list[AppealStatus], Field(max_length=20)] = []
    urgency: Literal["", "urgent", "long_term"] = ""
    channel: Literal["", "telegram", "voice", "email"] = ""
    department: Annotated[str, Field(max_length=64)] = ""
    assignee: Literal["", "me", "nobody"] = ""
    assignee_id: Id | None = None
    applicant_id: Id | None = None
    term: Literal["", "overdue", "today", "week", "later"] = ""
    registered_from: date | None = None
    registered_to: date | None = None
    awaited: bool = False
    by_term: bool = False


class AppealQuery(AppealFilter):
    """A filter and the place in its list."""

    after: Annotated[str, Field(max_length=64)] = ""


class AppealLine(BaseModel):
    """A line of a list; ``days_left`` in calendar days to the answer, negative when overdue, null when nobody waits any more."""

    id: int
    registration_number: str
    applicant_id: int
    applicant_name: str
    text: str
    topic: str
    address: str
    urgency: Urgency
    status: AppealStatus
    channel: str
    reply_form: ReplyForm
    registered_at: datetime
    due_on: date
    promised_on: date | None
    answer_by: date
    days_left: int | None
    assignee: StaffBrief | None
    departments: list[str]
    version: int


class AppealLines(BaseModel):
    """A keyset page: pass ``next`` as ``after`` for the following one."""

    rows: list[AppealLine]
    next: str | None


class BoardColumn(BaseModel):
    """A column of the board: how many (1000 stands for more than 999), the first of them, and the filter that lists them all."""

    key: Literal["overdue", "today", "week", "later", "closing"]
    count: int
    rows: list[AppealLine]
    filter: AppealFilter


class BoardView(BaseModel):
    """The board of terms of a day."""

    today: date
    week_ends: date
    columns: list[BoardColumn]


class FilterView(BaseModel):
    """A filter that is kept under a name."""

    id: int
    name: str
    filter: AppealFilter
    shared: bool
    mine: bool


class TermDayView(BaseModel):
    """A day of the count; ``number`` is its place, 0 when it is skipped."""

    day: date
    number: int
    reason: CountReason
    holiday: str


class TermView(BaseModel):
    """How the term is counted (2.8.7); ``is_forecast``: the official calendar of a year is not published yet."""

    clause: str
    limit: int
    days: list[TermDayView]
    is_forecast: bool


class HistoryLine(BaseModel):
    """A move of the card: who made it (empty: the office itself), when, with which note."""

    id: int
    move: Move
    status: AppealStatus
    staff_name: str
    note: str
    details: dict[str, Any]
    made_at: datetime


class CaseFile(BaseModel):
    """A file of the card."""

    id: int
    kind: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime
    url: str


class LinkedCard(BaseModel):
    """A card that this one is linked with; ``is_first``: the link was made from this card."""

    link_id: int
    kind: Literal["related", "merged", "split"]
    is_first: bool
    appeal_id: int
    registration_number: str
    text: str
    status: AppealStatus


class TaskView(BaseModel):
    """Something asked of the staff, about a card or not; an alarm is counted in the rail until it is done."""

    id: int
    kind: TaskKind
    is_alarm: bool
    for_role: Literal["operator", "supervisor"]
    appeal_id: int | None
    registration_number: str
    applicant_name: str
    request_id: int | None
    reply_id: int | None
    department: str
    assignee_id: int | None
    due_on: date | None
    facts: dict[str, Any]
    raised_at: datetime


class TaskPage(BaseModel):
    """Tasks, oldest first; ``next`` is handed in as ``after``."""

    rows: list[TaskView]
    next: int | None


class PermittedMove(BaseModel):
    """A move that this person may make now, and what it asks for."""

    move: Move
    needs: list[Need]


class NextStepView(BaseModel):
    """The main step; ``target_id`` is a request, a reply, a call or, for ``open_merged``, a card."""

    step: Step
    target_id: int | None


class MergedInto(BaseModel):
    """The card that answers for this one."""

    id: int
    registration_number: str


class AppealCard(BaseModel):
    """A whole card."""

    id: int
    registration_number: str
    version: int
    status: AppealStatus
    text: str
    topic: str
    address: str
    urgency: Urgency
    channel: str
    reply_form: ReplyForm
    reply_to: str
    registered_at: datetime
    registered_by_name: str
    counted_from: date
    due_on: date
    promised_on: date | None
    answer_by: date
    days_left: int | None
    replied_at: datetime | None
    closed_at: datetime | None
    reopened: int
    conversation_id: int | None
    applicant: ApplicantCard
    applicant_name: str
    assignee: StaffBrief | None
    merged_into: MergedInto | None
    term: TermView
    history: list[HistoryLine]
    files: list[CaseFile]
    links: list[LinkedCard]
    tasks: list[TaskView]
    moves: list[PermittedMove]
    next_step: NextStepView
    record: RecordView


class LikeCard(BaseModel):
    """A card that may be about the same; ``likeness`` is the share of common words, 0 to 1."""

    id: int
    registration_number: str
    text: str
    address: str
    status: AppealStatus
    registered_at: datetime
    due_on: date
    same_applicant: bool
    same_address: bool
    likeness: float


class Changed(BaseModel):
    """How many a bulk deed changed, and how many it had to leave as they are."""

    count: int
    skipped: int = 0


class DepartmentBrief(BaseModel):
    """A department by its key."""

    key: str
    name: str


class CaseChoices(BaseModel):
    """What the filters and dialogs offer: colleagues who work cards, departments."""

    staff: list[StaffBrief]
    departments: list[DepartmentBrief]
