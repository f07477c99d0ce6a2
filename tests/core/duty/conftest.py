"""A duty chat on an empty database."""

from collections.abc import AsyncIterator

import pytest

from db.locks import NamedLocks
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.duty.world import DutyWorld


@pytest.fixture
async def world(transactions: Transactions, database_url: str, clock: MovableClock) -> AsyncIterator[DutyWorld]:
    """The relay has begun: what happens from now on is told."""
    locks = NamedLocks(database_url)
    world = DutyWorld(transactions, locks, clock)
    await world.relay.relay_once()
    yield world
    await locks.close()
