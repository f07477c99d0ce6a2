"""Live events: a row and a NOTIFY in the transaction of the fact (design decision 11). Payloads hold ids only, no personal data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.ending import tell_last

CHANNEL = "live_event"
"""The PostgreSQL notification channel; its payload is the number of the newest event."""


class LiveKind(StrEnum):
    """What happened. All but the last three carry ``conversation_id``; MESSAGE also ``message_id``; ALARM also ``alarm``, its kind.

    APPEAL carries ``appeal_id``; TASK ``task_id``, ``task`` (its kind), when it is about one ``appeal_id``, and ``again`` (the day)
    when an open task is told anew. CALL carries ``call_id``: a telephone call moved.
    """

    CONVERSATION = "conversation"
    HANDED_OFF = "handed_off"
    MESSAGE = "message"
    ALARM = "alarm"
    APPEAL = "appeal"
    TASK = "task"
    CALL = "call"


async def announce(tx: AsyncSession, kind: LiveKind, at: datetime, **ids: int | str) -> None:
    """Write one event just before the transaction commits; screens see it when it has."""
    tell_last(tx, kind.value, ids, at)


async def announce_all(tx: AsyncSession, events: Sequence[tuple[LiveKind, Mapping[str, int | str]]], at: datetime) -> None:
    """Write several events, in this order."""
    for kind, ids in events:
        tell_last(tx, kind.value, ids, at)
