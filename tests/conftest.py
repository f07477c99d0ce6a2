"""What every test may ask for: a real PostgreSQL with our tables, emptied between tests, and a clock that the test moves."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import EmbeddedServer
from db.engine import open_engine, plain_url
from db.migrating import upgrade
from db.sealing import MasterKeys, new_master
from db.transactions import Transactions
from tests.clocks import MovableClock

os.environ.setdefault("CONTACT_KEYS", new_master("tests"))
MASTER = MasterKeys.read(os.environ["CONTACT_KEYS"])
"""The processes that a test starts have the same."""


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run, with every table made by the migrations."""
    with tempfile.TemporaryDirectory(prefix="cc-pg-") as directory, EmbeddedServer(Path(directory) / "data") as url:
        _forget_at_a_power_cut(url)
        upgrade(url)
        yield url


def _forget_at_a_power_cut(url: str) -> None:
    """This server need survive killed processes, not a machine without power: it never waits for the disk."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """One engine for the whole run."""
    engine = open_engine(database_url, keys=MASTER)
    yield engine
    await engine.dispose()


@pytest.fixture
async def transactions(engine: AsyncEngine) -> AsyncIterator[Transactions]:
    """Transactions on an empty database; the tables are emptied after the test."""
    yield Transactions(engine)
    async with engine.begin() as connection:
        tables = await connection.scalars(
            text(
                "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT IN ('alembic_version', 'data_key') AND tablename NOT LIKE 'procrastinate_%'"
            )
        )
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # the audit trail refuses to be emptied
        await connection.execute(text("TRUNCATE " + ", ".join(tables) + " RESTART IDENTITY CASCADE"))
        await connection.execute(text("TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE"))


@pytest.fixture
def clock() -> MovableClock:
    """Wednesday 25 November 2026, 12:00 in Moscow: a working day, in office hours."""
    return MovableClock()
