"""What an answer of the records system does to the message that it quotes; the same answer twice does nothing more."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.records.model import RecordsMessage
from core.records.port import AnswerKind, RecordAnswer, RecordKind, RecordState
from core.words import say

UNDECIDED = frozenset({RecordState.WAITING, RecordState.WRITTEN, RecordState.FAILED})
"""In ``waiting`` and ``failed`` too: a crash may have come between writing and recording, and the receiver was quicker."""


class Effect(StrEnum):
    """What became of an answer."""

    TAKEN = "taken"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    CONTRADICTS = "contradicts"


async def quoted(tx: AsyncSession, answer: RecordAnswer) -> RecordsMessage | None:
    """The message that the answer is about, locked; None when we never sent it."""
    try:
        return_id = UUID(answer.return_id)
    except ValueError:
        return None
    return (await tx.exec(select(RecordsMessage).where(RecordsMessage.return_id == return_id).with_for_update())).first()


def apply(message: RecordsMessage, answer: RecordAnswer, now: datetime) -> Effect:
    """Change the message by the answer.

    A registration after a refusal stands: somebody put it right there. A refusal of what has a number, or another number for it,
    contradicts: people must look.
    """
    match answer.kind:
        case AnswerKind.RECEIVED:
            return _received(message, now)
        case AnswerKind.REGISTERED:
            return _registered(message, answer, now)
        case AnswerKind.REFUSED:
            return _refused(message, answer, now)


def _received(message: RecordsMessage, now: datetime) -> Effect:
    if message.state not in UNDECIDED or (message.state == RecordState.WRITTEN and message.answered_at is not None):
        return Effect.REPEATED
    message.state = RecordState.REGISTERED if message.kind == RecordKind.REPORT else RecordState.WRITTEN
    message.answered_at, message.error = now, ""
    message.written_at = message.written_at or now
    return Effect.TAKEN


def _registered(message: RecordsMessage, answer: RecordAnswer, now: datetime) -> Effect:
    if message.state == RecordState.REGISTERED and message.delo_number:
        same = (message.delo_number, message.delo_date) == (answer.number, answer.dated)
        return Effect.REPEATED if same else Effect.CONTRADICTS
    message.state, message.delo_number, message.delo_date = RecordState.REGISTERED, answer.number, answer.dated
    message.answered_at, message.error, message.reason = now, "", ""
    message.written_at = message.written_at or now
    return Effect.TAKEN


def _refused(message: RecordsMessage, answer: RecordAnswer, now: datetime) -> Effect:
    reason = (answer.reason or say("records.no_reason"))[:500]
    if message.state == RecordState.REGISTERED and message.delo_number:
        return Effect.CONTRADICTS
    if message.state == RecordState.REFUSED and message.reason == reason:
        return Effect.REPEATED
    message.state, message.reason, message.answered_at, message.error = RecordState.REFUSED, reason, now, ""
    message.written_at = message.written_at or now
    return Effect.TAKEN
