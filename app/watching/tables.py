"""Whether the database is there with our tables: what every process asks, also one that knows no office."""

import asyncio
from functools import cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.watching.health import Check, Condition
from db.migrating import Revisions, known_revisions

_AT = text("SELECT version_num FROM alembic_version")


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
