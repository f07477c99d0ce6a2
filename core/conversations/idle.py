"""Conversations that ended by themselves: the person got the answer and wrote no more (reg. 2.5.1)."""

from datetime import datetime, timedelta

from sqlalchemy import text

from db.transactions import Transactions

_CLOSE = text(
    """
    WITH ended AS (
        UPDATE conversation SET mode = 'closed', closed_at = :now, closed_as = 'informed', dialogue_state = NULL,
            dialogue_asks = NULL, version = version + 1
        WHERE mode = 'bot' AND last_message_at < :before RETURNING id
    )
    UPDATE contact SET ended_at = :now, outcome = 'informed' FROM ended
    WHERE contact.conversation_id = ended.id AND contact.ended_at IS NULL
    """
)


async def close_idle(transactions: Transactions, now: datetime, idle_for: timedelta) -> None:
    """Close conversations that the bot holds and that were silent for so long; their contacts count as informed."""
    async with transactions.begin() as tx:
        await tx.execute(_CLOSE, {"now": now, "before": now - idle_for})
