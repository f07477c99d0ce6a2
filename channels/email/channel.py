"""E-mail as a channel of the core: what the centre writes."""

import asyncio
from collections.abc import Awaitable, Callable
from email.errors import MessageError
from typing import Any

from channels.email.composing import Attached, Composer, Mail
from channels.email.letter import Letter, read_letter
from channels.email.options import Limits, Server
from channels.email.pool import Pool
from channels.email.sender import MailSender
from core.channels import DeliveryError, Inbound, Outbound
from core.clock import Clock
from core.errors import OfficeError
from core.logs import log

CHANNEL = "email"
ATTACHED_LIMIT = 25 * 1024 * 1024
"""Bytes of all files of one mail, before base 64 makes a third more of them: what most servers take."""

LoadFile = Callable[[str], Awaitable[bytes]]
"""The bytes under a storage key; raises an OfficeError when there are none."""


class EmailChannel:
    """Implements core.channels.Channel for sending; it reads no mail, so nothing comes in and there is nothing to fetch."""

    name = CHANNEL

    def __init__(
        self,
        server: Server,
        composer: Composer,
        *,
        load_file: LoadFile,
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        """Opens no connection yet; raises OSError when the certificates to trust cannot be read."""
        limits = limits or Limits()
        self._pool = Pool(server, limits, hello=composer.domain)
        self._sender = MailSender(self._pool, limits)
        self._composer = composer
        self._load_file = load_file
        self._clock = clock

    def read(self, payload: Any) -> Inbound | None:
        """None: this channel brings nothing in."""
        return None

    async def receive(self, payload: Any) -> None:
        """Mail knows no courtesies."""

    async def show_typing(self, recipient: str) -> None:
        """Nobody watches a letter being written."""

    async def send(self, outbound: Outbound) -> str:
        """Hand the letter to the mail server; gives its Message-ID, which is the same on every try.

        ``facts["maybe_sent"]`` of the DeliveryError: the connection was lost when the whole mail may have been taken.
        """
        letter = read_letter(outbound)
        mail = await self._compose(letter, outbound.delivery_id, await self._files(letter))
        await self._sender.send(mail)
        return mail.message_id

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """Raises DeliveryError (permanent): nothing comes in on this channel."""
        raise DeliveryError("no files come by e-mail", permanent=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _compose(self, letter: Letter, delivery: int, attached: list[Attached]) -> Mail:
        """In a thread: base 64 of 25 MB takes a second, and a signature 15 ms."""
        try:
            return await asyncio.to_thread(self._composer.compose, letter, delivery, self._clock.now(), attached)
        except (MessageError, ValueError, LookupError) as wrong:
            # The library refuses to write it; the next letter of this person must not wait for a cure.
            log.error("mail.not_composed", delivery=delivery, error=type(wrong).__name__)
            raise DeliveryError("the letter cannot be written as a mail", permanent=True) from wrong

    async def _files(self, letter: Letter) -> list[Attached]:
        """The files with their bytes. Raises DeliveryError (permanent) when one is gone, or all together are too big."""
        attached, size = [], 0
        for file in letter.files:
            try:
                content = await self._load_file(file.key)
            except OfficeError as missing:
                raise DeliveryError(f"file: {missing.code}", permanent=True) from missing
            size += len(content)
            if size > ATTACHED_LIMIT:
                raise DeliveryError("the files are too big for a mail", permanent=True)
            attached.append(Attached(file=file, content=content))
        return attached
