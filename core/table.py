"""What every table shares."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

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
    """A JSONB column; without a default it may be null."""
    if default is None:
        return Field(default=None, sa_type=JSONB, nullable=True)
    return Field(default_factory=default, sa_type=JSONB, nullable=False)


__all__ = ["SQLModel", "datetime", "identity", "json_value", "moment", "reference"]
