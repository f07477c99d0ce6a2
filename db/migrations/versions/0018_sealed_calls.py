"""The telephones of calls are sealed: of who calls, of who is dialled, of who is to be called back (ADR 0035)."""

from collections.abc import Mapping
from functools import partial

import sqlalchemy as sa
from alembic import op

from db.migrations import sealing_rows
from db.sealing import KeyRing

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SEALED = (("phone_call", "caller", 32), ("call_leg", "number", 200), ("call_back", "phone", 32))
MARKS = (("phone_call", "caller_mark"), ("phone_call", "caller_tail"), ("call_back", "phone_mark"))


def upgrade() -> None:
    """Go up; raises KeysMissing when there is something to seal and no master key."""
    op.drop_index("phone_call_of_caller", table_name="phone_call")
    op.drop_index("call_back_once", table_name="call_back")
    for table, column, length in SEALED:
        op.alter_column(table, column, type_=sa.Text(), existing_type=sa.String(length), existing_nullable=False)
    for table, mark in MARKS:
        op.add_column(table, sa.Column(mark, sa.String(64), nullable=False, server_default=""))
        op.alter_column(table, mark, server_default=None)
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, table, column) for table, column, _ in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column, _ in SEALED:
            sealing_rows.rewrite(connection, table, column, _sealed(ring, table, column))
    op.create_index("phone_call_of_caller", "phone_call", ["caller_mark", "id"])
    op.create_index("phone_call_of_tail", "phone_call", ["caller_tail", "id"])
    _once("phone_mark")


def downgrade() -> None:
    """Go down; raises KeysMissing when there is something to open and not the master key, CannotOpen."""
    connection = sealing_rows.connection()
    if any(sealing_rows.holds_any(connection, table, column) for table, column, _ in SEALED):
        ring = sealing_rows.ring(connection)
        for table, column, _ in SEALED:
            sealing_rows.rewrite(connection, table, column, {column: partial(ring.open, where=f"{table}.{column}")})
    for name, table in (
        ("phone_call_of_caller", "phone_call"),
        ("phone_call_of_tail", "phone_call"),
        ("call_back_once", "call_back"),
    ):
        op.drop_index(name, table_name=table)
    for table, mark in MARKS:
        op.drop_column(table, mark)
    for table, column, length in SEALED:
        op.alter_column(table, column, type_=sa.String(length), existing_type=sa.Text(), existing_nullable=False)
    op.create_index("phone_call_of_caller", "phone_call", ["caller", "id"])
    _once("phone")


def _once(column: str) -> None:
    """Of one number and reason one call-back is open at a time."""
    op.create_index("call_back_once", "call_back", [column, "reason"], unique=True, postgresql_where=sa.text("done_at IS NULL"))


def _sealed(ring: KeyRing, table: str, column: str) -> sealing_rows.Changes:
    """With the marks of the whole number and of its last four digits, where the table has them."""
    marks: Mapping[str, sealing_rows.Changes] = {
        "phone_call": {"caller_mark": ring.mark, "caller_tail": lambda number: ring.mark(f"*{number[-4:]}")},
        "call_back": {"phone_mark": ring.mark},
    }
    return {column: partial(ring.seal, where=f"{table}.{column}"), **marks.get(table, {})}
