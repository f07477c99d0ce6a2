"""Carrying updates to webhooks: in order within a chat, several chats at once, again with backoff until the bot answers 2xx."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp

from sandbox.telegram.clock import Clock
from sandbox.telegram.seats import Seat
from sandbox.telegram.settings import Settings
from sandbox.telegram.updates import Update

Answer = Callable[[Seat, dict[str, Any]], Awaitable[None]]


class Courier:
    """The webhook sender of one bot. `answer` carries out a method that the bot put into its HTTP answer."""

    def __init__(self, seat: Seat, settings: Settings, answer: Answer) -> None:
        self._seat = seat
        self._settings = settings
        self._clock: Clock = settings.clock
        self._answer = answer

    async def run(self) -> None:
        """Send for ever; cancelled when the server stops."""
        timeout = aiohttp.ClientTimeout(total=self._settings.webhook_timeout)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            while True:
                for update in self._ready():
                    update.in_flight = True
                    group.create_task(self._carry(session, update))
                await self._seat.queue.changed.wait(self._pause())

    def _ready(self) -> list[Update]:
        if not self._seat.webhook.url:
            return []
        now = asyncio.get_running_loop().time()
        pending = self._seat.queue.pending
        free = self._seat.webhook.most_connections - sum(update.in_flight for update in pending)
        ready: list[Update] = []
        for update in self._heads():
            if len(ready) < free and not update.in_flight and update.due <= now:
                ready.append(update)
        return ready

    def _heads(self) -> list[Update]:
        """The first waiting update of each chat: the order within a chat is kept."""
        heads: dict[int, Update] = {}
        for update in self._seat.queue.pending:
            heads.setdefault(update.chat.id, update)
        return list(heads.values())

    def _pause(self) -> float | None:
        if not self._seat.webhook.url:
            return None
        now = asyncio.get_running_loop().time()
        waits = [update.due - now for update in self._heads() if not update.in_flight and update.due > now]
        return min(waits, default=None)

    async def _carry(self, session: aiohttp.ClientSession, update: Update) -> None:
        webhook = self._seat.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        body = json.dumps(update.as_json(), ensure_ascii=False).encode()
        try:
            async with session.post(webhook.url, data=body, headers=headers, allow_redirects=False) as response:
                payload = await response.read()
                fault = (
                    None
                    if response.status // 100 == 2
                    else f"Wrong response from the webhook: {response.status} {_phrase(response.status)}"
                )
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            payload, fault = b"", f"Connection failed: {type(error).__name__}"
        if fault is None:
            await self._delivered(update, payload)
        else:
            self._failed(update, fault)

    async def _delivered(self, update: Update, payload: bytes) -> None:
        if update in self._seat.queue.pending:
            self._seat.queue.done(update)
        try:
            reply = json.loads(payload)
        except ValueError:
            return
        if isinstance(reply, dict) and "method" in reply:
            await self._answer(self._seat, reply)

    def _failed(self, update: Update, fault: str) -> None:
        update.attempts += 1
        update.in_flight = False
        wait = min(self._settings.retry_longest, self._settings.retry_first * 2 ** (update.attempts - 1))
        update.due = asyncio.get_running_loop().time() + wait
        self._seat.webhook.last_error = fault
        self._seat.webhook.last_error_date = int(self._clock.now().timestamp())
        self._seat.queue.changed.fire()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
