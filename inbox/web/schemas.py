"""What the inbox's API speaks. The UI's types are generated from these models; every rule stays on the server."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Key = Annotated[str, Field(min_length=8, max_length=64)]
"""Made by the screen for one deed, so that a repeat does nothing new."""
Id = Annotated[int, Field(ge=1, lt=2**63)]


class Me(BaseModel):
    """The signed-in member of staff; ``actions`` are the abilities that the role gives."""

    id: int
    login: str
    full_name: str
    role: str
    on_shift: bool
    shortcuts_on: bool
    notify: Literal["all", "mine", "none"]
    actions: list[str]


class SessionView(BaseModel):
    """An open session of one's own; ``handle`` names it for ending it."""

    handle: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


class StaffBrief(BaseModel):
    """A colleague."""

    id: int
    full_name: str


class Viewer(BaseModel):
    """A colleague who has the conversation open; ``typing`` while they write."""

    id: int
    full_name: str
    typing: bool


class ConversationRow(BaseModel):
    """A line of the list."""

    id: int
    channel: str
    mode: Literal["bot", "waiting", "operator", "closed"]
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


class ConversationView(BaseModel):
    """The open conversation; ``actions`` are what the asker may do with it now."""

    row: ConversationRow
    messages: list[MessageView]
    earlier: str | None = Field(description="Pass as ``before`` for earlier messages")
    applicant: ApplicantCard
    appeals: list[AppealBrief]
    viewers: list[Viewer]
    drafts: dict[str, str] = Field(description="The asker's unsent texts by kind: reply, note")
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


class TermPreview(BaseModel):
    """The due date that a registration today would get, with the clause it follows."""

    urgency: Literal["urgent", "long_term"]
    due_on: date
    clause: str


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


class Problem(BaseModel):
    """A refusal in Russian; ``code`` is for the program, ``fields`` says what is wrong where."""

    code: str
    message: str
    fields: dict[str, str] = {}
    facts: dict[str, Any] = {}


class LoginForm(BaseModel):
    """Login and password."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Preferences(BaseModel):
    """What a person sets for themselves; a field left out stays as it is."""

    shortcuts_on: bool | None = None
    notify: Literal["all", "mine", "none"] | None = None


class PasswordForm(BaseModel):
    """A new password of one's own."""

    old: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=12, max_length=200)]


class ApplicantForm(BaseModel):
    """The card as edited by an operator; phones and e-mails as typed, the server normalises them."""

    kind: Literal["person", "organisation"] = "person"
    surname: Annotated[str, Field(max_length=100)] = ""
    given_name: Annotated[str, Field(max_length=100)] = ""
    patronymic: Annotated[str, Field(max_length=100)] = ""
    organisation: Annotated[str, Field(max_length=300)] = ""
    phones: Annotated[list[str], Field(max_length=10)] = []
    emails: Annotated[list[str], Field(max_length=10)] = []
    postal_address: Annotated[str, Field(max_length=500)] = ""
    consent: bool = False
    version: Annotated[int, Field(ge=1, lt=2**31)] = 1


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


class NoteForm(BaseModel):
    """An internal note."""

    text: Text
    client_key: Key


class DraftForm(BaseModel):
    """An unsent text."""

    kind: Literal["reply", "note"]
    text: Annotated[str, Field(max_length=20000)]


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


class CloseForm(BaseModel):
    """How a conversation ends: answered as reference without registration (2.8.2), registered, or unanswerable."""

    outcome: Literal["reference", "registered", "abuse", "no_answer"]


class ConversationChanged(BaseModel):
    """A conversation changed: its new line, and its new counters for the asker."""

    kind: Literal["conversation"]
    row: ConversationRow


class HandedOff(BaseModel):
    """A conversation came into the queue: sound and notification."""

    kind: Literal["handed_off"]
    row: ConversationRow


class MessageAdded(BaseModel):
    """A message was added or changed (edited, delivered, file stored)."""

    kind: Literal["message"]
    conversation_id: int
    message: MessageView


class PresenceChanged(BaseModel):
    """Who looks at a conversation; not stored, not replayed."""

    kind: Literal["presence"]
    conversation_id: int
    viewers: list[Viewer]


class CitizenTyping(BaseModel):
    """The citizen is writing (where the channel tells)."""

    kind: Literal["typing"]
    conversation_id: int


class Alarm(BaseModel):
    """An emergency was reported: shown at once to everybody on shift."""

    kind: Literal["alarm"]
    conversation_id: int
    words: str
    alarm: str


class Resync(BaseModel):
    """The stream cannot replay what was missed: load the lists anew."""

    kind: Literal["resync"]


class AppealChanged(BaseModel):
    """A card changed: whoever shows it loads it anew."""

    kind: Literal["appeal"]
    appeal_id: int


class TaskChanged(BaseModel):
    """Something was asked of the staff (``task`` is its kind), or tasks were finished (``task`` is empty)."""

    kind: Literal["task"]
    task_id: int
    task: str
    for_role: str
    appeal_id: int | None


LiveEventView = Annotated[
    ConversationChanged | HandedOff | MessageAdded | PresenceChanged | CitizenTyping | Alarm | AppealChanged | TaskChanged | Resync,
    Field(discriminator="kind"),
]
