"""A new data key while several processes write: no value is lost, and none is left under the old key (ADR 0035)."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import String, type_coerce
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from core.people.model import Applicant, ContactPoint
from core.sealing.desk import KeyDesk
from db.engine import plain_url
from db.locks import NamedLocks
from db.sealing import FRESH, SEALED, KeyRing, keys_of
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.conftest import MASTER
from tests.house.tree import ROOT

WRITERS = 3
PATIENCE = 120


class Writer:
    """Another process, and what it said that it had committed."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.last_key = ""
        self.values: list[str] = []

    async def until(self, key: str = "") -> None:
        """Listen until it seals by this key; without one, to its first value."""
        while not self.values or (key and self.last_key != key):
            assert await self._hear(), "it ended too soon"

    async def end(self) -> None:
        """End it wherever it is, and hear all that it committed before."""
        if self._process.returncode is None:
            self._process.kill()
        while await self._hear():
            pass
        await self._process.wait()

    async def _hear(self) -> bool:
        assert self._process.stdout is not None
        told = (await self._process.stdout.readline()).decode()
        if told.endswith("\n"):
            self.last_key, value = told.split()
            self.values.append(value)
        return bool(told)


@pytest.fixture
async def writers(transactions: Transactions, database_url: str, clock: MovableClock) -> AsyncIterator[list[Writer]]:
    """Processes that write, each for a card of its own."""
    async with transactions.begin() as tx:
        tx.add_all([Applicant(postal_address="Planted street", created_at=clock.now()) for _ in range(WRITERS)])
    script = (sys.executable, "-m", "tests.core.sealing.writer", database_url)
    started = [
        Writer(await asyncio.create_subprocess_exec(*script, str(card + 1), cwd=ROOT, stdout=PIPE)) for card in range(WRITERS)
    ]
    try:
        yield started
    finally:
        await asyncio.gather(*(one.end() for one in started))


async def test_what_is_written_meanwhile_is_sealed_by_the_new_key(
    transactions: Transactions, database_url: str, clock: MovableClock, engine: AsyncEngine, writers: list[Writer]
) -> None:
    ring, locks = keys_of(engine.sync_engine.dialect), NamedLocks(database_url)
    desk = KeyDesk(transactions=transactions, locks=locks, clock=clock, ring=ring)

    async def settle() -> None:
        await asyncio.gather(*(one.until(ring.current) for one in writers))

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(one.until() for one in writers))
        rotated = await desk.rotate(settle)
        await asyncio.gather(*(one.end() for one in writers))
    await locks.close()
    async with transactions.begin() as tx:
        values = set((await tx.exec(select(ContactPoint.value))).all())
        homes = list(await tx.exec(select(Applicant.postal_address).order_by(col(Applicant.id))))
        by_other_keys = [
            one
            for column in (ContactPoint.value, Applicant.postal_address)
            for one in await tx.exec(select(type_coerce(col(column), String)))
            if not one.startswith(f"{SEALED}.{rotated.key}.")
        ]
    written = [one.values for one in writers]
    assert not {value for one in written for value in one} - values
    assert all(home >= one[-1] for home, one in zip(homes, written, strict=True)), "an address is the newest that was written"
    assert not by_other_keys


def test_who_only_writes_learns_of_a_new_key_by_time(database_url: str, engine: AsyncEngine) -> None:
    now = 0.0
    other = KeyRing(plain_url(database_url), MASTER, clock=lambda: now)
    before = other.current
    after = keys_of(engine.sync_engine.dialect).add()
    now = FRESH
    assert other.current == before
    now = FRESH + 1
    assert other.current == after
