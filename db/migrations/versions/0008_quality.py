"""The quality control: samples, score sheets, comments; marks on wrong answers of the bot."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

import db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "quality_plan",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("is_weekly", sa.Boolean(), nullable=False),
        sa.Column("random_per_operator", sa.Integer(), nullable=False),
        sa.Column("ruled_per_operator", sa.Integer(), nullable=False),
        sa.Column("twice_percent", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("long_minutes", sa.Integer(), nullable=False),
        sa.Column("long_messages", sa.Integer(), nullable=False),
        sa.Column("low_score", sa.Integer(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("wait_minutes", sa.Integer(), nullable=False),
        sa.Column("newcomer_weeks", sa.Integer(), nullable=False),
        sa.Column("changed_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "quality_sample",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.Date(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("week"),
    )
    op.create_table(
        "bot_mark",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("gave_intent", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("fault", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("right_intent", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("right_article_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("example", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decision_words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("marked_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("exported_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["question_id"], ["message.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["right_article_id"], ["article.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index("bot_mark_new", "bot_mark", ["id"], unique=False, postgresql_where=sa.text("state = 'new'"))
    op.create_index(
        "bot_mark_unexported",
        "bot_mark",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'accepted' AND exported_at IS NULL"),
    )
    op.create_index(op.f("ix_bot_mark_conversation_id"), "bot_mark", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_bot_mark_question_id"), "bot_mark", ["question_id"], unique=False)
    op.create_table(
        "quality_item",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("is_twice", sa.Boolean(), nullable=False),
        sa.Column("seen_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("added_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["quality_sample.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", "operator_id"),
        sa.UniqueConstraint("conversation_id", "operator_id"),
    )
    op.create_index(op.f("ix_quality_item_sample_id"), "quality_item", ["sample_id"], unique=False)
    op.create_index("quality_item_all", "quality_item", ["happened_at", "id"], unique=False)
    op.create_index("quality_item_of_operator", "quality_item", ["operator_id", "happened_at"], unique=False)
    op.create_table(
        "quality_review",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("is_zeroed", sa.Boolean(), nullable=False),
        sa.Column("started_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_as", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("decision_words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["staff_member.id"],
        ),
        sa.ForeignKeyConstraint(["item_id"], ["quality_item.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["staff_member.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id", "reviewer_id"),
    )
    op.create_index(op.f("ix_quality_review_reviewer_id"), "quality_review", ["reviewer_id"], unique=False)
    op.create_index(
        "quality_review_done", "quality_review", ["done_at", "id"], unique=False, postgresql_where=sa.text("state = 'done'")
    )
    op.create_index(
        "quality_review_objected",
        "quality_review",
        ["id"],
        unique=False,
        postgresql_where=sa.text("answered_as = 'objected' AND decision = ''"),
    )
    op.create_table(
        "quality_comment",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("recording_id", sa.BigInteger(), nullable=True),
        sa.Column("second", sa.Float(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("said_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("criterion", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["review_id"], ["quality_review.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_quality_comment_message_id"), "quality_comment", ["message_id"], unique=False)
    op.create_index(op.f("ix_quality_comment_recording_id"), "quality_comment", ["recording_id"], unique=False)
    op.create_index(op.f("ix_quality_comment_review_id"), "quality_comment", ["review_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_quality_comment_review_id"), table_name="quality_comment")
    op.drop_index(op.f("ix_quality_comment_recording_id"), table_name="quality_comment")
    op.drop_index(op.f("ix_quality_comment_message_id"), table_name="quality_comment")
    op.drop_table("quality_comment")
    op.drop_index(
        "quality_review_objected",
        table_name="quality_review",
        postgresql_where=sa.text("answered_as = 'objected' AND decision = ''"),
    )
    op.drop_index("quality_review_done", table_name="quality_review", postgresql_where=sa.text("state = 'done'"))
    op.drop_index(op.f("ix_quality_review_reviewer_id"), table_name="quality_review")
    op.drop_table("quality_review")
    op.drop_index("quality_item_of_operator", table_name="quality_item")
    op.drop_index("quality_item_all", table_name="quality_item")
    op.drop_index(op.f("ix_quality_item_sample_id"), table_name="quality_item")
    op.drop_table("quality_item")
    op.drop_index(op.f("ix_bot_mark_question_id"), table_name="bot_mark")
    op.drop_index(op.f("ix_bot_mark_conversation_id"), table_name="bot_mark")
    op.drop_index(
        "bot_mark_unexported", table_name="bot_mark", postgresql_where=sa.text("state = 'accepted' AND exported_at IS NULL")
    )
    op.drop_index("bot_mark_new", table_name="bot_mark", postgresql_where=sa.text("state = 'new'"))
    op.drop_table("bot_mark")
    op.drop_table("quality_sample")
    op.drop_table("quality_plan")
