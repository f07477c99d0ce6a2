"""Registration numbers by journal and year: no gaps, none twice (reg. 2.8.3)."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.words import say
from db.apart import PREFIX

_NEXT = text(
    "INSERT INTO appeal_counter (journal, year, last) VALUES (:journal, :year, 1)"
    " ON CONFLICT (journal, year) DO UPDATE SET last = appeal_counter.last + 1"
    " RETURNING last, starts_with(current_schema(), :apart) AS is_apart"
)


async def next_number(tx: AsyncSession, journal: str, year: int) -> tuple[int, str]:
    """The next number and how it is written; on a day of training it bears a mark, so that nobody takes it for a real one.

    The journal is locked until the transaction ends: a rollback gives the number back.
    """
    number, is_apart = (await tx.execute(_NEXT, {"journal": journal, "year": year, "apart": PREFIX})).one()
    key = "registration.training_number" if is_apart else "registration.number"
    return number, say(key, journal=journal, number=number, year=year)
