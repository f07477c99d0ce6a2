"""The audit trail is added to and never changed; what its checks found."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_check",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seal", sa.String(64), nullable=False),
        sa.Column("broken_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), sa.ForeignKey("staff_member.id"), nullable=True),
    )
    op.execute(_REFUSE)
    op.execute(
        "CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_of_person ON audit_entry (staff_id, id)")
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_of_subject ON audit_entry (subject, id)")
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_at ON audit_entry (at)")


def downgrade() -> None:
    """Go down."""
    for index in ("audit_of_person", "audit_of_subject", "audit_at"):
        op.execute(f"DROP INDEX IF EXISTS {index}")
    op.execute("DROP TRIGGER audit_table_stays ON audit_entry")
    op.execute("DROP TRIGGER audit_rows_stay ON audit_entry")
    op.execute("DROP FUNCTION audit_is_append_only()")
    op.drop_table("audit_check")
