"""Keeps the edition in force of this process the one that the database has: nothing needs a restart (reg. 2.3)."""

from collections.abc import Container

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.wording import SHIPPED, Wording, in_force, put_in_force
from db.transactions import Transactions

_NEWEST = text("SELECT coalesce(max(number), 0) FROM menu_edition")
_TEXTS = text("SELECT texts FROM menu_edition WHERE number = :number")
_TITLES = text(
    "SELECT DISTINCT said.value, said.key FROM menu_edition, jsonb_each_text(texts) AS said"
    " WHERE number IS NOT NULL AND said.key LIKE 'bot:item.%'"
)


class EditionKeeper:
    """One for each process; ``names``: the texts that exist in this release, all others of an older edition are left out."""

    def __init__(self, *, transactions: Transactions, shipped: Container[str]) -> None:
        self._transactions = transactions
        self._shipped = shipped

    async def refresh(self) -> int:
        """Ask for the newest number, one look into an index; read the edition only when it is another. Gives its number."""
        async with self._transactions.begin() as tx:
            newest = int((await tx.execute(_NEWEST)).scalar_one())
            if newest != in_force().number:
                await self._read(tx, newest)
        return newest

    async def _read(self, tx: AsyncSession, number: int) -> None:
        if not number:
            put_in_force(SHIPPED)
            return
        texts = (await tx.execute(_TEXTS, {"number": number})).scalar_one()
        kept = {name: words for name, words in texts.items() if name in self._shipped}
        former = {row.value: row.key for row in (await tx.execute(_TITLES)).all()}
        put_in_force(Wording(number=number, texts=kept, former=former))
