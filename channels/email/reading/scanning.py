"""Files are shown to a virus scanner when there is one: clamd, over its own protocol (``INSTREAM``, clamd(8))."""

import asyncio
import struct
from contextlib import suppress
from dataclasses import dataclass, replace

from core import logs
from core.judging import NotScanned, Scanner
from core.mail.port import MailFile, ReadMail

CHUNK = 256 * 1024
ANSWER = 4096
CLEAN, FOUND = b"OK", b"FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamd:
    """A clamd on this machine (``socket``, a path) or elsewhere (``host`` and ``port``); seconds for each file."""

    socket: str = ""
    host: str = ""
    port: int = 3310
    timeout: float = 30.0

    async def is_infected(self, content: bytes) -> bool:
        """Raises NotScanned when it cannot be reached, is too slow, or finds the file too long for itself."""
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._asked(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise NotScanned(type(error).__name__) from error
        words = answer.rstrip(b"\0\r\n ").rpartition(b" ")[2]
        if words not in {CLEAN, FOUND}:
            raise NotScanned("no verdict")
        return words == FOUND

    async def _asked(self, content: bytes) -> bytes:
        reading, writing = await self._connected()
        try:
            with suppress(ConnectionError):
                # Of a file too long for it clamd tells at once, and reads no further.
                await _send(writing, content)
            return await reading.read(ANSWER)
        finally:
            writing.close()
            with suppress(OSError):
                await writing.wait_closed()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.socket:
            return await asyncio.open_unix_connection(self.socket)
        return await asyncio.open_connection(self.host, self.port)


async def _send(writing: asyncio.StreamWriter, content: bytes) -> None:
    writing.write(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        writing.write(struct.pack(">I", len(chunk)) + chunk)
        await writing.drain()
    writing.write(struct.pack(">I", 0))
    await writing.drain()


async def scanned(mail: ReadMail, scanner: Scanner | None) -> ReadMail:
    """The mail with ``infected`` on the file and on the mail, or with ``unscanned`` when a file was not looked at."""
    if not any(file.content for file in mail.files):
        return mail
    if scanner is None:
        return replace(mail, remarks=(*mail.remarks, "unscanned"))
    files, remarks = list[MailFile](), list[str]()
    for file in mail.files:
        try:
            is_infected = bool(file.content) and await scanner.is_infected(file.content)
        except NotScanned as reason:
            logs.log.warning("mail.not_scanned", reason=str(reason))
            remarks.append("unscanned")
            is_infected = False
        if is_infected:
            remarks.append("infected")
        files.append(replace(file, warnings=(*file.warnings, "infected")) if is_infected else file)
    return replace(mail, files=tuple(files), remarks=(*mail.remarks, *dict.fromkeys(remarks)))
