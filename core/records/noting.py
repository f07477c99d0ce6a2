"""Noting that an appeal has changed: its history is looked through, and each change becomes a row that waits to be told."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

WORTH_TELLING: Final = frozenset(
    {
        "register", "request", "receive", "interim", "forward", "reply", "reply_failed", "close", "reopen", "merge", "unmerge",
        "split", "withdraw", "edit", "term_changed", "file",
    }
)  # fmt: skip
"""The moves of an appeal that the records system is told of; what stays inside the centre (assigning, linking, drafting) is not."""

_NOTE = text(
    """
    INSERT INTO records_message
        (appeal_id, kind, message_id, return_id, state, payload_digest, file_name, delo_number, reason, tries, error,
        made_at, next_try_at)
    VALUES (:appeal, 'doc_info', :message, :answer, 'waiting', '', '', '', '', 0, '', :now, :now)
    ON CONFLICT (appeal_id) WHERE state = 'waiting' AND tries = 0 DO UPDATE SET made_at = excluded.made_at
    """
)


SETTLED = timedelta(seconds=60)
"""Moves younger than this wait: one with a smaller number may still be in a transaction that has not ended."""
_CURSOR = text(
    "INSERT INTO records_cursor (name, last_move_id) VALUES (:name, 0)"
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING last_move_id"
)
_UPTO = text("SELECT coalesce(min(id) FILTER (WHERE made_at > :settled) - 1, max(id)) FROM appeal_move WHERE id > :last")
_CHANGED = text(
    "SELECT DISTINCT appeal_id FROM appeal_move WHERE id > :last AND id <= :upto AND move = ANY(:worth) ORDER BY appeal_id"
)
_MOVE_ON = text("UPDATE records_cursor SET last_move_id = :upto WHERE name = :name")


async def note_moves(tx: AsyncSession, name: str, now: datetime) -> int:
    """Note every appeal that changed since the last time; gives how many. Two that do it at once wait for each other."""
    connection = await tx.connection()
    last = (await connection.execute(_CURSOR, {"name": name})).scalar_one()
    upto = (await connection.execute(_UPTO, {"last": last, "settled": now - SETTLED})).scalar()
    if upto is None or upto <= last:
        return 0
    changed = (await connection.execute(_CHANGED, {"last": last, "upto": upto, "worth": sorted(WORTH_TELLING)})).scalars().all()
    for appeal_id in changed:
        await note_change(tx, appeal_id, now)
    await connection.execute(_MOVE_ON, {"upto": upto, "name": name})
    return len(changed)


async def note_change(tx: AsyncSession, appeal_id: int, now: datetime) -> None:
    """The records system has to be told of this appeal; a row that nobody has tried to write yet takes this change in.

    If a worker takes that row at the same moment, one of the two waits for the other, and the change gets a row of its own. Whether
    it is told as the card or as a report is decided at its first try: only then is it known what became of the messages before it.
    """
    await tx.flush()
    connection = await tx.connection()
    await connection.execute(_NOTE, {"appeal": appeal_id, "message": uuid4(), "answer": uuid4(), "now": now})
