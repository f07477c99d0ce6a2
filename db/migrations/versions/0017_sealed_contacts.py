"""Contacts are sealed: data keys, and the columns that hold telephones and addresses of citizens (ADR 0035)."""

from collections.abc import Callable, Iterator

import psycopg
import sqlalchemy as sa
from alembic import op
from psycopg.types.json import Jsonb

import db.types
from db.sealing import KeyRing

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SEALED = (
    ("contact_point", "value", 320),
    ("applicant", "postal_address", 500),
    ("appeal", "reply_to", 500),
    ("reply", "address", 500),
    ("left_message", "phone", 32),
    ("left_message", "email", 320),
    ("call_task", "phone", 32),
    ("call_attempt", "phone", 32),
)
BATCH = 1000
_MERGES = "SELECT id, merged_id, moved -> 'contacts' FROM applicant_merge WHERE moved ? 'contacts'"
_WRITE_MERGE = "UPDATE applicant_merge SET moved = jsonb_set(moved, '{contacts}', CAST(%s AS jsonb)) WHERE id = %s"
_DOUBLED = (
    "DELETE FROM contact_point p USING contact_point o WHERE o.applicant_id = p.applicant_id AND o.kind = p.kind"
    " AND o.value_mark = p.value_mark AND o.id < p.id"
)
"""An address that a card has in two cases."""


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    op.create_table(
        "data_key",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("retired_at", db.types.UtcDateTime(), nullable=True),
    )
    op.drop_index("contact_point_email", table_name="contact_point")
    op.drop_index("ix_contact_point_value", table_name="contact_point")
    op.drop_constraint("contact_point_applicant_id_kind_value_key", "contact_point")
    for table, column, length in SEALED:
        op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
    op.add_column("contact_point", sa.Column("value_mark", sa.String(64), nullable=True))
    connection = _connection()
    if any(_rows(connection, table, column) for table, column, _ in SEALED):
        _seal_all(connection, _ring(connection))
    op.alter_column("contact_point", "value_mark", nullable=False)
    op.create_unique_constraint(
        "contact_point_applicant_id_kind_value_mark_key", "contact_point", ["applicant_id", "kind", "value_mark"]
    )
    op.create_index("ix_contact_point_value_mark", "contact_point", ["value_mark"])


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    connection = _connection()
    if any(_rows(connection, table, column) for table, column, _ in SEALED):
        _open_all(connection, _ring(connection))
    op.drop_index("ix_contact_point_value_mark", table_name="contact_point")
    op.drop_constraint("contact_point_applicant_id_kind_value_mark_key", "contact_point")
    op.drop_column("contact_point", "value_mark")
    for table, column, length in SEALED:
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
    op.create_unique_constraint("contact_point_applicant_id_kind_value_key", "contact_point", ["applicant_id", "kind", "value"])
    op.create_index("ix_contact_point_value", "contact_point", ["value"])
    op.create_index("contact_point_email", "contact_point", [sa.text("lower(value)")], postgresql_where=sa.text("kind = 'email'"))
    op.drop_table("data_key")


def _connection() -> psycopg.Connection:
    driver = op.get_bind().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("this migration needs psycopg")
    return driver


def _ring(connection: psycopg.Connection) -> KeyRing:
    """The data keys, read and made in the migration's own transaction."""
    ring = KeyRing("", op.get_context().config.attributes["keys"])
    ring.read_from(connection)
    return ring


def _seal_all(connection: psycopg.Connection, ring: KeyRing) -> None:
    for number, _, contacts in connection.execute(_MERGES).fetchall():
        marks = [[kind, ring.mark(value)] for kind, value in contacts]
        connection.execute(_WRITE_MERGE, (Jsonb(marks), number))
    for rows in _batches(connection, "contact_point", "value"):
        marked = [(ring.mark(value), number) for number, value in rows]
        connection.cursor().executemany("UPDATE contact_point SET value_mark = %s WHERE id = %s", marked)
    connection.execute(_DOUBLED)
    for table, column, _ in SEALED:
        _rewrite(connection, table, column, lambda value, where: ring.seal(value, where))


def _open_all(connection: psycopg.Connection, ring: KeyRing) -> None:
    """What a merged card gave is known by what it still has."""
    for table, column, _ in SEALED:
        _rewrite(connection, table, column, lambda value, where: ring.open(value, where))
    for number, merged, marks in connection.execute(_MERGES).fetchall():
        own = connection.execute("SELECT kind, value, value_mark FROM contact_point WHERE applicant_id = %s", (merged,)).fetchall()
        contacts = [[kind, value] for kind, value, mark in own if [kind, mark] in marks]
        connection.execute(_WRITE_MERGE, (Jsonb(contacts), number))


def _rewrite(connection: psycopg.Connection, table: str, column: str, change: Callable[[str, str], str]) -> None:
    for rows in _batches(connection, table, column):
        changed = [(change(value, f"{table}.{column}"), number) for number, value in rows]
        connection.cursor().executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", changed)  # noqa: S608  # names of SEALED


def _batches(connection: psycopg.Connection, table: str, column: str) -> Iterator[list[tuple[int, str]]]:
    after = 0
    while rows := _rows(connection, table, column, after):
        yield rows
        after = rows[-1][0]


def _rows(connection: psycopg.Connection, table: str, column: str, after: int = 0) -> list[tuple[int, str]]:
    query = f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} <> '' ORDER BY id LIMIT %s"  # noqa: S608
    return connection.execute(query, (after, BATCH)).fetchall()
