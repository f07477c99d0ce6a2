"""Appeals registered, asked about and answered by the desks, beside bare INSERTs of the rows that the desks wrote.

Both sides do it with as many processes, connections and cards, after the same number of cards that are not counted.
"""

import asyncio
import gc
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlmodel import col, select

from app.casework import build_casework
from app.jobs import QueuedJobs, queue_at
from app.settings import Settings
from bench.house import MASTER
from core.appeals.registering import Registration
from core.calendars.keeping import CalendarKeeper
from core.clock import SystemClock
from core.conversations.model import Conversation
from core.deliveries.outbox import Outbox
from core.departments.model import Department, Liaison
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.embedding import open_embedder
from core.people.desk import EMAIL
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.replies.desk import ReplyDraft
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember
from core.vocabulary import ReplyForm, ReplyKind, Role, Urgency
from db.engine import open_engine
from db.sealing import MasterKeys
from db.transactions import Transactions

PROCESSES = 2
"""As many as there are cores."""
WORKERS = 4
"""Connections of a process that are at work at once."""
WARMING = 40
"""Cards of a process that are not counted: statements are prepared and templates compiled with them."""
TOUCHED = (
    *("stored_file", "appeal", "appeal_move", "appeal_file", "information_request", "one_time_link", "delivery", "reply"),
    *("message", "staff_task", "call_task", "audit_entry", "live_event", "procrastinate_jobs", "procrastinate_events"),
)
"""What registering, asking and replying write, in an order that its references allow."""
Span = tuple[float, float]
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speeds:
    """Appeals a second of both sides, and how many rows an appeal is."""

    desks: float
    bare: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a process works: its conversations, its operator and the department it asks."""

    url: str
    conversations: Sequence[int]
    staff_id: int
    department: str


def writes(url: str, cards: int) -> Speeds:
    """Measure both sides once, one after the other, on the database at ``url``; ``cards`` are counted of each."""
    whole = cards + PROCESSES * WARMING
    people, staff_id, department = asyncio.run(_people(url, whole))
    before = _counts(url)
    parts = [people[place::PROCESSES] for place in range(PROCESSES)]
    desks = _timed(_work, [Place(url=url, conversations=part, staff_id=staff_id, department=department) for part in parts])
    inserts, rows = _copied(url, before)
    shares = [{table: _share(found, place, PROCESSES) for table, found in rows.items()} for place in range(PROCESSES)]
    bare = _timed(_insert, [(url, inserts, share, len(part)) for share, part in zip(shares, parts, strict=True)])
    return Speeds(desks=cards / desks, bare=cards / bare, rows=sum(map(len, rows.values())) // whole)


def _timed(work: Callable[[Any], Coroutine[Any, Any, Span]], given: Sequence[Any]) -> float:
    """Seconds from the first counted card to the last, of all processes together."""
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn, initializer=_keep, initargs=(barrier,)) as pool:
        spans = [one.result() for one in [pool.submit(_run, work, each) for each in given]]
    return max(ended for _, ended in spans) - min(began for began, _ in spans)


_GATE: list[Barrier] = []
"""Where the processes wait for each other."""


def _keep(barrier: Barrier) -> None:
    _GATE.append(barrier)


def _run(work: Callable[[Any], Coroutine[Any, Any, Span]], given: Any) -> Span:
    return asyncio.run(work(given))


async def _all(one: Callable[[int], Coroutine[Any, Any, None]], numbers: Sequence[int]) -> None:
    """Do it for all of them, ``WORKERS`` at once."""

    async def part(place: int) -> None:
        for number in numbers[place::WORKERS]:
            await one(number)

    await asyncio.gather(*(part(place) for place in range(WORKERS)))


async def _counted(one: Callable[[int], Coroutine[Any, Any, None]], numbers: Sequence[int]) -> Span:
    """Warm up, wait for the other processes, and take the time of the rest; the collector looks at new things alone, as in web."""
    await _all(one, numbers[:WARMING])
    gc.freeze()
    await asyncio.to_thread(_GATE[0].wait)
    began = time.monotonic()
    await _all(one, numbers[WARMING:])
    return began, time.monotonic()


async def _work(place: Place) -> Span:
    engine = open_engine(place.url, keys=MasterKeys.read(MASTER), pool_size=WORKERS)
    transactions, clock = Transactions(engine), SystemClock()
    async with queue_at(place.url).open_async() as queue:
        base = KnowledgeDesk(transactions=transactions, clock=clock, embedder=open_embedder())
        outbox, calendar_of = Outbox(QueuedJobs(queue)), CalendarKeeper().calendar_of
        office = build_casework(Settings(), transactions, clock, outbox, calendar_of, base)
        asker = await StaffDesk(transactions=transactions, clock=clock).asker_for(place.staff_id)

        async def one(conversation: int) -> None:
            what = Registration(text="Lamp", urgency=Urgency.URGENT, reply_form=ReplyForm.EMAIL, staff_id=place.staff_id)
            appeal = await office["appeals"].register(conversation, what)
            number = appeal.id or 0
            key = f"bench-{number}"
            await office["requests"].send(asker, number, [place.department], "Lamp?", version=appeal.version, client_key=key)
            reply = await office["replies"].draft(asker, number, ReplyDraft(kind=ReplyKind.FINAL))
            await office["replies"].send(asker, reply.id or 0, reply.version)

        span = await _counted(one, place.conversations)
    await engine.dispose()
    return span


async def _insert(given: tuple[str, Mapping[str, str], Rows, int]) -> Span:
    """One INSERT a row, three transactions an appeal; references are not checked."""
    url, inserts, found, cards = given
    rows = {table: [tuple(map(_value, row)) for row in told] for table, told in found.items()}
    statements = {table: insert.encode() for table, insert in inserts.items()}
    free: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()
    for _ in range(WORKERS):
        free.put_nowait(await psycopg.AsyncConnection.connect(url, autocommit=True))

    async def one(card: int) -> None:
        connection = free.get_nowait()
        for third in range(3):
            async with connection.transaction():
                for table in TOUCHED[third::3]:
                    for row in _share(rows[table], card, cards):
                        await connection.execute(statements[table], row)
        free.put_nowait(connection)

    span = await _counted(one, range(cards))
    while not free.empty():
        await free.get_nowait().close()
    return span


async def _people(url: str, cards: int) -> tuple[list[int], int, str]:
    """So many people with a conversation each, an operator and a department that answers."""
    engine, now = open_engine(url, keys=MasterKeys.read(MASTER)), SystemClock().now()
    transactions = Transactions(engine)
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
        found = [talk.id or 0 for talk in made], member.id or 0, department.key
    await engine.dispose()
    return found


def _counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        found = {}
        for table in TOUCHED:
            row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            found[table] = row[0] if row else 0
        return found


def _copied(url: str, before: Mapping[str, int]) -> tuple[dict[str, str], Rows]:
    """Empty tables like those that the desks wrote into, the INSERT into each, and the rows that the desks added."""
    rows: dict[str, Sequence[tuple[Any, ...]]] = {}
    inserts: dict[str, str] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TOUCHED:
            copy = sql.Identifier(f"bare_{table}")
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy))
            connection.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, sql.Identifier(table)))
            cursor = connection.execute(
                sql.SQL("SELECT * FROM {} ORDER BY 1 OFFSET {}").format(sql.Identifier(table), before[table])
            )
            columns = [one.name for one in cursor.description or ()]
            rows[table] = cursor.fetchall()
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            insert = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(copy, names, places)
            inserts[table] = insert.as_string(connection)
    return inserts, rows


def _share(rows: Sequence[tuple[Any, ...]], card: int, cards: int) -> Sequence[tuple[Any, ...]]:
    return rows[card * len(rows) // cards : (card + 1) * len(rows) // cards]


def _value(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
