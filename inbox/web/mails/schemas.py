"""The mail's part of the API's vocabulary: a whole mail, the other mail, mailboxes, what stands around a letter."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from inbox.web.schemas import MailCheck, MailPersonView

Kind = Literal["human", "bounce", "delay", "delivered", "auto", "list", "own", "unread"]


class MailPartView(BaseModel):
    """A file of a mail; ``warnings`` are codes, ``url`` is missing for what is given to nobody."""

    number: int
    name: str
    media_type: str
    kind: str
    size: int
    warnings: list[str]
    url: str | None


class MailLine(BaseModel):
    """A mail in a list; ``needs_look``: somebody should, ``looked_at``: somebody did. ``reading`` is its beginning."""

    id: int
    kind: Kind
    mailbox: str
    subject: str
    author: str
    author_name: str
    reading: str
    received_at: datetime
    came_to: str
    needs_look: bool
    looked_at: datetime | None
    conversation_id: int | None
    appeal_id: int | None
    request_id: int | None
    may_be_human: Annotated[bool, Field(description="It can be moved into its sender's conversation")]


class MailLines(BaseModel):
    """Newest first; pass ``next`` as ``before`` for the following ones."""

    rows: list[MailLine]
    next: int | None


class FailureView(BaseModel):
    """A recipient that a report tells of: ``status`` as in RFC 3463, ``diagnostic`` in the server's words."""

    recipient: str
    status: str
    diagnostic: str


class MailView(MailLine):
    """A whole mail; ``text`` is everything in it, with quotes and signature."""

    text: str
    text_is_whole: bool
    has_page: bool
    to: list[MailPersonView]
    cc: list[MailPersonView]
    reply_to: MailPersonView | None
    sent_at: datetime | None
    checked: MailCheck
    is_signed: bool
    remarks: list[str]
    failures: list[FailureView]
    parts: list[MailPartView]
    size: int
    error: str


class MailHeaders(BaseModel):
    """The headers as they came."""

    text: str


class MovedMail(BaseModel):
    """Where the mail is now."""

    conversation_id: int | None


class MailboxView(BaseModel):
    """A mailbox and its watcher: ``phase`` and ``trouble`` are codes; ``is_silent``: nothing was told for minutes."""

    name: str
    phase: Literal["", "connecting", "connected", "standby", "failed"]
    since: datetime | None
    seen_at: datetime | None
    last_mail_at: datetime | None
    trouble: str
    trouble_at: datetime | None
    is_silent: bool


class QuotedView(BaseModel):
    """The history below a letter."""

    author: str
    sent_at: datetime
    text: str


class LetterView(BaseModel):
    """What stands around the operator's words; ``subject`` is empty when the operator must name one."""

    recipient: str
    subject: str
    opening: str
    signature: str
    quoted: QuotedView | None


class CardDraftView(BaseModel):
    """What a registration could be filled with from the mails of a conversation: proposed, for the operator to look at."""

    surname: str
    given_name: str
    patronymic: str
    phone: str
    email: str
    address: str
    topic: str
    text: str
    urgency: Literal["urgent", "long_term"]
    reply_form: Literal["email", "phone", "telegram", "post"]
    reply_to: str


class AddressesForm(BaseModel):
    """Addresses to ask about: they are no part of a path, which would be logged."""

    addresses: Annotated[list[Annotated[str, Field(max_length=320)]], Field(max_length=50)]


class BouncedAddress(BaseModel):
    """What bounces told of an address; with ``dead_since`` it takes no more mail."""

    address: str
    hard: int
    soft: int
    last_bounced_at: datetime | None
    last_status: str
    last_diagnostic: str
    dead_since: datetime | None


class BeginLetterForm(BaseModel):
    """To which of the applicant's addresses the letter goes."""

    address: Annotated[str, Field(min_length=3, max_length=320)]
