"""``python -m bench.inbox_server URL PORT``: the inbox alone, real desks over a database, for the benchmark of its lists."""

import asyncio
import sys
from collections.abc import Sequence

import uvicorn
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.desk import AppealDesk
from core.calendar import WorkCalendar
from core.clock import SystemClock
from core.conversations.operators import OperatorDesk
from core.deliveries.outbox import Outbox
from core.errors import NotFound
from core.knowledge.search.results import Hit, SearchResult
from core.people.desk import ApplicantDesk
from core.staff.desk import StaffDesk
from db.engine import open_engine, plain_url
from db.transactions import Transactions
from inbox.web.app import create_app
from inbox.web.live import LiveHub
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


class BenchOffice:
    """The desks that the inbox calls."""

    def __init__(self, transactions: Transactions) -> None:
        clock, outbox = SystemClock(), Outbox(NoJobs())
        self.knowledge = NoKnowledge()
        self.operators = OperatorDesk(transactions=transactions, clock=clock, outbox=outbox, librarian=self.knowledge)
        self.staff = StaffDesk(transactions=transactions, clock=clock)
        self.appeals = AppealDesk(transactions=transactions, clock=clock, calendar=WorkCalendar(), outbox=outbox)
        self.applicants = ApplicantDesk(transactions=transactions, clock=clock)


async def serve(url: str, port: int) -> None:
    """Serve until stopped."""
    engine = open_engine(url)
    office = BenchOffice(Transactions(engine))
    reading, sessions = office.operators.reading, office.staff.sessions
    hub = LiveHub(url=plain_url(url), reading=reading, sessions=sessions, clock=SystemClock())
    app = create_app(office, InboxSettings(), hub)
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve()
    await engine.dispose()


def main(argv: Sequence[str]) -> int:
    """Address and port."""
    asyncio.run(serve(argv[0], int(argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
