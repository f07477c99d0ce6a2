"""Long polling with python-telegram-bot: nothing is confirmed before it is stored."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bots.polling import Patience
from bots.staff.polling import DutyPoller
from bots.staff.registration import register_duty_bot
from bots.staff.words import load_words
from core.channels import DeliveryError
from tests import patience
from tests.bots.staff.conftest import BOT, Duty

SHORT = Patience(poll=1)


class Shelf:
    """Stands for the table of updates; ``fail`` times it is away."""

    def __init__(self, fail: int = 0) -> None:
        self.kept: list[int] = []
        self.fail = fail
        self._news = asyncio.Condition()

    async def store(self, update: Mapping[str, Any]) -> None:
        if self.fail:
            self.fail -= 1
            raise ConnectionError("the database is away")
        async with self._news:
            self.kept.append(update["update_id"])
            self._news.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(patience.SECONDS), self._news:
            await self._news.wait_for(lambda: len(self.kept) >= count)


class Pauses(list[float]):
    """Stands for asyncio.sleep."""

    async def sleep(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


async def _poll(duty: Duty, shelf: Shelf, pauses: Pauses, count: int) -> None:
    stop = asyncio.Event()
    poller = DutyPoller(duty.bot, shelf.store, patience=SHORT, sleep=pauses.sleep)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poller.run(stop))
        await shelf.until(count)
        stop.set()


async def test_an_update_that_could_not_be_stored_comes_again(duty: Duty) -> None:
    for words in ("раз", "два", "три"):
        await duty.member.writes(words)
    shelf, pauses = Shelf(fail=1), Pauses()
    await _poll(duty, shelf, pauses, 3)
    assert shelf.kept == sorted(set(shelf.kept)) and pauses == [0.5]


async def test_what_was_stored_before_a_crash_is_at_most_repeated(duty: Duty) -> None:
    await duty.member.writes("раз")
    first, second = Shelf(), Shelf()
    await _poll(duty, first, Pauses(), 1)
    await duty.member.writes("два")
    await _poll(duty, second, Pauses(), 2)
    assert second.kept[0] == first.kept[0], "the last batch was not confirmed when the process ended"


@pytest.mark.parametrize(
    ("order", "pause"),
    [({"kind": "flood", "retry_after": 7}, 7.0), ({"kind": "error", "code": 409, "description": "Conflict"}, 5.0)],
)
async def test_telegram_is_left_alone_as_long_as_it_asks(duty: Duty, order: dict[str, Any], pause: float) -> None:
    await duty.sandbox.fault(**order, method="getUpdates")
    pauses = Pauses()
    await duty.member.writes("раз")
    await _poll(duty, Shelf(), pauses, 1)
    assert pauses == [pause]


async def test_the_bot_introduces_itself_and_finds_the_chat_well_set_up(duty: Duty) -> None:
    assert await register_duty_bot(duty.bot, duty.group, load_words()) == []
    [me] = [bot for bot in await duty.sandbox.ask("GET", "bots") if bot["id"] == BOT]
    assert [command["command"] for command in me["commands"]] == ["take", "note", "hand", "close", "help"]


async def test_a_chat_that_is_not_set_up_is_named(duty: Duty) -> None:
    assert await register_duty_bot(duty.bot, -5, load_words()) == ["no_chat"]
    plain = await duty.sandbox.group("Без тем", [duty.member], [BOT])
    assert await register_duty_bot(duty.bot, plain, load_words()) == ["no_topics"]
    await duty.sandbox.fault("flood", method="deleteWebhook", retry_after=3)
    with pytest.raises(DeliveryError) as busy:
        await register_duty_bot(duty.bot, duty.group, load_words())
    assert busy.value.retry_after == 3
