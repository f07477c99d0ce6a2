"""Terms of keeping: what was erased, what must not be, and wishes of erasure."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "erased_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=True),
        sa.Column("appeal_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("placed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["placed_by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, column in (("legal_hold_applicant", "applicant_id"), ("legal_hold_appeal", "appeal_id")):
        op.create_index(name, "legal_hold", [column], unique=True, postgresql_where=sa.text("lifted_at IS NULL"))
    op.create_table(
        "erasure_wish",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("wished_by_id", sa.BigInteger(), nullable=True),
        sa.Column("wished_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_by_id", sa.BigInteger(), nullable=True),
        sa.Column("done_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["wished_by_id"], ["staff_member.id"]),
        sa.ForeignKeyConstraint(["done_by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    unfinished = sa.text("done_at IS NULL AND withdrawn_at IS NULL")
    op.create_index("erasure_wish_open", "erasure_wish", ["applicant_id"], unique=True, postgresql_where=unfinished)


def downgrade() -> None:
    """Go down."""
    op.drop_table("erasure_wish")
    op.drop_table("legal_hold")
    op.drop_table("erased_count")
