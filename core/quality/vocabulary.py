"""Choices of the quality control; each value is what the database and the interfaces carry."""

from enum import StrEnum


class ItemKind(StrEnum):
    """What is looked at: a telephone call, or a written conversation."""

    CALL = "call"
    CHAT = "chat"


class Source(StrEnum):
    """How an item came to be looked at."""

    RANDOM = "random"
    RULE = "rule"
    MANUAL = "manual"


class Rule(StrEnum):
    """Why a call or a conversation is looked at whatever the lots say."""

    LONG = "long"
    LOW_RATING = "low_rating"
    COMPLAINT = "complaint"
    TRANSFERS = "transfers"
    LONG_WAIT = "long_wait"
    REOPENED = "reopened"
    NEWCOMER = "newcomer"


class Mark(StrEnum):
    """What a reviewer says of one criterion. NA: the occasion did not arise."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NA = "na"


class ReviewState(StrEnum):
    """DRAFT: seen by its reviewer only. DONE: counted, and shown to the operator."""

    DRAFT = "draft"
    DONE = "done"


class OwnAnswer(StrEnum):
    """What an operator says of a review of their work."""

    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"


class Decision(StrEnum):
    """What the head decides about an objection: the marks stay, their author looks again, or a second person looks blind."""

    KEEP = "keep"
    REVISE = "revise"
    SECOND = "second"


class BotFault(StrEnum):
    """What was wrong with an answer of the bot."""

    INTENT = "intent"
    ARTICLE = "article"
    OUTDATED = "outdated"
    NO_ANSWER = "no_answer"
    TONE = "tone"
    OTHER = "other"


class MarkState(StrEnum):
    """The place of a mark on an answer of the bot."""

    NEW = "new"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
