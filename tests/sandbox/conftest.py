"""A running sandbox, a bot that talks to it, and citizens."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.telegram.app import create_app
from sandbox.telegram.clock import ManualClock
from sandbox.telegram.driver import Citizen, Sandbox
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.settings import BotAccount, Settings
from sandbox.telegram.world import World
from tests.serving import serve

TOKEN = "7000000001:test-token"
SECOND_TOKEN = "7000000002:second-token"


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that runs: its address, its service and its clock."""

    base: str
    exchange: Exchange
    clock: ManualClock

    @property
    def world(self) -> World:
        """What the sandbox knows; only to be read from a test."""
        return self.exchange.world


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One sandbox per module; a test makes its own citizens."""
    clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    bots = (BotAccount(token=TOKEN, username="centre_bot"), BotAccount(token=SECOND_TOKEN, username="duty_bot"))
    app = create_app(Settings(bots=bots, clock=clock, samples=False, retry_first=0.02, retry_longest=0.05))
    with serve(app, before_stop=app.state.exchange.close) as base:
        yield Running(base, app.state.exchange, clock)


@pytest.fixture
async def sandbox(running: Running) -> AsyncIterator[Sandbox]:
    """The driver; afterwards the schema must have found nothing, unless the test emptied the list itself."""
    async with Sandbox(running.base) as driver:
        yield driver
        problems = await driver.problems()
        running.world.problems.clear()
        await driver.ask("DELETE", "faults")
        assert problems == []


@pytest.fixture(scope="module")
async def client(running: Running) -> AsyncIterator[Bot]:
    """The citizens' bot through aiogram; one per module, because its session takes a quarter of a second to close."""
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(running.base))) as client:
        yield client


@pytest.fixture
async def bot(client: Bot) -> Bot:
    """The bot with an empty queue and without webhook."""
    await client.delete_webhook(drop_pending_updates=True)
    return client


@pytest.fixture
async def citizen(sandbox: Sandbox) -> Citizen:
    """A citizen who has opened the bot."""
    person = await sandbox.citizen("Zarina", "Example", phone="+79000000011")
    await person.starts()
    return person
