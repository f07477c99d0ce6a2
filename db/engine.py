"""The engine: SQLAlchemy 2 async on psycopg 3 (design decision 1)."""

import time
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from db.sealing import KeyRing, MasterKeys, give_keys

DRIVER = "postgresql+psycopg"
IDLE = 5.0
"""Seconds after which a pooled connection is checked before use."""
LEFT_AT, LIFE = "left_at", "life"
SESSION: dict[str, Any] = {
    "application_name": "contact-centre",
    "options": "-c timezone=UTC -c jit=off",
    "prepare_threshold": 2,
}
"""How every connection of ours is opened."""


def driver_url(url: str) -> str:
    """The same address with our driver; accepts ``postgres://`` and ``postgresql://``."""
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must be a PostgreSQL address")
    return f"{DRIVER}://{rest}"


def plain_url(url: str) -> str:
    """The same address as libpq reads it."""
    return f"postgresql://{url.partition('://')[2]}"


def session_of(schema: str = "") -> dict[str, Any]:
    """How a connection is opened that looks into ``schema`` first (db/apart.py); without one, into the real tables only."""
    return SESSION if not schema else {**SESSION, "options": f"{SESSION['options']} -c search_path={schema},public"}


def open_engine(url: str, *, keys: MasterKeys | None = None, pool_size: int = 10, schema: str = "") -> AsyncEngine:
    """An engine whose pool checks a connection that lay idle before it is used again; ``schema``: of a place apart.

    ``keys``: without them nothing that is sealed can be read or written (KeysMissing).

    A busy one is not checked: that would cost every statement of the hot path a round trip. What a restart of the database breaks
    in that moment is tried again by its caller (a webhook by Telegram, a turn by the worker).
    """
    engine = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=1800,
        pool_use_lifo=True,  # the same few connections again and again: their statements are prepared and planned
        connect_args=session_of(schema),
        hide_parameters=True,  # what a statement was given is what somebody wrote: no message of an error holds it
    )
    give_keys(engine, KeyRing(plain_url(url), keys))
    life = _LIVES[engine.sync_engine] = Life()
    event.listen(engine.sync_engine, "engine_disposed", life.end)
    event.listen(engine.sync_engine, "connect", life.enter)
    event.listen(engine.sync_engine, "checkin", life.leave)
    event.listen(engine.sync_engine, "checkin", _stamp)
    event.listen(engine.sync_engine, "checkout", partial(_check_idle, engine.sync_engine.dialect))
    return engine


async def close_engine(engine: AsyncEngine) -> None:
    """Dispose of it for good: whoever still works with it ends in peace, and nothing is kept open."""
    life_of(engine).is_over = True
    await engine.dispose()


class Life:
    """How often an engine was disposed of, and whether for good. A connection of before is closed when it comes back: its pool is
    no more, and nobody else would close it."""

    def __init__(self) -> None:
        self.number = 0
        self.is_over = False

    def keeps(self, number: int | None) -> bool:
        """Whether a connection that was opened in this life may be used again."""
        return number == self.number and not self.is_over

    def end(self, _: Engine) -> None:
        """The engine was disposed of."""
        self.number += 1

    def enter(self, _: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        """A connection was opened."""
        record.info[LIFE] = self.number

    def leave(self, connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        """A connection comes back."""
        if connection is not None and not self.keeps(record.info.get(LIFE)):
            record.invalidate()


_LIVES: WeakKeyDictionary[Engine, Life] = WeakKeyDictionary()


def life_of(engine: AsyncEngine) -> Life:
    """Of an engine of ``open_engine``."""
    return _LIVES[engine.sync_engine]


def _stamp(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[LEFT_AT] = time.monotonic()


def _check_idle(dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    """Ping a connection that lay idle; DisconnectionError makes the pool open another one."""
    if time.monotonic() - record.info.get(LEFT_AT, 0.0) < IDLE:
        return
    try:
        dialect.do_ping(connection)
    except psycopg.Error as gone:
        raise DisconnectionError from gone
