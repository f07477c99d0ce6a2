"""The casework beside bare INSERTs of the same rows, and its lists over a million appeals beside those over ten thousand."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlmodel import col, select

from app.casework import build_casework
from app.jobs import QueuedJobs, queue_at
from app.settings import Settings
from bench.house import database
from bench.inbox import served
from bench.inbox_data import fill, make_database
from bench.report import Line, percentile, tell
from core.appeals.registering import Registration
from core.calendars.keeping import CalendarKeeper
from core.clock import SystemClock
from core.conversations.model import Conversation
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.people.desk import EMAIL
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.replies.desk import ReplyDraft
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember
from core.vocabulary import ReplyForm, ReplyKind, Role, Urgency
from db.engine import open_engine
from db.migrating import upgrade
from db.transactions import Transactions

SMALL, LARGE, QUICK_LARGE = 10_000, 1_000_000, 100_000
WRITE_GOAL, READ_GOAL = 0.15, 1.5
WORKERS = 8
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
TOUCHED = (
    *("stored_file", "appeal", "appeal_move", "appeal_file", "information_request", "one_time_link", "delivery", "reply"),
    *("message", "staff_task", "call_task", "audit_entry", "live_event", "procrastinate_jobs"),
)
"""What registering, asking and replying write, in an order that its references allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured."""

    cards: int
    runs: int
    large: int
    samples: int


FULL = Effort(cards=400, runs=3, large=LARGE, samples=60)
QUICK = Effort(cards=120, runs=1, large=QUICK_LARGE, samples=30)


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
        speeds = [asyncio.run(_writes(url, effort.cards)) for _ in range(effort.runs)]
    return tell("casework", _lines(reads, speeds, effort))


def _lines(reads: Mapping[str, float], speeds: Sequence[tuple[float, float, int]], effort: Effort) -> list[Line]:
    desks, bare = (statistics.median(speed[place] for speed in speeds) for place in (0, 1))
    ratio = statistics.median(speed[0] / speed[1] for speed in speeds)
    whole = max(reads.values())
    size = f"{effort.large:,}" + (" (quick: the goal is for 1,000,000)" if effort.large != LARGE else "")
    return [
        Line(name="register + request + reply through the desks, appeals a second", figure=f"{desks:.1f}"),
        Line(name=f"bare INSERTs of the same rows ({speeds[0][2]} an appeal), appeals a second", figure=f"{bare:.1f}"),
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


async def _writes(url: str, cards: int) -> tuple[float, float, int]:
    """Appeals a second through the desks, by bare INSERTs of the rows that the desks wrote, and how many rows an appeal is."""
    engine = open_engine(url, pool_size=WORKERS + 2)
    transactions, clock = Transactions(engine), SystemClock()
    people, staff_id, department = await _people(transactions, cards)
    before = await _newest(url)
    async with queue_at(url).open_async() as queue:
        office = build_casework(Settings(), transactions, clock, Outbox(QueuedJobs(queue)), CalendarKeeper().calendar_of)
        asker = await StaffDesk(transactions=transactions, clock=clock).asker_for(staff_id)

        async def work(part: Sequence[int]) -> None:
            for conversation in part:
                what = Registration(text="Lamp", urgency=Urgency.URGENT, reply_form=ReplyForm.EMAIL, staff_id=staff_id)
                appeal = await office["appeals"].register(conversation, what)
                number = appeal.id or 0
                key = f"bench-{number}"
                await office["requests"].send(asker, number, [department], "Lamp?", version=appeal.version, client_key=key)
                reply = await office["replies"].draft(asker, number, ReplyDraft(kind=ReplyKind.FINAL))
                await office["replies"].send(asker, reply.id or 0, reply.version)

        began = time.perf_counter()
        await asyncio.gather(*(work(people[place::WORKERS]) for place in range(WORKERS)))
        desks = cards / (time.perf_counter() - began)
    await engine.dispose()
    bare, rows = await _bare(url, before, cards)
    return desks, bare, rows


async def _people(transactions: Transactions, cards: int) -> tuple[list[int], int, str]:
    """So many people with a conversation each, an operator and a department that answers."""
    now = SystemClock().now()
    async with transactions.begin() as tx:
        member = StaffMember(
            login=f"bench{now.timestamp()}", full_name="Bench", role=Role.OPERATOR, password_hash="", created_at=now
        )
        department = (await tx.exec(select(Department).order_by(col(Department.key)))).first()
        if department is None:
            raise RuntimeError("the departments were not seeded")
        liaison = (await tx.exec(select(Liaison).where(Liaison.department == department.key))).first()
        if liaison is None:
            liaison = Liaison(no=9000, full_name="Bench", position="", department=department.key)
        liaison.email = "bench@example.org"
        tx.add_all((member, liaison))
        made = []
        for number in range(cards):
            person = Applicant(surname="Bench", given_name="Sample", consent_at=now, created_at=now)
            account = ChannelIdentity(channel="telegram", external_id=f"{now.timestamp()}-{number}", created_at=now)
            tx.add_all((person, account))
            await tx.flush()
            tx.add(ContactPoint(applicant_id=person.id or 0, kind=EMAIL, value=f"person{number}@example.org"))
            talk = Conversation(
                channel="telegram", identity_id=account.id or 0, applicant_id=person.id, last_message_at=now, opened_at=now
            )
            tx.add(talk)
            made.append(talk)
        await tx.flush()
        return [talk.id or 0 for talk in made], member.id or 0, department.key


async def _newest(url: str) -> dict[str, Any]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        found = {}
        for table in TOUCHED:
            cursor = await connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            row = await cursor.fetchone()
            found[table] = row[0] if row else 0
        return found


async def _bare(url: str, before: Mapping[str, Any], cards: int) -> tuple[float, int]:
    """Write copies of the rows that the desks added, one INSERT a row, three transactions an appeal; references are not checked."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    inserts: dict[str, sql.Composed] = {}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for table in TOUCHED:
            copy = sql.Identifier(f"bare_{table}")
            await connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy))
            await connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, sql.Identifier(table)))
            cursor = await connection.execute(
                sql.SQL("SELECT * FROM {} ORDER BY 1 OFFSET {}").format(sql.Identifier(table), before[table])
            )
            columns = [one.name for one in cursor.description or ()]
            rows[table] = [tuple(map(_value, row)) for row in await cursor.fetchall()]
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            inserts[table] = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(copy, names, places)

    async def work(place: int) -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            for card in range(place, cards, WORKERS):
                for third in range(3):
                    async with connection.transaction():
                        for table in TOUCHED[third::3]:
                            for row in _share(rows[table], card, cards):
                                await connection.execute(inserts[table], row)

    began = time.perf_counter()
    await asyncio.gather(*(work(place) for place in range(WORKERS)))
    return cards / (time.perf_counter() - began), sum(map(len, rows.values())) // cards


def _share(rows: Sequence[tuple[Any, ...]], card: int, cards: int) -> Sequence[tuple[Any, ...]]:
    return rows[card * len(rows) // cards : (card + 1) * len(rows) // cards]


def _value(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
