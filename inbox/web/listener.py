"""One LISTEN connection: notifications as they come, through restarts of the database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import psycopg
from psycopg import sql

from core.logs import log

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
"""Seconds between tries to connect."""
ALIVE_EVERY = 20.0
"""Seconds of silence after which the connection is asked whether it lives."""

Heard = Callable[[str, str], None]


async def listen(url: str, channels: Sequence[str], heard: Heard, connected: Callable[[], Awaitable[None]]) -> None:
    """Call ``heard(channel, payload)`` for each notification, for ever; ``connected`` is awaited after each (re)connection."""
    wait = FIRST_WAIT
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
                for channel in channels:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                await connected()
                wait = FIRST_WAIT
                await _hear(connection, heard)
        except (psycopg.Error, OSError) as error:
            log.warning("live.disconnected", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _hear(connection: psycopg.AsyncConnection, heard: Heard) -> None:
    while True:
        async for notice in connection.notifies(timeout=ALIVE_EVERY):
            heard(notice.channel, notice.payload)
        await connection.execute("SELECT 1")
