"""The bot against a running Bot API sandbox."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest

from bots.citizen.api import SessionOptions
from bots.citizen.channel import TelegramChannel
from core.errors import NotFound
from sandbox.telegram.app import create_app
from sandbox.telegram.driver import Citizen, Sandbox
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.settings import BotAccount, Settings
from tests.serving import serve

TOKEN = "7000000001:test-token"


@dataclass
class HandClock:
    """Time that passes only when somebody waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)
    on_wait: Callable[[], Awaitable[None]] | None = None

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        if self.on_wait is not None:
            await self.on_wait()
        self.now += seconds


@dataclass
class Files:
    """Stands for the core's stored files."""

    kept: dict[str, bytes] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)

    async def load(self, key: str) -> bytes:
        self.loads.append(key)
        if key not in self.kept:
            raise NotFound("no such file")
        return self.kept[key]


@dataclass(frozen=True)
class Running:
    """A sandbox that runs."""

    base: str
    exchange: Exchange


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    app = create_app(
        Settings(bots=(BotAccount(token=TOKEN, username="centre_bot"),), samples=False, retry_first=0.02, retry_longest=0.05)
    )
    with serve(app, before_stop=app.state.exchange.close) as base:
        yield Running(base, app.state.exchange)


@pytest.fixture
async def sandbox(running: Running) -> AsyncIterator[Sandbox]:
    """The driver; afterwards the official schema must have found nothing."""
    async with Sandbox(running.base) as driver:
        yield driver
        problems = await driver.problems()
        running.exchange.world.problems.clear()
        await driver.ask("DELETE", "faults")
        assert problems == []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
async def channel(running: Running, clock: HandClock, files: Files) -> AsyncIterator[TelegramChannel]:
    """The channel, without a webhook and with nothing waiting."""
    channel = TelegramChannel(
        TOKEN,
        load_file=files.load,
        api_base=running.base,
        options=SessionOptions(timeout=3),
        clock=clock,
        sleep=clock.sleep,
    )
    await channel.bot.delete_webhook(drop_pending_updates=True)
    yield channel
    await channel.close()


@pytest.fixture
async def citizen(sandbox: Sandbox, channel: TelegramChannel) -> Citizen:
    """A citizen who has opened the bot."""
    person = await sandbox.citizen("Zarina", "Example", phone="+79000000011")
    await person.starts()
    return person
