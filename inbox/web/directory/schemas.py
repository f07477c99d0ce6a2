"""The directory's part of the API's vocabulary: departments, the calendar, duties and the journal of refusals."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas import Id

Line = Annotated[str, Field(max_length=400)]
Reason = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(max_length=200)]
Email = Annotated[str, Field(max_length=320)]
Phone = Annotated[str, Field(max_length=32)]
Version = Annotated[int, Field(ge=0, lt=2**31)]


class RefusalLine(BaseModel):
    """A line of the journal of refusals (2.8.4); ``decided_by`` is empty when the bot refused by rule."""

    id: int
    reason: Literal["anonymous", "abusive"]
    text: str
    decided_by: str
    conversation_id: int | None
    refused_at: datetime


class RefusalPage(BaseModel):
    """Newest first: pass ``next`` as ``before`` for what is older."""

    rows: list[RefusalLine]
    next: int | None


class DutyChatState(BaseModel):
    """Whether one's own Telegram is bound to the duty chat, and since when."""

    bound_at: datetime | None


class DutyChatCode(BaseModel):
    """A code that binds once, and how long it is good."""

    code: str
    lives_seconds: int


class AddresseeView(BaseModel):
    """Who answers today; ``stands_in_for_name`` is whom they stand in for (4.4)."""

    liaison_id: int | None
    full_name: str
    position: str
    email: str
    phone: str
    stands_in_for_name: str


class AbsenceView(BaseModel):
    """Days away, the first and the last included; ``now`` when today is one of them."""

    id: int
    first: date
    last: date
    now: bool
    substitute_id: int | None
    substitute_name: str
    substitute_position: str
    substitute_email: str
    substitute_phone: str
    reason: str


class LiaisonShown(BaseModel):
    """An official of the order's list; ``answers`` is who does so today: themselves, a substitute, or nobody."""

    id: int
    full_name: str
    position: str
    department: str
    email: str
    phone: str
    is_active: bool
    version: int
    absences: list[AbsenceView]
    answers: AddresseeView | None


class DepartmentShown(BaseModel):
    """A department; without ``addressee`` a request to it would reach nobody today."""

    id: int
    key: str
    name: str
    note: str
    email: str
    phone: str
    head_name: str
    head_position: str
    head_email: str
    copy_to_head: bool
    version: int
    liaisons: list[LiaisonShown]
    addressee: AddresseeView | None


class ServiceShown(BaseModel):
    """A service to which people are put through, as the edition of the menu in force has it; ``place``: its number in the list."""

    place: int
    name: str
    number: str
    hours: str
    said: str
    synonyms: list[str]


class AnsweringDepartment(BaseModel):
    """A department that answers for a matter; ``why``: the matters or words by which it was found."""

    key: str
    why: list[str]


class DepartmentForm(BaseModel):
    """A department as it was typed; ``version`` is the one over which it was typed."""

    name: Annotated[str, Field(max_length=300)]
    note: Reason = ""
    email: Email = ""
    phone: Phone = ""
    head_name: Name = ""
    head_position: Line = ""
    head_email: Email = ""
    copy_to_head: bool = False
    version: Version = 0


class LiaisonForm(BaseModel):
    """An official as they were typed; ``version`` is the one over which it was done (0 of a new one)."""

    full_name: Name
    position: Line
    department: Annotated[str, Field(max_length=40)]
    email: Email = ""
    phone: Phone = ""
    version: Version = 0


class AbsenceEntry(BaseModel):
    """Days away and who stands in: another official, a person by name, or nobody."""

    liaison_id: Id
    first: date
    last: date
    substitute_id: Id | None = None
    substitute_name: Name = ""
    substitute_position: Line = ""
    substitute_email: Email = ""
    substitute_phone: Phone = ""
    reason: Name = ""


class CalendarDayView(BaseModel):
    """A day of the working calendar: what it is, who says so, and why."""

    day: date
    kind: Literal["working", "working_weekend", "weekend", "day_off"]
    source: Literal["official", "forecast", "override"]
    why: str
    order: str
    set_at: datetime | None


class CalendarYear(BaseModel):
    """Every day of a year."""

    year: int
    today: date
    days: list[CalendarDayView]


class DayForm(BaseModel):
    """What is decided of a day; ``apply_to_running``: null asks first when terms of running appeals would move."""

    working: bool
    reason: Reason
    source: Reason = ""
    apply_to_running: bool | None = None


class DayQuestion(BaseModel):
    """A day and what it would become."""

    day: date
    working: bool


class MovedTermView(BaseModel):
    """A running appeal whose term moves."""

    appeal_id: int
    registration_number: str
    due_on: date
    new_due_on: date
    answer_by: date
    new_answer_by: date


class MovedTerms(BaseModel):
    """Appeals whose terms move or were moved: how many, and the first of them."""

    count: int
    rows: list[MovedTermView]


class DutyArticleView(BaseModel):
    """An article that is to be looked through."""

    id: int
    title: str


class KnowledgeDutyView(BaseModel):
    """What a department owes the knowledge base (4.3); ``responsible`` answers there today."""

    id: int
    department: str
    department_name: str
    kind: Literal["change", "review"]
    period: str
    raised_on: date
    due_on: date
    overdue: bool
    state: Literal["open", "confirmed", "remarked", "superseded"]
    written_at: datetime | None
    written_to: str
    answered_at: datetime | None
    answered_by_name: str
    remarks: str
    articles: int
    titles: list[DutyArticleView]
    responsible: str


class KnowledgeDuties(BaseModel):
    """A keyset page, oldest first: pass ``next`` as ``after``."""

    rows: list[KnowledgeDutyView]
    next: int | None
    departments: dict[str, str]


class ConfirmDutyForm(BaseModel):
    """What the department said, and who said it."""

    name: Annotated[str, Field(max_length=200)]
    remarks: Annotated[str, Field(max_length=10000)] = ""
