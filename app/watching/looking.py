"""The figures that only the database knows, read by the worker when a monitor looks: each query goes by an index."""

import asyncio
from collections.abc import Mapping

from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.watching import figures
from channels.email.mailbox import Phase
from core.logs import log
from core.vocabulary import DeliveryState

PATIENCE = 5.0
"""Seconds; a database that takes longer is no longer there for a monitor."""
JOB_STATES = ("todo", "doing", "failed")
DIRECTIONS = ("in", "out")
_GROUPS = {
    figures.JOBS: ("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status", JOB_STATES),
    figures.DELIVERIES: (
        "WITH newest AS (SELECT id, state FROM delivery ORDER BY id DESC LIMIT 5000) SELECT state, count(*) FROM"
        " (SELECT state FROM newest UNION ALL SELECT state FROM delivery WHERE state IN ('waiting', 'sending')"
        " AND id < (SELECT min(id) FROM newest)) AS those GROUP BY state",
        tuple(DeliveryState),
    ),
    figures.CALLS: ("SELECT direction, count(*) FROM phone_call WHERE ended_at IS NULL GROUP BY direction", DIRECTIONS),
    figures.MAILBOXES: ("SELECT phase, count(*) FROM mailbox GROUP BY phase", tuple(Phase)),
}
_ONE = {
    figures.UNHANDLED: "SELECT count(*) FROM inbound_item WHERE handled_at IS NULL",
    figures.WAITING: "SELECT count(*) FROM conversation WHERE mode = 'waiting'",
    figures.LONGEST_WAIT: (
        "SELECT coalesce(extract(epoch FROM now() - min(waiting_since)), 0) FROM conversation WHERE mode = 'waiting'"
    ),
    figures.MAIL_SILENCE: "SELECT coalesce(extract(epoch FROM now() - min(seen_at)), 0) FROM mailbox",
    figures.OLDEST_JOB: (
        "SELECT coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at, told.at))), 0) FROM procrastinate_jobs AS job"
        " LEFT JOIN procrastinate_events AS told ON told.job_id = job.id AND told.type = 'deferred'"
        " WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())"
    ),
}


async def look(engine: AsyncEngine) -> None:
    """Read the figures anew; when the database is away, ``centre_database_up`` is 0 and the others are what they were."""
    try:
        async with asyncio.timeout(PATIENCE), engine.connect() as connection:
            await _read(connection)
    except (SQLAlchemyError, OSError) as error:
        log.warning("watching.database_away", error=type(error).__name__)
        figures.DATABASE_UP.set(0)
    else:
        figures.DATABASE_UP.set(1)


async def _read(connection: AsyncConnection) -> None:
    for gauge, (query, states) in _GROUPS.items():
        found = {str(state): int(count) for state, count in await connection.execute(text(query))}
        _set(gauge, found, states)
    for one, query in _ONE.items():
        one.set(float((await connection.execute(text(query))).scalar_one()))


def _set(gauge: Gauge, found: Mapping[str, int], states: tuple[str, ...]) -> None:
    """A state that nothing is in is told as 0, so that a rule over it has something to compare."""
    for state in states:
        gauge.labels(str(state)).set(found.get(str(state), 0))
