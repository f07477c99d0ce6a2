"""``python -m bench.inbox_server URL PORT``: the inbox alone, real desks over a database, for the benchmark of its lists."""

import asyncio
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import uvicorn
from sqlmodel.ext.asyncio.session import AsyncSession

from app.casework import build_casework
from app.keys import master_keys
from app.settings import Settings
from app.watching.health import Health
from app.web import Front
from core.calendars.keeping import CalendarKeeper
from core.clock import SystemClock
from core.conversations.operators import OperatorDesk
from core.deliveries.outbox import Outbox
from core.duty.desk import DutyDesk
from core.errors import NotFound
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.embedding import open_embedder
from core.knowledge.search.results import Hit, SearchResult
from core.people.desk import ApplicantDesk
from core.people.page import CitizenDesk
from core.staff.desk import StaffDesk
from db.engine import open_engine, plain_url
from db.transactions import Transactions
from inbox.web.app import create_app
from inbox.web.live import LiveHub
from inbox.web.ports import InboxOffice
from inbox.web.settings import InboxSettings


class NoJobs:
    """Nothing is sent here."""

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        """Forget it."""


class NoKnowledge:
    """Nothing is looked up here."""

    async def department_names(self) -> dict[str, str]:
        """None are needed."""
        return {}

    async def search(self, query: str, limit: int = 3, *, for_staff: bool = False) -> SearchResult:
        """Nothing."""
        return SearchResult()

    async def recite(self, article_id: int) -> Hit:
        """Nothing."""
        raise NotFound()


def bench_office(transactions: Transactions) -> InboxOffice:
    """The desks that the inbox calls: those of the product, over a knowledge base that knows nothing."""
    clock, outbox, knowledge = SystemClock(), Outbox(NoJobs()), NoKnowledge()
    staff = StaffDesk(transactions=transactions, clock=clock)
    base = KnowledgeDesk(transactions=transactions, clock=clock, embedder=open_embedder())
    desks = SimpleNamespace(
        knowledge=knowledge,
        operators=OperatorDesk(transactions=transactions, clock=clock, outbox=outbox, librarian=knowledge),
        staff=staff,
        applicants=ApplicantDesk(transactions=transactions, clock=clock),
        people=CitizenDesk(transactions=transactions, clock=clock),
        duty=DutyDesk(transactions=transactions, clock=clock, staff=staff),
        **build_casework(Settings(), transactions, clock, outbox, CalendarKeeper().calendar_of, base),
    )
    return cast(InboxOffice, desks)


async def serve(url: str, port: int) -> None:
    """Serve until stopped."""
    engine = open_engine(url, keys=master_keys(Settings()))
    office = bench_office(Transactions(engine))
    reading, sessions = office.operators.reading, office.staff.sessions
    hub = LiveHub(url=plain_url(url), reading=reading, sessions=sessions, clock=SystemClock())
    app = Front(create_app(office, InboxSettings(), hub), Health(stopping=asyncio.Event()).routes)
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve()
    await engine.dispose()


def main(argv: Sequence[str]) -> int:
    """Address and port."""
    asyncio.run(serve(argv[0], int(argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
