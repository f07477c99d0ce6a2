"""The port to reading mails: limited processes of our own, each serving one mail after the other."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from channels.email.reading.apart import ReadApart
from channels.email.reading.carrying import LENGTHS, Garbled, lengths, unpacked
from channels.email.reading.kinds import Own
from channels.email.reading.limited import ALL, HEADERS_SLOW, HEADERS_UNREADABLE, READY, REQUEST
from channels.email.reading.remarks import RAW
from channels.email.reading.scanning import scanned
from channels.email.tokens import Tokens, is_token
from core import logs
from core.judging import Scanner
from core.mail.port import Answered, MailKind, ReadMail

ROOT = Path(__file__).parents[3]
"""Where our own packages lie."""
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
"""Nothing of ours is inherited: no secret can be among it."""
HEADERS = 2 * 1024 * 1024
"""Bytes of a mail that are sent when only its headers are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLimits:
    """``seconds`` for each mail, of the processor and on the clock; ``memory`` in bytes of address space; a process is replaced
    after ``mails``; it has ``start`` seconds to load."""

    processes: int = 1
    seconds: int = 5
    memory: int = 512 * 1024 * 1024
    mails: int = 500
    start: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """Who we are to a mail: our addresses, the domain of our Message-IDs, and the name by which our MX signs what it checked."""

    own: Own = field(default_factory=Own)
    authority: str = ""


class Lost(Exception):
    """The process is gone, was too slow, or answered nonsense. ``remark`` is for the mail."""

    def __init__(self, remark: str) -> None:
        super().__init__(remark)
        self.remark = remark


class Limited:
    """One limited process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.mails = 0

    @classmethod
    async def start(cls, us: Us, limits: ReaderLimits) -> "Limited":
        """Raises Lost when it does not come up."""
        settings = {
            "addresses": sorted(us.own.addresses),
            "domain": us.own.domain,
            "authority": us.authority,
            "memory": limits.memory,
            "seconds": limits.seconds,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "channels.email.reading.limited", json.dumps(settings)),
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        one = cls(process)
        try:
            async with asyncio.timeout(limits.start):
                ready = await one._pipe(process.stdout).readexactly(len(READY))
        except (TimeoutError, asyncio.IncompleteReadError, OSError) as error:
            await one.stop()
            raise Lost("unreadable") from error
        except BaseException:
            await one.stop()
            raise
        if ready != READY:
            await one.stop()
            raise Lost("unreadable")
        return one

    @property
    def number(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(self, wanted: int, content: bytes, seconds: float) -> ReadApart:
        """Raises Lost; the process is then of no use any more."""
        self.mails += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(wanted, content)
        except TimeoutError as slow:
            raise Lost("too_slow") from slow
        except (asyncio.IncompleteReadError, OSError, Garbled) as broken:
            raise Lost("too_slow" if await self._ran_out_of_time() else "unreadable") from broken

    async def _exchange(self, wanted: int, content: bytes) -> ReadApart:
        into, out = self._process.stdin, self._pipe(self._process.stdout)
        if into is None:
            raise Lost("unreadable")
        into.write(REQUEST.pack(wanted, len(content)))
        into.write(content)
        await into.drain()
        head, files = lengths(await out.readexactly(LENGTHS.size))
        return unpacked(await out.readexactly(head), await out.readexactly(files))

    async def _ran_out_of_time(self) -> bool:
        """Whether the kernel ended it for the processor time it used."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                return await self._process.wait() == -signal.SIGXCPU
        return False

    async def stop(self) -> None:
        """Ends it at once."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    @staticmethod
    def _pipe(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
        if stream is None:
            raise Lost("unreadable")
        return stream


class Reader:
    """Implements core.mail.port.MailReader. A mail that ends its process is kept as ``unread``, by its headers where they can be
    read; the next one finds a new process."""

    def __init__(
        self, us: Us, *, tokens: Tokens | None = None, limits: ReaderLimits | None = None, scanner: Scanner | None = None
    ) -> None:
        self._us = us
        self._tokens = tokens
        self._limits = limits or ReaderLimits()
        self._scanner = scanner
        self._room = asyncio.Semaphore(self._limits.processes)
        self._idle = list[Limited]()

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of those that wait for a mail."""
        return tuple(one.number for one in self._idle)

    async def read(self, content: bytes) -> ReadMail:
        """See core.mail.port.MailReader."""
        read = await self._read_apart(content)
        return await scanned(self._answered(read), self._scanner)

    async def close(self) -> None:
        """End the processes; a later mail would start new ones."""
        while self._idle:
            await self._idle.pop().stop()

    async def _read_apart(self, content: bytes) -> ReadApart:
        async with self._room:
            try:
                # A mail that is too big is read by its headers: more is not even given away.
                return await self._ask(ALL, content if len(content) <= RAW else content[: RAW + 1])
            except Lost as lost:
                logs.log.warning("mail.reading_lost", remark=lost.remark, size=len(content))
                return await self._by_headers(content[:HEADERS], lost.remark)

    async def _by_headers(self, content: bytes, remark: str) -> ReadApart:
        wanted = HEADERS_SLOW if remark == "too_slow" else HEADERS_UNREADABLE
        try:
            return await self._ask(wanted, content)
        except Lost as lost:
            logs.log.error("mail.unreadable", remark=lost.remark, size=len(content))
            return ReadApart(mail=ReadMail(kind=MailKind.UNREAD, remarks=(remark,)))

    async def _ask(self, wanted: int, content: bytes) -> ReadApart:
        one = self._idle.pop() if self._idle else await Limited.start(self._us, self._limits)
        try:
            read = await one.ask(wanted, content, self._limits.seconds)
        except BaseException:
            await one.stop()
            raise
        if one.mails < self._limits.mails:
            self._idle.append(one)
        else:
            await one.stop()
        return read

    def _answered(self, read: ReadApart) -> ReadMail:
        """With the tokens opened: only here is the secret."""
        found, forged = dict[Answered, None](), False
        for address in read.addressed if self._tokens is not None else ():
            detail = address.partition("@")[0].partition("+")[2]
            opened = self._tokens.open(detail) if self._tokens is not None else None
            if opened is not None:
                found[Answered(purpose=opened[0], number=opened[1])] = None
            forged |= opened is None and is_token(detail)
        may_be_a_person = read.mail.kind in {MailKind.LIST, MailKind.AUTO}
        kind = read.kind_as_answer if may_be_a_person and any(one.purpose != DELIVERY for one in found) else read.mail.kind
        remarks = (*read.mail.remarks, "forged_token") if forged else read.mail.remarks
        return replace(read.mail, answers=tuple(found), kind=kind, remarks=remarks)


DELIVERY = "b"
"""The purpose that says nothing of who answers: it stands in envelopes, where reports come to."""
