"""What a database holds, table by table, as one count and one sum each: equal sums mean equal rows, in whatever order."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relpersistence = 'p' ORDER BY 2
"""
_PLAIN = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3"
_SUM = """
    SELECT count(*), coalesce(sum(('x' || left(md5(one::text), 16))::bit(64)::bigint::numeric), 0)::text
    FROM {table} AS one
"""


def sums_of(connection: psycopg.Connection[Any]) -> Mapping[str, tuple[int, str]]:
    """Rows and the sum of their digests for each of our tables, as the connection's transaction sees them."""
    connection.execute(_PLAIN)
    found = {}
    for schema, name in connection.execute(_TABLES).fetchall():
        row = connection.execute(sql.SQL(_SUM).format(table=sql.Identifier(schema, name))).fetchone()
        found[name] = (row[0], row[1]) if row else (0, "0")
    return found
