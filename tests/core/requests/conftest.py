"""The world of requests."""

import pytest

from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.requests.world import World


@pytest.fixture
async def world(transactions: Transactions, clock: MovableClock) -> World:
    """Departments, officials, an operator and one card."""
    return await World(transactions, clock).build()
