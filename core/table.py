"""What every table shares."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from db.types import JSONB, UtcDateTime


def identity() -> Any:
    """A bigint primary key that the database numbers."""
    return Field(default=None, primary_key=True, sa_type=BigInteger)


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
    values = {one.name: getattr(row, one.name) for one in table.columns if one.name != "id"}
    written = (await (await tx.connection()).execute(_insert(type(row), unless_same), values)).first()
    if written is not None and numbered:
        row.id = written[0]
    return written is not None


@cache
def _insert(rows: type[SQLModel], unless_same: str | None) -> ReturningInsert[Any]:
    table = table_of(rows)
    written = insert(table)
    if unless_same is not None:
        written = written.on_conflict_do_nothing(index_elements=[unless_same])
    return written.returning(table.c.id if "id" in table.columns else next(iter(table.primary_key)))


__all__ = ["SQLModel", "datetime", "identity", "insert_row", "json_value", "moment", "reference", "table_of"]
