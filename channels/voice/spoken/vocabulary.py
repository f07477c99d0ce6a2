"""The words of the ear, read once from the table beside this module."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("words.toml")


@cache
def words() -> dict[str, Any]:
    """The whole table, by its sections."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def either(terms: Iterable[str]) -> str:
    """A pattern that matches any of the terms, the longest first."""
    return "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
