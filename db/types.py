"""Column types: every moment is aware and kept in UTC; every JSON value is JSONB; contacts are sealed (ADR 0035)."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator

from db.sealing import keys_of

__all__ = ["JSONB", "Marked", "Sealed", "SealedJson", "UtcDateTime"]


class UtcDateTime(TypeDecorator[datetime]):
    """``timestamptz`` that refuses a naive moment and always reads back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: ValueError."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive moment cannot be stored")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC."""
        return None if value is None else value.astimezone(UTC)


class _SealedComparator(TypeDecorator.Comparator[str]):
    """Only whether there is anything can be asked of the database; of Python, whether it is this column."""

    def operate(self, op: OperatorType, *other: Any, **options: Any) -> ColumnElement[Any]:
        """Refuse what could never find anything: TypeError."""
        if not other or not all(self._can_be_asked(one) for one in other):
            raise TypeError("a sealed column cannot be compared: compare its mark")
        return super().operate(op, *other, **options)

    def _can_be_asked(self, other: Any) -> bool:
        if other is None or isinstance(other, str):
            return not other
        return hash(other) == hash(self.expr)


class Sealed(TypeDecorator[str]):
    """A text that only our processes can read; ``where`` is its own table.column. An empty text stays empty."""

    impl = Text
    cache_ok = True
    comparator_factory = _SealedComparator

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal; raises KeysMissing."""
        return keys_of(dialect).seal(value, self.where) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open; raises KeysMissing, CannotOpen."""
        return keys_of(dialect).open(value, self.where) if value else value


class SealedJson(Sealed):
    """A JSON value that only our processes can read; nothing is asked of what is in it. One that was erased is an empty object."""

    cache_ok = True
    hashable = False

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Seal; raises KeysMissing."""
        return super().process_bind_param(None if value is None else json.dumps(value, ensure_ascii=False), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open; raises KeysMissing, CannotOpen."""
        written = super().process_result_value(value, dialect)
        return {} if written == "" else None if written is None else json.loads(written)


class Marked(TypeDecorator[str]):
    """The mark of a text: what a sealed column is found by. It is given the text, and tells nothing of it."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The mark; raises KeysMissing."""
        return keys_of(dialect).mark(value) if value else value
