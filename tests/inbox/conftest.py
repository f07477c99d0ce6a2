"""The inbox over a small contact centre."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from core.vocabulary import Role
from db.engine import plain_url
from db.transactions import Transactions
from inbox.web.live import LiveHub
from inbox.web.settings import InboxSettings
from tests.clocks import MovableClock
from tests.core.phone.world import Phone
from tests.inbox.reused import an_inbox
from tests.inbox.sign_on import SignIn, joined
from tests.inbox.world import Browser, Centre, Member
from tests.oidc_provider import LoopbackProvider, provider_running


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Real desks on an empty database."""
    return Centre(transactions, clock)


@pytest.fixture
async def phone(transactions: Transactions, clock: MovableClock, centre: Centre) -> Phone:
    """Short ways to make calls; its desks share database and exchange with those of the inbox."""
    return Phone(transactions, clock, centre)


@pytest.fixture
def a_hub(centre: Centre, database_url: str) -> Callable[[], LiveHub]:
    """Makes hubs: each is what one process has."""

    def make() -> LiveHub:
        reading, sessions = centre.operators.reading, centre.staff.sessions
        return LiveHub(url=plain_url(database_url), reading=reading, sessions=sessions, clock=centre.clock)

    return make


@pytest.fixture
def app(centre: Centre, a_hub: Callable[[], LiveHub]) -> FastAPI:
    """The inbox; its hub does not listen."""
    return an_inbox(centre, InboxSettings(), a_hub())


@pytest.fixture
async def sign_in(app: FastAPI, centre: Centre) -> AsyncIterator[SignIn]:
    """Opens browsers: ``await sign_in(Role.OPERATOR)`` or of a given member."""
    opened: list[httpx.AsyncClient] = []

    async def open_browser(who: Role | Member | None = Role.OPERATOR) -> httpx.AsyncClient:
        member = await centre.a_member(who) if isinstance(who, Role) else who
        opened.append(Browser(app, member).http)
        return opened[-1]

    yield open_browser
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def provider(centre: Centre) -> AsyncIterator[LoopbackProvider]:
    """A provider on loopback that the centre believes."""
    async with provider_running(centre.clock) as running:
        joined(centre, running)
        yield running
