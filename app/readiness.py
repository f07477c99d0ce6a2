"""What each process asks before it says that it is ready (app/watching/health.py)."""

import asyncio
from functools import cache

import aiohttp
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.assembly import House, dialogue_url
from app.supervisor import answers
from app.watching.health import Check, Condition, Health
from db.migrating import Revisions, known_revisions
from nlu.server import READY as DIALOGUE_READY

_AT = text("SELECT version_num FROM alembic_version")


def readiness_of(house: House, stopping: asyncio.Event, *, talks: bool = True, serving: asyncio.Event | None = None) -> Health:
    """The database, its tables and the queue are needed; ``talks``: the dialogue is told of too."""

    async def queue() -> Condition:
        return Condition.OK if await house.queue.check_connection_async() else Condition.BEHIND

    async def dialogue() -> Condition:
        async with aiohttp.ClientSession() as http:
            return Condition.OK if await answers(http, dialogue_url(house.settings) + DIALOGUE_READY) else Condition.AWAY

    needed = {**database_checks(house.engine), "queue": queue}
    return Health(stopping=stopping, serving=serving, needed=needed, useful={"dialogue": dialogue} if talks else {})


def database_checks(engine: AsyncEngine) -> dict[str, Check]:
    """Whether the database answers, and whether its tables are at least those of this version."""

    async def database() -> Condition:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return Condition.OK

    async def tables() -> Condition:
        async with engine.connect() as connection:
            at = (await connection.execute(_AT)).scalar_one_or_none()
        ours = await asyncio.to_thread(_revisions)
        return Condition.OK if at == ours.head else Condition.BEHIND if at is None or at in ours.all else Condition.AHEAD

    return {"database": database, "tables": tables}


@cache
def _revisions() -> Revisions:
    """They do not change while a process lives; reading them takes a tenth of a second."""
    return known_revisions()
