"""What every table shares."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, ScalarSelect, Select, Table, bindparam, inspect, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from db.transactions import connection_of
from db.types import JSONB, Marked, Sealed, SealedJson, UtcDateTime

Link = tuple[SQLModel, str, SQLModel]
"""A row, its column, and the row written before it with the same statement whose number goes there."""
_OF = "of"
"""Beside the column of a mark: what it is a mark of."""


def identity() -> Any:
    """A bigint primary key that the database numbers."""
    return Field(default=None, primary_key=True, sa_type=BigInteger)


def number() -> Any:
    """A bigint that the database counts, of a table whose primary key is another."""
    return Field(default=None, sa_column=Column(BigInteger, Identity(), unique=True, nullable=False))


def reference(target: str, *, index: bool = False, nullable: bool = False, ondelete: str | None = None) -> Any:
    """A bigint foreign key."""
    empty: dict[str, Any] = {"default": None} if nullable else {}
    field: Any = Field  # its overloads do not foresee options that are given by name
    return field(foreign_key=target, sa_type=BigInteger, index=index, nullable=nullable, ondelete=ondelete, **empty)


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """An aware moment in UTC."""
    empty: dict[str, Any] = {"default": None} if nullable else {}
    return Field(sa_type=UtcDateTime, nullable=nullable, index=index, **empty)


def json_value(default: type[list[Any]] | type[dict[str, Any]] | None = None) -> Any:
    """A JSONB column; without a default it may be null.

    The default is a value and no factory: each row gets a copy of it either way, and a factory costs 0.1 ms of looking at its
    signature.
    """
    if default is None:
        return Field(default=None, sa_type=JSONB, nullable=True)
    return Field(default=default(), sa_type=JSONB, nullable=False)


def sealed(where: str, *, required: bool = False) -> Any:
    """A contact that the database holds sealed; ``where``: its own table.column (ADR 0035)."""
    field: Any = Field
    return field(sa_type=Sealed(where), nullable=False, **({} if required else {"default": ""}))


def sealed_json(where: str, *, nullable: bool = False) -> Any:
    """The same of an object, of which a row gets its own empty copy; ``nullable``: of any JSON value, or of none."""
    field: Any = Field
    return field(sa_type=SealedJson(where), nullable=nullable, default=None if nullable else {})


def mark_of(column: str) -> Any:
    """The mark of a sealed column beside it, written whenever that is written."""

    def current(context: Any) -> str:
        return str(context.get_current_parameters()[column])

    written = {"default": current, "onupdate": current}
    return Field(default=None, sa_type=Marked, nullable=False, index=True, sa_column_kwargs=written)


def first_mark_of(column: str, of: Callable[[str], str] = str) -> Any:
    """The mark of a sealed column of a new row, or ``of`` a part of it; who changes that column changes the mark with it."""

    def first(context: Any) -> str:
        return of(str(context.get_current_parameters()[column]))

    return Field(default=None, sa_type=Marked, nullable=False, sa_column_kwargs={"default": first, "info": {_OF: (column, of)}})


def table_of(rows: type[SQLModel]) -> Table:
    """The table whose rows are of this class."""
    table: Table = rows.__table__  # type: ignore[attr-defined]  # SQLModel gives every table class one
    return table


async def insert_row(tx: AsyncSession, row: SQLModel, *, unless_same: str | None = None) -> bool:
    """Write a row that the session need not follow, with one plain statement: a third of what an entity costs.

    The database's number is put into ``row.id``. False when the column ``unless_same`` holds the row's value already: nothing is
    written then.
    """
    table = table_of(type(row))
    numbered = "id" in table.columns
    values = {one: _value(row, one) for one in _written_of(type(row))}
    written = (await (await connection_of(tx)).execute(_insert(type(row), unless_same), values)).first()
    if written is not None and numbered:
        row.id = written[0]
    return written is not None


async def insert_rows(tx: AsyncSession, *rows: SQLModel, links: Sequence[Link] = (), unless_same: str | None = None) -> None:
    """Write rows that the session need not follow with one statement; the database's numbers are put into them.

    ``links`` say which of them hold the number of an earlier one. A row whose key is no number is left alone when its key is
    there already, and one with the column ``unless_same`` when that holds its value already: its ``id`` stays None then.
    """
    await _write(tx, (), rows, links, unless_same)


async def change_row(
    tx: AsyncSession,
    row: SQLModel,
    changes: Mapping[str, Any],
    *added: SQLModel,
    links: Sequence[Link] = (),
    also: Sequence[SQLModel] = (),
) -> None:
    """Change an entity that the session follows, with what was set in it before, and write rows beside it, with one statement.

    The entity has the new values and nothing of it is left to flush; the same goes for ``also``, entities in which something was
    set before. ``added`` are written as by ``insert_rows``.
    """
    changed = [(row, {**_pending(row), **changes}), *((one, _pending(one)) for one in also)]
    await _write(tx, [pair for pair in changed if pair[1]], added, links, None)


def _pending(row: SQLModel) -> dict[str, Any]:
    return {name: getattr(row, name) for name in inspect(row).committed_state}


async def _write(
    tx: AsyncSession,
    changed: Sequence[tuple[SQLModel, Mapping[str, Any]]],
    added: tuple[SQLModel, ...],
    links: Sequence[Link],
    unless_same: str | None,
) -> None:
    values: dict[str, Any] = {}
    for place, (row, changes) in enumerate(changed):
        values |= {f"c{place}_{name}": value for name, value in changes.items()}
        values[f"c{place}_of"] = row.id  # type: ignore[attr-defined]  # what is changed has a number
    for place, row in enumerate(added):
        values |= {f"r{place}_{name}": _value(row, name) for name in _written_of(type(row))}
    places = {id(row): place for place, row in enumerate(added)}
    linked = tuple((places[id(row)], name, places[id(other)]) for row, name, other in links)
    for place, name, _ in linked:
        del values[f"r{place}_{name}"]
    kinds = tuple((type(row), tuple(changes)) for row, changes in changed), tuple(map(type, added))
    found = (await (await connection_of(tx)).execute(_statement(*kinds, linked, unless_same), values)).one()
    for row, key in zip(added, found, strict=True):
        if "id" in table_of(type(row)).columns:
            row.id = key
    for row, name, other in links:
        setattr(row, name, other.id)  # type: ignore[attr-defined]  # what others point at has a number
    for row, changes in changed:
        for name, value in changes.items():
            set_committed_value(row, name, value)


def _value(row: SQLModel, name: str) -> Any:
    """Of a mark that nobody gave: what it is the mark of."""
    value, marked = getattr(row, name), _marks_of(type(row)).get(name)
    return value if value is not None or marked is None else marked[1](getattr(row, marked[0]))


@cache
def _marks_of(rows: type[SQLModel]) -> Mapping[str, tuple[str, Callable[[str], str]]]:
    return {one.name: one.info[_OF] for one in table_of(rows).columns if _OF in one.info}


@cache
def _written_of(rows: type[SQLModel]) -> tuple[str, ...]:
    return tuple(one.name for one in table_of(rows).columns if one.name != "id")


@cache
def _statement(
    changed: tuple[tuple[type[SQLModel], tuple[str, ...]], ...],
    added: tuple[type[SQLModel], ...],
    linked: tuple[tuple[int, str, int], ...],
    unless_same: str | None,
) -> Select[Any]:
    keys: list[ScalarSelect[Any]] = []
    for place, rows in enumerate(added):
        table = table_of(rows)
        earlier = {name: keys[other] for of, name, other in linked if of == place}
        written = insert(table).values({name: bindparam(f"r{place}_{name}") for name in _written_of(rows)} | earlier)
        if "id" not in table.columns:
            written = written.on_conflict_do_nothing()
        elif unless_same is not None and unless_same in table.columns:
            written = written.on_conflict_do_nothing(index_elements=[unless_same])
        key = table.c.id if "id" in table.columns else next(iter(table.primary_key))
        part = written.returning(key.label("key")).cte(f"r{place}")
        keys.append(select(part.c.key).scalar_subquery())
    statement = select(*keys)
    for place, (rows, names) in enumerate(changed):
        table = table_of(rows)
        change = update(table).where(table.c.id == bindparam(f"c{place}_of"))
        change = change.values({name: bindparam(f"c{place}_{name}") for name in names})
        statement = statement.add_cte(change.returning(table.c.id).cte(f"c{place}"))
    return statement


@cache
def _insert(rows: type[SQLModel], unless_same: str | None) -> ReturningInsert[Any]:
    table = table_of(rows)
    written = insert(table)
    if unless_same is not None:
        written = written.on_conflict_do_nothing(index_elements=[unless_same])
    return written.returning(table.c.id if "id" in table.columns else next(iter(table.primary_key)))


__all__ = [
    "SQLModel",
    "change_row",
    "datetime",
    "first_mark_of",
    "identity",
    "insert_row",
    "insert_rows",
    "json_value",
    "mark_of",
    "moment",
    "reference",
    "sealed",
    "sealed_json",
    "table_of",
]
