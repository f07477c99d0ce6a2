"""Alembic's environment. It alone in db/ knows the core: the tables live with their subjects."""

import time

from alembic import context
from sqlalchemy import Engine, create_engine, text
from sqlmodel import SQLModel

import core.tables  # noqa: F401  # fills the metadata

MIGRATION_LOCK = 0x6D696772
ASK_AGAIN = 0.2
"""Seconds between two questions for the lock."""

config = context.config


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave procrastinate's tables to its own schema."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Migrate on one connection under an advisory lock, so that replicas starting together do not collide."""
    engine = create_engine(config.attributes["url"])
    try:
        _run_on(engine)
    finally:
        engine.dispose()


def _run_on(engine: Engine) -> None:
    with engine.connect() as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": MIGRATION_LOCK}).scalar_one():
            connection.commit()  # a statement that waits holds a snapshot, and CREATE INDEX CONCURRENTLY waits for that in turn
            time.sleep(ASK_AGAIN)
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            include_object=ours,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


run()
