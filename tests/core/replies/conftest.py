"""The casework's desks over a small contact centre."""

import pytest

from core.staff.asker import Asker
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Real desks on an empty database."""
    return Centre(transactions, clock)


@pytest.fixture
async def asker(centre: Centre) -> Asker:
    """An operator."""
    return (await centre.a_member()).asker
