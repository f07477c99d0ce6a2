"""What the migrations that seal columns share: the keys in the migration's own transaction, and rows rewritten in batches."""

from collections.abc import Callable, Iterator, Mapping

import psycopg
from alembic import op

from db.sealing import KeyRing

BATCH = 1000
Changes = Mapping[str, Callable[[str], str]]
"""What is written into which columns, of the text that the first of them held."""


def connection() -> psycopg.Connection:
    """The migration's own."""
    driver = op.get_bind().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("this migration needs psycopg")
    return driver


def ring(with_keys: psycopg.Connection) -> KeyRing:
    """The data keys, read and made in the migration's own transaction; raises KeysMissing."""
    config = op.get_context().config
    read = KeyRing("", config.attributes["keys"] if config else None)
    read.read_from(with_keys)
    return read


def rewrite(within: psycopg.Connection, table: str, column: str, changes: Changes) -> None:
    """Change every row in which the column holds something."""
    written = ", ".join(f"{name} = %s" for name in changes)
    for rows in batches(within, table, column):
        values = [(*(change(value) for change in changes.values()), number) for number, value in rows]
        within.cursor().executemany(f"UPDATE {table} SET {written} WHERE id = %s", values)  # noqa: S608  # names of our tables


def batches(within: psycopg.Connection, table: str, column: str) -> Iterator[list[tuple[int, str]]]:
    """The rows in which the column holds something: their numbers and what it is."""
    after = 0
    while rows := _rows(within, table, column, after):
        yield rows
        after = rows[-1][0]


def holds_any(within: psycopg.Connection, table: str, column: str) -> bool:
    """Whether there is anything to rewrite."""
    return bool(_rows(within, table, column, 0))


def _rows(within: psycopg.Connection, table: str, column: str, after: int) -> list[tuple[int, str]]:
    query = f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} <> '' ORDER BY id LIMIT %s"  # noqa: S608
    return within.execute(query, (after, BATCH)).fetchall()
