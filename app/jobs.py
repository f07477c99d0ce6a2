"""procrastinate as the port ``core.jobs.Jobs``: jobs are written on the caller's connection, so they leave with its commit."""

import psycopg
from procrastinate import App, PsycopgConnector
from sqlmodel.ext.asyncio.session import AsyncSession

from app.watching.tracing import carried
from db.engine import plain_url
from db.transactions import connection_of


def queue_at(url: str) -> App:
    """The work queue in the same database."""
    return App(connector=PsycopgConnector(conninfo=plain_url(url), min_size=1, max_size=4))


class QueuedJobs:
    """Defers jobs in the caller's transaction."""

    def __init__(self, queue: App) -> None:
        self._queue = queue

    async def defer(self, tx: AsyncSession, job: str, *, lock: str | None = None, **arguments: int | str) -> None:
        """Write the job; it becomes visible to workers when the transaction commits."""
        connection = await (await connection_of(tx)).get_raw_connection()
        driver = connection.driver_connection
        if not isinstance(driver, psycopg.AsyncConnection):
            raise TypeError("the work queue needs psycopg")
        await self._queue.configure_task(job, lock=lock, connection=driver, allow_unknown=True).defer_async(
            **arguments, **carried()
        )
