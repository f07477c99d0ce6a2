"""The product's own processes, started for a benchmark on an embedded database."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

from app.seeding import seed
from app.supervisor import answers
from bench.standins import SECRET, TOKEN
from bots.citizen.webhook import webhook_path
from db.embedded import EmbeddedServer
from db.engine import open_engine
from db.migrating import upgrade
from db.sealing import new_master
from db.transactions import Transactions

READY_WAIT = 120
MASTER = os.environ.setdefault("CONTACT_KEYS", new_master("bench"))
os.environ.setdefault("RECORDING_KEYS", new_master("bench"))


@contextmanager
def database(*, seeded: bool) -> Iterator[str]:
    """A fresh database with our tables; gives its address."""
    with tempfile.TemporaryDirectory(prefix="bench-pg-") as directory, EmbeddedServer(Path(directory) / "data") as url:
        upgrade(url)
        if seeded:
            asyncio.run(_seed(url))
        yield url


async def _seed(url: str) -> None:
    engine = open_engine(url)
    await seed(Transactions(engine))
    await engine.dispose()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(url: str, telegram: str, nlu: str, nlu_token: str, port: int) -> dict[str, str]:
    """What the web and worker processes are told."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "CONTACT_KEYS": MASTER,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API": telegram,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_URL": webhook_url(port),
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_CHAT_RATE": "1000",  # what is measured is the product, not the pauses that Telegram asks for
        "TELEGRAM_RATE": "10000",
        "NLU_URL": nlu,
        "NLU_TOKEN": nlu_token,
        "WEB_PORT": str(port),
        "LOG_LEVEL": os.environ.get("BENCH_LOG", "ERROR"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def webhook_url(port: int) -> str:
    """Where the web process takes updates."""
    return f"http://127.0.0.1:{port}{webhook_path(int(TOKEN.partition(':')[0]))}"


def start(process: str, given: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """One process of the product."""
    return subprocess.Popen([sys.executable, "-m", "app", process], env=dict(given), stdout=subprocess.DEVNULL)


async def wait_ready(url: str) -> None:
    """Until something healthy answers there."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(READY_WAIT):
        while not await answers(http, url):
            await asyncio.sleep(0.1)


@asynccontextmanager
async def running(process: str, given: Mapping[str, str], ready: str = "") -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A process for as long as the block lasts."""
    child = start(process, given)
    try:
        if ready:
            await wait_ready(ready)
        yield child
    finally:
        child.terminate()
        await asyncio.to_thread(child.wait)


@asynccontextmanager
async def program(command: Sequence[str], given: Mapping[str, str], folder: Path) -> AsyncIterator[None]:
    """Any program for as long as the block lasts."""
    child = await asyncio.create_subprocess_exec(
        *command, env=dict(given), cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        child.terminate()
        await child.wait()
