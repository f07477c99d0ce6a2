"""The inbox at a million conversations beside the same inbox at ten thousand, and a hand-off on fifty screens."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from bench.house import database, free_port, wait_ready
from bench.inbox_data import STAFF, fill, make_database, middle
from bench.telling import Line, percentile, tell
from core.audit.live import LiveKind, announce
from core.conversations.queries import PAGE, Cursor
from db.engine import open_engine
from db.migrating import upgrade
from db.transactions import Transactions

SMALL, LARGE, QUICK_LARGE = 10_000, 1_000_000, 100_000
PAGE_GOAL, PUSH_GOAL_MS = 1.3, 200.0
SCREENS = STAFF - 1
WAIT = 10.0
WHOLE = "inbox page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured; ``samples`` are of each of the seven lists."""

    large: int
    runs: int
    samples: int
    warm_up: int
    hand_offs: int


FULL = Effort(large=LARGE, runs=3, samples=100, warm_up=10, hand_offs=200)
QUICK = Effort(large=QUICK_LARGE, runs=1, samples=60, warm_up=5, hand_offs=40)


def main(argv: Sequence[str]) -> int:
    """Measure; 1 when a goal is missed."""
    effort = QUICK if "--quick" in argv else FULL
    with database(seeded=False) as url:
        large = make_database(url, "large")
        upgrade(large)
        began = time.monotonic()
        fill(url, SMALL)
        fill(large, effort.large)
        made = time.monotonic() - began
        lines = asyncio.run(measure(url, large, effort))
    size = f"{effort.large:,}" + (" (quick: the goal is for 1,000,000)" if effort.large != LARGE else "")
    facts = [Line(name=f"conversations, messages and appeals: {SMALL:,} and {size}", figure=f"made in {made:.0f} s")]
    return tell("inbox", [*facts, *lines])


async def measure(small: str, large: str, effort: Effort) -> list[Line]:
    """Both figures with what they are made of."""
    async with served(small) as first, served(large) as second:
        pages = await compare_pages({small: first, large: second}, small, large, effort)
        delays = await push_delays(large, second, effort.hand_offs)
    whole = pages.pop(WHOLE)
    lines = [Line(name=f"p95 {name}, large / small", figure=f"{ratio:.2f}") for name, ratio in pages.items()]
    lines.append(Line(name=f"p95 {WHOLE}, large / small", figure=f"{whole:.2f}", goal=f"<= {PAGE_GOAL}", ok=whole <= PAGE_GOAL))
    last = percentile(delays, 0.95)
    lines.append(Line(name=f"hand-off on {SCREENS} screens, last receiver p50", figure=f"{statistics.median(delays):.0f} ms"))
    lines.append(
        Line(
            name=f"hand-off on {SCREENS} screens, last receiver p95",
            figure=f"{last:.0f} ms",
            goal=f"<= {PUSH_GOAL_MS:.0f} ms",
            ok=last <= PUSH_GOAL_MS,
        )
    )
    return sorted(lines, key=lambda line: line.ok is not None)


@asynccontextmanager
async def served(url: str) -> AsyncIterator[str]:
    """An inbox process over a database; gives its address."""
    port = free_port()
    command = (sys.executable, "-m", "bench.inbox_server", url, str(port))
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        await wait_ready(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        await child.wait()


async def compare_pages(addresses: Mapping[str, str], small: str, large: str, effort: Effort) -> dict[str, float]:
    """For each list, and for all requests together, the p95 at the large size over the small one: the median of the runs.

    Requests are interleaved; each list has an equal share, so one slow list shows in the whole.
    """
    ratios: dict[str, list[float]] = {}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookies={"sid": "token1"}, cookie_jar=jar) as http:
        paths = {url: await list_paths(http, addresses[url], url) for url in (small, large)}
        for _ in range(effort.runs):
            whole: dict[str, list[float]] = {small: [], large: []}
            for name in paths[small]:
                asked = {url: addresses[url] + paths[url][name] for url in (small, large)}
                times = await interleaved(http, asked, effort)
                ratios.setdefault(name, []).append(percentile(times[large], 0.95) / percentile(times[small], 0.95))
                for url in (small, large):
                    whole[url] += times[url]
            ratios.setdefault(WHOLE, []).append(percentile(whole[large], 0.95) / percentile(whole[small], 0.95))
    return {name: statistics.median(found) for name, found in ratios.items()}


async def interleaved(http: aiohttp.ClientSession, asked: Mapping[str, str], effort: Effort) -> dict[str, list[float]]:
    """The times of each arm, taken in turns."""
    times: dict[str, list[float]] = {arm: [] for arm in asked}
    arms = list(asked)
    for turn in range(effort.warm_up + effort.samples):
        for arm in arms if turn % 2 else reversed(arms):
            spent = await fetch(http, asked[arm])
            if turn >= effort.warm_up:
                times[arm].append(spent)
    return times


async def list_paths(http: aiohttp.ClientSession, address: str, url: str) -> dict[str, str]:
    """What is asked for: the first page of each list, and deep ones."""
    base = "/api/conversations?list="
    deep = middle(url)
    archive = Cursor(emergency=False, at=datetime.fromtimestamp(deep.at, UTC), id=deep.id).encode()
    return {
        "queue": f"{base}queue",
        "queue, 8th page": f"{base}queue&after={await walk(http, address, 'queue', 7)}",
        "mine": f"{base}mine",
        "colleagues": f"{base}colleagues",
        "all": f"{base}all",
        "all, middle of the archive": f"{base}all&after={archive}",
        "one channel": f"{base}all&channel=telegram&after={archive}",
    }


async def walk(http: aiohttp.ClientSession, address: str, listing: str, pages: int) -> str:
    """The cursor after so many pages."""
    after = ""
    for _ in range(pages):
        wanted = {"list": listing, **({"after": after} if after else {})}
        async with http.get(f"{address}/api/conversations", params=wanted) as answer:
            after = (await answer.json())["next"]
    return after


async def fetch(http: aiohttp.ClientSession, address: str) -> float:
    """Seconds that a full page took."""
    began = time.perf_counter()
    async with http.get(address) as answer:
        page = await answer.json()
    spent = time.perf_counter() - began
    if len(page["rows"]) != PAGE:
        raise RuntimeError(f"not a full page: {address}")
    return spent


async def push_delays(url: str, address: str, hand_offs: int) -> list[float]:
    """For each hand-off: milliseconds from before its transaction until the last of the screens has it."""
    engine = open_engine(url)
    transactions = Transactions(engine)
    delays = []
    async with AsyncExitStack() as stack:
        screens = [await stack.enter_async_context(screen(address, number)) for number in range(2, 2 + SCREENS)]
        for conversation in range(1, hand_offs + 1):
            began = time.perf_counter()
            async with transactions.begin() as tx:
                await announce(tx, LiveKind.HANDED_OFF, datetime.now(UTC), conversation_id=conversation)
            arrived = await asyncio.wait_for(asyncio.gather(*(next_hand_off(one) for one in screens)), WAIT)
            delays.append((max(arrived) - began) * 1000)
    await engine.dispose()
    return delays[hand_offs // 10 :]


@asynccontextmanager
async def screen(address: str, number: int) -> AsyncIterator[aiohttp.StreamReader]:
    """An open live stream past its first event."""
    jar, patience = aiohttp.CookieJar(unsafe=True), aiohttp.ClientTimeout(total=None)
    cookies = {"sid": f"token{number}"}
    async with (
        aiohttp.ClientSession(cookies=cookies, cookie_jar=jar, timeout=patience) as http,
        http.get(f"{address}/api/live") as answer,
    ):
        while b'"resync"' not in await answer.content.readuntil(b"\n\n"):
            pass
        yield answer.content


async def next_hand_off(stream: aiohttp.StreamReader) -> float:
    """When the next hand-off was here."""
    while b'"handed_off"' not in await stream.readuntil(b"\n\n"):
        pass
    return time.perf_counter()
