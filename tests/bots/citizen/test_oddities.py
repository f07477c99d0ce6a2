"""Answers that the real service or a proxy before it may give, and a webhook called by a real peer."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.citizen.api import SessionOptions
from bots.citizen.channel import TelegramChannel
from bots.citizen.polling import Poller
from bots.citizen.webhook import webhook_path, webhook_route
from core.channels import DeliveryError
from sandbox.telegram.driver import Citizen
from tests import patience
from tests.bots.citizen.conftest import TOKEN, Files
from tests.bots.citizen.samples import an_outbound
from tests.serving import serve

PRIVATE = "private words"


@asynccontextmanager
async def answering(status: int, body: str, downloads: int = 404) -> AsyncIterator[TelegramChannel]:
    """A channel whose server gives this answer to every call, and this status to downloads."""

    async def answer(request: Request) -> Response:
        return Response(body, status) if request.method == "POST" else Response(b"x" * 20, downloads)

    with serve(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])) as base:
        channel = TelegramChannel(TOKEN, load_file=Files().load, api_base=base, options=SessionOptions(timeout=3))
        try:
            yield channel
        finally:
            await channel.close()


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (502, "<html>Bad Gateway</html>", False),
        (500, '{"ok":false}', False),
        (200, f"<html>{PRIVATE}</html>", False),
        (200, "", False),
        (400, '{"ok":false}', True),
        (404, '{"ok":false}', False),
        (404, '{"ok":false,"error_code":404,"description":"Not Found"}', False),
        (418, '{"ok":false,"error_code":418,"description":"?"}', False),
        (403, '{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}', True),
        (413, '{"ok":false,"error_code":413,"description":"Request Entity Too Large"}', True),
    ],
)
async def test_an_odd_answer_is_a_delivery_error(status: int, body: str, permanent: bool) -> None:
    async with answering(status, body) as channel:
        with pytest.raises(DeliveryError) as failed:
            await channel.send(an_outbound(text="a"))
        assert failed.value.permanent is permanent
        assert PRIVATE not in str(failed.value)
        with pytest.raises(DeliveryError):
            await channel.fetch("f", 10)


async def test_what_was_sent_is_sent_even_if_the_answer_is_new_to_us() -> None:
    async with answering(200, '{"ok":true,"result":{"message_id":7,"date":"tomorrow"}}') as channel:
        assert await channel.send(an_outbound(text="a")) == "7"


@pytest.mark.parametrize(("downloads", "permanent"), [(404, True), (502, False), (200, True)], ids=["gone", "trouble", "too long"])
async def test_a_download_that_fails_does_not_tell_the_token(downloads: int, permanent: bool) -> None:
    answer = '{"ok":true,"result":{"file_id":"f","file_unique_id":"u","file_path":"a/b"}}'
    async with answering(200, answer, downloads) as channel:
        with pytest.raises(DeliveryError) as failed:
            await channel.fetch("f", 10)
        assert failed.value.permanent is permanent
        assert TOKEN not in "".join(traceback.format_exception(failed.value))


async def test_a_batch_without_updates_is_not_asked_for_in_a_circle() -> None:
    stop, pauses = asyncio.Event(), list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            stop.set()
        await asyncio.sleep(0)

    async def store(_update: Mapping[str, Any]) -> None:
        raise AssertionError("nothing is to be stored")

    async with asyncio.timeout(patience.SECONDS), answering(200, '{"ok":true,"result":[{"strange":1}]}') as channel:
        await Poller(channel, store, sleep=sleep).run(stop)
    assert pauses[:3] == [0.5, 1.0, 2.0]


async def test_updates_come_by_webhook_and_again_after_a_failed_store(channel: TelegramChannel, citizen: Citizen) -> None:
    stored: list[Mapping[str, Any]] = []
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def store(update: Mapping[str, Any]) -> None:
        if not stored and not store_failed:
            store_failed.append(True)
            raise ConnectionError("the database is away")
        stored.append(update)
        loop.call_soon_threadsafe(arrived.set)

    store_failed: list[bool] = []

    async def mishap(_request: Request, _failure: Exception) -> Response:
        return Response(status_code=500)

    app = Starlette(routes=[webhook_route(channel, "s-3_cret", store)], exception_handlers={ConnectionError: mishap})
    with serve(app) as base:
        await channel.setup(webhook_url=base + webhook_path(channel.bot_id), secret="s-3_cret")
        await citizen.writes("по адресу")
        async with asyncio.timeout(patience.SECONDS):
            while not any(update.get("message", {}).get("text") == "по адресу" for update in stored):
                arrived.clear()
                await arrived.wait()
        await channel.setup()
    inbound = channel.read(stored[-1])
    assert inbound is not None
    assert (inbound.text, inbound.sender, store_failed) == ("по адресу", str(citizen.id), [True])
