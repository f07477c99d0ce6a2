"""The events of channels as they came are sealed: a citizen's account, name, telephone and words stand in them (ADR 0035)."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations import sealing_rows

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PLACE = ("inbound_item", "payload")
WHERE = "inbound_item.payload"


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    op.alter_column(
        "inbound_item",
        "payload",
        type_=sa.Text(),
        existing_type=postgresql.JSONB(),
        nullable=False,
        postgresql_using="coalesce(nullif(payload, 'null'::jsonb)::text, '')",
    )
    connection = sealing_rows.connection()
    if sealing_rows.holds_any(connection, *PLACE):
        sealing_rows.rewrite(connection, *PLACE, {"payload": partial(sealing_rows.ring(connection).seal, where=WHERE)})


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    connection = sealing_rows.connection()
    if sealing_rows.holds_any(connection, *PLACE):
        sealing_rows.rewrite(connection, *PLACE, {"payload": partial(sealing_rows.ring(connection).open, where=WHERE)})
    op.alter_column("inbound_item", "payload", nullable=True)
    op.alter_column(
        "inbound_item",
        "payload",
        type_=postgresql.JSONB(),
        existing_type=sa.Text(),
        postgresql_using="nullif(payload, '')::jsonb",
    )
