"""Updates: long polling, webhooks, order, redelivery."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from sandbox.telegram.driver import Citizen, Sandbox
from tests.sandbox.conftest import Running
from tests.serving import serve


@dataclass
class Hook:
    """A webhook that a test watches: what came, with which secret, and how often it shall refuse."""

    base: str = ""
    came: list[tuple[int, str]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    refusals: int = 0
    busy: int = 0
    most_busy: int = 0
    meeting: asyncio.Barrier | None = None
    reply: dict[str, object] | None = None


@pytest.fixture
def hook() -> Iterator[Hook]:
    """The webhook, served in its own thread."""
    app = FastAPI()
    seen = Hook()

    @app.post("/hook")
    async def take(request: Request) -> Response:
        update = await request.json()
        seen.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        seen.busy += 1
        seen.most_busy = max(seen.most_busy, seen.busy)
        if seen.meeting is not None and len(seen.secrets) <= seen.meeting.parties:
            await seen.meeting.wait()
        seen.busy -= 1
        if seen.refusals:
            seen.refusals -= 1
            return Response(status_code=502)
        seen.came.append((update["update_id"], update.get("message", {}).get("text", "")))
        if seen.reply is not None:
            return JSONResponse(seen.reply)
        return Response()

    with serve(app) as base:
        seen.base = base
        yield seen


@contextlib.asynccontextmanager
async def webhook(bot: Bot, hook: Hook, **options: object) -> AsyncIterator[None]:
    """The bot behind the webhook."""
    await bot.set_webhook(f"{hook.base}/hook", **options)
    yield
    await bot.delete_webhook(drop_pending_updates=True)


async def acknowledged(citizen: Citizen, number: int) -> None:
    """Wait until the bot has this message."""
    await citizen.sees("mark", lambda post: post["message"]["message_id"] == number)


async def test_polling_confirms_by_offset(bot: Bot, citizen: Citizen) -> None:
    await citizen.writes("one")
    await citizen.writes("two")
    updates = await bot.get_updates(limit=2)
    assert len(updates) == 2
    assert [u.update_id for u in await bot.get_updates(limit=2)] == [u.update_id for u in updates]
    assert [u.message.text for u in await bot.get_updates(offset=updates[-1].update_id + 1)] == ["two"]
    assert [u.message.text for u in await bot.get_updates(offset=-1)] == ["two"]
    assert await bot.get_updates(offset=updates[-1].update_id + 2) == []


async def test_a_long_poll_waits_for_the_next_update(bot: Bot, citizen: Citizen) -> None:
    await bot.get_updates(offset=-1)
    last = (await bot.get_updates())[-1].update_id
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(bot.get_updates(offset=last + 1, timeout=10))
        await citizen.writes("wake up")
    assert [u.message.text for u in waiting.result()] == ["wake up"]


async def test_only_wanted_kinds_come(bot: Bot, citizen: Citizen) -> None:
    await bot.get_updates(allowed_updates=["edited_message"])
    number = await citizen.writes("first")
    await citizen.edits(number, "second")
    assert [u.event_type for u in await bot.get_updates(offset=-1)] == ["edited_message"]
    await bot.get_updates(allowed_updates=[])


async def test_a_second_poller_ends_the_first(running: Running, bot: Bot, sandbox: Sandbox) -> None:
    queue = running.world.seat().queue
    async with asyncio.TaskGroup() as group:
        before = queue.generation
        first = group.create_task(_conflict(bot.get_updates(timeout=10)))
        while queue.generation == before:
            await sandbox.problems()
        await bot.get_updates(timeout=0)
    assert "terminated by other getUpdates request" in first.result()


async def _conflict(call: object) -> str:
    with pytest.raises(TelegramConflictError) as refused:
        await call
    return str(refused.value)


async def test_no_polling_beside_a_webhook(bot: Bot, hook: Hook) -> None:
    async with webhook(bot, hook):
        with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).url == f"{hook.base}/hook"
    assert (await bot.get_webhook_info()).url == ""


async def test_the_secret_comes_with_every_update(bot: Bot, hook: Hook, citizen: Citizen) -> None:
    async with webhook(bot, hook, secret_token="s3cret_-", drop_pending_updates=True):
        await acknowledged(citizen, await citizen.writes("a"))
    assert hook.secrets == ["s3cret_-"]
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook(f"{hook.base}/hook", secret_token="no spaces")


async def test_a_refused_update_comes_again_and_holds_only_its_own_chat(
    bot: Bot, hook: Hook, citizen: Citizen, sandbox: Sandbox
) -> None:
    hook.refusals = 3
    async with webhook(bot, hook, drop_pending_updates=True):
        await citizen.writes("one")
        await citizen.writes("two")
        await acknowledged(citizen, await citizen.writes("three"))
        info = await bot.get_webhook_info()
    assert [text for _, text in hook.came] == ["one", "two", "three"]
    assert len(hook.secrets) == 6
    assert info.last_error_message == "Wrong response from the webhook: 502 Bad Gateway"


async def test_several_chats_are_carried_at_once_and_one_chat_in_order(bot: Bot, hook: Hook, sandbox: Sandbox) -> None:
    people = [await sandbox.citizen(f"Citizen {n}") for n in range(4)]
    hook.meeting = asyncio.Barrier(3)
    async with webhook(bot, hook, max_connections=3, drop_pending_updates=True):
        for person in people:
            await person.writes("one")
            await person.writes("two")
        for person in people:
            await person.sees("mark", lambda post: post["message"]["text"] == "two")
    assert hook.most_busy == 3
    assert Counter(text for _, text in hook.came) == {"one": 4, "two": 4}


async def test_an_update_can_come_twice(bot: Bot, hook: Hook, citizen: Citizen, sandbox: Sandbox) -> None:
    await sandbox.fault("duplicate", chat_id=citizen.id)
    async with webhook(bot, hook, drop_pending_updates=True):
        await citizen.writes("one")
        await acknowledged(citizen, await citizen.writes("two"))
    numbers = [number for number, _ in hook.came]
    assert [text for _, text in hook.came] == ["one", "one", "two"]
    assert numbers[0] == numbers[1]


async def test_updates_can_change_places(bot: Bot, citizen: Citizen, sandbox: Sandbox) -> None:
    await sandbox.fault("reorder", chat_id=citizen.id)
    await bot.delete_webhook(drop_pending_updates=True)
    await citizen.writes("one")
    await citizen.writes("two")
    assert [update.message.text for update in await bot.get_updates()] == ["two", "one"]


async def test_a_method_in_the_answer_of_a_webhook_is_carried_out(bot: Bot, hook: Hook, citizen: Citizen) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": citizen.id, "text": "from the answer"}
    async with webhook(bot, hook, drop_pending_updates=True):
        await citizen.writes("a")
        await citizen.hears("from the answer")
