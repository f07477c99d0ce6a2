"""A year and more of an invented city, made inside the database: contacts, calls, appeals, requests, replies, opinions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

_STATEMENTS = Path(__file__).with_name("data") / "report_year.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """How much happens in how many days from ``first`` on."""

    contacts: int
    appeals: int
    first: date
    days: int


def settle(url: str, city: City) -> None:
    """Fill the database, which must be empty of casework and have its departments."""
    values = {
        "contacts": city.contacts,
        "appeals": city.appeals,
        "refusals": max(1, city.appeals // 40),
        "first": city.first,
        "days": city.days,
    }
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _STATEMENTS.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(statement.encode(), values)
        connection.execute("VACUUM ANALYZE")
