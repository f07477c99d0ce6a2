"""Accounts on channels, lanes, and what is sent to whom are sealed; the first are found by marks (ADR 0035)."""

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations import sealing_rows

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MARKED = (
    ("channel_identity", "external_id", "external_mark", 320),
    ("delivery", "recipient", "recipient_mark", 320),
    ("inbound_item", "lane", "lane_mark", 128),
)
OBJECTS = (("delivery", "content"),)
SEALED = (*((table, column) for table, column, _, _ in MARKED), *OBJECTS)
_HANDLED = "UPDATE inbound_item SET lane = '' WHERE payload = '' AND handled_at IS NOT NULL"
"""Their events are erased; whose they were goes as well."""
_ERASED = "UPDATE channel_identity SET external_mark = external_id, external_id = '' WHERE external_id = 'erased:' || id"
_ERASED_BACK = "UPDATE channel_identity SET external_id = external_mark WHERE external_id = ''"
_NAMELESS = "UPDATE channel_identity SET display_name = '' WHERE channel = 'voice' OR channel = 'email' AND display_name LIKE '%@%'"
"""What stood for a name was the account itself, as people read it."""


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    _drop_lanes()
    op.drop_constraint("channel_identity_channel_external_id_key", "channel_identity")
    for table, column, mark, length in MARKED:
        op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
        op.add_column(table, sa.Column(mark, sa.String(64), nullable=False, server_default=""))
        op.alter_column(table, mark, server_default=None)
    for table, column in OBJECTS:
        op.alter_column(table, column, type_=sa.Text(), existing_type=postgresql.JSONB(), postgresql_using=f"{column}::text")
    connection = sealing_rows.connection()
    for statement in (_HANDLED, _ERASED, _NAMELESS):
        connection.execute(statement)
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        marks = {(table, column): {mark: ring.mark} for table, column, mark, _ in MARKED}
        for table, column in SEALED:
            seal = partial(ring.seal, where=f"{table}.{column}")
            sealing_rows.rewrite(connection, table, column, {column: seal, **marks.get((table, column), {})})
    op.create_unique_constraint("channel_identity_channel_external_mark_key", "channel_identity", ["channel", "external_mark"])
    _make_lanes("recipient_mark", "lane_mark")


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    _drop_lanes()
    op.drop_constraint("channel_identity_channel_external_mark_key", "channel_identity")
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, *one) for one in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column in SEALED:
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.open, where=f"{table}.{column}")})
    connection.execute(_ERASED_BACK)
    for table, column in OBJECTS:
        using = f"coalesce(nullif({column}, ''), '{{}}')::jsonb"
        op.alter_column(table, column, type_=postgresql.JSONB(), existing_type=sa.Text(), postgresql_using=using)
    for table, column, mark, length in MARKED:
        op.drop_column(table, mark)
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
    op.create_unique_constraint("channel_identity_channel_external_id_key", "channel_identity", ["channel", "external_id"])
    _make_lanes("recipient", "lane")


def _drop_lanes() -> None:
    op.drop_index("delivery_lane", table_name="delivery")
    op.drop_index("inbound_unhandled", table_name="inbound_item")


def _make_lanes(recipient: str, lane: str) -> None:
    unsent, unhandled = sa.text("state IN ('waiting', 'sending')"), sa.text("handled_at IS NULL")
    op.create_index("delivery_lane", "delivery", ["channel", recipient, "id"], postgresql_where=unsent)
    op.create_index("inbound_unhandled", "inbound_item", [lane, "position", "id"], postgresql_where=unhandled)
