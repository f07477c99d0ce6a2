"""The editor of the knowledge base: approval, files and remarks of articles; questions without an answer."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UP = (
    """
    ALTER TABLE article
        ADD COLUMN stage varchar(12) NOT NULL DEFAULT 'writing',
        ADD COLUMN stage_by_id bigint REFERENCES staff_member (id),
        ADD COLUMN stage_at timestamptz,
        ADD COLUMN stage_words varchar NOT NULL DEFAULT '',
        ADD COLUMN writers jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN approved_by_id bigint REFERENCES staff_member (id)
    """,
    "CREATE INDEX article_by_item ON article (item_no, id)",
    "CREATE INDEX article_words ON article USING gin (to_tsvector('russian'::regconfig, (title::text || ' '::text) || answer))",
    """
    CREATE TABLE article_file (
        id bigserial PRIMARY KEY,
        article_id bigint NOT NULL REFERENCES article (id) ON DELETE CASCADE,
        name varchar(200) NOT NULL,
        media_type varchar(128) NOT NULL,
        size bigint NOT NULL,
        storage_key varchar(64) NOT NULL,
        for_citizens boolean NOT NULL,
        added_by_id bigint REFERENCES staff_member (id),
        added_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX article_file_of ON article_file (article_id, id)",
    """
    CREATE TABLE article_remark (
        id bigserial PRIMARY KEY,
        article_id bigint NOT NULL REFERENCES article (id) ON DELETE CASCADE,
        kind varchar(12) NOT NULL,
        words varchar NOT NULL,
        conversation_id bigint REFERENCES conversation (id) ON DELETE SET NULL,
        made_by_id bigint NOT NULL REFERENCES staff_member (id),
        made_at timestamptz NOT NULL,
        settled_by_id bigint REFERENCES staff_member (id),
        settled_at timestamptz,
        settled_words varchar NOT NULL
    )
    """,
    "CREATE INDEX article_remark_of ON article_remark (article_id, id)",
    "CREATE INDEX article_remark_open ON article_remark (id) WHERE settled_at IS NULL",
    """
    CREATE TABLE question_group (
        id bigserial PRIMARY KEY,
        text varchar(300) NOT NULL,
        model varchar(64) NOT NULL,
        vector bytea NOT NULL,
        asked integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        state varchar(12) NOT NULL,
        article_id bigint REFERENCES article (id) ON DELETE SET NULL,
        decided_by_id bigint REFERENCES staff_member (id),
        decided_at timestamptz
    )
    """,
    "CREATE INDEX question_group_open ON question_group (asked, id) WHERE state = 'open'",
    "CREATE INDEX question_group_by_state ON question_group (state, id)",
    """
    CREATE TABLE unanswered_question (
        id bigserial PRIMARY KEY,
        message_id bigint NOT NULL UNIQUE,
        conversation_id bigint REFERENCES conversation (id) ON DELETE SET NULL,
        channel varchar(16) NOT NULL,
        text varchar(300) NOT NULL,
        digest varchar(64) NOT NULL,
        score double precision NOT NULL,
        article_id bigint REFERENCES article (id) ON DELETE SET NULL,
        group_id bigint NOT NULL REFERENCES question_group (id) ON DELETE CASCADE,
        asked_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX unanswered_question_of_group ON unanswered_question (group_id, asked_at)",
    "CREATE INDEX unanswered_question_alike ON unanswered_question (digest, id)",
    "CREATE INDEX unanswered_question_by_time ON unanswered_question (asked_at)",
    "CREATE INDEX ix_unanswered_question_conversation_id ON unanswered_question (conversation_id)",
    """CREATE INDEX message_unanswered ON message (created_at, id) WHERE details @> '{"answered": false}'""",
)
_DOWN = (
    "DROP INDEX message_unanswered",
    "DROP TABLE unanswered_question",
    "DROP TABLE question_group",
    "DROP TABLE article_remark",
    "DROP TABLE article_file",
    "DROP INDEX article_words",
    "DROP INDEX article_by_item",
    """
    ALTER TABLE article DROP COLUMN stage, DROP COLUMN stage_by_id, DROP COLUMN stage_at, DROP COLUMN stage_words,
        DROP COLUMN writers, DROP COLUMN approved_by_id
    """,
)


def upgrade() -> None:
    """Go up."""
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    """Go down."""
    for statement in _DOWN:
        op.execute(statement)
