"""Writes the journal behind the answers, so that no caller waits for the database, and nothing is lost when it is away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from channels.voice import patience
from channels.voice.ports import Journal, Spool
from core.logs import log
from core.phone.entries import Entry

BATCH = 200
"""Entries in one transaction."""
GATHERING = 0.1
"""Seconds that entries wait for others: one transaction for many steps leaves the processor to the next hook."""
MOST_WAITING = 5_000
"""Entries that wait in memory for a slow database; then batches go to the disk without asking it."""
CLOSING_LIMIT = 1.0
"""Seconds for a batch when the process stops."""
WRITE_LIMIT = 10.0
"""Seconds for a batch; a database that restarts may leave a connection open and silent."""


class Journalling:
    """A context: entered before the first hook, left after the last; on leaving what waits is written."""

    def __init__(self, journal: Journal, spool: Spool) -> None:
        self._journal = journal
        self._spool = spool
        self._waiting: list[Entry] = []
        self._something = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._limit: asyncio.Timeout | None = None
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write_on())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self._something.set()
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time() + CLOSING_LIMIT)
        if self._writer is not None:
            await self._writer

    def later(self, *entries: Entry) -> None:
        """Write these soon, in order."""
        self._waiting += entries
        self._something.set()

    async def now(self, *entries: Entry) -> None:
        """Keep these before going on: in the database, soon, or else on the disk."""
        await self._kept(entries, patience.ENTRY)

    async def at_once(self) -> None:
        """Keep what waits before going on, for an answer whose traces nothing else would restore."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            await self._kept(waiting, patience.BACKLOG)

    async def _kept(self, entries: Sequence[Entry], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._journal.write(entries)
        except Exception as error:  # noqa: BLE001 - whatever ails the database, the entries are kept
            log.warning("voice.journal_late", entries=len(entries), error=type(error).__name__)
            await self._put_by(entries)

    async def _write_on(self) -> None:
        while not self._closing.is_set() or self._waiting:
            await self._something.wait()
            await self._gather()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if not self._waiting and not self._closing.is_set():
                self._something.clear()
            if batch:
                await self._write(batch)

    async def _gather(self) -> None:
        """Let others come, unless there are enough or none will."""
        if len(self._waiting) < BATCH:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHERING):
                    await self._closing.wait()

    async def _write(self, batch: list[Entry]) -> None:
        if len(self._waiting) > MOST_WAITING:
            await self._put_by(batch)
            return
        try:
            async with asyncio.timeout(CLOSING_LIMIT if self._closing.is_set() else WRITE_LIMIT) as self._limit:
                await self._journal.write(batch)
        except Exception as error:  # noqa: BLE001 - the outermost loop of the writer
            log.warning("voice.journal_away", entries=len(batch), error=type(error).__name__)
            await self._put_by(batch)
        finally:
            self._limit = None

    async def _put_by(self, entries: Sequence[Entry]) -> None:
        try:
            await self._spool.append(entries)
        except OSError as error:
            log.error("voice.journal_lost", entries=len(entries), error=type(error).__name__)
