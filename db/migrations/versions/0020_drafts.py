"""Drafts of every long form in one table, their texts sealed (ADR 0038)."""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import op

import db.types
from db.sealing import KeyRing

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OF_CONVERSATIONS = ("reply", "note", "register")
"""Those that the version before knows."""


def upgrade() -> None:
    """Go up; raises KeysMissing when there are drafts to seal and no master key."""
    connection = _connection()
    query = "SELECT staff_id, kind, conversation_id, text, saved_at FROM draft WHERE text <> '' ORDER BY id"
    kept = _changed(connection, query, lambda ring, text: ring.seal(text, "draft.text"))
    op.drop_table("draft")
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("text", db.types.Sealed("draft.text"), nullable=False),
        sa.Column("replaced", db.types.Sealed("draft.replaced"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(40), nullable=False),
        sa.Column("saved_at", db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "kind", "subject_id"),
    )
    op.create_index("draft_subject", "draft", ["subject", "subject_id"])
    connection.cursor().executemany(
        "INSERT INTO draft (staff_id, kind, subject, subject_id, text, replaced, version, seen, writer, saved_at)"
        " VALUES (%s, %s, 'conversation', %s, %s, '', 1, 0, '', %s)",
        kept,
    )


def downgrade() -> None:
    """Go down, without the drafts that the version before does not know; raises KeysMissing, CannotOpen."""
    connection = _connection()
    kinds = ", ".join(f"'{kind}'" for kind in OF_CONVERSATIONS)
    query = f"SELECT staff_id, kind, subject_id, text, saved_at FROM draft WHERE text <> '' AND kind IN ({kinds}) ORDER BY id"  # noqa: S608
    kept = _changed(connection, query, lambda ring, text: ring.open(text, "draft.text"))
    op.drop_table("draft")
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_at", db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "conversation_id", "kind"),
    )
    op.create_index("ix_draft_conversation_id", "draft", ["conversation_id"])
    connection.cursor().executemany(
        "INSERT INTO draft (staff_id, kind, conversation_id, text, saved_at) VALUES (%s, %s, %s, %s, %s)", kept
    )


def _connection() -> psycopg.Connection:
    driver = op.get_bind().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("this migration needs psycopg")
    return driver


def _changed(connection: psycopg.Connection, query: str, change: Callable[[KeyRing, str], str]) -> Sequence[tuple[Any, ...]]:
    """Who, kind, about, the text changed, when; the keys are read in the migration's own transaction."""
    rows = connection.execute(query).fetchall()
    if not rows:
        return []
    ring = KeyRing("", op.get_context().config.attributes["keys"])
    ring.read_from(connection)
    return [(staff, kind, about, change(ring, text), saved_at) for staff, kind, about, text, saved_at in rows]
