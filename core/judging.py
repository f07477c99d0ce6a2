"""Every file that comes in is judged before it is kept or given to anybody: by its content, never by its name (reg. 2.10).

Mails bring their own warnings (core.mail.port.MailFile); these are the same words for files that staff, departments and citizens
upload or that a channel holds.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from core.errors import Invalid
from core.logs import log
from core.packed import EXECUTABLE, ending, findings, is_stream_bomb

UNPACKING = 64 * 1024 * 1024
"""Bytes that are unpacked to look into one file."""
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
BEGINNINGS: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        ".jpg": (b"\xff\xd8\xff",),
        ".jpeg": (b"\xff\xd8\xff",),
        ".png": (b"\x89PNG\r\n\x1a\n",),
        ".gif": (b"GIF87a", b"GIF89a"),
        ".docx": (b"PK\x03\x04",),
        ".xlsx": (b"PK\x03\x04",),
        ".pptx": (b"PK\x03\x04",),
        ".odt": (b"PK\x03\x04",),
        ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
    }
)
"""What a file of this name begins with; a name that is not here promises nothing."""
PDF, PDF_WITHIN = b"%PDF-", 1024


class NotScanned(Exception):
    """The scanner did not say whether the file is clean."""


class Scanner(Protocol):
    """Whatever tells good files from bad."""

    async def is_infected(self, content: bytes) -> bool:
        """Raises NotScanned."""
        ...


class Fault(StrEnum):
    """Why a file is not taken in; the first that is found."""

    PROGRAM = "program"
    BOMB = "bomb"
    MACROS = "macros"
    DISGUISED = "disguised"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


READ_ANYWAY = frozenset({Fault.PROGRAM, Fault.DISGUISED})


@dataclass(slots=True)
class _Budget:
    unpacking: int = UNPACKING


def fault_of(file_name: str, content: bytes) -> Fault | None:
    """What the content itself tells; CPU work of up to a second for a large archive, so it is called in a thread."""
    if not content:
        return None
    name = ending(file_name)
    if content.startswith(PROGRAMS) or name in EXECUTABLE:
        return Fault.PROGRAM
    if content.startswith(PACKED) and is_stream_bomb(content, _Budget()):
        return Fault.BOMB
    if content.startswith(b"PK"):
        found = findings(content, _Budget())
        listed = (("bomb", Fault.BOMB), ("executable", Fault.PROGRAM), ("macros", Fault.MACROS))
        if fault := next((fault for warning, fault in listed if warning in found), None):
            return fault
    if name == ".pdf":
        return None if PDF in content[:PDF_WITHIN] else Fault.DISGUISED
    return Fault.DISGUISED if name in BEGINNINGS and not content.startswith(BEGINNINGS[name]) else None


class FileJudge:
    """Judges files; ``scanner``: the virus scanner, where there is one."""

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner = scanner

    async def judge(self, file_name: str, content: bytes) -> Fault | None:
        """What is wrong with a file; UNSCANNED when there is a scanner and it does not answer."""
        return await asyncio.to_thread(fault_of, file_name, content) or await self.scan(content)

    async def scan(self, content: bytes) -> Fault | None:
        """What the scanner says alone; None without a scanner."""
        if self._scanner is None:
            return None
        try:
            return Fault.INFECTED if await self._scanner.is_infected(content) else None
        except NotScanned as reason:
            log.warning("file.not_scanned", reason=str(reason))
            return Fault.UNSCANNED

    async def must_be_good(self, file_name: str, content: bytes, *, is_read: bool = False) -> bytes:
        """The content; raises Invalid with the fault beside the field ``file``.

        ``is_read``: the desk reads the document itself, and says better why it is none.
        """
        fault = await self.judge(file_name, content)
        if is_read and fault in READ_ANYWAY:
            fault = await self.scan(content)
        if fault is not None:
            raise Invalid("the file is not taken in", fields={"file": fault.value})
        return content
