"""Registration numbers by journal and year: no gaps, none twice (reg. 2.8.3)."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.words import say

_NEXT = text(
    "INSERT INTO appeal_counter (journal, year, last) VALUES (:journal, :year, 1)"
    " ON CONFLICT (journal, year) DO UPDATE SET last = appeal_counter.last + 1 RETURNING last"
)


async def next_number(tx: AsyncSession, journal: str, year: int) -> tuple[int, str]:
    """The next number and how it is written. The journal is locked until the transaction ends: a rollback gives the number back."""
    number: int = (await tx.execute(_NEXT, {"journal": journal, "year": year})).scalar_one()
    return number, say("registration.number", journal=journal, number=number, year=year)
