"""Back-channel logout: what a session began with at the identity provider (ADR 0034)."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES, COLUMNS = ("staff_session", "sign_on"), ("issuer", "subject", "issuer_session")


def upgrade() -> None:
    """Go up."""
    for table in TABLES:
        for name in COLUMNS:
            op.add_column(table, sa.Column(name, sa.String(255), nullable=False, server_default=""))


def downgrade() -> None:
    """Go down."""
    for table in TABLES:
        for name in reversed(COLUMNS):
            op.drop_column(table, name)
