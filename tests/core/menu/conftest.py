"""An editor of the menu over a small contact centre."""

from collections.abc import Iterator

import pytest

from core.wording import SHIPPED, put_in_force
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre


@pytest.fixture(autouse=True)
def _the_shipped_words() -> Iterator[None]:
    """Nothing that a test publishes is heard by the next one."""
    yield
    put_in_force(SHIPPED)


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Real desks on an empty database."""
    return Centre(transactions, clock)
