"""Column types: every moment is aware and kept in UTC; every JSON value is JSONB."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

__all__ = ["JSONB", "UtcDateTime"]


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
