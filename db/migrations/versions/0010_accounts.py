"""Second factors of the staff."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    for name in ("totp_sealed", "totp_pending"):
        op.add_column("staff_member", sa.Column(name, sa.String(200), nullable=False, server_default=""))
    op.add_column("staff_member", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("staff_id", sa.BigInteger(), sa.ForeignKey("staff_member.id", ondelete="CASCADE"), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", db.types.UtcDateTime(), nullable=True),
        sa.UniqueConstraint("staff_id", "code_hash"),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("recovery_code")
    for name in ("totp_step", "totp_pending", "totp_sealed"):
        op.drop_column("staff_member", name)
