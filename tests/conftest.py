"""What every test may ask for: a real PostgreSQL with our tables, emptied between tests, and a clock that the test moves."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.loading import loading
from db.embedded import EmbeddedServer
from db.engine import open_engine, plain_url
from db.migrating import upgrade
from db.sealing import MasterKeys, new_master
from db.transactions import Transactions
from tests.browser import running_chromium
from tests.clocks import MovableClock

os.environ.setdefault("CONTACT_KEYS", new_master("tests"))
os.environ.setdefault("RECORDING_KEYS", new_master("tests"))
MASTER = MasterKeys.read(os.environ["CONTACT_KEYS"])
"""The processes that a test starts have the same, and the same key of the recordings."""
_EMPTY = text("""
    DO $$
    DECLARE one text;
    BEGIN
        PERFORM set_config('session_replication_role', 'replica', true);  -- the audit trail refuses to be emptied
        FOR one IN
            SELECT format('%I', tablename) FROM pg_tables
            WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'data_key', 'procrastinate_version')
        LOOP
            EXECUTE 'DELETE FROM ' || one;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    END $$
""")
"""A few rows are deleted in a tenth of the time that TRUNCATE takes to make the files of ninety tables anew."""
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3
LONG = ("core/control/test_year.py", "journeys/", "app/test_health.py", "channels/voice/recording/", "screens/", "nlu/", "ui/")
"""Files whose tests take longest, the longest first: a run on several processes ends with short ones."""


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests of the browser and of the whole house wait for a third of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What the tests load stays to the end: no search for garbage looks through it, now or later."""
    with loading():
        collected = yield
    gc.freeze()
    return collected


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files before short ones; the tests of a file stay in their order."""
    places = {part: place for place, part in enumerate(LONG)}
    items.sort(
        key=lambda item: next((place for part, place in places.items() if item.nodeid.startswith(f"tests/{part}")), len(places))
    )


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run, with every table made by the migrations."""
    with (
        tempfile.TemporaryDirectory(prefix="cc-pg-", dir=_quick_place()) as directory,
        EmbeddedServer(Path(directory) / "data") as url,
    ):
        _forget_at_a_power_cut(url)
        upgrade(url)
        yield url


def _quick_place() -> Path | None:
    """Memory, where the machine lends enough of it: to empty seventy tables after a test is a matter of files."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


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


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the whole run."""
    async with running_chromium() as browser:
        yield browser


@pytest.fixture
async def transactions(engine: AsyncEngine) -> AsyncIterator[Transactions]:
    """Transactions on an empty database; the tables are emptied after the test."""
    yield Transactions(engine)
    async with engine.begin() as connection:
        await connection.execute(_EMPTY)


@pytest.fixture
def clock() -> MovableClock:
    """Wednesday 25 November 2026, 12:00 in Moscow: a working day, in office hours."""
    return MovableClock()
