"""Sign-in by an identity provider: how a session was opened, and which answers of the provider were used."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("staff_session", sa.Column("came_by", sa.String(16), nullable=False, server_default="password"))
    op.create_table(
        "sign_on",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), sa.ForeignKey("staff_member.id", ondelete="CASCADE"), nullable=True),
        sa.Column("proved_at", db.types.UtcDateTime(), nullable=True),
    )
    op.create_index("ix_sign_on_at", "sign_on", ["at"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("sign_on")
    op.drop_column("staff_session", "came_by")
