"""What a transaction says last: its live events, then its entries of the audit trail, with one statement just before the commit.

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

_SAID = "said_last"
_SAY_LAST = text("SELECT say_last(CAST(:events AS jsonb), CAST(:entries AS jsonb))")
"""A function of the database (migration 0006): takes the trail's lock after the events, seals as ``core.audit.trail.seal``."""


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
    said = {"events": json.dumps(words.events), "entries": json.dumps(words.entries)}
    session.connection().execute(_SAY_LAST, said)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_SAID, None)
