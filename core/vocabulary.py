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


class DeliveryState(StrEnum):
    """The place of a delivery on its way; the names are ours, not a provider's."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
