"""The only begin and commit of the project (design decision 3)."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import Result
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.ext.asyncio import AsyncSession as PlainSession
from sqlmodel.ext.asyncio.session import AsyncSession

from db.alone import Alone, connections_of
from db.sealing import KeyRing, keys_of


class Session(AsyncSession):
    """SQLModel's session, with plain SQL beside entities: the hot paths use it (scale: four statements, no entities)."""

    async def execute(self, *arguments: Any, **options: Any) -> Result[Any]:
        """SQLAlchemy's own ``execute``; SQLModel would warn at every call."""
        found: Result[Any] = await PlainSession.execute(self, *arguments, **options)
        return found


_CONNECTION = "connection"


async def connection_of(tx: AsyncSession) -> AsyncConnection:
    """The connection of a session in its transaction, for plain statements; asked for once, as each asking switches greenlets."""
    kept: AsyncConnection | None = tx.info.get(_CONNECTION)
    if kept is None:
        kept = tx.info[_CONNECTION] = await tx.connection()
    return kept


def keys_in(tx: AsyncSession) -> KeyRing:
    """The keys of the sealed columns that a session reads and writes; raises KeysMissing."""
    return keys_of(tx.get_bind().dialect)


class Transactions:
    """Opens transactions on one engine; a desk's public method uses exactly one."""

    def __init__(self, engine: AsyncEngine, *, schema: str = "") -> None:
        """``schema``: what the engine was opened with, for a place apart."""
        self.engine = engine
        self._statements = connections_of(engine, schema)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back on any error."""
        async with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def begin_plain(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection in a transaction, for the hot paths that need no entities."""
        async with self.engine.begin() as connection:
            yield connection

    def each_alone(self) -> AbstractAsyncContextManager[Alone]:
        """A connection on which every statement is a transaction of its own: for the hot paths of one statement."""
        return self._statements.one()
