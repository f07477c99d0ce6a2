"""Each process tells whether it lives and whether it is ready: without its database, while it stops, during an upgrade."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest
import uvicorn
from starlette.applications import Starlette

from app.assembly import House, open_house
from app.readiness import readiness_of
from app.settings import Settings
from app.settings_watching import PLACES, WatchingSettings
from app.watching.draining import DrainingServer
from app.watching.health import Condition, Health
from app.watching.serving import told_of
from app.watching.tables import database_checks
from db.engine import open_engine, plain_url
from db.migrating import known_revisions, upgrade
from deploy import health as asked_by_the_engine
from tests import patience
from tests.fakes import FakeDialogue

AWAY = "ALTER DATABASE readiness WITH ALLOW_CONNECTIONS {}"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'readiness'"
LOWEST, HIGHEST = 20_000, 32_000
"""Ports that no system gives away by itself meanwhile."""


@pytest.fixture
def free_ports() -> list[int]:
    """Room for one port of each process in a row, and one more; nobody has any of them now."""
    while True:
        begin = random.randrange(LOWEST, HIGHEST)
        ports = list(range(begin, begin + len(PLACES) + 1))
        with ExitStack() as held:
            try:
                for port in ports:
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return ports


@pytest.fixture
def server(database_url: str) -> Iterator[psycopg.Connection]:
    """The server of this run, with a database ``readiness`` that can be taken away."""
    with psycopg.connect(plain_url(database_url), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS readiness WITH (FORCE)")
        connection.execute("CREATE DATABASE readiness")
        yield connection
        connection.execute("DROP DATABASE readiness WITH (FORCE)")


@pytest.fixture
def url(database_url: str, server: psycopg.Connection) -> str:
    """Its address."""
    base, mark, options = database_url.partition("?")
    return base.rpartition("/")[0] + "/readiness" + mark + options


@pytest.fixture
async def house(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[House]:
    """A house on that database; nobody is at the dialogue."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, given in {"DATABASE_URL": url, "NLU_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, given)
    upgrade(url)
    async with open_house(Settings(), dialogue=FakeDialogue()) as opened:
        yield opened


async def told(http: aiohttp.ClientSession, address: str) -> tuple[int, dict[str, object]]:
    async with http.get(address) as answer:
        return answer.status, await answer.json()


async def until(asks: Callable[[], "asyncio.Future[bool] | object"]) -> None:
    async with asyncio.timeout(patience.SECONDS):
        while not await asks():  # type: ignore[misc]
            await asyncio.sleep(0.02)


async def test_a_process_without_its_database_lives_and_is_not_ready(
    house: House, server: psycopg.Connection, free_ports: list[int]
) -> None:
    health = readiness_of(house, asyncio.Event())
    settings = WatchingSettings(metrics_port=free_ports[0])
    at = f"http://127.0.0.1:{settings.port_of('worker')}"
    async with told_of(settings, "worker", health), aiohttp.ClientSession() as http:
        fine = {"database": "ok", "tables": "ok", "queue": "ok", "dialogue": "away"}
        assert await told(http, f"{at}/readyz") == (200, {"ready": True, "draining": False, "parts": fine})
        server.execute(AWAY.format(False))
        server.execute(CUT)
        await until(lambda: _is(http, f"{at}/readyz", 503))
        status, body = await told(http, f"{at}/readyz")
        assert (status, body["ready"], body["parts"]["database"]) == (503, False, "away")  # type: ignore[index]
        assert await told(http, f"{at}/livez") == (200, {"live": True})
        server.execute(AWAY.format(True))
        await until(lambda: _is(http, f"{at}/readyz", 200))


async def _is(http: aiohttp.ClientSession, address: str, status: int) -> bool:
    return (await told(http, address))[0] == status


@pytest.mark.parametrize(
    ("at", "condition", "ready"),
    [
        pytest.param(known_revisions().head, Condition.OK, True, id="the tables are ours"),
        pytest.param("0001", Condition.BEHIND, False, id="the migrations did not run yet"),
        pytest.param("of a newer version", Condition.AHEAD, True, id="an upgrade goes on beside us"),
        pytest.param(None, Condition.BEHIND, False, id="nothing was migrated"),
    ],
)
async def test_tables_of_another_version(
    server: psycopg.Connection, url: str, at: str | None, condition: Condition, ready: bool
) -> None:
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        if at is not None:
            connection.execute("INSERT INTO alembic_version VALUES (%s)", (at,))
    engine = open_engine(url, pool_size=1)
    report = await Health(stopping=asyncio.Event(), needed=database_checks(engine)).report()
    await engine.dispose()
    assert (report.parts["tables"], report.is_ready) == (condition, ready)


async def test_many_who_ask_cost_one_question() -> None:
    asked: list[bool] = []

    async def once() -> Condition:
        asked.append(True)
        return Condition.OK

    health = Health(stopping=asyncio.Event(), needed={"part": once})
    await asyncio.gather(*(health.report() for _ in range(20)))
    assert asked == [True]


async def test_a_part_that_is_only_useful_takes_nothing_away_and_a_slow_one_is_away() -> None:
    async def away() -> Condition:
        raise TimeoutError

    health = Health(stopping=asyncio.Event(), useful={"database": away})
    report = await health.report()
    assert (report.status, report.parts) == (200, {"database": Condition.AWAY})


async def test_the_engine_of_containers_asks_the_same(
    free_ports: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("METRICS_PORT", str(free_ports[0]))
    stopping = asyncio.Event()
    assert await asyncio.to_thread(asked_by_the_engine.main, "mail") == 1
    async with told_of(WatchingSettings(), "mail", Health(stopping=stopping)):
        assert await asyncio.to_thread(asked_by_the_engine.main, "mail") == 0
        stopping.set()
        assert await asyncio.to_thread(asked_by_the_engine.main, "mail") == 1
        assert await asyncio.to_thread(asked_by_the_engine.main, "mail", "livez") == 0
    monkeypatch.setenv("METRICS_PORT", "0")
    with pytest.raises(SystemExit, match="METRICS_PORT"):
        asked_by_the_engine.main("mail")


async def test_a_server_that_is_told_to_stop_says_so_before_it_goes(free_ports: list[int]) -> None:
    stopping = asyncio.Event()
    port = free_ports[-1]
    health = Health(stopping=stopping, serving=asyncio.Event())
    assert not (await health.report()).is_ready, "it does not listen yet"
    server = DrainingServer(uvicorn.Config(Starlette(routes=health.routes), port=port, log_config=None), health, patience.SECONDS)
    async with asyncio.TaskGroup() as tasks, aiohttp.ClientSession() as http:
        tasks.create_task(server.serve())
        at = f"http://127.0.0.1:{port}"
        await until(lambda: _answers(http, f"{at}/readyz"))
        server.handle_exit(signal.SIGTERM, None)
        await stopping.wait()
        assert await told(http, f"{at}/readyz") == (503, {"ready": False, "draining": True, "parts": {}})
        assert await told(http, f"{at}/livez") == (200, {"live": True})
        server.handle_exit(signal.SIGTERM, None)


async def _answers(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        return await _is(http, address, 200)
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def started(process: str, given: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", process), env={**os.environ, **given}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


@pytest.mark.timeout(patience.START + 3 * patience.SECONDS)
@pytest.mark.parametrize("process", ["web", "worker", "speech", "recorder"])
async def test_a_process_tells_of_itself_and_ends_well(
    process: str, database_url: str, free_ports: list[int], tmp_path: Path
) -> None:
    given = {
        "DATABASE_URL": database_url,
        "METRICS_PORT": str(free_ports[0]),
        "DRAIN_SECONDS": "60" if process == "web" else "0",
        "VAR_DIR": str(tmp_path),
        "NLU_URL": "http://127.0.0.1:9",
        "TELEGRAM_TOKEN": "",
        "VOICE_SECRET": "a secret of the tests that is long enough",
        "VOICE_RECORDER_PASSWORD": "a password of the tests",
        "VOICE_RECORDINGS_DIR": str(tmp_path / "recordings"),
        "VOICE_SPEECH_TOKEN": "a token of the tests",
        **{name: str(free_ports[-1]) for name in ("WEB_PORT", "VOICE_RECORDER_PORT", "VOICE_SPEECH_PORT")},
    }
    at = f"http://127.0.0.1:{free_ports[PLACES.index(process)]}"
    async with started(process, given) as child, aiohttp.ClientSession() as http:
        async with asyncio.timeout(patience.START):
            while not await _answers(http, f"{at}/readyz"):
                assert child.returncode is None, "it ended while it started"
                await asyncio.sleep(0.02)
        child.send_signal(signal.SIGTERM)
        if process == "web":
            await until(lambda: _is(http, f"{at}/readyz", 503))
            assert (await told(http, f"http://127.0.0.1:{free_ports[-1]}/readyz"))[1]["draining"] is True
            assert await told(http, f"http://127.0.0.1:{free_ports[-1]}/livez") == (200, {"live": True})
            child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(patience.SECONDS):
            assert await child.wait() == 0
