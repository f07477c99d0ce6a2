"""The worker as it is wired: it outlives the database's connections."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.assembly import open_house
from app.settings import Settings
from app.worker import work_forever
from db.engine import plain_url
from db.transactions import Transactions
from tests import patience
from tests.fakes import FakeDialogue

_LISTENING = "SELECT count(*) FROM procrastinate_workers"
_CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def test_jobs_go_on_after_the_database_dropped_every_connection(
    database_url: str, engine: AsyncEngine, transactions: Transactions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, value in {"DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    done, stopping = asyncio.Event(), asyncio.Event()
    async with open_house(Settings(), dialogue=FakeDialogue()) as house, asyncio.TaskGroup() as tasks:

        @house.queue.task(name="probe")
        async def probe() -> None:
            done.set()

        worker = tasks.create_task(work_forever(house.queue, stopping))
        async with (
            asyncio.timeout(patience.SECONDS),
            await psycopg.AsyncConnection.connect(plain_url(database_url), autocommit=True) as db,
        ):
            for _ in range(2):
                while (await (await db.execute(_LISTENING)).fetchone()) == (0,):
                    await asyncio.sleep(0.02)
                await db.execute(_CUT_OFF)
                while True:
                    try:
                        await probe.defer_async()
                        break
                    except Exception:  # a connection of the pool that was cut
                        await asyncio.sleep(0.02)
                await done.wait()
                done.clear()
        stopping.set()
        worker.cancel()
    await engine.dispose()  # its connections were cut as well
