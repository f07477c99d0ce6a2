"""E-mail as a channel of the core: what the centre writes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from functools import partial
from typing import Any

from channels.email.composing import Attached, Composer, Mail
from channels.email.layout import Linked
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Where the files of a delivery can be fetched without an account, and for how long."""

    url: str
    lives: timedelta


OfferFiles = Callable[[int], Awaitable[Download]]
"""Opens the download of a delivery's files; raises an OfficeError when there cannot be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Enclosed:
    attached: list[Attached]
    linked: Linked | None


class EmailChannel:
    """Implements core.channels.Channel for sending.

    Mails come in by channels.email.mailbox and core.mail, whole and with their files: there are no events to read here, and
    nothing to fetch.
    """

    name = CHANNEL

    def __init__(
        self,
        server: Server,
        composer: Composer,
        *,
        load_file: LoadFile,
        clock: Clock,
        limits: Limits | None = None,
        offer_files: OfferFiles | None = None,
    ) -> None:
        """``offer_files``: what is too big goes as a link; without it such a letter fails.

        Opens no connection yet; raises OSError when the certificates to trust cannot be read.
        """
        limits = limits or Limits()
        self._pool = Pool(server, limits, hello=composer.domain)
        self._sender = MailSender(self._pool, limits)
        self._composer = composer
        self._load_file = load_file
        self._offer_files = offer_files
        self._clock = clock

    def read(self, payload: Any) -> Inbound | None:
        """None: a mail is no event of this kind."""
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
        mail = await self._compose(letter, outbound.delivery_id, await self._enclose(letter, outbound.delivery_id))
        await self._sender.send(mail)
        return mail.message_id

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """Raises DeliveryError (permanent): the files of a mail are stored with it."""
        raise DeliveryError("a mail brings its files itself", permanent=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _compose(self, letter: Letter, delivery: int, enclosed: _Enclosed) -> Mail:
        """What takes long is done in a thread; for a plain letter the way there would cost more than the work."""
        make = partial(self._composer.compose, letter, delivery, self._clock.now(), enclosed.attached, linked=enclosed.linked)
        try:
            return await asyncio.to_thread(make) if enclosed.attached or self._composer.signs else make()
        except (MessageError, ValueError, LookupError) as wrong:
            # The library refuses to write it; the next letter of this person must not wait for a cure.
            log.error("mail.not_composed", delivery=delivery, error=type(wrong).__name__)
            raise DeliveryError("the letter cannot be written as a mail", permanent=True) from wrong

    async def _enclose(self, letter: Letter, delivery: int) -> _Enclosed:
        """The files with their bytes, in their order; what a mail has no more room for goes as a link.

        Raises DeliveryError (permanent) when a file is gone, or too big where no download can be offered.
        """
        attached: list[Attached] = []
        left_out: list[str] = []
        room = ATTACHED_LIMIT
        for file in letter.files:
            try:
                content = await self._load_file(file.key)
            except OfficeError as missing:
                raise DeliveryError(f"file: {missing.code}", permanent=True) from missing
            if len(content) > room:
                left_out.append(file.file_name)
            else:
                room -= len(content)
                attached.append(Attached(file=file, content=content))
        return _Enclosed(attached=attached, linked=await self._link(delivery, left_out) if left_out else None)

    async def _link(self, delivery: int, names: list[str]) -> Linked:
        if self._offer_files is None:
            raise DeliveryError("the files are too big for a mail", permanent=True)
        try:
            download = await self._offer_files(delivery)
        except OfficeError as refused:
            raise DeliveryError(f"download: {refused.code}", permanent=True) from refused
        return Linked(names=tuple(names), url=download.url, lives=download.lives)
