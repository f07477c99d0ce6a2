"""Where a caller's talk with the dialogue stands after a turn: read once, to know what the telephone does next."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text

from core.conversations.fallback import OUTAGE
from core.vocabulary import ChannelName, ConversationMode
from db.transactions import Transactions
from db.types import Marked

_STANDS = text(
    """
    SELECT c.id, c.mode, c.dialogue_asks, l.details,
        ARRAY(SELECT m.text FROM message m WHERE m.conversation_id = c.id AND m.id > l.id AND m.author IN ('bot', 'system')
            AND m.audience = 'citizen' ORDER BY m.id) AS said
    FROM channel_identity i JOIN conversation c ON c.identity_id = i.id
    LEFT JOIN LATERAL (SELECT m.id, m.details FROM message m WHERE m.conversation_id = c.id AND m.author = 'citizen'
        ORDER BY m.id DESC LIMIT 1) l ON true
    WHERE i.channel = :channel AND i.external_mark = :sender ORDER BY c.id DESC LIMIT 1
    """
).bindparams(bindparam("sender", type_=Marked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``asks``: the dialogue waits for a datum of a form. ``answered``: a question was put and found its answer; ``missed``: none.

    ``handed_off``: an operator is wanted. ``alarmed``: the caller's last words told of danger. ``said``: what was answered to them.
    """

    conversation_id: int
    mode: ConversationMode
    is_away: bool
    asks: bool
    answered: bool
    missed: bool
    handed_off: bool
    alarmed: bool
    said: tuple[str, ...]


class TalkReading:
    """Reads standings."""

    def __init__(self, *, transactions: Transactions) -> None:
        self._transactions = transactions

    async def of(self, sender: str) -> Standing | None:
        """The newest conversation of the caller; None when there is none."""
        async with self._transactions.each_alone() as connection:
            found = await connection.execute(_STANDS, {"channel": ChannelName.VOICE.value, "sender": sender})
            row = found.mappings().first()
        if row is None:
            return None
        details = row["details"] or {}
        return Standing(
            conversation_id=row["id"],
            mode=ConversationMode(row["mode"]),
            is_away=row["dialogue_asks"] == OUTAGE,
            asks=row["dialogue_asks"] not in (None, OUTAGE),
            answered=details.get("answered") is True,
            missed=details.get("answered") is False,
            handed_off=bool(details.get("handed_off")),
            alarmed=bool(details.get("emergency")),
            said=tuple(row["said"]),
        )
