"""A second set of tables beside the real ones, in a schema of its own: what happens there cannot reach them (ADR 0032).

Every connection of such a place looks into its schema first. There each table of ours stands again, empty, with a numbering of
its own that no real row has; a few are seen through views, which nobody can write through.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import plain_url

PREFIX = "apart_"
"""How the schemas are called, before their number."""
FIRST_NUMBER = 1_000_000_000_001
"""Where every numbering begins: a page that mixes the two up finds nothing, rather than somebody else's card."""
REFUSED = "CC001"
"""The SQLSTATE of a write through a view."""

_TABLES = text(
    """
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relname <> 'alembic_version' AND c.relname NOT LIKE 'procrastinate%'
    GROUP BY c.relname ORDER BY c.relname
    """
)
_NUMBERED = text(
    """
    SELECT c.relname AS name, a.attname AS column FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'
    """
)
_REFERENCES = text(
    """
    SELECT c.relname AS name, f.relname AS other, pg_get_constraintdef(k.oid) AS rule
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, k.conname
    """
)
_FUNCTION = text(
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname = :name"
)
_SCHEMAS = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) ORDER BY nspname")
_GUARD = """
CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'only to be read from here: %', TG_TABLE_NAME USING ERRCODE = '{code}';
END $$
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A table of the real ones that is seen from apart; ``instead`` are expressions that stand for some of its columns."""

    name: str
    instead: Mapping[str, str] = field(default_factory=dict)


def schema_name(number: int) -> str:
    """The schema of the place with this number."""
    return f"{PREFIX}{number}"


def number_of(schema: str) -> int:
    """The number of a place by its schema."""
    return int(schema.removeprefix(PREFIX))


def channel_of(schema: str, channel: str) -> str:
    """What a notification channel is called there; of the real tables the channel itself."""
    return f"{channel}_{schema}" if schema else channel


async def lay_apart(connection: AsyncConnection, schema: str, seen: Iterable[Seen], *, notifies: Mapping[str, str]) -> None:
    """Make the schema with all its tables, in the caller's transaction.

    ``notifies`` are functions of ours by name, with the notification channel that each must not share with the real ones.
    Raises RuntimeError when such a function does not name its channel any more.
    """
    await connection.execute(text("SET LOCAL search_path TO public"))
    tables = {row.name: list(row.columns) for row in await connection.execute(_TABLES)}
    views = {one.name: one for one in seen if one.name in tables}
    own = [name for name in tables if name not in views]
    ddl = [f"CREATE SCHEMA {schema}", _GUARD.format(schema=schema, code=REFUSED)]
    ddl += [f'CREATE TABLE {schema}."{name}" (LIKE public."{name}" INCLUDING ALL)' for name in own]
    for row in await connection.execute(_NUMBERED):
        if row.name in own:
            ddl += _numbering(schema, row.name, row.column)
    for one in views.values():
        ddl += _view(schema, one, tables[one.name])
    ddl.append(f"SET LOCAL search_path TO {schema}, public")
    for row in await connection.execute(_REFERENCES):
        if row.name in own and row.other in own:
            ddl.append(f'ALTER TABLE {schema}."{row.name}" ADD {row.rule}')
    for name, channel in notifies.items():
        ddl.append(_function((await connection.execute(_FUNCTION, {"name": name})).scalar_one(), schema, name, channel))
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError("a place apart needs psycopg")
    await driver.execute(";\n".join(ddl).encode())  # many statements in one go: no values, so psycopg sends them as they are


async def laid(connection: AsyncConnection) -> list[str]:
    """Every such schema."""
    return list((await connection.scalars(_SCHEMAS, {"prefix": PREFIX})).all())


async def drop_apart(connection: AsyncConnection, schema: str) -> None:
    """Take the schema away with everything in it, in the caller's transaction; one that is not there is no error."""
    if not schema.startswith(PREFIX):
        raise ValueError("no place apart has this name")
    await connection.execute(text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))


def drop_all_apart(url: str) -> None:
    """Take every such schema away, before the real tables change: their views would hold the change up."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (PREFIX,)).fetchall()
        for (name,) in found:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def _numbering(schema: str, table: str, column: str) -> list[str]:
    sequence = f'{schema}."{table}_{column}_seq"'
    return [
        f'CREATE SEQUENCE {sequence} START {FIRST_NUMBER} OWNED BY {schema}."{table}"."{column}"',
        f'ALTER TABLE {schema}."{table}" ALTER COLUMN "{column}" SET DEFAULT nextval(\'{sequence}\')',
    ]


def _view(schema: str, one: Seen, columns: list[str]) -> list[str]:
    shown = ", ".join(f'{one.instead[name]} AS "{name}"' if name in one.instead else f't."{name}"' for name in columns)
    view = f'{schema}."{one.name}"'
    return [
        f'CREATE VIEW {view} AS SELECT {shown} FROM public."{one.name}" t',  # noqa: S608  # names of the catalogue
        f"CREATE TRIGGER refuse INSTEAD OF INSERT OR UPDATE OR DELETE ON {view} FOR EACH ROW EXECUTE FUNCTION {schema}.refuse()",
    ]


def _function(definition: str, schema: str, name: str, channel: str) -> str:
    """The same function over the tables of the schema, which tells its own listeners."""
    told = f"pg_notify('{channel}'"
    if told not in definition or f"public.{name}(" not in definition:
        raise RuntimeError(f"{name} does not notify {channel}")
    apart = definition.replace(told, f"pg_notify('{channel_of(schema, channel)}'")
    return apart.replace(f"public.{name}(", f"{schema}.{name}(", 1).rstrip()
