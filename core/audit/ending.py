"""What a transaction says last: its live events, then its entries of the audit trail, with two statements just before the commit.

The trail lets one transaction pass at a time: whoever writes into it early keeps everybody else waiting for as long as the
deed takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import event, text
from sqlalchemy.orm import Session
from sqlmodel.ext.asyncio.session import AsyncSession

AUDIT_LOCK = 0x61756469
"""Advisory lock that serialises the chain: entries are sealed one after another."""
_SAID = "said_last"
_EVENTS = (
    "WITH added AS (INSERT INTO live_event (kind, audience, payload, at)"
    " SELECT told.kind, '', told.payload, told.at"
    " FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS told(kind text, payload jsonb, at timestamptz)"
    " RETURNING id) SELECT pg_notify('live_event', CAST(id AS text))"
)
_TELL = text(f"{_EVENTS} FROM added")
_TELL_AND_LOCK = text(f"{_EVENTS}, pg_advisory_xact_lock(:key) FROM added")
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_SEAL = text(
    "INSERT INTO audit_entry (at, staff_id, action, subject, details, seal)"
    " SELECT CAST(:at AS timestamptz), CAST(:staff_id AS bigint), :action, :subject, CAST(:details AS jsonb),"
    " encode(sha256(convert_to('[\"' || coalesce((SELECT seal FROM audit_entry ORDER BY id DESC LIMIT 1), '') || '\", '"
    " || CAST(:said AS text), 'UTF8')), 'hex')"
)
"""Reads the seal before it, so it must begin after the lock was got; ``core.audit.trail.seal`` counts alike."""


@dataclass(slots=True)
class _LastWords:
    events: list[dict[str, object]] = field(default_factory=list)
    entries: list[dict[str, object]] = field(default_factory=list)


def tell_last(tx: AsyncSession, kind: str, payload: Mapping[str, int | str], at: datetime) -> None:
    """Write a live event and notify the screens when the transaction commits."""
    _last_words(tx).events.append({"kind": kind, "payload": dict(payload), "at": at.isoformat()})


def seal_last(tx: AsyncSession, entry: Mapping[str, object]) -> None:
    """Append an entry to the audit trail when the transaction commits; ``said`` is what its seal is counted over."""
    _last_words(tx).entries.append(dict(entry))


def _last_words(tx: AsyncSession) -> _LastWords:
    if tx.in_nested_transaction():
        raise RuntimeError("a savepoint may be rolled back alone: what is said last belongs to the whole transaction")
    words: _LastWords = tx.sync_session.info.setdefault(_SAID, _LastWords())
    return words


@event.listens_for(Session, "before_commit")
def _say(session: Session) -> None:
    words: _LastWords | None = session.info.pop(_SAID, None)
    if words is None:
        return
    session.flush()
    connection = session.connection()
    if words.events:
        statement = _TELL_AND_LOCK if words.entries else _TELL
        connection.execute(statement, {"events": json.dumps(words.events)} | ({"key": AUDIT_LOCK} if words.entries else {}))
    elif words.entries:
        connection.execute(_LOCK, {"key": AUDIT_LOCK})
    for entry in words.entries:
        connection.execute(_SEAL, entry)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_SAID, None)
