"""Monthly reports, and the indexes that find a month."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("appeal_registered", "appeal", "registered_at"),
    ("appeal_due", "appeal", "due_on"),
    ("appeal_closed", "appeal", "closed_at"),
    ("reply_sent", "reply", "sent_at"),
    ("refusal_at", "refusal", "refused_at"),
    ("request_sent", "information_request", "sent_at"),
    ("call_attempt_at", "call_attempt", "at"),
    ("satisfaction_asked", "satisfaction", "asked_at"),
    ("call_leg_taken", "call_leg", "taken_at"),
    ("knowledge_duty_due", "knowledge_duty", "due_on"),
)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "monthly_report",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("compared", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("docx_key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("xlsx_key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff_member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("month", "version"),
    )
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column], unique=False)


def downgrade() -> None:
    """Go down."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_table("monthly_report")
