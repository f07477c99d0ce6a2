"""What a new database needs: departments, liaisons, calendar, kinds of information, knowledge, accounts, canned answers."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.database import open_database
from app.seeds import SEEDS, read_seed
from app.settings import Settings
from core.calendars.keeping import seed_calendar
from core.clock import SystemClock
from core.conversations.model import NewsItem
from core.departments.model import Department, Liaison
from core.knowledge.seeding import seed_knowledge
from core.staff.desk import Account, StaffDesk
from db.engine import open_engine
from db.transactions import Transactions


async def seed(transactions: Transactions, *, demo: bool = False) -> list[Account]:
    """Write what is missing, change nothing that is there; with ``demo`` a base without accounts gets one for each role."""
    clock = SystemClock()
    async with transactions.begin() as tx:
        await _add_missing(tx, Department, "key", read_seed("departments.yaml"))
        await _add_missing(tx, Liaison, "no", read_seed("liaisons.yaml"))
        await seed_calendar(tx, read_seed("working_calendar.yaml"), clock.now())
        await seed_knowledge(tx, clock.today())
        if not (await tx.exec(select(func.count()).select_from(NewsItem))).one():
            now = datetime.now(UTC)
            for item in read_seed("news.yaml"):
                tx.add(NewsItem(title=item["title"], text=item["text"], placed_at=now, approved_at=now))
    staff = StaffDesk(transactions=transactions, clock=clock)
    await staff.seed_canned_answers(SEEDS / "canned_answers.yaml")
    return list(await staff.seed_staff(SEEDS / "demo_staff.yaml")) if demo else []


async def _add_missing(tx: AsyncSession, table: type[SQLModel], key: str, rows: list[dict[str, Any]]) -> None:
    await tx.exec(
        insert(table).values([table(**row).model_dump(exclude={"id"}) for row in rows]).on_conflict_do_nothing(index_elements=[key])
    )


async def seed_and_tell(settings: Settings) -> int:
    """Seed the database of the settings; accounts are made by ``staff add``."""
    with open_database(settings) as url:
        engine = open_engine(url)
        try:
            await seed(Transactions(engine))
        finally:
            await engine.dispose()
    return 0


def print_accounts(accounts: list[Account]) -> None:
    """The demo logins, for the terminal."""
    for account in accounts:
        print(f"{account.login:<16} {account.password:<24} {account.full_name} ({account.role.value})")  # noqa: T201
