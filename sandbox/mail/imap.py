"""The centre's mailbox over IMAP (RFC 9051), served by pymap out of its memory.

The post office alone keeps the letters. Their numbers are those of the mails: after a restart the same mails have the same.
"""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import format_datetime
from typing import cast
from weakref import WeakSet

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Event
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.selected import SelectedMailbox

from sandbox.mail.delivering import Envelope, tell
from sandbox.mail.office import Letter, PostOffice
from sandbox.mail.reports import NOT_STORED
from sandbox.mail.settings import HOST, Settings


@asynccontextmanager
async def serving_mailbox(office: PostOffice, settings: Settings) -> AsyncIterator[int | None]:
    """Serve; gives the port, None when no mailbox is wanted. Raises OSError when the port is taken."""
    if settings.imap_port is None:
        yield None
        return
    server, inbox = await _open(settings, office.generation)
    writers: WeakSet[asyncio.StreamWriter] = WeakSet()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        # Nothing but what is defined there is used by pymap without STARTTLS.
        await server(reader, cast(asyncio.StreamWriter, _Whole(writer)), SocketInfo.get(writer, None))

    listening = await asyncio.start_server(serve, settings.smtp_host, settings.imap_port)
    try:
        async with asyncio.TaskGroup() as tasks:
            filling = tasks.create_task(_fill(inbox, office))
            yield int(listening.sockets[0].getsockname()[1])
            filling.cancel()
    finally:
        listening.close()
        for writer in writers:
            writer.close()


async def _open(settings: Settings, generation: int) -> tuple[IMAPServer, "_Inbox"]:
    """A server with one account and its empty mailbox. Plain text: it is on loopback."""
    arguments = Namespace(
        **dict.fromkeys(("passlib_cfg", "proxy_protocol", "cert", "key", "debug", "tls", "demo_data")),
        host=settings.smtp_host,
        port=settings.imap_port,
        demo_user=settings.centre,
        demo_password=settings.password,
    )
    backend, config = await DictBackend.init(arguments)
    assert isinstance(config, Config), "this backend makes them"
    config.apply_context()
    boxes = MailboxSet()
    boxes._inbox = inbox = _Inbox(boxes, generation)
    config.set_cache[settings.centre] = (boxes, FilterSet())
    return IMAPServer(backend.login, config), inbox


async def _fill(inbox: "_Inbox", office: PostOffice) -> None:
    """Bring what comes for the centre, and take away what was thrown away, until the office is closed."""
    held: set[int] = set()
    last = 0
    while True:
        while fresh := office.letters(office.centre, last):
            for letter in reversed(fresh):
                last = letter.id
                if await _bring(inbox, office, letter):
                    held.add(letter.id)
        if gone := held - {letter.id for letter in office.letters(office.centre)}:
            await inbox.delete(gone)
            held -= gone
        elif not await office.wait(None):
            return


async def _bring(inbox: "_Inbox", office: PostOffice, letter: Letter) -> bool:
    """Whether it lies in the mailbox now; what pymap cannot take apart is sent back, as a mailbox server does."""
    try:
        content = office.raw(letter.id)
    except KeyError:
        return False
    try:
        await inbox.bring(letter.id, _stamped(letter, office) + content, datetime.fromisoformat(letter.at))
    except RecursionError:
        envelope = Envelope(sender=letter.sender, recipients=tuple(letter.recipients))
        tell(office, envelope, content, office.centre, NOT_STORED)
        return False
    return True


def _stamped(letter: Letter, office: PostOffice) -> bytes:
    """What the last server writes above a mail (RFC 5321, 4.4): the envelope, and when it came."""
    to = [address for address in letter.recipients if office.box_of(address) == office.centre]
    came = format_datetime(datetime.fromisoformat(letter.at))
    lines = [
        f"Return-Path: <{letter.sender}>",
        *(f"Delivered-To: {address}" for address in to),
        f"Received: by {HOST} (sandbox) id {letter.id}; {came}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


class _Inbox(MailboxData):
    """With numbers that we choose, and without deaf moments: pymap waits for the next news even when there are some already.

    A mail that came while an answer was being written would be told of with the one after it, and the end of an IDLE not answered.
    """

    def __init__(self, boxes: MailboxSet, generation: int) -> None:
        super().__init__(boxes._content_cache, boxes._thread_cache)
        self._uid_validity = generation

    async def bring(self, uid: int, content: bytes, at: datetime) -> None:
        """Add a mail with this number, higher than all before. Raises RecursionError for one that cannot be taken apart."""
        self._max_uid = uid - 1
        await self.append(AppendMessage(content, at, frozenset()))

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        if wait_on is not None and (wait_on.is_set() or selected.mod_sequence != self._mod_sequences.highest):
            wait_on = None
        return await super().update_selected(selected, wait_on=wait_on)


class _Whole:
    """A writer that sends an answer as one: pymap writes it in pieces, and a client that looks in between takes one for a line."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self._pieces.append(bytes(piece))

    async def drain(self) -> None:
        """Raises ConnectionResetError once it is closed, which pymap takes well; uvloop would raise what it does not."""
        answer, self._pieces = b"".join(self._pieces), []
        if self._writer.is_closing():
            raise ConnectionResetError("closed")
        self._writer.write(answer)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()
