"""Conversations and what is said in them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas.common import Id, Key, Text
from inbox.web.schemas.drafts import DraftView
from inbox.web.schemas.mail import LetterNote, MailNote
from inbox.web.schemas.people import AppealBrief, ApplicantCard, StaffBrief, Viewer


class ConversationRow(BaseModel):
    """A line of the list."""

    id: int
    channel: str
    mode: Literal["bot", "waiting", "operator", "closed"]
    applicant_id: int | None
    applicant_name: str
    preview: str
    last_author: str
    last_message_at: datetime
    waiting_since: datetime | None
    unread: int
    emergency: bool
    operator: StaffBrief | None
    hand_off_reason: str
    reply_due_at: datetime | None = Field(description="When the waiting citizen should have been answered (queue pill)")


class ConversationPage(BaseModel):
    """A keyset page: pass ``next`` as ``after`` for the following one."""

    rows: list[ConversationRow]
    next: str | None


class Counters(BaseModel):
    """How many open conversations each list holds; 1000 stands for more than 999."""

    queue: int
    mine: int
    colleagues: int
    all: int


class ButtonView(BaseModel):
    """A button that the bot showed."""

    title: str


class AttachmentView(BaseModel):
    """A file, a place or a contact; ``url`` is set once it is stored."""

    id: int
    kind: str
    file_name: str
    media_type: str
    size: int
    state: Literal["remote", "stored", "refused", "gone"]
    url: str | None
    details: dict[str, Any]


class MessageView(BaseModel):
    """One thing said. ``delivery`` is the state of its way to the citizen (null for what came from them)."""

    id: int
    author: Literal["citizen", "bot", "operator", "system"]
    author_name: str
    audience: Literal["citizen", "staff"]
    text: str
    buttons: list[ButtonView]
    attachments: list[AttachmentView]
    reply_to_id: int | None
    created_at: datetime
    edited_at: datetime | None
    versions: list[str]
    delivery: Literal["waiting", "sending", "sent", "delivered", "bounced", "failed"] | None
    doubtful: bool
    delivery_error: str
    client_key: str | None = Field(default=None, description="The key that the UI gave the message when it was sent")
    delayed: bool = Field(default=False, description="The other server has not taken it yet and is asked again")
    mail: MailNote | None = None
    letter: LetterNote | None = None


class ConversationView(BaseModel):
    """The open conversation; ``actions`` are what the asker may do with it now."""

    row: ConversationRow
    messages: list[MessageView]
    earlier: str | None = Field(description="Pass as ``before`` for earlier messages")
    applicant: ApplicantCard
    appeals: list[AppealBrief]
    viewers: list[Viewer]
    drafts: dict[str, DraftView] = Field(description="The asker's drafts by kind: reply, note")
    actions: list[Literal["take", "reply", "note", "hand_back", "close", "register", "edit_applicant", "refuse"]]


class MessagePage(BaseModel):
    """Earlier messages."""

    messages: list[MessageView]
    earlier: str | None


class Upload(BaseModel):
    """A file that waits to be sent."""

    id: str
    file_name: str
    media_type: str
    size: int


class CannedAnswerView(BaseModel):
    """A ready answer; ``{variables}`` are filled by the operator or the server."""

    id: int
    key: str
    title: str
    text: str
    variables: list[str]


class ArticleHit(BaseModel):
    """An article found beside the conversation."""

    id: int
    title: str
    answer: str
    source: str
    department: str
    confirmed_on: date | None
    stale: bool
    score: float


class TakeForm(BaseModel):
    """Whom the conversation is taken from, if from a colleague (a senior's deed, after a 409 with ``facts.operator_id``)."""

    from_operator_id: Id | None = None


class PresenceForm(BaseModel):
    """A heartbeat of an open conversation."""

    typing: bool = False


class ReplyForm(BaseModel):
    """A reply to the citizen or a note for colleagues; files were uploaded before and are named by id."""

    text: Annotated[str, Field(max_length=20000)] = ""
    upload_ids: Annotated[list[str], Field(max_length=10)] = []
    reply_to_id: Id | None = None
    article_id: Id | None = None
    client_key: Key
    subject: Annotated[str, Field(max_length=200)] = ""
    cc: Annotated[list[Annotated[str, Field(max_length=320)]], Field(max_length=20)] = []


class NoteForm(BaseModel):
    """An internal note."""

    text: Text
    client_key: Key


class CloseForm(BaseModel):
    """How a conversation ends: answered as reference without registration (2.8.2), registered, or unanswerable."""

    outcome: Literal["reference", "registered", "abuse", "no_answer"]
