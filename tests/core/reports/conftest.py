"""A small centre with a month of work, made by rows."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.staff.asker import Asker
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Real desks on an empty database."""
    return Centre(transactions, clock)


@pytest.fixture
async def head(centre: Centre) -> Asker:
    """The head of the centre."""
    return (await centre.a_member(Role.SUPERVISOR)).asker


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """A moment of Moscow, from its ISO form without a zone."""
    return lambda written: datetime.fromisoformat(f"{written}+03:00")
