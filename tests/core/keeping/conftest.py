"""The keeping of data over a small contact centre."""

import pytest

from core.people.page import CitizenDesk
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.keeping.archive import Archive
from tests.core.people.town import Town
from tests.inbox.world import Centre


@pytest.fixture
async def archive(transactions: Transactions, clock: MovableClock) -> Archive:
    """People whose data is kept for its time."""
    centre = Centre(transactions, clock)
    people = CitizenDesk(transactions=transactions, clock=clock)
    askers = [(await centre.a_member(role)).asker for role in (Role.OPERATOR, Role.SENIOR)]
    return Archive(Town(centre=centre, desk=people, operator=askers[0], senior=askers[1]))
