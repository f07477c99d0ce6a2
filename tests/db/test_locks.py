"""Locks when their process ends."""

import asyncio
from typing import Any

import psycopg
import pytest

from db.locks import NamedLocks


async def test_locks_that_are_closed_leave_no_connection_open(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really, opened, is_opened, goes_on = (
        psycopg.AsyncConnection.connect,
        list[psycopg.AsyncConnection](),
        asyncio.Event(),
        asyncio.Event(),
    )

    async def slowly(*where: Any, **options: Any) -> psycopg.AsyncConnection:
        opened.append(await really(*where, **options))
        is_opened.set()
        await goes_on.wait()
        return opened[-1]

    async def take(locks: NamedLocks) -> None:
        async with locks.hold("a name"):
            pass

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", slowly)
    locks = NamedLocks(database_url)
    taking = asyncio.create_task(take(locks))
    await is_opened.wait()
    closing = asyncio.create_task(locks.close())
    goes_on.set()
    await asyncio.wait({taking, closing})
    assert taking.exception() is None or isinstance(taking.exception(), psycopg.OperationalError)
    assert closing.exception() is None and [one.closed for one in opened] == [True]
    with pytest.raises(psycopg.OperationalError, match="closed"):
        await take(locks)
    assert len(opened) == 1
