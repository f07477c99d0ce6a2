"""Long polling: nothing is confirmed to Telegram before it is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bots.citizen.api import GetRawUpdates
from bots.citizen.channel import TelegramChannel
from bots.citizen.polling import Patience, Poller
from sandbox.telegram.driver import Citizen, Sandbox
from tests import patience


class Shelf:
    """Stands for the table of inbound items: an identity is kept once. ``fail`` times it is away."""

    def __init__(self, channel: TelegramChannel, fail: int = 0) -> None:
        self._channel = channel
        self.kept: dict[str, Mapping[str, Any]] = {}
        self.repeats = 0
        self.fail = fail
        self._news = asyncio.Condition()

    async def store(self, update: Mapping[str, Any]) -> None:
        if self.fail:
            self.fail -= 1
            raise ConnectionError("the database is away")
        identity = self._channel.intake_identity(update)
        assert identity is not None
        async with self._news:
            self.repeats += identity[1] in self.kept
            self.kept.setdefault(identity[1], update)
            self._news.notify_all()

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.kept.values()]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(patience.SECONDS), self._news:
            await self._news.wait_for(lambda: len(self.kept) + self.repeats >= count)


class Pauses(list[float]):
    """Stands for asyncio.sleep: notes the pauses and lets others run."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def polling(channel: TelegramChannel, shelf: Shelf, pauses: Pauses | None = None) -> AsyncIterator[None]:
    stop = asyncio.Event()
    poller = Poller(channel, shelf.store, patience=Patience(poll=5), sleep=(pauses if pauses is not None else Pauses()).sleep)
    async with asyncio.TaskGroup() as group:
        group.create_task(poller.run(stop))
        yield
        stop.set()


async def pending(channel: TelegramChannel) -> list[int]:
    return [update["update_id"] for update in await channel.bot(GetRawUpdates(timeout=0))]


@pytest.fixture
async def writer(citizen: Citizen, channel: TelegramChannel) -> Citizen:
    """A citizen of whom nothing waits."""
    waiting = await pending(channel)
    await channel.bot(GetRawUpdates(timeout=0, offset=waiting[-1] + 1))
    return citizen


async def test_updates_are_stored_in_order_and_then_confirmed(channel: TelegramChannel, writer: Citizen) -> None:
    shelf = Shelf(channel)
    async with polling(channel, shelf):
        for number in range(5):
            await writer.writes(str(number))
        await shelf.until(5)
    assert shelf.texts == list("01234")
    waiting = await pending(channel)
    assert set(map(str, waiting)) <= set(shelf.kept)


async def test_an_update_that_could_not_be_stored_comes_again(channel: TelegramChannel, writer: Citizen) -> None:
    shelf, pauses = Shelf(channel, fail=3), Pauses()
    await writer.writes("важно")
    async with polling(channel, shelf, pauses):
        await shelf.until(1)
    assert (shelf.texts, pauses) == (["важно"], [0.5, 1.0, 2.0])


async def test_what_was_stored_but_not_confirmed_before_a_crash_is_a_repeat(channel: TelegramChannel, writer: Citizen) -> None:
    shelf = Shelf(channel)
    await writer.writes("раз")
    for update in await channel.bot(GetRawUpdates(timeout=0)):
        await shelf.store(update)
    async with polling(channel, shelf):
        await shelf.until(2)
    assert (shelf.texts, shelf.repeats) == (["раз"], 1)


@pytest.mark.parametrize(
    ("order", "pause"),
    [
        ({"kind": "error", "code": 502}, 0.5),
        ({"kind": "error", "code": 401, "description": "Unauthorized"}, 0.5),
        ({"kind": "error", "code": 409, "description": "Conflict: terminated by other getUpdates request"}, 5.0),
        ({"kind": "flood", "retry_after": 9}, 9.0),
        ({"kind": "reset"}, 0.5),
    ],
    ids=["server", "token", "conflict", "flood", "cut"],
)
async def test_a_failed_poll_is_tried_again_after_a_pause(
    channel: TelegramChannel, writer: Citizen, sandbox: Sandbox, order: dict[str, Any], pause: float
) -> None:
    shelf, pauses = Shelf(channel), Pauses()
    await sandbox.fault(**order, method="getUpdates")
    await writer.writes("здесь")
    async with polling(channel, shelf, pauses):
        await shelf.until(1)
    assert (shelf.texts, pauses) == (["здесь"], [pause])


async def test_the_pause_grows_to_its_limit(channel: TelegramChannel, writer: Citizen) -> None:
    shelf, pauses = Shelf(channel, fail=10), Pauses()
    await writer.writes("важно")
    async with polling(channel, shelf, pauses):
        await shelf.until(1)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]


async def test_it_stops_in_the_middle_of_a_long_poll(channel: TelegramChannel, sandbox: Sandbox) -> None:
    async with asyncio.timeout(4), polling(channel, Shelf(channel)):
        pass
