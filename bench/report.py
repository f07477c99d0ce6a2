"""The monthly report over a million appeals beside the same figures from full scans, and the report of a year of a city."""

import asyncio
import io
import time
from collections.abc import Sequence
from datetime import date, datetime

import docx
from sqlalchemy import text
from sqlmodel import select

from bench.house import database
from bench.report_data import City, settle
from bench.telling import Line, tell
from core.calendar import WorkCalendar
from core.clock import MOSCOW, SystemClock
from core.reports.counting import count
from core.reports.desk import ReportDesk
from core.reports.periods import Month
from core.staff.asker import Asker
from core.staff.desk import StaffDesk
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.engine import open_engine, plain_url
from db.transactions import Transactions
from documents.report.typist import PaperTypist

MONTH = Month(year=2026, number=10)
TODAY, WITHIN = date(2026, 11, 25), 20
ROUNDS = 3
YEAR = City(contacts=200_000, appeals=20_000, first=date(2025, 11, 1), days=365)
NATION = City(contacts=100_000, appeals=1_000_000, first=date(2024, 11, 1), days=730)
QUICK_YEAR = City(contacts=5_000, appeals=1_000, first=date(2025, 11, 1), days=365)
QUICK_NATION = City(contacts=2_000, appeals=40_000, first=date(2024, 11, 1), days=730)
SCANS = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")


def main(flags: Sequence[str]) -> int:
    """Run it; ``--quick`` with few rows."""
    quick = "--quick" in flags
    with database(seeded=True) as url:
        settle(plain_url(url), QUICK_YEAR if quick else YEAR)
        seconds, pages = asyncio.run(_made(url))
    with database(seeded=True) as url:
        settle(plain_url(url), QUICK_NATION if quick else NATION)
        fast, slow = asyncio.run(_beside(url))
    city, size = QUICK_YEAR if quick else YEAR, QUICK_NATION if quick else NATION
    goal = 1.2 if quick else 0.2
    return tell(
        "report",
        [
            Line(
                name=f"report of a month, {city.contacts} contacts a year, s",
                figure=f"{seconds:.2f}",
                goal="<= 60",
                ok=seconds <= 60,
            ),
            Line(name="paragraphs of its document", figure=str(pages)),
            Line(name=f"month over {size.appeals} appeals, s", figure=f"{fast:.3f}"),
            Line(name="the same figures by full scans, s", figure=f"{slow:.3f}"),
            Line(name="month / full scans", figure=f"{fast / slow:.2f}", goal=f"<= {goal}", ok=fast / slow <= goal),
        ],
    )


async def _made(url: str) -> tuple[float, int]:
    """Seconds to count, write and keep one report, with both files."""
    engine = open_engine(url)
    transactions, clock = Transactions(engine), SystemClock()

    async def calendar_of(_: object) -> WorkCalendar:
        return WorkCalendar()

    desk = ReportDesk(transactions=transactions, clock=clock, calendar_of=calendar_of, typist=PaperTypist(), answered_within=WITHIN)
    asker = await _head(transactions, clock.now())
    began = time.monotonic()
    made = await desk.make(asker, MONTH.key)
    seconds = time.monotonic() - began
    file = await desk.file(asker, made.id, "docx")
    await engine.dispose()
    return seconds, len(docx.Document(io.BytesIO(file.content)).paragraphs)


async def _beside(url: str) -> tuple[float, float]:
    """Seconds to count the month with the indexes, and with them switched off; the best of some rounds, one beside the other."""
    engine = open_engine(url)
    transactions = Transactions(engine)

    async def counted(*, scanning: bool) -> float:
        async with transactions.begin() as tx:
            for setting in SCANS if scanning else ():
                await tx.execute(text(f"SET LOCAL {setting} = off"))
            began = time.monotonic()
            await count(tx, MONTH, datetime.now(MOSCOW), TODAY, WITHIN)
            return time.monotonic() - began

    fast, slow = [], []
    for _ in range(ROUNDS):
        slow.append(await counted(scanning=True))
        fast.append(await counted(scanning=False))
    await engine.dispose()
    return min(fast), min(slow)


async def _head(transactions: Transactions, now: datetime) -> Asker:
    async with transactions.begin() as tx:
        tx.add(StaffMember(login="bench-head", full_name="Bench", role=Role.SUPERVISOR, password_hash="", created_at=now))
    async with transactions.begin() as tx:
        number = (await tx.exec(select(StaffMember.id).where(StaffMember.login == "bench-head"))).one()
    return await StaffDesk(transactions=transactions, clock=SystemClock()).asker_for(number or 0)
