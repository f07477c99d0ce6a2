"""The quality control over a small contact centre."""

import pytest

from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.quality.world import Work


@pytest.fixture
async def work(transactions: Transactions, clock: MovableClock) -> Work:
    """Operators who talk and write, and a head who listens."""
    return Work(transactions, clock)
