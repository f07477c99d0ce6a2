"""Choices that several subjects share; each value is what the database and the interfaces carry."""

from enum import StrEnum


class Urgency(StrEnum):
    """How soon an appeal must be answered (reg. 2.8.7); not a place in the workflow."""

    URGENT = "urgent"
    LONG_TERM = "long_term"


class ReplyForm(StrEnum):
    """How the applicant wants the reply (reg. 2.8.8 e-mail and phone, 3.2 post; Telegram is ours)."""

    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"
    POST = "post"


class ChannelName(StrEnum):
    """The ways into the contact centre."""

    TELEGRAM = "telegram"
    VOICE = "voice"
    EMAIL = "email"


class Role(StrEnum):
    """What a member of staff may do (reg. 2.6 operator, 2.7 head, order 6 press)."""

    OPERATOR = "operator"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    PRESS = "press"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class DeclineReason(StrEnum):
    """Why an appeal is not registered and not processed (reg. 2.8.4)."""

    ANONYMOUS = "anonymous"
    ABUSIVE = "abusive"


class ConversationMode(StrEnum):
    """Who speaks for the centre in a conversation."""

    BOT = "bot"
    WAITING = "waiting"
    OPERATOR = "operator"
    CLOSED = "closed"


class Audience(StrEnum):
    """Whom a message is for: the citizen, or colleagues only."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Author(StrEnum):
    """Who wrote a message."""

    CITIZEN = "citizen"
    BOT = "bot"
    OPERATOR = "operator"
    SYSTEM = "system"


class AppealStatus(StrEnum):
    """The place of an appeal in the workflow (reg. 2.8.6-2.8.11)."""

    REGISTERED = "registered"
    REQUESTED = "requested"
    ANSWER_RECEIVED = "answer_received"
    CANNOT = "cannot"
    REPLIED = "replied"
    CLOSED = "closed"
    FORWARDED = "forwarded"
    CLARIFYING = "clarifying"
    MERGED = "merged"


class DeliveryState(StrEnum):
    """The place of a delivery on its way; the names are ours, not a provider's."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"


class RequestStatus(StrEnum):
    """The place of an information request on its way to a department and back (reg. 2.8.9, 2.8.10)."""

    DRAFT = "draft"
    UNADDRESSED = "unaddressed"
    SENT = "sent"
    ANSWERED = "answered"
    CANNOT = "cannot"
    WITHDRAWN = "withdrawn"


class MemoOutcome(StrEnum):
    """What a department's official note says (reg. 2.8.10)."""

    ANSWERED = "answered"
    CANNOT = "cannot"


class ReplyKind(StrEnum):
    """Why the applicant is written to in the course of a case."""

    FINAL = "final"
    INTERIM = "interim"
    CLARIFICATION = "clarification"
    NOTICE = "notice"
    CONFIRMATION = "confirmation"


class ReplyState(StrEnum):
    """The place of a reply on its way to the applicant."""

    DRAFT = "draft"
    SENDING = "sending"
    CALLING = "calling"
    TO_PRINT = "to_print"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class CallPurpose(StrEnum):
    """Why an applicant is called: to hear a reply (2.8.8), or before an appeal is closed (2.8.11)."""

    REPLY = "reply"
    CLOSING = "closing"


class CallOutcome(StrEnum):
    """How one attempt to reach the applicant by telephone ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    CALL_LATER = "call_later"


class TaskKind(StrEnum):
    """What the staff are asked to do, or warned of."""

    REQUEST_DUE = "request_due"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    INTERIM_NEEDED = "interim_needed"
    REQUEST_UNANSWERED = "request_unanswered"
    ESCALATED = "escalated"
    REQUEST_UNADDRESSED = "request_unaddressed"
    DEPARTMENT_CANNOT = "department_cannot"
    MEMO_RECEIVED = "memo_received"
    DEPARTMENT_WROTE = "department_wrote"
    DELIVERY_FAILED = "delivery_failed"
    REPLY_TO_PRINT = "reply_to_print"
    CLOSING_DUE = "closing_due"
    KNOWLEDGE_DUTY = "knowledge_duty"
    APPLICANT_ANSWERED = "applicant_answered"
    SUBSTITUTION_ENDS = "substitution_ends"
    NOT_SATISFIED = "not_satisfied"
    RECORDS_REFUSED = "records_refused"
    REPORT_READY = "report_ready"
    AUDIT_BROKEN = "audit_broken"


class LinkPurpose(StrEnum):
    """What a one-time link lets a person do without an account."""

    REQUEST = "request"
    CONFIRMATION = "confirmation"
    KNOWLEDGE_DUTY = "knowledge_duty"
    DOWNLOAD = "download"
