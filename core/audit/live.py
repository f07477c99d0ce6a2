"""Live events: a row and a NOTIFY in the transaction of the fact (design decision 11). Payloads hold ids only, no personal data."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

CHANNEL = "live_event"
"""The PostgreSQL notification channel; its payload is the number of the newest event."""

_WRITE_MANY = text(
    "WITH added AS (INSERT INTO live_event (kind, audience, payload, at)"
    " SELECT told.kind, '', told.payload, :at FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS told(kind text, payload jsonb)"
    " RETURNING id) SELECT pg_notify('live_event', CAST(id AS text)) FROM added"
)
_WRITE = text(
    "WITH added AS (INSERT INTO live_event (kind, audience, payload, at) VALUES (:kind, :audience, CAST(:payload AS jsonb), :at)"
    " RETURNING id) SELECT pg_notify('live_event', CAST(id AS text)) FROM added"
)


class LiveKind(StrEnum):
    """What happened. All but the last two carry ``conversation_id``; MESSAGE also ``message_id``; ALARM also ``alarm`` (its kind).

    APPEAL carries ``appeal_id``; TASK ``task_id``, ``task`` (its kind) and, when it is about one, ``appeal_id``.
    """

    CONVERSATION = "conversation"
    HANDED_OFF = "handed_off"
    MESSAGE = "message"
    ALARM = "alarm"
    APPEAL = "appeal"
    TASK = "task"


async def announce(tx: AsyncSession, kind: LiveKind, at: datetime, **ids: int | str) -> None:
    """Write one event; screens see it when the transaction commits."""
    await _announce(tx, kind, at, ids)


async def announce_all(tx: AsyncSession, events: Sequence[tuple[LiveKind, Mapping[str, int | str]]], at: datetime) -> None:
    """Write several events with one statement."""
    if events:
        told = [{"kind": kind.value, "payload": dict(ids)} for kind, ids in events]
        connection = await tx.connection()
        await connection.execute(_WRITE_MANY, {"events": json.dumps(told), "at": at})


async def _announce(tx: AsyncSession, kind: LiveKind, at: datetime, ids: Mapping[str, int | str]) -> None:
    connection = await tx.connection()
    await connection.execute(_WRITE, {"kind": kind.value, "audience": "", "payload": json.dumps(dict(ids)), "at": at})
