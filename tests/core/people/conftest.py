"""The citizen's page over a small contact centre."""

import pytest

from core.people.page import CitizenDesk
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.people.town import Town
from tests.inbox.world import Centre


@pytest.fixture
async def town(transactions: Transactions, clock: MovableClock) -> Town:
    """Real desks on an empty database."""
    centre = Centre(transactions, clock)
    return Town(
        centre=centre,
        desk=CitizenDesk(transactions=transactions, clock=clock),
        operator=(await centre.a_member(Role.OPERATOR)).asker,
        senior=(await centre.a_member(Role.SENIOR)).asker,
    )
