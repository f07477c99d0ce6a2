"""Which columns are sealed: the tables themselves say it by the types of their columns."""

from collections.abc import Iterator

from sqlalchemy import Column
from sqlmodel import SQLModel

import core.tables  # noqa: F401  # all of them are known, whatever a process imports
from db.types import Sealed


def sealed_columns() -> Iterator[Column[str]]:
    """Every sealed column of the core's tables."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield column
