"""Contacts are sealed: data keys, and the columns that hold telephones and addresses of citizens (ADR 0035)."""

from functools import partial

import psycopg
import sqlalchemy as sa
from alembic import op
from psycopg.types.json import Jsonb

import db.types
from db.migrations import sealing_rows
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
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, table, column) for table, column, _ in SEALED):
        _seal_all(connection, sealing_rows.ring(connection))
    op.alter_column("contact_point", "value_mark", nullable=False)
    op.create_unique_constraint(
        "contact_point_applicant_id_kind_value_mark_key", "contact_point", ["applicant_id", "kind", "value_mark"]
    )
    op.create_index("ix_contact_point_value_mark", "contact_point", ["value_mark"])


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, table, column) for table, column, _ in SEALED):
        _open_all(connection, sealing_rows.ring(connection))
    op.drop_index("ix_contact_point_value_mark", table_name="contact_point")
    op.drop_constraint("contact_point_applicant_id_kind_value_mark_key", "contact_point")
    op.drop_column("contact_point", "value_mark")
    for table, column, length in SEALED:
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
    op.create_unique_constraint("contact_point_applicant_id_kind_value_key", "contact_point", ["applicant_id", "kind", "value"])
    op.create_index("ix_contact_point_value", "contact_point", ["value"])
    op.create_index("contact_point_email", "contact_point", [sa.text("lower(value)")], postgresql_where=sa.text("kind = 'email'"))
    op.drop_table("data_key")


def _seal_all(connection: psycopg.Connection, ring: KeyRing) -> None:
    for number, _, contacts in connection.execute(_MERGES).fetchall():
        marks = [[kind, ring.mark(value)] for kind, value in contacts]
        connection.execute(_WRITE_MERGE, (Jsonb(marks), number))
    for rows in sealing_rows.batches(connection, "contact_point", "value"):
        marked = [(ring.mark(value), number) for number, value in rows]
        connection.cursor().executemany("UPDATE contact_point SET value_mark = %s WHERE id = %s", marked)
    connection.execute(_DOUBLED)
    for table, column, _ in SEALED:
        seal = partial(ring.seal, where=f"{table}.{column}")
        sealing_rows.rewrite(connection, table, column, {column: seal})


def _open_all(connection: psycopg.Connection, ring: KeyRing) -> None:
    """What a merged card gave is known by what it still has."""
    for table, column, _ in SEALED:
        clear = partial(ring.open, where=f"{table}.{column}")
        sealing_rows.rewrite(connection, table, column, {column: clear})
    for number, merged, marks in connection.execute(_MERGES).fetchall():
        own = connection.execute("SELECT kind, value, value_mark FROM contact_point WHERE applicant_id = %s", (merged,)).fetchall()
        contacts = [[kind, value] for kind, value, mark in own if [kind, mark] in marks]
        connection.execute(_WRITE_MERGE, (Jsonb(contacts), number))
