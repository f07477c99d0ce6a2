"""SIGKILL web and worker at random moments under load: nothing lost, order kept, every duplicate flagged (design decision 5).

Telegram is a stand-in that brings each chat's updates in order and again until it gets 200; the dialogue echoes, so that each
answer names the update that it answers. Web and worker are the product's own processes on a real database.
"""

import asyncio
import random
import signal
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
import psycopg

from bench.house import database, environment, free_port, start, wait_ready, webhook_url
from bench.standins import Telegram, echoing_dialogue, message_update, post_update
from bench.telling import Line, tell
from db.engine import plain_url

RATE = 20
"""Updates a second, over all chats."""
CHATS = 10
KILLS, QUICK_KILLS = 30, 6
SETTLE = 90
"""Seconds within which everything must be handled and sent after the last kill."""


@dataclass
class Load:
    """What was brought: for each chat the texts in order."""

    brought: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    retries: int = 0


def main(argv: list[str]) -> int:
    """Run and tell; 1 when an invariant is broken."""
    kills = QUICK_KILLS if "--quick" in argv else KILLS
    with database(seeded=False) as url:
        return tell("chaos", asyncio.run(_run(url, kills)))


async def _run(url: str, kills: int) -> list[Line]:
    port, telegram, load = free_port(), Telegram(), Load()
    ready = f"http://127.0.0.1:{port}/readyz"
    async with telegram.serving() as api, echoing_dialogue() as nlu:
        given = environment(url, api, nlu, "bench", port)
        children = {name: start(name, given) for name in ("web", "worker")}
        try:
            await wait_ready(ready)
            stopping = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                bringers = [
                    tasks.create_task(_bring(chat, webhook_url(port), load, stopping)) for chat in range(1000, 1000 + CHATS)
                ]
                await _kill(children, given, kills, ready)
                stopping.set()
                await asyncio.gather(*bringers)
            settled = await _settle(url)
        finally:
            for child in children.values():
                child.terminate()
                await asyncio.to_thread(child.wait)
    return await asyncio.to_thread(_judge, url, telegram, load, kills, settled)


async def _kill(children: dict[str, "subprocess.Popen[bytes]"], given: Mapping[str, str], kills: int, ready: str) -> None:
    """Kill one of the two at a random moment, start it again at once, wait until web answers, go on."""
    chance = random.Random(191)
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        name = chance.choice(("web", "web", "worker"))
        children[name].send_signal(signal.SIGKILL)
        await asyncio.to_thread(children[name].wait)
        children[name] = start(name, given)
        await wait_ready(ready)


async def _bring(chat: int, url: str, load: Load, stopping: asyncio.Event) -> None:
    """One chat's updates, in order, each again until 200: as Telegram does."""
    number = 0
    async with aiohttp.ClientSession() as http:
        while not stopping.is_set():
            number += 1
            update = message_update(chat * 100_000 + number, chat, f"w{chat}x{number}")
            while await post_update(http, url, update) != 200:
                load.retries += 1
                await asyncio.sleep(0.1)
            load.brought[chat].append(f"w{chat}x{number}")
            await asyncio.sleep(CHATS / RATE)


async def _settle(url: str) -> float:
    """Until nothing is unhandled and nothing unsent; gives the seconds that it took."""
    began = time.monotonic()
    async with await psycopg.AsyncConnection.connect(plain_url(url), autocommit=True) as connection:
        while time.monotonic() - began < SETTLE:
            cursor = await connection.execute(
                "SELECT (SELECT count(*) FROM inbound_item WHERE handled_at IS NULL)"
                " + (SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending'))"
            )
            row = await cursor.fetchone()
            if row is not None and row[0] == 0:
                break
            await asyncio.sleep(0.2)
    return time.monotonic() - began


def _judge(url: str, telegram: Telegram, load: Load, kills: int, settled: float) -> list[Line]:
    heard: dict[int, list[str]] = defaultdict(list)
    for _, chat, words in telegram.sent:
        if words.startswith("echo "):
            heard[chat].append(words.removeprefix("echo "))
    with psycopg.connect(plain_url(url)) as connection:
        doubtful = _one(connection, "SELECT count(*) FROM delivery WHERE doubtful")
        stored = connection.execute("SELECT text FROM message WHERE author = 'citizen'").fetchall()
    brought = [words for texts in load.brought.values() for words in texts]
    kept = Counter(row[0] for row in stored)
    unanswered = sum(1 for chat, texts in load.brought.items() for words in texts if words not in set(heard[chat]))
    not_stored = sum(1 for words in brought if kept[words] != 1)
    duplicates = sum(len(texts) - len(set(texts)) for texts in heard.values())
    disorder = sum(1 for chat, texts in load.brought.items() if _first_times(heard[chat]) != texts)
    lost = unanswered + not_stored
    return [
        Line(name="SIGKILLs of web and worker", figure=str(kills)),
        Line(name="updates brought", figure=str(len(brought))),
        Line(name="deliveries tried again by the stand-in", figure=str(load.retries)),
        Line(name="seconds until settled", figure=f"{settled:.1f}", goal=f"<= {SETTLE}", ok=settled < SETTLE),
        Line(name="not stored exactly once", figure=str(not_stored), goal="= 0", ok=not_stored == 0),
        Line(name="chats whose answers are out of order", figure=str(disorder), goal="= 0", ok=disorder == 0),
        Line(name="answers read twice", figure=str(duplicates), goal=f"<= {doubtful}", ok=duplicates <= doubtful),
        Line(name="lost", figure=str(lost), goal="= 0", ok=lost == 0),
    ]


def _first_times(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _one(connection: "psycopg.Connection[tuple[int, ...]]", query: str) -> int:
    row = connection.execute(query).fetchone()
    return row[0] if row else 0
