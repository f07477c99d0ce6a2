"""The nightly erasure: each kind by its term, batch by batch, each batch with its count in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.keeping.kinds import Kind, Terms
from core.keeping.rules import RULES, Erasing
from core.logs import log
from core.retention import note_erased
from db.transactions import Transactions

BATCH = 500
MOST_BATCHES = 400
"""Of one kind in one night; the rest goes the next night."""


class NightlyErasure:
    """Safe to be broken off at any moment, to be run twice, and by two workers at a time."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, terms: Terms, batch: int = BATCH, most: int = MOST_BATCHES
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._terms = terms
        self._batch, self._most = batch, most

    async def round(self) -> Mapping[Kind, int]:
        """Erase what is past its term; gives how much of each kind."""
        erased = {}
        for kind, rule in RULES.items():
            if (days := self._days(kind)) is not None:
                erased[kind] = await self._erase(kind, rule, days)
        log.info("keeping.erased", **{kind.value: count for kind, count in erased.items() if count})
        return erased

    async def foresee(self) -> Mapping[Kind, int]:
        """How much of each kind the next round would erase as things stand; nothing is changed."""
        found = {}
        for kind, rule in RULES.items():
            if (days := self._days(kind)) is None:
                continue
            found[kind], after = 0, 0
            while True:
                async with self._transactions.begin() as tx:
                    ids = await self._next(tx, rule, self._clock.now() - timedelta(days=days), after)
                found[kind] += len(ids)
                if len(ids) < self._batch:
                    break
                after = ids[-1]
        return found

    def _days(self, kind: Kind) -> int | None:
        """What is written of a recording goes as soon as the recorder has deleted its sound."""
        return 0 if kind is Kind.RECORDINGS else self._terms.days(kind)

    async def _erase(self, kind: Kind, rule: Erasing, days: int) -> int:
        erased, after = 0, 0
        for _ in range(self._most):
            now = self._clock.now()
            async with self._transactions.begin() as tx:
                ids = await self._next(tx, rule, now - timedelta(days=days), after)
                if ids:
                    for statement in rule.erases:
                        await tx.execute(statement, {"ids": ids})
                await note_erased(tx, kind, len(ids), now)
            erased += len(ids)
            if len(ids) < self._batch:
                break
            after = ids[-1]
        return erased

    async def _next(self, tx: AsyncSession, rule: Erasing, before: datetime, after: int) -> list[int]:
        found = await tx.execute(rule.finds, {"before": before, "after": after, "most": self._batch})
        return [int(row[0]) for row in found]
