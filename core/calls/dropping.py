"""Calls that nobody needs to make any more."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.model import CallTask


async def drop_calls(tx: AsyncSession, appeal_id: int, now: datetime, *, reply_id: int | None = None) -> None:
    """Take the open calls of a card off the list, or those of one reply."""
    open_ones = update(CallTask).where(col(CallTask.appeal_id) == appeal_id, col(CallTask.state) == "open")
    if reply_id is not None:
        open_ones = open_ones.where(col(CallTask.reply_id) == reply_id)
    await tx.execute(open_ones.values(state="dropped", done_at=now))
