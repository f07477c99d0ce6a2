"""What a transaction says last: drafts that it ends, its live events, then its entries of the audit trail, with one statement.

It comes just before the commit. The trail lets one transaction pass at a time: whoever writes into it early keeps everybody else
waiting for as long as the deed takes.
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
_END_AND_SAY_LAST = text(
    "WITH ended AS (INSERT INTO draft (staff_id, kind, subject, subject_id, text, replaced, version, seen, writer, saved_at)"
    " SELECT d.staff_id, d.kind, d.subject, d.subject_id, '', '', 1, 0, '', d.at FROM jsonb_to_recordset(CAST(:drafts AS jsonb))"
    " AS d(staff_id bigint, kind text, subject text, subject_id bigint, at timestamptz)"
    " ON CONFLICT (staff_id, kind, subject_id) DO UPDATE SET text = '', replaced = '', version = draft.version + 1,"
    " saved_at = excluded.saved_at RETURNING id)"
    " SELECT say_last(CAST(:events AS jsonb), CAST(:entries AS jsonb)) FROM (SELECT count(*) FROM ended) AS done"
)
"""Drafts first: whoever saves one of them has no lock of the trail."""


@dataclass(slots=True)
class _LastWords:
    events: list[dict[str, object]] = field(default_factory=list)
    entries: list[dict[str, object]] = field(default_factory=list)
    drafts: dict[tuple[int, str, int], dict[str, object]] = field(default_factory=dict)


def tell_last(tx: AsyncSession, kind: str, payload: Mapping[str, int | str], at: datetime) -> None:
    """Write a live event and notify the screens when the transaction commits."""
    _last_words(tx).events.append({"kind": kind, "payload": dict(payload), "at": at.isoformat()})


def seal_last(tx: AsyncSession, entry: Mapping[str, object]) -> None:
    """Append an entry to the audit trail when the transaction commits; ``said`` is what its seal is counted over."""
    _last_words(tx).entries.append(dict(entry))


def end_last(tx: AsyncSession, staff_id: int, kind: str, subject: str, subject_id: int, at: datetime) -> None:
    """Empty a draft when the transaction commits; one that was not there is there then, and ended."""
    draft = {"staff_id": staff_id, "kind": kind, "subject": subject, "subject_id": subject_id, "at": at.isoformat()}
    _last_words(tx).drafts[staff_id, kind, subject_id] = draft


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
    if words.drafts:
        said["drafts"] = json.dumps(list(words.drafts.values()))
    session.connection().execute(_END_AND_SAY_LAST if words.drafts else _SAY_LAST, said)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_SAID, None)
