"""What the duty chat shows and hears, the lines of a call's journal, and the details of attachments are sealed (ADR 0035)."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations import sealing_rows

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXTS = (("duty_topic", "title", 128), ("duty_topic", "shown_title", 128))
OBJECTS = (("duty_topic", "card"), ("call_event", "details"), ("attachment", "details"))
VALUES = (("duty_update", "payload"), ("hook_answer", "verbs"))
"""They may be nothing."""
SEALED = (*((table, column) for table, column, _ in TEXTS), *OBJECTS, VALUES[0])
_FORGET = "DELETE FROM hook_answer"
"""Answers to hooks that the exchange might repeat: while the centre stands still it calls none."""


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    connection = sealing_rows.connection()
    connection.execute(_FORGET)
    for table, column, length in TEXTS:
        op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
    for table, column in (*OBJECTS, *VALUES):
        using = f"nullif({column}, 'null'::jsonb)::text"
        op.alter_column(table, column, type_=sa.Text(), existing_type=postgresql.JSONB(), postgresql_using=using)
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column in SEALED:
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.seal, where=f"{table}.{column}")})


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    connection = sealing_rows.connection()
    connection.execute(_FORGET)
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column in SEALED:
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.open, where=f"{table}.{column}")})
    for table, column in OBJECTS:
        using = f"coalesce(nullif({column}, ''), '{{}}')::jsonb"
        op.alter_column(table, column, type_=postgresql.JSONB(), existing_type=sa.Text(), postgresql_using=using)
    for table, column in VALUES:
        op.alter_column(table, column, type_=postgresql.JSONB(), existing_type=sa.Text(), postgresql_using=f"{column}::jsonb")
    for table, column, length in TEXTS:
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
