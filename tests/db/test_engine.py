"""Connections whose time is over are closed, whoever held them meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db import alone
from db.engine import close_engine, open_engine
from db.transactions import Transactions

ONE = text("SELECT 1")
WHO = text("SELECT pg_backend_pid()")


@pytest.fixture
async def own_engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that a test may dispose of."""
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()


async def test_what_comes_back_after_the_end_of_its_pool_is_closed(own_engine: AsyncEngine) -> None:
    held = await own_engine.connect()
    driver = (await held.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    await own_engine.dispose()
    assert (await held.execute(ONE)).scalar() == 1, "whoever holds it ends in peace"
    await held.close()
    assert driver.closed
    async with own_engine.connect() as fresh:
        first = (await fresh.execute(WHO)).scalar()
    async with own_engine.connect() as again:
        assert (await again.execute(WHO)).scalar() == first, "and what was opened after it is kept"


async def test_the_same_for_a_connection_of_single_statements(own_engine: AsyncEngine) -> None:
    transactions = Transactions(own_engine)
    async with transactions.each_alone() as held:
        driver = held._connection
        await own_engine.dispose()
        assert (await held.execute(ONE, {})).scalar() == 1
    assert driver.closed
    async with transactions.each_alone() as fresh:
        first = (await fresh.execute(WHO, {})).scalar()
    async with transactions.each_alone() as again:
        assert (await again.execute(WHO, {})).scalar() == first


async def test_an_engine_that_is_closed_keeps_nothing_open(own_engine: AsyncEngine) -> None:
    transactions = Transactions(own_engine)
    await close_engine(own_engine)
    async with own_engine.connect() as late:
        driver = (await late.get_raw_connection()).driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)
    async with transactions.each_alone() as alone_late:
        other = alone_late._connection
    assert driver.closed and other.closed


async def test_who_gives_up_while_an_old_connection_is_tried_leaves_none_open(
    own_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions, is_tried = Transactions(own_engine), asyncio.Event()
    async with transactions.each_alone() as one:
        driver = one._connection

    async def hangs(connection: psycopg.AsyncConnection, statement: str) -> None:
        is_tried.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(alone, "IDLE", -1.0)
    monkeypatch.setattr(psycopg.AsyncConnection, "execute", hangs)

    async def use() -> None:
        async with transactions.each_alone():
            raise AssertionError("nobody waits for it any more")

    asking = asyncio.create_task(use())
    await is_tried.wait()
    asking.cancel()
    await asyncio.wait({asking})
    assert asking.cancelled() and driver.closed
