"""The citizens' Telegram bot as a channel of the core."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import GetFile, SendChatAction, TelegramMethod
from pydantic import SecretStr

from bots import raw
from bots.citizen.api import OFFICIAL, SessionOptions, open_bot
from bots.citizen.envelope import courtesy_for, lane_of
from bots.citizen.keyboards import Keyboards
from bots.citizen.layout import lay_out
from bots.citizen.pacing import Pace, Pacer
from bots.citizen.reading import CHANNEL, UpdateReader
from bots.citizen.refusals import FAILURES, delivery_error
from bots.citizen.registration import register_bot
from bots.citizen.sending import Sender
from bots.citizen.words import BotWords, load_words
from core.channels import DeliveryError, Inbound, Outbound
from core.errors import OfficeError
from core.logs import log

CHUNK = 65536
DEFAULT_CONNECTIONS = 40
"""Webhook calls at once; Telegram's own default."""

LoadFile = Callable[[str], Awaitable[bytes]]
"""The bytes under a storage key; raises an OfficeError when there are none."""


class TelegramChannel:
    """Implements core.channels.Channel over the Bot API."""

    name = CHANNEL

    def __init__(
        self,
        token: SecretStr | str,
        *,
        load_file: LoadFile,
        api_base: str = OFFICIAL,
        words: BotWords | None = None,
        options: SessionOptions | None = None,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Opens no connection yet; raises aiogram's TokenValidationError for a token that cannot be one."""
        self.words = words or load_words()
        self.options = options or SessionOptions()
        self.bot = open_bot(token if isinstance(token, str) else token.get_secret_value(), api_base, self.options)
        self.bot_id = self.bot.id
        self._reader = UpdateReader(self.words)
        self._keyboards = Keyboards(self.words)
        self._pacer = Pacer(pace or Pace(), clock, sleep)
        self._sender = Sender(self.bot, self.options)
        self._load_file = load_file

    def intake_identity(self, payload: Any) -> tuple[str, str, str] | None:
        """(source, external id, lane) under which an update is stored; None when it is no update."""
        update_id = raw.whole(payload, "update_id") if isinstance(payload, Mapping) else None
        if update_id is None:
            return None
        return f"{CHANNEL}:{self.bot_id}", str(update_id), f"{CHANNEL}:{lane_of(payload)}"

    def read(self, payload: Any) -> Inbound | None:
        """The update in our words; see core.channels.Channel."""
        return self._reader.read(payload)

    async def receive(self, payload: Any) -> None:
        """Stop a button's spinner; leave a group that somebody put the bot into."""
        call = courtesy_for(payload)
        if call is not None:
            await self._courteously(call)

    async def show_typing(self, recipient: str) -> None:
        """Telegram shows it for five seconds or until the next message."""
        chat = _chat(recipient)
        if chat is not None:
            await self._courteously(SendChatAction(chat_id=chat, action="typing"))

    async def send(self, outbound: Outbound) -> str:
        """Deliver in as many native messages as needed; gives the id of the last one.

        A failure after some of them carries their number in ``facts["parts_done"]``; given back as ``content["parts_done"]``
        these are not sent again.
        """
        chat = _chat(outbound.recipient)
        steps = lay_out(outbound)
        if chat is None or not steps:
            raise DeliveryError("no such chat" if chat is None else "nothing to send", permanent=True)
        keyboard = self._keyboards.draw(outbound)
        done = min(raw.size(outbound.content, "parts_done"), len(steps) - 1)
        sent = ""
        for step in steps[done:]:
            try:
                contents = [await self._load_file(file.key) for file in step.files]
                await self._pacer.wait(outbound.recipient)
                sent = await self._sender.perform(chat, step, keyboard, contents)
            except DeliveryError as refused:
                raise delivery_error(refused, done) from refused
            except OfficeError as missing:
                raise delivery_error(DeliveryError(f"file: {missing.code}", permanent=True), done) from missing
            except FAILURES as failure:
                if isinstance(failure, TelegramRetryAfter):
                    self._pacer.silence(outbound.recipient, failure.retry_after)
                raise delivery_error(failure, done) from None
            done += 1
        return sent

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """Download a file; Telegram's own limit is 20 MB."""
        try:
            file = await self.bot(GetFile(file_id=remote_id), request_timeout=self.options.timeout)
            if not file.file_path or (file.file_size or 0) > limit:
                raise DeliveryError("file is gone or too big", permanent=True)
            return await self._download(file.file_path, limit)
        except FAILURES as failure:
            # The cause is left out: aiohttp's errors quote the address, and the token is a part of it.
            raise delivery_error(failure) from None

    async def setup(
        self, *, webhook_url: str = "", secret: SecretStr | str = "", max_connections: int = DEFAULT_CONNECTIONS
    ) -> None:
        """Tell Telegram where updates go (no address: they are polled for), the commands and the descriptions.

        Raises DeliveryError, for example ``retry_after`` when many processes start at once.
        """
        plain = secret if isinstance(secret, str) else secret.get_secret_value()
        try:
            await register_bot(self.bot, self.words, webhook_url=webhook_url, secret=plain, max_connections=max_connections)
        except FAILURES as failure:
            raise delivery_error(failure) from None

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.session.close()

    async def _download(self, path: str, limit: int) -> bytes:
        content = bytearray()
        url = self.bot.session.api.file_url(self.bot.token, path)
        stream = self.bot.session.stream_content(url, timeout=self.options.upload_timeout, chunk_size=CHUNK)
        try:
            async for chunk in stream:
                content += chunk
                if len(content) > limit:
                    raise DeliveryError("file is too big", permanent=True)
        finally:
            await stream.aclose()
        return bytes(content)

    async def _courteously(self, method: TelegramMethod[Any]) -> None:
        try:
            await self.bot(method, request_timeout=self.options.courtesy_timeout)
        except FAILURES as failure:
            log.debug("telegram.courtesy_failed", method=method.__api_method__, error=type(failure).__name__)


def _chat(recipient: str) -> int | None:
    try:
        return int(recipient)
    except ValueError:
        return None
