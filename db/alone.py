"""One statement, one transaction: psycopg itself, on a few connections kept for it.

SQLAlchemy's execution of a statement and its pool cost more time than PostgreSQL's; on the hot path that is the citizen's time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Self
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from sqlalchemy import Dialect, Engine, TextClause, TextualSelect, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import IDLE, life_of, plain_url, session_of

AT_ONCE = 10
"""Connections of a process for this; a statement takes milliseconds."""

Connection = psycopg.AsyncConnection[dict[str, Any]]


class Found:
    """The rows of an answer, in the words of SQLAlchemy's result as far as a single statement needs them."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def mappings(self) -> Self:
        """Its rows are mappings already."""
        return self

    def first(self) -> dict[str, Any] | None:
        """The first row; None when there is none."""
        return self._rows[0] if self._rows else None

    def scalar(self) -> Any:
        """The first value of the first row; None when there is no row."""
        return next(iter(self._rows[0].values())) if self._rows else None


class Alone:
    """A connection on which every statement is a transaction of its own."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    async def execute(self, statement: TextClause | TextualSelect, values: Mapping[str, Any]) -> Found:
        """Carry out and commit one statement; raises SQLAlchemy's errors, as a session does.

        What the statement gives a type, a column or a value, is read and written by it.
        """
        typed = {name: write(values[name]) for name, write in _writers(statement, self._dialect)}
        try:
            cursor = await self._connection.execute(_native(statement, self._dialect), {**values, **typed})
            rows = await cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise _as_ours(error, str(statement), lost=self._connection.closed) from error
        for name, read in _readers(statement, self._dialect):
            for row in rows:
                row[name] = read(row[name])
        return Found(rows)


class Connections:
    """Beside an engine's pool, to the same server; closed with it. The one given back last is taken first: its statements are
    prepared."""

    def __init__(self, engine: AsyncEngine, schema: str = "") -> None:
        self._session = session_of(schema)
        self._url = plain_url(engine.url.render_as_string(hide_password=False))
        self._dialect = engine.dialect
        self._room = asyncio.Semaphore(AT_ONCE)
        self._idle: list[tuple[Connection, float]] = []
        self._life = life_of(engine)
        event.listen(engine.sync_engine, "engine_disposed", lambda _: self._close_idle())

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Alone]:
        """A connection for the block."""
        async with self._room:
            life, connection = self._life.number, await self._taken()
            try:
                yield Alone(connection, self._dialect)
            finally:
                await self._give_back(connection, life)

    async def _taken(self) -> Connection:
        try:
            if self._idle:
                connection, left_at = self._idle.pop()
                if time.monotonic() - left_at < IDLE or await _is_alive(connection):
                    return connection
                self._close_idle()
            return await psycopg.AsyncConnection.connect(self._url, autocommit=True, row_factory=dict_row, **self._session)
        except psycopg.Error as error:
            raise _as_ours(error, "", lost=True) from error

    async def _give_back(self, connection: Connection, life: int) -> None:
        """Keep it for the next, unless it is of no use any more or the engine was disposed of since it was taken."""
        if self._life.keeps(life) and connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self._idle.append((connection, time.monotonic()))
            return
        if connection.closed:  # the server went away, so the others are lost as well
            self._close_idle()
        await connection.close()

    def _close_idle(self) -> None:
        for connection, _ in self._idle:
            connection.pgconn.finish()
        self._idle.clear()


_OF_ENGINES: WeakKeyDictionary[Engine, Connections] = WeakKeyDictionary()


def connections_of(engine: AsyncEngine, schema: str = "") -> Connections:
    """The connections of an engine, the same ones at each call; its ``schema`` as it was opened with."""
    known = _OF_ENGINES.get(engine.sync_engine)
    if known is None:
        known = _OF_ENGINES[engine.sync_engine] = Connections(engine, schema)
    return known


async def _is_alive(connection: Connection) -> bool:
    try:
        await connection.execute("SELECT 1")
    except BaseException as error:
        await connection.close()
        if isinstance(error, psycopg.Error):
            return False
        raise  # whoever waits for it was cancelled
    return True


@lru_cache(maxsize=256)
def _native(statement: TextClause | TextualSelect, dialect: Dialect) -> bytes:
    """The statement as psycopg reads it."""
    return str(statement.compile(dialect=dialect)).encode()


@lru_cache(maxsize=256)
def _writers(statement: TextClause | TextualSelect, dialect: Dialect) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    given = statement.compile(dialect=dialect).binds
    found = ((name, value.type.dialect_impl(dialect).bind_processor(dialect)) for name, value in given.items())
    return tuple((name, write) for name, write in found if write is not None)


@lru_cache(maxsize=256)
def _readers(statement: TextClause | TextualSelect, dialect: Dialect) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    typed = statement.column_args if isinstance(statement, TextualSelect) else ()
    found = ((column.name, column.type.dialect_impl(dialect).result_processor(dialect, None)) for column in typed)
    return tuple((name, read) for name, read in found if read is not None)


def _as_ours(error: psycopg.Error, statement: str, *, lost: bool) -> BaseException:
    """The error as SQLAlchemy raises it: without the values, which are a citizen's."""
    return DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost)
