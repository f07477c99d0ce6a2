"""A database that held contacts in clear is sealed by its migration, and opened again on the way down (ADR 0035)."""

from collections.abc import Iterator

import psycopg
import pytest

from db.engine import plain_url
from db.migrating import downgrade, upgrade
from db.sealing import KeysMissing
from tests.conftest import MASTER

BEFORE = "0016"
POINT = "INSERT INTO contact_point (applicant_id, kind, value) VALUES (%s, %s, %s)"
CLEAR = [("phone", "+79185550123"), ("email", "Planted@example.org")]


@pytest.fixture
def older(database_url: str) -> Iterator[str]:
    """A database with the tables of before, and a card whose contacts were given to another."""
    server = plain_url(database_url)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS older WITH (FORCE)")
        connection.execute("CREATE DATABASE older")
    base, mark, options = server.partition("?")
    url = base.rpartition("/")[0] + "/older" + mark + options
    upgrade(url, BEFORE)
    with psycopg.connect(url, autocommit=True) as connection:
        for number in (1, 2):
            connection.execute(
                "INSERT INTO applicant (id, kind, surname, given_name, patronymic, organisation, postal_address,"
                " created_at, version) VALUES (%s, 'person', '', '', '', '', 'Planted street', now(), 1)",
                (number,),
            )
            for kind, value in CLEAR:
                connection.execute(
                    "INSERT INTO contact_point (applicant_id, kind, value) VALUES (%s, %s, %s)", (number, kind, value)
                )
        connection.execute("INSERT INTO contact_point (applicant_id, kind, value) VALUES (1, 'email', 'planted@example.org')")
        connection.execute(
            "INSERT INTO applicant_merge (kept_id, merged_id, moved, made_at)"
            """ VALUES (1, 2, '{"contacts": [["phone", "+79185550123"]]}', now())"""
        )
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE older WITH (FORCE)")


def _all(url: str, query: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_it_is_sealed_and_opened_again(older: str) -> None:
    upgrade(older, keys=MASTER)
    sealed = _all(older, "SELECT value FROM contact_point UNION ALL SELECT postal_address FROM applicant")
    assert len(sealed) == 6 and all(value.startswith("s1.") for (value,) in sealed), "one address was there in two cases"
    assert "7918" not in str(_all(older, "SELECT moved FROM applicant_merge"))
    downgrade(older, BEFORE, keys=MASTER)
    assert _all(older, "SELECT kind, value FROM contact_point WHERE applicant_id = 1 ORDER BY id") == CLEAR
    assert _all(older, "SELECT moved FROM applicant_merge") == [({"contacts": [["phone", "+79185550123"]]},)]


def test_without_a_key_nothing_is_changed(older: str) -> None:
    with pytest.raises(KeysMissing):
        upgrade(older)
    assert _all(older, "SELECT version_num FROM alembic_version") == [(BEFORE,)]
    assert _all(older, "SELECT kind, value FROM contact_point WHERE applicant_id = 2 ORDER BY id") == CLEAR
