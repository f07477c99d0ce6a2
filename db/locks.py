"""Locks by name that hold across processes and vanish with a process that dies: session advisory locks on one connection.

A pooler in transaction mode breaks them: point DATABASE_URL at the server itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import psycopg

from db.engine import plain_url

FIRST_WAIT = 0.005
LONGEST_WAIT = 0.2
"""Seconds between tries while another process holds the lock."""


class NamedLocks:
    """Mutual exclusion by name: an asyncio lock inside the process, an advisory lock between processes.

    If the connection breaks, the server has already dropped every lock of this process. The holders find out when they store:
    a conversation's ``version`` fences them off.
    """

    def __init__(self, url: str) -> None:
        self._url = plain_url(url)
        self._connection: psycopg.AsyncConnection | None = None
        self._is_over = False
        self._opening = asyncio.Lock()
        self._local: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def close(self) -> None:
        """Give every lock back, and take none any more."""
        async with self._opening:
            self._is_over = True
            if self._connection is not None:
                await self._connection.close()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait for the lock, hold it for the block."""
        local = self._local.setdefault(name, asyncio.Lock())
        async with local:
            wait = FIRST_WAIT
            while not await self._take(name):
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            try:
                yield
            finally:
                await self._give_back(name)

    @asynccontextmanager
    async def hold_if_free(self, name: str) -> AsyncIterator[bool]:
        """Hold the lock for the block if nobody has it; gives whether it is held."""
        local = self._local.setdefault(name, asyncio.Lock())
        if local.locked():
            yield False
            return
        async with local:
            if not await self._take(name):
                yield False
                return
            try:
                yield True
            finally:
                await self._give_back(name)

    async def _take(self, name: str) -> bool:
        connection = await self._open()
        cursor = await connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,))
        row = await cursor.fetchone()
        return bool(row and row[0])

    async def _give_back(self, name: str) -> None:
        connection = self._connection
        if connection is None or connection.closed:
            return
        try:
            await connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))
        except psycopg.OperationalError:
            await connection.close()  # the server dropped the locks with the connection

    async def _open(self) -> psycopg.AsyncConnection:
        async with self._opening:
            if self._is_over:
                raise psycopg.OperationalError("the locks of this process are closed")
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, prepare_threshold=1)
            return self._connection


class ApartLocks(NamedLocks):
    """The same locks under names of their own, for a place apart: nobody there waits for the real ones, nor they for it."""

    def __init__(self, locks: NamedLocks, place: str) -> None:
        self._locks = locks
        self._place = place

    async def close(self) -> None:
        """They are closed with the real ones."""

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[None]:
        """Wait for the lock, hold it for the block."""
        async with self._locks.hold(f"{self._place}:{name}"):
            yield

    @asynccontextmanager
    async def hold_if_free(self, name: str) -> AsyncIterator[bool]:
        """Hold the lock for the block if nobody has it; gives whether it is held."""
        async with self._locks.hold_if_free(f"{self._place}:{name}") as held:
            yield held
