"""Calls that nobody needs to make any more."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.model import CallTask
from core.replies.model import Reply
from core.vocabulary import CallPurpose, ReplyState


async def drop_calls(
    tx: AsyncSession, appeal_id: int, now: datetime, *, reply_id: int | None = None, purpose: CallPurpose | None = None
) -> None:
    """Take the open calls of a card (of one reply, of one purpose) off the list; replies that waited for them are dropped too."""
    dropped = update(CallTask).where(col(CallTask.appeal_id) == appeal_id, col(CallTask.state) == "open")
    if reply_id is not None:
        dropped = dropped.where(col(CallTask.reply_id) == reply_id)
    if purpose is not None:
        dropped = dropped.where(col(CallTask.purpose) == purpose)
    made = await tx.execute(dropped.values(state="dropped", done_at=now).returning(col(CallTask.reply_id)))
    replies = [found for found in made.scalars() if found is not None]
    if replies:
        waiting = update(Reply).where(col(Reply.id).in_(replies), col(Reply.state) == ReplyState.CALLING)
        await tx.execute(waiting.values(state=ReplyState.DROPPED, version=Reply.version + 1))
