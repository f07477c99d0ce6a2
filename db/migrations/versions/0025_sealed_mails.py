"""Who wrote a mail, its heads, its report and draft, and the addresses that bounces told of are sealed (ADR 0035)."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations import sealing_rows

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TEXTS = (
    ("mail", "author", 320),
    ("mail", "author_name", 300),
    ("mail_address", "address", 320),
    ("mail_address", "last_diagnostic", 300),
)
MARKS = {("mail", "author"): "author_mark", ("mail_address", "address"): "address_mark"}
OBJECTS = (("mail", "heads"), ("mail", "report"), ("mail", "draft"))
SEALED = (*((table, column) for table, column, _ in TEXTS), *OBJECTS)


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    op.drop_index("mail_acknowledged", table_name="mail")
    op.drop_constraint("mail_address_pkey", "mail_address")
    op.execute("ALTER TABLE mail_address ADD COLUMN id BIGSERIAL PRIMARY KEY")
    for table, column, length in TEXTS:
        op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
    for (table, _), mark in MARKS.items():
        op.add_column(table, sa.Column(mark, sa.String(64), nullable=False, server_default=""))
        op.alter_column(table, mark, server_default=None)
    for table, column in OBJECTS:
        using = f"nullif({column}, 'null'::jsonb)::text"
        op.alter_column(table, column, type_=sa.Text(), existing_type=postgresql.JSONB(), postgresql_using=using)
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column in SEALED:
            mark = {MARKS[table, column]: ring.mark} if (table, column) in MARKS else {}
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.seal, where=f"{table}.{column}"), **mark})
    op.create_unique_constraint("mail_address_address_mark_key", "mail_address", ["address_mark"])
    _acknowledged("author_mark")


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    op.drop_index("mail_acknowledged", table_name="mail")
    op.drop_constraint("mail_address_address_mark_key", "mail_address")
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column in SEALED:
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.open, where=f"{table}.{column}")})
    for table, column in OBJECTS:
        using = f"coalesce(nullif({column}, ''), '{{}}')::jsonb" if column == "heads" else f"{column}::jsonb"
        op.alter_column(table, column, type_=postgresql.JSONB(), existing_type=sa.Text(), postgresql_using=using)
    for (table, _), mark in MARKS.items():
        op.drop_column(table, mark)
    for table, column, length in TEXTS:
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
    op.drop_column("mail_address", "id")
    op.create_primary_key("mail_address_pkey", "mail_address", ["address"])
    _acknowledged("author")


def _acknowledged(author: str) -> None:
    acknowledged = sa.text("acknowledged_at IS NOT NULL")
    op.create_index("mail_acknowledged", "mail", [author, "acknowledged_at"], postgresql_where=acknowledged)
