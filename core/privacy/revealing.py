"""The reveal: clear data of one object, for a reason, for a limited time; the audit trail is where it is remembered (ADR 0033)."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from core.audit.model import AuditEntry
from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid
from core.masking.texts import mask
from core.staff.abilities import Ability
from core.staff.asker import Asker
from db.transactions import Transactions

REVEALED_FOR = timedelta(minutes=15)
ACTION = "personal.revealed"
WORDS_FROM = 5
"""Characters that say something."""


class RevealReason(StrEnum):
    """Why somebody needs the clear data."""

    COMPLAINT = "complaint"
    INSPECTION = "inspection"
    CITIZEN_ASKED = "citizen_asked"
    AUTHORITY_ASKED = "authority_asked"
    OTHER = "other"


class RevealDesk:
    """Who may see whose data, and until when."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def reveal(self, asker: Asker, subject: str, reason: RevealReason, words: str) -> datetime:
        """Show the asker the clear data of an object (``conversation:7``); returns until when.

        The words of the reason are kept without personal data. Raises NotAllowed, Invalid (fields: words).
        """
        asker.must(Ability.REVEAL_PERSONAL)
        if reason is RevealReason.OTHER and len(words.strip()) < WORDS_FROM:
            raise Invalid("no reason", fields={"words": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            said = mask(words)
            await record(tx, now, ACTION, subject, staff_id=asker.id, reason=reason.value, words=said)
        return now + REVEALED_FOR

    async def is_clear(self, asker: Asker, subject: str | None) -> bool:
        """Whether the asker sees the data of this object as they are: by the role, or by a reveal that still holds."""
        if asker.may(Ability.READ_PERSONAL):
            return True
        if subject is None or not asker.may(Ability.REVEAL_PERSONAL):
            return False
        query = select(AuditEntry.id).where(
            AuditEntry.subject == subject,
            AuditEntry.staff_id == asker.id,
            AuditEntry.action == ACTION,
            col(AuditEntry.at) > self._clock.now() - REVEALED_FOR,
        )
        async with self._transactions.begin() as tx:
            return (await tx.exec(query.limit(1))).first() is not None
