"""A reception with fakes at its ports and a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from core.calendars.keeping import CalendarKeeper
from core.conversations.effects import Effects
from core.conversations.intake import Intake
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.fakes import FakeChannel, FakeDialogue, FakeJobs, FakeLibrarian

PHONES = ("+7 (8672) 00-01-12", "112")


@dataclass
class Desk:
    """The citizens' side, as a test drives it."""

    intake: Intake
    reception: Reception
    deliveries: DeliveryDesk
    dialogue: FakeDialogue
    channel: FakeChannel
    librarian: FakeLibrarian
    jobs: FakeJobs
    transactions: Transactions
    clock: MovableClock
    counter: int = 0

    async def writes(self, words: str = "", *, sender: str = "100", **given: Any) -> list[str]:
        """A citizen writes; gives what they read in answer."""
        before = len(self.channel.sent)
        await self.store(words, sender=sender, **given)
        await self.intake.carry(f"telegram:{sender}")
        return self.channel.words[before:]

    async def store(self, words: str = "", *, sender: str = "100", **given: Any) -> bool:
        """The event is stored and committed, and nothing more."""
        self.counter += 1
        payload = {"sender": sender, "text": words, "external_id": f"m{self.counter}", **given}
        return await self.intake.store("telegram:1", str(self.counter), f"telegram:{sender}", payload, position=self.counter)

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of the database."""
        async with self.transactions.begin() as tx:
            return [dict(row) for row in (await tx.execute(text(query), values)).mappings()]

    async def change(self, statement: str, **values: Any) -> None:
        """Change the database behind the desks' backs."""
        async with self.transactions.begin() as tx:
            await tx.execute(text(statement), values)


@pytest.fixture
async def desk(transactions: Transactions, database_url: str, clock: MovableClock) -> AsyncIterator[Desk]:
    """The citizens' side on an empty database."""
    locks = NamedLocks(database_url)
    dialogue, channel, librarian, jobs = FakeDialogue(), FakeChannel(), FakeLibrarian(), FakeJobs()
    channels = {"telegram": channel}
    deliveries = DeliveryDesk(transactions=transactions, locks=locks, channels=channels, clock=clock)
    reception = Reception(
        transactions=transactions,
        clock=clock,
        dialogue=dialogue,
        librarian=librarian,
        effects=Effects(calendar_of=CalendarKeeper().calendar_of, dispatch_phones=PHONES),
        deliveries=deliveries,
        jobs=jobs,
    )
    intake = Intake(
        transactions=transactions, locks=locks, reception=reception, deliveries=deliveries, channels=channels, clock=clock
    )
    yield Desk(intake, reception, deliveries, dialogue, channel, librarian, jobs, transactions, clock)
    await locks.close()
