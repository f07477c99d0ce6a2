"""What a transaction says last, in one statement: its live events and its entries of the audit trail."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SAY_LAST = """
CREATE FUNCTION say_last(events jsonb, entries jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told bigint;
    one record;
    before text;
BEGIN
    FOR told IN
        INSERT INTO live_event (kind, audience, payload, at)
        SELECT e.kind, '', e.payload, e.at FROM jsonb_to_recordset(events) AS e(kind text, payload jsonb, at timestamptz)
        RETURNING id
    LOOP
        PERFORM pg_notify('live_event', told::text);
    END LOOP;
    IF jsonb_array_length(entries) = 0 THEN
        RETURN;
    END IF;
    -- One transaction at a time: each of the statements below sees what the one before committed.
    PERFORM pg_advisory_xact_lock(1635083369);
    SELECT seal INTO before FROM audit_entry ORDER BY id DESC LIMIT 1;
    FOR one IN
        SELECT * FROM ROWS FROM (
            jsonb_to_recordset(entries) AS (at timestamptz, staff_id bigint, action text, subject text, details jsonb, said text)
        ) WITH ORDINALITY ORDER BY ordinality
    LOOP
        before := encode(sha256(convert_to('["' || coalesce(before, '') || '", ' || one.said, 'UTF8')), 'hex');
        INSERT INTO audit_entry (at, staff_id, action, subject, details, seal)
        VALUES (one.at, one.staff_id, one.action, one.subject, one.details, before);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    """Go up."""
    op.execute(_SAY_LAST)


def downgrade() -> None:
    """Go down."""
    op.execute("DROP FUNCTION say_last(jsonb, jsonb)")
