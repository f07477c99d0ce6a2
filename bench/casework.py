"""The casework beside bare INSERTs of the same rows, and its lists over a million appeals beside those over ten thousand."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import psycopg

from bench.casework_writes import Speeds, writes
from bench.house import database
from bench.inbox import served
from bench.inbox_data import fill, make_database
from bench.telling import Line, percentile, tell
from db.migrating import upgrade

SMALL, LARGE, QUICK_LARGE = 10_000, 1_000_000, 100_000
WRITE_GOAL, READ_GOAL = 0.15, 1.5
OPEN = 2_000
"""Appeals that wait for their answer: as many in a young centre as in an old one."""
PATHS = {
    "terms board": "/api/board",
    "list by term": "/api/appeals?awaited=true&by_term=true",
    "search, a rare word": "/api/appeals?words=word77",
    "search, a common word": "/api/appeals?words=street",
    "search, two words": "/api/appeals?words=word77%20street",
    "search, a number": "/api/appeals?words=A-0000077/2026",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured."""

    cards: int
    writings: int
    runs: int
    large: int
    samples: int


FULL = Effort(cards=300, writings=5, runs=3, large=LARGE, samples=60)
QUICK = Effort(cards=120, writings=3, runs=1, large=QUICK_LARGE, samples=30)


def main(argv: Sequence[str]) -> int:
    """Measure; 1 when a goal is missed."""
    effort = QUICK if "--quick" in argv else FULL
    with database(seeded=False) as url:
        large = make_database(url, "large")
        upgrade(large)
        fill(url, SMALL)
        fill(large, effort.large)
        for address in (url, large):
            _open_some(address)
        reads = asyncio.run(_reads(url, large, effort))
    with database(seeded=True) as url:
        speeds = [writes(url, effort.cards) for _ in range(effort.writings)]
    return tell("casework", _lines(reads, speeds, effort))


def _lines(reads: Mapping[str, float], speeds: Sequence[Speeds], effort: Effort) -> list[Line]:
    desks, bare = (statistics.median(found) for found in ([one.desks for one in speeds], [one.bare for one in speeds]))
    ratio = statistics.median(one.desks / one.bare for one in speeds)
    whole = max(reads.values())
    size = f"{effort.large:,}" + (" (quick: the goal is for 1,000,000)" if effort.large != LARGE else "")
    return [
        Line(name="register + request + reply through the desks, appeals a second", figure=f"{desks:.1f}"),
        Line(name=f"bare INSERTs of the same rows ({speeds[0].rows} an appeal), appeals a second", figure=f"{bare:.1f}"),
        Line(name=f"appeals: {SMALL:,} and {size}", figure=f"{OPEN:,} open"),
        *(Line(name=f"p95 {name}, large / small", figure=f"{found:.2f}") for name, found in reads.items()),
        Line(name="slowest list, large / small", figure=f"{whole:.2f}", goal=f"<= {READ_GOAL}", ok=whole <= READ_GOAL),
        Line(name="desks / bare INSERTs", figure=f"{ratio:.2f}", goal=f">= {WRITE_GOAL}", ok=ratio >= WRITE_GOAL),
    ]


def _open_some(url: str) -> None:
    """The newest appeals wait for their answers, some of them too long."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE appeal SET status = 'registered', answer_by = current_date + (id %% 20)::int - 5"
            " WHERE id > (SELECT max(id) FROM appeal) - %s",
            (OPEN,),
        )
        connection.execute("VACUUM ANALYZE appeal")


async def _reads(small: str, large: str, effort: Effort) -> dict[str, float]:
    """For each list the p95 at the large size over the small one: the median of the runs; requests are interleaved."""
    ratios: dict[str, list[float]] = {name: [] for name in PATHS}
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        served(small) as first,
        served(large) as second,
        aiohttp.ClientSession(cookies={"sid": "token1"}, cookie_jar=jar) as http,
    ):
        for _ in range(effort.runs):
            for name, path in PATHS.items():
                times: dict[str, list[float]] = {first: [], second: []}
                for turn in range(5 + effort.samples):
                    for arm in (first, second) if turn % 2 else (second, first):
                        spent = await _fetch(http, arm + path)
                        if turn >= 5:
                            times[arm].append(spent)
                ratios[name].append(percentile(times[second], 0.95) / percentile(times[first], 0.95))
    return {name: statistics.median(found) for name, found in ratios.items()}


async def _fetch(http: aiohttp.ClientSession, address: str) -> float:
    began = time.perf_counter()
    async with http.get(address) as answer:
        page = await answer.json()
        if answer.status != 200 or not (page.get("rows") or page.get("columns")):
            raise RuntimeError(f"{address}: {answer.status} {str(page)[:200]}")
    return time.perf_counter() - began
