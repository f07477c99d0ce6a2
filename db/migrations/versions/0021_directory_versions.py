"""Departments and officials have versions: what a colleague saved meanwhile is not written over unseen."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("department", "liaison")


def upgrade() -> None:
    """Go up."""
    for table in TABLES:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go down."""
    for table in TABLES:
        op.drop_column(table, "version")
