"""Accounts are managed in the inbox; a session knows when its person last proved who they are."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("staff_member", sa.Column("must_change", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("staff_member", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("staff_session", sa.Column("confirmed_at", db.types.UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("staff_session", "confirmed_at")
    op.drop_column("staff_member", "version")
    op.drop_column("staff_member", "must_change")
