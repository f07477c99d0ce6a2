"""Training days of new operators."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "tour",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("step", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("changed_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id"),
    )
    op.create_table(
        "training_day",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("scenario", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("ahead_seconds", sa.Integer(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_training_day_staff_id", "training_day", ["staff_id"], unique=False)
    open_days = sa.text("ended_at IS NULL")
    op.create_index("training_day_open", "training_day", ["staff_id"], unique=True, postgresql_where=open_days)
    op.add_column("staff_session", sa.Column("training_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "staff_session_training_id_fkey", "staff_session", "training_day", ["training_id"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    """Go down."""
    op.drop_column("staff_session", "training_id")
    op.drop_index("training_day_open", table_name="training_day")
    op.drop_index("ix_training_day_staff_id", table_name="training_day")
    op.drop_table("training_day")
    op.drop_table("tour")
