"""The telephone's desks over a small contact centre."""

import pytest

from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.phone.world import Phone


@pytest.fixture
async def phone(transactions: Transactions, clock: MovableClock) -> Phone:
    """Real desks on an empty database."""
    return Phone(transactions, clock)
