"""The world of incoming mail."""

from collections.abc import AsyncIterator

import pytest

from core.staff.asker import Asker
from db.locks import NamedLocks
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.mail.world import World


@pytest.fixture
async def world(transactions: Transactions, database_url: str, clock: MovableClock) -> AsyncIterator[World]:
    """The centre's mail on an empty database."""
    locks = NamedLocks(database_url)
    yield World(transactions, clock, locks)
    await locks.close()


@pytest.fixture
async def asker(world: World) -> Asker:
    """An operator."""
    return await world.an_operator()
