"""Small stand-ins for what lies outside: a Telegram that takes messages at once, and a dialogue that echoes."""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "42:bench"
SECRET = "bench-secret"


@dataclass
class Telegram:
    """Remembers each sendMessage with the moment of its arrival; wakes those who wait for one."""

    sent: list[tuple[float, int, str]] = field(default_factory=list)
    _arrived: dict[int, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def handle(self, request: web.Request) -> web.Response:
        """Any Bot API method."""
        arrived = time.perf_counter()
        method = request.match_info["method"]
        given: Mapping[str, Any] = await (request.json() if request.content_type == "application/json" else request.post())
        if method != "sendMessage":
            return web.json_response({"ok": True, "result": _result(method)})
        chat, words = int(str(given["chat_id"])), str(given["text"])
        self.sent.append((arrived, chat, words))
        self._arrived[chat].set()
        message = {"message_id": next(self._ids), "date": 1, "chat": {"id": chat, "type": "private"}, "text": words}
        return web.json_response({"ok": True, "result": message})

    def expect(self, chat: int) -> asyncio.Event:
        """An event that the next message to the chat sets."""
        self._arrived[chat] = asyncio.Event()
        return self._arrived[chat]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve on a free port; gives the base address."""
        app = web.Application()
        app.router.add_route("*", f"/bot{TOKEN}/{{method}}", self.handle)
        async with _serving(app) as url:
            yield url


async def _echo(request: web.Request) -> web.Response:
    turn = await request.json()
    said = [{"text": f"echo {turn['text']}", "buttons": []}] if turn.get("text") else []
    return web.json_response(
        {
            "messages": said,
            "commands": [],
            "intent": "echo",
            "confidence": 1.0,
            "ranking": [],
            "active_loop": None,
            "requested_slot": None,
            "slots": {},
            "state": {"turns": (turn.get("state") or {"turns": 0})["turns"] + 1},
            "model": "echo",
        }
    )


@asynccontextmanager
async def echoing_dialogue() -> AsyncIterator[str]:
    """A dialogue that answers every text with itself; gives its base address."""
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/webhooks/core/turn", _echo)
    app.router.add_get("/webhooks/core/", lambda _: _ok())
    async with _serving(app) as url:
        yield url


async def _ok() -> web.Response:
    return web.json_response({"status": "ok"})


@asynccontextmanager
async def _serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _result(method: str) -> Any:
    if method == "getMe":
        return {"id": 42, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
    return True


def message_update(update_id: int, chat: int, words: str) -> dict[str, Any]:
    """A text message as Telegram's webhook brings it."""
    person = {"id": chat, "is_bot": False, "first_name": "Bench"}
    message = {"message_id": update_id, "date": 1790000000, "from": person, "chat": {"id": chat, "type": "private"}, "text": words}
    return {"update_id": update_id, "message": message}


async def post_update(http: aiohttp.ClientSession, url: str, update: Mapping[str, Any]) -> int:
    """Bring one update; gives the HTTP status, 0 when nobody answers."""
    try:
        async with http.post(url, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as response:
            await response.read()
            return response.status
    except (aiohttp.ClientError, OSError):
        return 0
